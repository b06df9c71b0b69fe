package evidence

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
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
	var err error
	if s.chain, err = Certificates(certificatePEM); err != nil {
		return nil, err
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

// Certificates reads PEM certificates in their order, none of an empty text.
func Certificates(text string) ([]*x509.Certificate, error) {
	var out []*x509.Certificate
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return out, nil
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("reading the seal's certificate: %w", err)
		}
		out = append(out, c)
	}
}

// Certificate is the institution's own certificate.
func (s *Seal) Certificate() *x509.Certificate { return s.chain[0] }

// Sign returns the institution's signature over the SHA-256 of text: ECDSA, or
// RSA with PKCS #1 v1.5.
func (s *Seal) Sign(text []byte) ([]byte, error) {
	digest := sha256.Sum256(text)
	out, err := s.signer.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("signing with the seal: %w", err)
	}
	return out, nil
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
