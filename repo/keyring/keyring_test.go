package keyring_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"ruxue/repo/keyring"
)

func newRing(t *testing.T) *keyring.Ring {
	t.Helper()
	ks, err := keyring.Generate()
	if err != nil {
		t.Fatal(err)
	}
	r, err := keyring.New(ks, base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestASealedValueOpensOnlyInItsPlace(t *testing.T) {
	r := newRing(t)
	sealed, err := r.Seal([]byte("110101199001011237"), "person.id_cipher:a")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("110101")) {
		t.Fatal("the value is readable")
	}
	if got, err := r.Open(sealed, "person.id_cipher:a"); err != nil || string(got) != "110101199001011237" {
		t.Fatalf("Open = %q, %v", got, err)
	}
	if _, err := r.Open(sealed, "person.id_cipher:b"); err == nil {
		t.Fatal("a value moved to another row must not open")
	}
	if _, err := newRing(t).Open(sealed, "person.id_cipher:a"); err == nil {
		t.Fatal("another ring must not open it")
	}
}

func TestLookupSeparatesKinds(t *testing.T) {
	r := newRing(t)
	a, b := r.Lookup("phone", "13800000000"), r.Lookup("id", "13800000000")
	if bytes.Equal(a, b) || len(a) != 32 || !bytes.Equal(a, r.Lookup("phone", "13800000000")) {
		t.Fatal("look-ups must be stable, 32 bytes, and differ by kind")
	}
}

func TestBadKeysAreRefusedWithoutQuotingThem(t *testing.T) {
	ks, _ := keyring.Generate()
	for _, c := range []struct{ keyset, lookup string }{
		{"not json secretsecret", "AAAA"}, {ks, "c2VjcmV0"}, {ks, "%%secret"},
	} {
		_, err := keyring.New(c.keyset, c.lookup)
		if err == nil {
			t.Fatalf("accepted %q", c.lookup)
		}
		if strings.Contains(err.Error(), "secret") {
			t.Fatal("the error quotes a key")
		}
	}
}
