package simulator

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"time"
)

// certificate is one platform certificate, which old merchants verify with.
type certificate struct {
	Serial string    `json:"serial"` // 40 hex digits
	Text   string    `json:"text"`   // PEM
	Key    string    `json:"key"`    // PEM
	From   time.Time `json:"from"`
	Until  time.Time `json:"until"`

	key *rsa.PrivateKey
}

// Who signs callbacks to an old merchant: WeChat Pay moves a merchant to the
// public key gradually, and meanwhile callbacks are signed by either.
const (
	byCertificate = "certificate"
	byPublicKey   = "public_key"
	byEither      = "alternate"
)

// newCertificate makes a key and a certificate for it, good for five years.
func newCertificate(now time.Time) (*certificate, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("generating a platform key: %w", err)
	}
	c := &certificate{Serial: strings.ToUpper(randomHex(20)), Key: privatePEM(key), key: key,
		From: now.Add(-time.Hour).Truncate(time.Second), Until: now.AddDate(5, 0, 0).Truncate(time.Second)}
	n, _ := new(big.Int).SetString(c.Serial, 16)
	t := &x509.Certificate{
		SerialNumber: n, NotBefore: c.From, NotAfter: c.Until,
		Subject: pkix.Name{CommonName: "Tenpay.com sign", Organization: []string{"Tenpay.com"}, Country: []string{"CN"}},
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("making a platform certificate: %w", err)
	}
	c.Text = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return c, nil
}

// RotateCertificate brings a new platform certificate, which signs from now on;
// the older ones stay listed until RetireCertificates. It returns the serial.
func (s *Simulator) RotateCertificate() (string, error) {
	if !s.opt.PlatformCertificates {
		return "", errors.New("this merchant has no platform certificates")
	}
	c, err := newCertificate(s.now())
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pay.certificates = append(s.pay.certificates, c)
	s.saveLocked()
	return c.Serial, nil
}

// RetireCertificates takes every certificate but the newest off the list.
func (s *Simulator) RetireCertificates() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.pay.certificates); n > 1 {
		s.pay.certificates = s.pay.certificates[n-1:]
		s.saveLocked()
	}
}

// SignCallbacks says who signs an old merchant's callbacks: "certificate",
// "public_key", or "alternate", one after the other.
func (s *Simulator) SignCallbacks(by string) error {
	switch by {
	case byCertificate, byPublicKey, byEither:
	default:
		return fmt.Errorf("unknown signer %q", by)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pay.callbacksBy = by
	return nil
}

// callbackSigner is the key, and its serial, that signs the next callback.
func (s *Simulator) callbackSigner() (*rsa.PrivateKey, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pay.callbacks++
	public := s.pay.callbacksBy == byPublicKey || s.pay.callbacksBy == byEither && s.pay.callbacks%2 == 0
	if n := len(s.pay.certificates); n > 0 && !public {
		return s.pay.certificates[n-1].key, s.pay.certificates[n-1].Serial
	}
	return s.keys.platform, s.keys.PlatformID
}

// answerSigner is the key, and its serial, that signs the answer to a request
// which asks for a serial: an old merchant that doesn't ask for the public key
// gets the newest certificate's, whichever it asked for.
func (s *Simulator) answerSigner(wanted string) (*rsa.PrivateKey, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.pay.certificates); n > 0 && !strings.HasPrefix(wanted, "PUB_KEY_ID_") {
		return s.pay.certificates[n-1].key, s.pay.certificates[n-1].Serial
	}
	return s.keys.platform, s.keys.PlatformID
}

// certificateList is GET /v3/certificates: a merchant in public key mode has none.
func (s *Simulator) certificateList(*call) answer {
	if !s.opt.PlatformCertificates {
		return payError(http.StatusNotFound, "RESOURCE_NOT_EXISTS", "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。可查看指引https://pay.weixin.qq.com/doc/v3/merchant/4012153196")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	data := []any{}
	for _, c := range s.pay.certificates {
		sealed, nonce, err := s.keys.sealV3([]byte(c.Text), "certificate")
		if err != nil {
			return payError(http.StatusInternalServerError, "SYSTEM_ERROR", "系统异常")
		}
		data = append(data, map[string]any{
			"serial_no": c.Serial, "effective_time": stamp(c.From), "expire_time": stamp(c.Until),
			"encrypt_certificate": map[string]any{
				"algorithm": "AEAD_AES_256_GCM", "nonce": nonce, "associated_data": "certificate", "ciphertext": sealed,
			},
		})
	}
	return jsonAnswer(http.StatusOK, map[string]any{"data": data})
}

// restoreCertificates takes the stored certificates, or makes the first one.
func (s *Simulator) restoreCertificates(stored []*certificate) error {
	if !s.opt.PlatformCertificates {
		return nil
	}
	s.pay.certificates = stored
	for _, c := range stored {
		var err error
		if c.key, err = parsePrivatePEM(c.Key); err != nil {
			return err
		}
	}
	if len(stored) > 0 {
		return nil
	}
	c, err := newCertificate(s.now())
	if err != nil {
		return err
	}
	s.pay.certificates = []*certificate{c}
	return s.save()
}

// controlCertificates is POST /_sim/certificates.
func (s *Simulator) controlCertificates(in struct {
	Action    string `json:"action"`    // rotate or retire
	Callbacks string `json:"callbacks"` // who signs them
}) (any, error) {
	if in.Callbacks != "" {
		if err := s.SignCallbacks(in.Callbacks); err != nil {
			return nil, err
		}
	}
	switch in.Action {
	case "":
	case "rotate":
		serial, err := s.RotateCertificate()
		return map[string]any{"serial": serial}, err
	case "retire":
		s.RetireCertificates()
	default:
		return nil, fmt.Errorf("unknown action %q", in.Action)
	}
	return fine, nil
}
