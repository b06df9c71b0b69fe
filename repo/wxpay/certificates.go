package wxpay

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/downloader"
)

const (
	// certificatesEvery is how often the list is fetched; WeChat Pay asks for
	// less than 12 h, and publishes a new one days before it signs with it.
	certificatesEvery = 11 * time.Hour
	// certificatesAgain is the pause after a failed fetch of the worker.
	certificatesAgain = time.Minute
	// strangersEvery bounds the fetches that unknown serials cause, so that a
	// forger can't make us ask WeChat Pay for each of his callbacks. It is
	// shorter than WeChat Pay's first pause before it repeats a callback (15 s).
	strangersEvery = 10 * time.Second
)

// serialNumber is the shape of a platform certificate's serial.
var serialNumber = regexp.MustCompile(`^[0-9A-F]{32,64}$`)

// certificates are WeChat Pay's platform certificates, fetched when first
// needed, when a serial is unknown, and regularly by run. It is the SDK's
// CertificateGetter. What it holds was encrypted with the APIv3 key, which is
// what proves it; nothing else about the answer is trusted.
type certificates struct {
	fetch func(ctx context.Context) (map[string]*x509.Certificate, error)
	now   func() time.Time

	known atomic.Pointer[core.CertificateMap]

	mu     sync.Mutex // held while fetching
	lastAt time.Time  // of the last fetch, failed or not
}

var _ core.CertificateGetter = (*certificates)(nil)

// newCertificates returns an empty set. It does no network I/O. client must not
// verify answers.
func newCertificates(client *core.Client, apiV3Key string, now func() time.Time) *certificates {
	c := &certificates{now: now}
	c.fetch = func(ctx context.Context) (all map[string]*x509.Certificate, err error) {
		defer func() {
			if recover() != nil { // the SDK dereferences what the answer may lack
				all, err = nil, errors.New("a malformed list of platform certificates")
			}
		}()
		d, err := downloader.NewCertificateDownloaderWithClient(ctx, client, apiV3Key)
		if err != nil {
			return nil, classify("certificates", err) // the SDK's error may hold the answer
		}
		return d.GetAll(ctx), nil
	}
	c.known.Store(core.NewCertificateMap(nil))
	return c
}

// Get returns the certificate of a serial, fetching the list when it is unknown.
func (c *certificates) Get(ctx context.Context, serial string) (*x509.Certificate, bool) {
	if cert, ok := c.valid(ctx, serial); ok || !serialNumber.MatchString(serial) {
		return cert, ok
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if cert, ok := c.valid(ctx, serial); ok || c.now().Sub(c.lastAt) < strangersEvery {
		return cert, ok
	}
	// A failure is the same as a serial that is not listed: refused, and WeChat
	// Pay calls again.
	_ = c.refreshLocked(ctx)
	return c.valid(ctx, serial)
}

// valid returns a known certificate that is not yet past its end.
func (c *certificates) valid(ctx context.Context, serial string) (*x509.Certificate, bool) {
	cert, ok := c.known.Load().Get(ctx, serial)
	if !ok || c.now().After(cert.NotAfter) {
		return nil, false
	}
	return cert, true
}

// GetAll returns the known certificates by serial.
func (c *certificates) GetAll(ctx context.Context) map[string]*x509.Certificate {
	return c.known.Load().GetAll(ctx)
}

// GetNewestSerial returns the newest certificate's serial, which requests ask
// WeChat Pay to sign with; "" while none is known.
func (c *certificates) GetNewestSerial(ctx context.Context) string {
	if serial := c.known.Load().GetNewestSerial(ctx); serial != "" {
		return serial
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known.Load().GetNewestSerial(ctx) == "" && c.now().Sub(c.lastAt) >= strangersEvery {
		_ = c.refreshLocked(ctx) // the call itself will then tell that it can't be verified
	}
	return c.known.Load().GetNewestSerial(ctx)
}

// refresh fetches the list.
func (c *certificates) refresh(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refreshLocked(ctx)
}

// refreshLocked keeps the old list when the new one can't be had. A browser
// that goes away must not end a fetch others wait for.
func (c *certificates) refreshLocked(ctx context.Context) error {
	c.lastAt = c.now()
	all, err := c.fetch(context.WithoutCancel(ctx))
	if err != nil {
		return err
	}
	for serial, cert := range all {
		if _, ok := cert.PublicKey.(*rsa.PublicKey); !ok {
			delete(all, serial) // the SDK's verifier would panic
		}
	}
	if len(all) == 0 {
		return errors.New("no platform certificate is listed")
	}
	c.known.Store(core.NewCertificateMap(all))
	return nil
}

// run fetches the list now and then until ctx ends; failed hears of failures.
func (c *certificates) run(ctx context.Context, failed func(error)) {
	for ctx.Err() == nil {
		pause := certificatesEvery
		if err := c.refresh(ctx); err != nil && ctx.Err() == nil {
			pause = certificatesAgain
			failed(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}
