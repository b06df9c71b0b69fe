// Package reference owns the names by which records are known outside: in addresses,
// messages and the keys of files. Internal ids never leave (design §3).
package reference

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
)

// New returns an outward reference: 16 random bytes in base64url, 22 characters.
func New() string {
	b := random()
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Key returns the part of a file's key that nobody can guess: 16 random bytes in
// hexadecimal. Stores ask that each part of a key begins with a letter or digit,
// which a reference need not.
func Key() string {
	b := random()
	return hex.EncodeToString(b[:])
}

func random() (b [16]byte) {
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return b
}
