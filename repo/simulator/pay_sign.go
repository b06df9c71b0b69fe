package simulator

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

var authPart = regexp.MustCompile(`(\w+)="([^"]*)"`)

// verifyRequest checks a merchant's Authorization header over the raw request;
// "" is good, else the reason. Tolerance is five minutes.
func (s *Simulator) verifyRequest(c *call) string {
	head := c.r.Header.Get("Authorization")
	scheme, rest, _ := strings.Cut(head, " ")
	if head == "" {
		return "Http头Authorization缺失"
	}
	if scheme != "WECHATPAY2-SHA256-RSA2048" {
		return "Http头Authorization认证类型不正确"
	}
	part := map[string]string{}
	for _, m := range authPart.FindAllStringSubmatch(rest, -1) {
		part[m[1]] = m[2]
	}
	at, err := strconv.ParseInt(part["timestamp"], 10, 64)
	switch {
	case err != nil || part["nonce_str"] == "" || part["signature"] == "":
		return "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》"
	case part["mchid"] != s.keys.MchID:
		return "商户号不存在或与签名不一致"
	case part["serial_no"] != s.keys.MchSerial:
		return "商户证书序列号有误"
	}
	if age := s.now().Unix() - at; age > 300 || age < -300 {
		return "签名时间戳与当前时间相差过大"
	}
	message := fmt.Sprintf("%s\n%s\n%s\n%s\n%s\n", c.r.Method, c.r.URL.RequestURI(), part["timestamp"], part["nonce_str"], c.body)
	if !verifyRSA(&s.keys.merchant.PublicKey, message, part["signature"]) {
		return "错误的签名，验签失败"
	}
	return ""
}

func verifyRSA(key *rsa.PublicKey, message, signature string) bool {
	raw, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		return false
	}
	sum := sha256.Sum256([]byte(message))
	return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], raw) == nil
}

func signRSA(key *rsa.PrivateKey, message string) (string, error) {
	sum := sha256.Sum256([]byte(message))
	raw, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		return "", fmt.Errorf("signing: %w", err)
	}
	return base64.StdEncoding.EncodeToString(raw), nil
}

// signed lets h see verified requests alone.
func (s *Simulator) signed(h handlerFunc) handlerFunc {
	return func(c *call) answer {
		if why := s.verifyRequest(c); why != "" {
			return payError(http.StatusUnauthorized, "SIGN_ERROR", why)
		}
		if a := c.r.Header.Get("Accept"); a != "" && !strings.Contains(a, "json") && !strings.Contains(a, "*/*") {
			return payError(http.StatusNotAcceptable, "INVALID_REQUEST", "Http头Accept不支持")
		}
		return h(c)
	}
}

// signAnswer adds the Wechatpay-* headers to a 2xx answer, an empty 204 too.
// An old merchant that doesn't name the public key gets the certificate's.
func (s *Simulator) signAnswer(c *call, a *answer) {
	if a.header == nil {
		a.header = http.Header{}
	}
	a.header.Set("Request-ID", strings.ToUpper(randomHex(16)))
	if a.status/100 != 2 {
		return
	}
	key, serial := s.answerSigner(c.r.Header.Get("Wechatpay-Serial"))
	if err := s.signHeaders(a.header, a.body, key, serial, ""); err != nil {
		s.log.Error("answer not signed", "error", err)
	}
}

// signHeaders signs body as WeChat Pay does. prefix spoils the signature, as
// the probes of WECHATPAY/SIGNTEST/ do.
func (s *Simulator) signHeaders(h http.Header, body []byte, key *rsa.PrivateKey, serial, prefix string) error {
	at, nonce := itoa(s.now().Unix()), randomText(32)
	signature, err := signRSA(key, fmt.Sprintf("%s\n%s\n%s\n", at, nonce, body))
	if err != nil {
		return err
	}
	h.Set("Wechatpay-Timestamp", at)
	h.Set("Wechatpay-Nonce", nonce)
	h.Set("Wechatpay-Serial", serial)
	h.Set("Wechatpay-Signature", prefix+signature)
	h.Set("Wechatpay-Signature-Type", "WECHATPAY2-SHA256-RSA2048")
	return nil
}

// sealV3 encrypts with the APIv3 key; the nonce has 12 characters.
func (k keyring) sealV3(plain []byte, associated string) (sealed, nonce string, err error) {
	block, err := aes.NewCipher([]byte(k.APIv3Key))
	if err != nil {
		return "", "", fmt.Errorf("making the cipher: %w", err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return "", "", fmt.Errorf("making the cipher: %w", err)
	}
	nonce = randomText(gcm.NonceSize())
	return base64.StdEncoding.EncodeToString(gcm.Seal(nil, []byte(nonce), plain, []byte(associated))), nonce, nil
}

func randomNumber(below int64) int64 {
	n, err := rand.Int(rand.Reader, big.NewInt(below))
	if err != nil {
		return 0
	}
	return n.Int64()
}
