package repotest

import (
	"bytes"
	"encoding/base64"
	"testing"

	"ruxue/repo/keyring"
)

// Ring returns the keys of an installation of its own.
func Ring(t testing.TB) *keyring.Ring {
	t.Helper()
	keys, err := keyring.Generate()
	if err != nil {
		t.Fatal(err)
	}
	r, err := keyring.New(keys, base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}
