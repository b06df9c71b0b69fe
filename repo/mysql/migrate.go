package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"

	schema "ruxue/sql"
)

func provider(db *sql.DB) (*goose.Provider, error) {
	dir, err := fs.Sub(schema.Migrations, "migration")
	if err != nil {
		return nil, fmt.Errorf("opening the migrations: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectMySQL, db, dir)
	if err != nil {
		return nil, fmt.Errorf("reading the migrations: %w", err)
	}
	return p, nil
}

// Migrate brings the schema to the version of this binary.
func Migrate(ctx context.Context, db *sqlx.DB) error {
	p, err := provider(db.DB)
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrating: %w", err)
	}
	return nil
}

// CheckSchema returns an error unless the schema is exactly this binary's: the
// server never migrates by itself and never runs on a schema it does not know.
func CheckSchema(ctx context.Context, db *sqlx.DB) error {
	p, err := provider(db.DB)
	if err != nil {
		return err
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("reading the schema's version: %w", err)
	}
	if have != want {
		return fmt.Errorf("the schema is at version %d, this program needs %d: run `ruxue migrate`", have, want)
	}
	return nil
}
