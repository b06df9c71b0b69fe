// Package wechat speaks with the Official Account platform: web OAuth, template
// messages, menu, QR codes and the messages that WeChat pushes. It is the only
// package that knows silenceper/wechat.
package wechat

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/credential"
	"github.com/silenceper/wechat/v2/officialaccount"
	"github.com/silenceper/wechat/v2/officialaccount/config"
	"github.com/silenceper/wechat/v2/officialaccount/oauth"
	"github.com/silenceper/wechat/v2/util"
)

// Config is one Official Account.
type Config struct {
	AppID          string
	AppSecret      string
	Token          string // of the message push
	EncodingAESKey string // 43 characters; "" takes pushes in plain mode
	APIBase        string // default https://api.weixin.qq.com
	OpenBase       string // default https://open.weixin.qq.com: where browsers authorize
	MPBase         string // default https://mp.weixin.qq.com: pictures of QR codes
	Timeout        time.Duration
	Now            func() time.Time // default time.Now
}

// Cache keeps the access token for all replicas. Get returns an untyped nil on
// a miss and a string on a hit.
type Cache interface {
	cache.Cache
	// DeleteIf removes the key only while it holds the value, atomically: a
	// token that another replica has renewed meanwhile must stay.
	DeleteIf(key, value string) error
}

// Client is one account. It is safe for concurrent use.
type Client struct {
	cfg   Config
	api   *url.URL
	cache Cache
	oa    *officialaccount.OfficialAccount
	oauth *oauth.Oauth
}

// New returns a client. It calls nobody.
func New(cfg Config, cache Cache) (*Client, error) {
	for _, d := range []struct {
		field *string
		base  string
	}{
		{&cfg.APIBase, "https://api.weixin.qq.com"},
		{&cfg.OpenBase, "https://open.weixin.qq.com"},
		{&cfg.MPBase, "https://mp.weixin.qq.com"},
	} {
		if *d.field == "" {
			*d.field = d.base
		}
		*d.field = strings.TrimRight(*d.field, "/")
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 10 * time.Second
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.AppID == "" || cfg.AppSecret == "" {
		return nil, errors.New("wechat: app id and app secret must be set")
	}
	if n := len(cfg.EncodingAESKey); n != 0 && n != 43 {
		return nil, fmt.Errorf("wechat: the encoding AES key has %d characters, not 43", n)
	}
	api, err := url.Parse(cfg.APIBase)
	if err != nil || api.Host == "" {
		return nil, errors.New("wechat: the API base is not an absolute address")
	}
	useOneHTTPClient()
	oa := officialaccount.NewOfficialAccount(&config.Config{
		AppID: cfg.AppID, AppSecret: cfg.AppSecret, Token: cfg.Token, EncodingAESKey: cfg.EncodingAESKey,
		Cache: cache, UseStableAK: true, // a plain token would be invalidated by every other replica
	})
	// The lazy getters race, so the one that is used is called here.
	return &Client{cfg: cfg, api: api, cache: cache, oa: oa, oauth: oa.GetOauth()}, nil
}

// AppID returns the account's id.
func (c *Client) AppID() string { return c.cfg.AppID }

// tokenKey is where the SDK keeps the stable access token.
func (c *Client) tokenKey() string {
	return credential.CacheKeyOfficialAccountPrefix + "_stable_access_token_" + c.cfg.AppID
}

// within bounds a call in time and tells the shared HTTP client which base it
// goes to.
func (c *Client) within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithValue(ctx, baseKey{}, c.api), c.cfg.Timeout)
}

type baseKey struct{}

var setHTTPClient sync.Once

// useOneHTTPClient replaces the SDK's process-global client, which has neither
// timeout nor a configurable address. It happens once, before anything is
// served; every request carries its own base in its context, so several clients
// with different bases live side by side in one process.
func useOneHTTPClient() {
	setHTTPClient.Do(func() {
		next := http.DefaultTransport.(*http.Transport).Clone()
		next.MaxIdleConnsPerHost = 16
		util.DefaultHTTPClient = &http.Client{
			Timeout:   30 * time.Second, // each client's own timeout is shorter
			Transport: rebase{next},
			// An API never redirects; following would carry the secret elsewhere.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	})
}

// rebase sends a request to the scheme and host of its context's base.
type rebase struct{ next http.RoundTripper }

func (t rebase) RoundTrip(r *http.Request) (*http.Response, error) {
	base, ok := r.Context().Value(baseKey{}).(*url.URL)
	if !ok {
		return nil, errors.New("a call without a base address")
	}
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host, r.Host = base.Scheme, base.Host, base.Host
	r.URL.Path = strings.TrimRight(base.Path, "/") + r.URL.Path
	return t.next.RoundTrip(r)
}
