package keyring_test

import (
	"encoding/base64"
	"testing"

	"ruxue/repo/keyring"
)

// TestKeysAreRenewedAndRetired: a renewed set opens the old and seals anew, a
// retired one opens what was sealed since alone.
func TestKeysAreRenewedAndRetired(t *testing.T) {
	lookup := base64.StdEncoding.EncodeToString(make([]byte, 32))
	must := func(s string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	ring := func(keyset string) *keyring.Ring {
		t.Helper()
		r, err := keyring.New(keyset, lookup)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := must(keyring.Generate())
	second := must(keyring.Renew(first))
	before, after, last := ring(first), ring(second), ring(must(keyring.Retire(second)))
	old, err := before.Seal([]byte("x"), "ad")
	if err != nil || !before.Fresh(old) || after.Fresh(old) || len(after.Prefix()) != 5 {
		t.Fatalf("%v %v %v", err, before.Fresh(old), after.Fresh(old))
	}
	if p, err := after.Open(old, "ad"); err != nil || string(p) != "x" {
		t.Error(err)
	}
	fresh, err := after.Seal([]byte("y"), "ad")
	if err != nil || !after.Fresh(fresh) || !last.Fresh(fresh) {
		t.Error(err)
	}
	if p, err := last.Open(fresh, "ad"); err != nil || string(p) != "y" {
		t.Error(err)
	}
	if _, err := last.Open(old, "ad"); err == nil {
		t.Error("a retired key still opens")
	}
	if string(before.Lookup("phone", "1")) != string(last.Lookup("phone", "1")) {
		t.Error("the look-up changed with the keys")
	}
	for _, bad := range []string{"", "{}", "x"} {
		if _, err := keyring.Renew(bad); err == nil {
			t.Errorf("%q was renewed", bad)
		}
	}
}
