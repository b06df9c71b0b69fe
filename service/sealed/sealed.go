// Package sealed owns how files of personal data are kept: nothing reaches the
// store before it is sealed, and each file is bound to the record that it is of,
// so that one put in another's place does not open.
package sealed

import (
	"context"
	"fmt"
)

// Store keeps bytes under keys. Its errors say what was being done.
type Store interface {
	Put(ctx context.Context, key string, data []byte) error
	Get(ctx context.Context, key string) ([]byte, error)
	Delete(ctx context.Context, key string) error
}

// Cipher seals bytes; ad is the associated data that they open with.
type Cipher interface {
	Seal(plain []byte, ad string) ([]byte, error)
	Open(sealed []byte, ad string) ([]byte, error)
}

// Files are the files of a domain. An ad is such as "table.column:reference" and
// never changes for a file: it would not open any more.
type Files struct {
	Store  Store
	Cipher Cipher
}

// Put keeps data under key, in place of what was there.
func (f Files) Put(ctx context.Context, key, ad string, data []byte) error {
	sealed, err := f.Cipher.Seal(data, ad)
	if err != nil {
		return fmt.Errorf("sealing a file: %w", err)
	}
	return f.Store.Put(ctx, key, sealed)
}

// Get returns what was put under key with the same ad. A file that is not there
// is the store's error: a record named it, so it is no fault of a person's.
func (f Files) Get(ctx context.Context, key, ad string) ([]byte, error) {
	sealed, err := f.Store.Get(ctx, key)
	if err != nil {
		return nil, err
	}
	data, err := f.Cipher.Open(sealed, ad)
	if err != nil {
		return nil, fmt.Errorf("opening a sealed file: %w", err)
	}
	return data, nil
}

// Delete removes what is under key, if anything is.
func (f Files) Delete(ctx context.Context, key string) error { return f.Store.Delete(ctx, key) }

// purgeBatch is how many old files Purge looks at in one go.
const purgeBatch = 200

// Purge removes files whose time is over and returns how many: list gives the
// next records, at most limit, of tells a record's key and reference, forget
// notes that its file is gone. What cannot be removed ends it, so that the
// operator learns of it.
func Purge[R any](ctx context.Context, f Files, list func(limit int) ([]R, error), of func(r R) (key, ref string), forget func(ctx context.Context, ref string) error) (n int, err error) {
	for {
		old, err := list(purgeBatch)
		if err != nil {
			return n, fmt.Errorf("listing old files: %w", err)
		}
		for _, r := range old {
			key, ref := of(r)
			if err := f.Delete(ctx, key); err != nil {
				return n, fmt.Errorf("removing an old file: %w", err)
			}
			if err := forget(ctx, ref); err != nil {
				return n, fmt.Errorf("noting a removed file: %w", err)
			}
			n++
		}
		if len(old) < purgeBatch {
			return n, nil
		}
	}
}
