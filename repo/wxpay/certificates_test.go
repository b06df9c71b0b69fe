package wxpay

import (
	"context"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
)

const serialA, serialB = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"

// shelf is a set of certificates over a list that the test writes.
type shelf struct {
	*certificates
	list    map[string]*x509.Certificate
	err     error
	fetched int
	clock   time.Time
}

func newShelf() *shelf {
	s := &shelf{clock: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC), list: map[string]*x509.Certificate{}}
	s.certificates = &certificates{now: func() time.Time { return s.clock }, fetch: func(context.Context) (map[string]*x509.Certificate, error) {
		s.fetched++
		return s.list, s.err
	}}
	s.known.Store(core.NewCertificateMap(nil))
	return s
}

func (s *shelf) put(serial string, from time.Duration) {
	s.list[serial] = &x509.Certificate{PublicKey: &rsa.PublicKey{}, NotBefore: s.clock.Add(from), NotAfter: s.clock.Add(from + 30*24*time.Hour)}
}

func (s *shelf) has(serial string) bool {
	_, ok := s.Get(context.Background(), serial)
	return ok
}

// An unknown serial makes us look once in a while, not each time a forger asks.
func TestUnknownSerialsAreLookedUpOnceInAWhile(t *testing.T) {
	s := newShelf()
	s.put(serialA, 0)
	if !s.has(serialA) || s.fetched != 1 {
		t.Fatalf("the first serial was not fetched: %d", s.fetched)
	}
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { s.has(serialB) })
	}
	wg.Wait()
	if s.fetched != 1 {
		t.Errorf("%d fetches within the pause", s.fetched)
	}
	for _, shape := range []string{"", "PUB_KEY_ID_1", "x", serialB + "?"} {
		s.clock = s.clock.Add(time.Hour)
		if s.has(shape) || s.fetched != 1 {
			t.Errorf("%q was looked up", shape)
		}
	}
	s.put(serialB, time.Hour)
	if !s.has(serialB) || s.fetched != 2 || s.GetNewestSerial(t.Context()) != serialB {
		t.Errorf("after the rotation: %d fetches, newest %s", s.fetched, s.GetNewestSerial(t.Context()))
	}
	delete(s.list, serialA)
	if err := s.refresh(t.Context()); err != nil || s.has(serialA) {
		t.Error("a certificate off the list is still trusted")
	}
}

func TestAFailedFetchKeepsWhatIsKnown(t *testing.T) {
	s := newShelf()
	s.put(serialA, 0)
	if err := s.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.list, s.err = nil, errors.New("down")
	if s.refresh(t.Context()) == nil || !s.has(serialA) {
		t.Error("an outage made us forget")
	}
	s.err = nil
	if s.refresh(t.Context()) == nil || !s.has(serialA) {
		t.Error("an empty list was believed")
	}
	s.list = map[string]*x509.Certificate{serialB: {PublicKey: &ecdsa.PublicKey{}, NotAfter: s.clock.Add(time.Hour)}}
	if s.refresh(t.Context()) == nil {
		t.Error("a certificate of another kind was taken")
	}
	s.clock = s.clock.Add(31 * 24 * time.Hour)
	if s.has(serialA) {
		t.Error("a certificate past its end is trusted")
	}
}

// What /v3/certificates may answer instead: nothing panics, nothing is trusted.
func TestMalformedListsOfCertificates(t *testing.T) {
	answer := ""
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(answer)) }))
	defer srv.Close()
	cfg := testClient(t, srv.URL).cfg
	cfg.PublicKeyID, cfg.PublicKeyPEM, cfg.PlatformCertificates = "", "", true
	for _, answer = range []string{"", "{}", `{"data":[]}`, `{"data":[{}]}`, `{"data":[{"serial_no":"A"}]}`,
		`{"data":[{"serial_no":"A","encrypt_certificate":{"nonce":"1","associated_data":"","ciphertext":"secret"}}]}`} {
		c, err := New(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		if c.certs.refresh(t.Context()) == nil {
			t.Errorf("%q was taken as a list", answer)
		}
		if _, err := c.Query(t.Context(), "A"); err == nil {
			t.Errorf("%q let an unsigned answer through", answer)
		}
	}
}
