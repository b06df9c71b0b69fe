package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ruxue/config"
	"ruxue/repo/blob"
)

// Rekey seals everything anew that was sealed by a key which is not the one in
// use, in the database and among the files; note hears of each column as it is
// done. It may run while the server does, if that has the same key set, and
// again after it was interrupted.
func Rekey(ctx context.Context, cfg config.Config, note func(what string, n int)) error {
	a, done, err := offline(ctx, cfg, time.Now)
	if err != nil {
		return err
	}
	defer done()
	if _, err := a.DB.Rekey(ctx, a.ring.Prefix(), func(table, column string, n int) { note(table+"."+column, n) }); err != nil {
		return err
	}
	n := 0
	err = a.DB.EachFile(ctx, func(key, ad string, still func() (bool, error)) error {
		did, err := a.rekeyFile(ctx, key, ad, still)
		if did {
			n++
		}
		return err
	})
	note("files", n)
	return err
}

// rekeyFile seals one file anew in its place. One that its row dropped meanwhile
// is not brought back.
func (a *App) rekeyFile(ctx context.Context, key, ad string, still func() (bool, error)) (bool, error) {
	old, err := a.blobs.Get(ctx, key)
	if errors.Is(err, blob.ErrNotFound) {
		return false, nil // replaced this moment, or lost: `verify-signatures` tells of those
	}
	if err != nil || a.ring.Fresh(old) {
		return false, err
	}
	plain, err := a.ring.Open(old, ad)
	if err != nil {
		return false, fmt.Errorf("opening a file: %w", err)
	}
	if err := a.files().Put(ctx, key, ad, plain); err != nil {
		return false, err
	}
	if there, err := still(); err != nil || there {
		return true, err
	}
	return false, a.blobs.Delete(ctx, key)
}
