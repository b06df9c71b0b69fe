//go:build !unix

package local

import (
	"errors"
	"os"
)

// lockFile holds the file open under a name that may exist only once. Where
// there is no flock a crash leaves the file behind, and the operator removes it.
func lockFile(path string) (release func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil, ErrBusy
	}
	if err != nil {
		return nil, err
	}
	return func() { _ = f.Close(); _ = os.Remove(path) }, nil
}
