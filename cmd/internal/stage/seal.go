package stage

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"ruxue/config"
)

// storedSeal returns a self-made institution's seal, kept beside the data that
// it sealed; nobody vouches for it, which is right for a demonstration.
func storedSeal(p Place) (config.Seal, error) {
	file := filepath.Join(p.Data, "seal.json")
	var s config.Seal
	if p.Keep {
		raw, err := os.ReadFile(file)
		if err == nil {
			return s, json.Unmarshal(raw, &s)
		}
		if !errors.Is(err, os.ErrNotExist) {
			return s, fmt.Errorf("reading the demonstration's seal: %w", err)
		}
	}
	s, err := newSeal()
	if err != nil || !p.Keep {
		return s, err
	}
	raw, err := json.Marshal(s)
	if err != nil {
		return s, fmt.Errorf("encoding the demonstration's seal: %w", err)
	}
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		return s, fmt.Errorf("keeping the demonstration's seal: %w", err)
	}
	return s, nil
}

func newSeal() (config.Seal, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return config.Seal{}, fmt.Errorf("making a seal: %w", err)
	}
	now := time.Now()
	c := &x509.Certificate{SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "样例电子印章（自制，仅供演示）"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(10, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		return config.Seal{}, fmt.Errorf("making a seal's certificate: %w", err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return config.Seal{}, fmt.Errorf("encoding a seal's key: %w", err)
	}
	return config.Seal{Certificate: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		PrivateKey: string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))}, nil
}
