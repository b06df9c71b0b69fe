// Package wxpay speaks WeChat Pay APIv3 for one merchant: prepay (JSAPI,
// Native), query, close, refunds, bills, the cashier's signature and callbacks.
// What WeChat Pay says is verified with its public key, with its platform
// certificates, or, while a merchant moves from these to that, with either.
// The package classifies every failure as payment.Outcome and lets nothing
// raw of the SDK's errors out, which print whole requests.
package wxpay

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/validators"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/verifiers"
	"github.com/wechatpay-apiv3/wechatpay-go/core/consts"
	"github.com/wechatpay-apiv3/wechatpay-go/core/option"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"

	"ruxue/service/payment"
)

// Config is the merchant's account. Keys are PEM.
type Config struct {
	AppID, MchID     string
	MchSerial        string // of the merchant's API certificate
	MchPrivateKeyPEM string
	APIv3Key         string // 32 bytes
	PublicKeyID      string // PUB_KEY_ID_…; "" verifies by certificates alone
	PublicKeyPEM     string
	// PlatformCertificates accepts what is signed by a platform certificate,
	// beside the public key if there is one; they are downloaded and renewed.
	PlatformCertificates bool
	// BaseURL is where WeChat Pay is, scheme and host; https://api.mch.weixin.qq.com
	// when empty.
	BaseURL string
	// NotifyURL is given with refunds, so that their fate is called back too;
	// "" leaves that to the merchant platform's setting and the worker.
	NotifyURL string
	// Timeout bounds one call; 5 s when 0.
	Timeout time.Duration
}

// Client is the merchant's access. It is safe for concurrent use.
type Client struct {
	cfg      Config
	core     *core.Client
	certs    *certificates // nil without platform certificates
	trusting *core.Client  // verifies no answer: for lists and files that prove themselves
	files    *core.Client  // takes bills, which are larger than answers
	incoming *validators.WechatPayNotifyValidator
	aead     cipher.AEAD
}

var _ payment.Gateway = (*Client)(nil)

// New returns a client. It does no network I/O. Its errors never quote a key.
func New(ctx context.Context, cfg Config) (*Client, error) {
	if cfg.BaseURL == "" {
		cfg.BaseURL = consts.WechatPayAPIServer
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 5 * time.Second
	}
	base, err := url.Parse(cfg.BaseURL)
	if err != nil || base.Host == "" || (base.Path != "" && base.Path != "/") {
		return nil, errors.New("WeChat Pay's base address must be a scheme and a host")
	}
	if cfg.AppID == "" || cfg.MchID == "" || cfg.MchSerial == "" {
		return nil, errors.New("WeChat Pay needs app id, merchant id and certificate serial")
	}
	private, err := utils.LoadPrivateKey(cfg.MchPrivateKeyPEM)
	if err != nil {
		return nil, errors.New("the merchant's private key is not a PKCS #8 PEM")
	}
	if len(cfg.APIv3Key) != 32 {
		return nil, errors.New("the APIv3 key must have 32 bytes")
	}
	block, err := aes.NewCipher([]byte(cfg.APIv3Key))
	if err != nil {
		return nil, errors.New("the APIv3 key can't be used")
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, errors.New("the APIv3 key can't be used")
	}
	c := &Client{cfg: cfg, aead: aead}
	account := option.WithMerchantCredential(cfg.MchID, cfg.MchSerial, private)
	transport := option.WithHTTPClient(httpClient(base, cfg.Timeout, maxAnswer))
	if c.files, err = core.NewClient(ctx, account, option.WithoutValidator(), option.WithHTTPClient(httpClient(base, billTimeout, maxBill+1))); err != nil {
		return nil, errors.New("WeChat Pay's client refuses the configuration")
	}
	if c.trusting, err = core.NewClient(ctx, account, option.WithoutValidator(), transport); err != nil {
		return nil, errors.New("WeChat Pay's client refuses the configuration")
	}
	verifier, err := c.verifier()
	if err != nil {
		return nil, err
	}
	if c.core, err = core.NewClient(ctx, account, option.WithVerifier(verifier), transport); err != nil {
		return nil, errors.New("WeChat Pay's client refuses the configuration")
	}
	c.incoming = validators.NewWechatPayNotifyValidator(verifier)
	return c, nil
}

// verifier is how WeChat Pay's signatures are checked, by the configuration.
func (c *Client) verifier() (auth.Verifier, error) {
	var public *rsa.PublicKey
	if c.cfg.PublicKeyID != "" || c.cfg.PublicKeyPEM != "" {
		var err error
		if public, err = utils.LoadPublicKey(c.cfg.PublicKeyPEM); err != nil || c.cfg.PublicKeyID == "" {
			return nil, errors.New("WeChat Pay's public key is not a PEM, or has no id")
		}
	}
	if c.cfg.PlatformCertificates {
		c.certs = newCertificates(c.trusting, c.cfg.APIv3Key, time.Now)
	}
	switch {
	case public != nil && c.certs != nil:
		return verifiers.NewSHA256WithRSACombinedVerifier(c.certs, c.cfg.PublicKeyID, *public), nil
	case public != nil:
		return verifiers.NewSHA256WithRSAPubkeyVerifier(c.cfg.PublicKeyID, *public), nil
	case c.certs != nil:
		return verifiers.NewSHA256WithRSAVerifier(c.certs), nil
	}
	return nil, errors.New("WeChat Pay needs its public key or platform certificates")
}

// Run renews the platform certificates until ctx ends, and returns at once
// when there are none to renew. failed hears of every failure.
func (c *Client) Run(ctx context.Context, failed func(error)) {
	if c.certs != nil {
		c.certs.run(ctx, failed)
	}
}

// httpClient never follows a redirect: the Authorization header is for one
// request only.
func httpClient(base *url.URL, timeout time.Duration, limit int64) *http.Client {
	inner := http.DefaultTransport.(*http.Transport).Clone()
	inner.MaxIdleConnsPerHost = 32
	return &http.Client{Timeout: timeout, Transport: &transport{base: base, inner: inner, limit: limit},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// Sign implements payment.Gateway: the parameters of getBrandWCPayRequest.
func (c *Client) Sign(ctx context.Context, appID, prepayID string) (map[string]string, error) {
	nonce, err := utils.GenerateNonce()
	if err != nil {
		return nil, fmt.Errorf("making a nonce: %w", err)
	}
	at, pack := strconv.FormatInt(time.Now().Unix(), 10), "prepay_id="+prepayID
	sig, err := c.core.Sign(ctx, appID+"\n"+at+"\n"+nonce+"\n"+pack+"\n")
	if err != nil {
		return nil, errors.New("signing for the cashier failed")
	}
	return map[string]string{"appId": appID, "timeStamp": at, "nonceStr": nonce, "package": pack,
		"signType": "RSA", "paySign": sig.Signature}, nil
}
