package keyring

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/core/cryptofmt"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// prefixOf is what every value begins with that the key set seals.
func prefixOf(h *keyset.Handle) []byte {
	return binary.BigEndian.AppendUint32([]byte{cryptofmt.TinkStartByte}, h.KeysetInfo().GetPrimaryKeyId())
}

// Fresh reports whether the value was sealed by the key that seals now.
func (r *Ring) Fresh(sealed []byte) bool { return bytes.HasPrefix(sealed, r.prefix) }

// Prefix is what Fresh looks for, of 5 bytes.
func (r *Ring) Prefix() []byte { return bytes.Clone(r.prefix) }

// Renew returns the key set with a new key that seals from now on; the others
// still open what they sealed.
func Renew(keysetJSON string) (string, error) {
	return edit(keysetJSON, func(m *keyset.Manager, _ *keyset.Handle) error {
		id, err := m.Add(aead.AES256GCMKeyTemplate())
		if err != nil {
			return fmt.Errorf("adding a key: %w", err)
		}
		return m.SetPrimary(id)
	})
}

// Retire returns the key set with the key that seals and no other: what others
// sealed opens no more.
func Retire(keysetJSON string) (string, error) {
	return edit(keysetJSON, func(m *keyset.Manager, h *keyset.Handle) error {
		info := h.KeysetInfo()
		for _, k := range info.GetKeyInfo() {
			if k.GetKeyId() == info.GetPrimaryKeyId() {
				continue
			}
			if err := m.Delete(k.GetKeyId()); err != nil {
				return fmt.Errorf("removing a key: %w", err)
			}
		}
		return nil
	})
}

func edit(keysetJSON string, change func(*keyset.Manager, *keyset.Handle) error) (string, error) {
	h, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewBufferString(keysetJSON)))
	if err != nil {
		return "", errors.New("the key set is not a Tink JSON key set")
	}
	m := keyset.NewManagerFromHandle(h)
	if err := change(m, h); err != nil {
		return "", err
	}
	if h, err = m.Handle(); err != nil {
		return "", fmt.Errorf("making the key set: %w", err)
	}
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&b)); err != nil {
		return "", fmt.Errorf("writing the key set: %w", err)
	}
	return b.String(), nil
}
