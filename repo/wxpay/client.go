// Package wxpay speaks WeChat Pay APIv3 for one merchant, in public key mode:
// prepay (JSAPI, Native), query, close, refunds, the cashier's signature and
// callbacks. It classifies every failure as payment.Outcome and lets nothing
// raw of the SDK's errors out, which print whole requests.
package wxpay

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
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
	PublicKeyID      string // PUB_KEY_ID_…
	PublicKeyPEM     string
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
	if cfg.AppID == "" || cfg.MchID == "" || cfg.MchSerial == "" || cfg.PublicKeyID == "" {
		return nil, errors.New("WeChat Pay needs app id, merchant id, certificate serial and public key id")
	}
	private, err := utils.LoadPrivateKey(cfg.MchPrivateKeyPEM)
	if err != nil {
		return nil, errors.New("the merchant's private key is not a PKCS #8 PEM")
	}
	public, err := utils.LoadPublicKey(cfg.PublicKeyPEM)
	if err != nil {
		return nil, errors.New("WeChat Pay's public key is not a PEM")
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
	c, err := core.NewClient(ctx,
		option.WithWechatPayPublicKeyAuthCipher(cfg.MchID, cfg.MchSerial, private, cfg.PublicKeyID, public),
		option.WithHTTPClient(httpClient(base, cfg.Timeout)))
	if err != nil {
		return nil, errors.New("WeChat Pay's client refuses the configuration")
	}
	verifier := verifiers.NewSHA256WithRSAPubkeyVerifier(cfg.PublicKeyID, *public)
	return &Client{cfg: cfg, core: c, aead: aead, incoming: validators.NewWechatPayNotifyValidator(verifier)}, nil
}

// httpClient never follows a redirect: the Authorization header is for one
// request only.
func httpClient(base *url.URL, timeout time.Duration) *http.Client {
	inner := http.DefaultTransport.(*http.Transport).Clone()
	inner.MaxIdleConnsPerHost = 32
	return &http.Client{Timeout: timeout, Transport: &transport{base: base, inner: inner},
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
