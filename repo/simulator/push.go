package simulator

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// sha1Of is WeChat's signature: the sorted parts, joined, in SHA-1.
func sha1Of(parts ...string) string {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

// aesKey is the 32-byte key behind the 43-character EncodingAESKey.
func (k keyring) aesKey() ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(k.EncodingAESKey + "=")
	if err != nil {
		return nil, fmt.Errorf("decoding the AES key: %w", err)
	}
	return key, nil
}

// seal encrypts a message for the product: 16 random bytes, length, message,
// app id, padded to 32 and in AES-CBC under the key's first 16 bytes.
func (k keyring) seal(message []byte) (string, error) {
	key, err := k.aesKey()
	if err != nil {
		return "", err
	}
	plain := make([]byte, 20, 64+len(message))
	rand.Read(plain[:16])
	binary.BigEndian.PutUint32(plain[16:], uint32(len(message)))
	plain = append(append(plain, message...), k.AppID...)
	pad := 32 - len(plain)%32
	plain = append(plain, bytes.Repeat([]byte{byte(pad)}, pad)...)
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", fmt.Errorf("making the cipher: %w", err)
	}
	cipher.NewCBCEncrypter(block, key[:16]).CryptBlocks(plain, plain)
	return base64.StdEncoding.EncodeToString(plain), nil
}

// open decrypts what the product answered.
func (k keyring) open(sealed string) ([]byte, error) {
	key, err := k.aesKey()
	if err != nil {
		return nil, err
	}
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(raw) < 32 || len(raw)%16 != 0 {
		return nil, errors.New("sealed answer of a wrong size")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("making the cipher: %w", err)
	}
	cipher.NewCBCDecrypter(block, key[:16]).CryptBlocks(raw, raw)
	n := int(binary.BigEndian.Uint32(raw[16:20]))
	if n < 0 || 20+n > len(raw) {
		return nil, errors.New("sealed answer of a wrong length")
	}
	return raw[20 : 20+n], nil
}

// pushURL is the product's message address with WeChat's signed query.
func (s *Simulator) pushURL(e Event, sealed string) string {
	stamp, nonce := itoa(s.now().Unix()-e.Age), randomText(10)
	q := url.Values{"timestamp": {stamp}, "nonce": {nonce}, "openid": {e.OpenID}}
	signature := sha1Of(s.keys.Token, stamp, nonce)
	if e.Forge == "signature" {
		signature = strings.Repeat("0", 40)
	}
	q.Set("signature", signature)
	if sealed != "" {
		q.Set("encrypt_type", "aes")
		m := sha1Of(s.keys.Token, stamp, nonce, sealed)
		if e.Forge == "signature" {
			m = strings.Repeat("0", 40)
		}
		q.Set("msg_signature", m)
	}
	return s.productURL() + s.opt.PushPath + "?" + q.Encode()
}

// sealedXML is the envelope of safe mode, in both directions.
type sealedXML struct {
	XMLName xml.Name `xml:"xml"`
	To      string   `xml:"ToUserName,omitempty"`
	Encrypt string   `xml:"Encrypt"`
}

// post sends one message to the product once and returns status and answer.
func (s *Simulator) post(e Event, message []byte) (int, []byte, error) {
	body, sealed := message, ""
	if e.Forge != "plain" {
		var err error
		if sealed, err = s.keys.seal(message); err != nil {
			return 0, nil, err
		}
		if body, err = xml.Marshal(sealedXML{To: accountID, Encrypt: sealed}); err != nil {
			return 0, nil, fmt.Errorf("wrapping a push: %w", err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.opt.PushTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.pushURL(e, sealed), bytes.NewReader(body))
	if err != nil {
		return 0, nil, fmt.Errorf("making a push: %w", err)
	}
	req.Header.Set("Content-Type", "text/xml")
	req.Header.Set("User-Agent", "Mozilla/4.0")
	return s.do(req)
}

// do sends a request and reads at most 64 KiB of the answer.
func (s *Simulator) do(req *http.Request) (int, []byte, error) {
	res, err := s.client.Do(req)
	if err != nil {
		return 0, nil, fmt.Errorf("calling the product: %w", err)
	}
	defer res.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(http.MaxBytesReader(nil, res.Body, 64<<10)); err != nil {
		return res.StatusCode, nil, fmt.Errorf("reading the product's answer: %w", err)
	}
	return res.StatusCode, b.Bytes(), nil
}
