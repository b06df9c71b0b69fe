package simulator

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"sync"
)

// keyring holds the secrets of the simulated accounts.
type keyring struct {
	AppID, AppSecret, Token, EncodingAESKey string
	MchID, MchSerial, APIv3Key, PlatformID  string
	CloudID, CloudKey                       string
	merchant                                *rsa.PrivateKey // the product's: signs its requests and paySign
	platform                                *rsa.PrivateKey // WeChat Pay's public key mode
}

// newKeyring makes fresh secrets. The ids are fixed: they are no secrets, and
// a fixed app id keeps a product's rows readable over restarts.
func newKeyring() (keyring, error) {
	k := keyring{
		AppID: "wx5a1b2c3d4e5f6071", AppSecret: randomHex(16), Token: randomText(16), EncodingAESKey: randomText(43),
		MchID: "1900000109", MchSerial: strings.ToUpper(randomHex(20)), APIv3Key: randomText(32),
		PlatformID: "PUB_KEY_ID_0119000001092026010100000000001",
		CloudID:    "AKID" + randomText(32), CloudKey: randomText(32),
	}
	// A 43-character key carries 258 bits, and strict decoders want the last
	// two of them to be zero.
	k.EncodingAESKey = k.EncodingAESKey[:42] + "A"
	keys := make([]*rsa.PrivateKey, 2)
	errs := make([]error, len(keys))
	done := make(chan int)
	for i := range keys {
		go func() {
			keys[i], errs[i] = rsa.GenerateKey(rand.Reader, 2048)
			done <- i
		}()
	}
	for range keys {
		<-done
	}
	if err := errors.Join(errs...); err != nil {
		return k, fmt.Errorf("generating RSA keys: %w", err)
	}
	k.merchant, k.platform = keys[0], keys[1]
	return k, nil
}

// strangerKey is nobody's key, to forge callbacks with.
var strangerKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func privatePEM(key *rsa.PrivateKey) string {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return ""
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func publicPEM(key *rsa.PublicKey) string {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return ""
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func parsePrivatePEM(text string) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("no PEM block")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("reading a private key: %w", err)
	}
	rsaKey, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("not an RSA key")
	}
	return rsaKey, nil
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// randomText is n characters of letters and digits.
func randomText(n int) string {
	var b strings.Builder
	for range n {
		i, err := rand.Int(rand.Reader, big.NewInt(int64(len(letters))))
		if err != nil {
			panic(err) // crypto/rand does not fail on the systems Go supports
		}
		b.WriteByte(letters[i.Int64()])
	}
	return b.String()
}

// randomHex is 2n lower-case hex digits.
func randomHex(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// randomUUID is a version 4 UUID, the shape of a request id.
func randomUUID() string {
	b := make([]byte, 16)
	rand.Read(b)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
