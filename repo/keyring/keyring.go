// Package keyring owns the keys that protect personal data at rest: a Tink
// AEAD key set for sealing, and a separate key for equality look-ups.
package keyring

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Ring seals, opens and hashes. It is safe for concurrent use.
type Ring struct {
	aead   tink.AEAD
	lookup []byte
	prefix []byte // of what the key in use seals
}

// New reads a Tink JSON key set (as `ruxue keys` prints it) and a base64
// look-up key of at least 32 bytes. Its errors never quote the keys.
func New(keysetJSON, lookupKey string) (*Ring, error) {
	h, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewBufferString(keysetJSON)))
	if err != nil {
		return nil, errors.New("the key set is not a Tink JSON key set")
	}
	a, err := aead.New(h)
	if err != nil {
		return nil, errors.New("the key set holds no usable AEAD key")
	}
	key, err := base64.StdEncoding.DecodeString(lookupKey)
	if err != nil || len(key) < 32 {
		return nil, errors.New("the look-up key must be at least 32 bytes in base64")
	}
	return &Ring{aead: a, lookup: key, prefix: prefixOf(h)}, nil
}

// Generate returns a new AES-256-GCM key set in JSON.
func Generate() (string, error) {
	h, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return "", fmt.Errorf("generating a key: %w", err)
	}
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&b)); err != nil {
		return "", fmt.Errorf("writing the key set: %w", err)
	}
	return b.String(), nil
}

// Seal encrypts plain; ad binds the result to its place ("table.column:ref").
func (r *Ring) Seal(plain []byte, ad string) ([]byte, error) {
	out, err := r.aead.Encrypt(plain, []byte(ad))
	if err != nil {
		return nil, fmt.Errorf("sealing a value: %w", err)
	}
	return out, nil
}

// Open decrypts what Seal made with the same ad.
func (r *Ring) Open(sealed []byte, ad string) ([]byte, error) {
	out, err := r.aead.Decrypt(sealed, []byte(ad))
	if err != nil {
		return nil, fmt.Errorf("opening a sealed value: %w", err)
	}
	return out, nil
}

// Lookup returns the 32-byte HMAC-SHA256 of the value; kind separates the
// domains, so that a phone number and an ID number never share a hash.
func (r *Ring) Lookup(kind, value string) []byte {
	m := hmac.New(sha256.New, r.lookup)
	m.Write([]byte(kind))
	m.Write([]byte{0})
	m.Write([]byte(value))
	return m.Sum(nil)
}
