package mysql

import "context"

// Exec runs a statement in the context's transaction, as a store of another
// domain would.
func (d *DB) Exec(ctx context.Context, query string, args ...any) error {
	_, err := d.run(ctx, query, args...)
	return err
}
