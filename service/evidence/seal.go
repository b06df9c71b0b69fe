package evidence

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"github.com/digitorus/pdf"
	"github.com/digitorus/pdfsign/sign"
)

// Seal is the institution's key with its certificate.
type Seal struct {
	signer crypto.Signer
	chain  []*x509.Certificate // the institution's first
}

// NewSeal reads a certificate (with those above it, if any) and its private key
// (RSA or ECDSA), all PEM. Errors never repeat the key.
func NewSeal(certificatePEM, keyPEM string) (*Seal, error) {
	var s Seal
	for rest := []byte(certificatePEM); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("reading the seal's certificate: %w", err)
		}
		s.chain = append(s.chain, c)
	}
	if len(s.chain) == 0 {
		return nil, errors.New("reading the seal's certificate: it is no PEM")
	}
	block, _ := pem.Decode([]byte(keyPEM))
	if block == nil {
		return nil, errors.New("reading the seal's key: it is no PEM")
	}
	key, err := parseKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	public, ok := s.chain[0].PublicKey.(interface{ Equal(x crypto.PublicKey) bool })
	if !ok || !public.Equal(key.Public()) {
		return nil, errors.New("reading the seal: the key is not that of the certificate")
	}
	s.signer = key
	return &s, nil
}

func parseKey(der []byte) (crypto.Signer, error) {
	if k, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		if s, ok := k.(crypto.Signer); ok {
			return s, nil
		}
	}
	if k, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return k, nil
	}
	if k, err := x509.ParseECPrivateKey(der); err == nil {
		return k, nil
	}
	return nil, errors.New("reading the seal's key: it is no RSA or ECDSA key")
}

// Apply returns the PDF with the institution's signature over all of it, which
// allows no change afterwards.
func (s *Seal) Apply(file []byte, at time.Time) ([]byte, error) {
	r, err := pdf.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, fmt.Errorf("reading the PDF to be sealed: %w", err)
	}
	var out bytes.Buffer
	err = sign.Sign(bytes.NewReader(file), &out, r, int64(len(file)), sign.SignData{
		Signature: sign.SignDataSignature{
			CertType: sign.CertificationSignature, DocMDPPerm: sign.DoNotAllowAnyChangesPerms,
			// ASCII only: the library does not escape what UTF-16 may hold.
			Info: sign.SignDataSignatureInfo{Reason: "Evidence of a signature", Date: at},
		},
		Signer: s.signer, DigestAlgorithm: crypto.SHA256, Certificate: s.chain[0],
		CertificateChains: [][]*x509.Certificate{s.chain},
	})
	if err != nil {
		return nil, fmt.Errorf("sealing the PDF: %w", err)
	}
	return out.Bytes(), nil
}
