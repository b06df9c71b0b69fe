// Package simulator is a server that speaks the wire protocols of the outside
// systems a WeChat product needs: WeChat Official Account (OAuth, tokens, menu,
// QR codes, template messages, pushed events), WeChat Pay APIv3 and Tencent
// Cloud (SMS and face comparison).
//
// It checks what the real ones check and refuses what they refuse, with their
// error codes and JSON shapes, so any SDK pointed at it works unchanged. It
// knows nothing of the product except its base address. It is for loopback and
// test networks: it holds private keys and answers /_sim/* with them.
package simulator

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Options say how a simulator starts. The zero value works: fresh keys, the
// wall clock, no product.
type Options struct {
	// Product is the product's base URL. Events are pushed to it, and its host
	// is the only one that OAuth redirects to (besides the desk's devices).
	Product string
	// PushPath is where the product takes pushed messages; "/wechat" if empty.
	PushPath string
	// Base is this server's own public base URL; SetBase may give it later.
	Base string
	// Clock is the time of every timestamp and expiry; time.Now if nil.
	Clock func() time.Time
	// Logger takes what goes wrong inside the simulator; none if nil.
	Logger *slog.Logger
	// StateDir, if set, keeps keys, the app secret and the money ledger in
	// simulator.json there, so that a restart stays consistent.
	StateDir string
	// CallbackSchedule are the waits before the second and later deliveries of
	// a payment callback; WeChat Pay's own schedule if nil.
	CallbackSchedule []time.Duration
	// PushTimeout is how long one push waits for an answer; 5 s if zero.
	PushTimeout time.Duration
	// SlowFor is what the fault mode "slow" waits; 3 s if zero.
	SlowFor time.Duration
	// Templates replace the message templates of the account.
	Templates []Template
	// SMSTemplates replace the SMS templates of the account.
	SMSTemplates []SMSTemplate
	// SMSSign replaces the approved SMS signature, 入学.
	SMSSign string
	// DeskPC and DeskPhone are where the desk's devices listen; 127.0.0.1 and
	// any free port if empty.
	DeskPC, DeskPhone string
	// AccountName is the account's name on the desk's phone; 公众号 if empty.
	AccountName string
	// DeskEntries are the campaigns to choose from at the desk; the addresses
	// of the account's menu if nil.
	DeskEntries []DeskEntry
	// PlatformCertificates makes the merchant an old one: /v3/certificates
	// answers, and requests that don't name the public key get answers signed
	// by the certificate.
	PlatformCertificates bool
}

// Simulator is one account of every provider. Its methods may be called
// concurrently.
type Simulator struct {
	opt    Options
	log    *slog.Logger
	keys   keyring
	client *http.Client
	done   chan struct{}
	wg     sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	base    string
	product string
	seq     int64

	faults  []*Fault
	records []Record
	wx      wechatState
	pay     payState
	cloud   cloudState
	desk    *desk
}

// New makes a simulator with its sample WeChat users. It fails when the state
// folder cannot be read or written.
func New(opt Options) (*Simulator, error) {
	if opt.Clock == nil {
		opt.Clock = time.Now
	}
	if opt.Logger == nil {
		opt.Logger = slog.New(slog.DiscardHandler)
	}
	if opt.PushPath == "" {
		opt.PushPath = "/wechat"
	}
	if opt.AccountName == "" {
		opt.AccountName = "公众号"
	}
	if opt.PushTimeout == 0 {
		opt.PushTimeout = 5 * time.Second
	}
	if opt.SlowFor == 0 {
		opt.SlowFor = 3 * time.Second
	}
	if opt.CallbackSchedule == nil {
		opt.CallbackSchedule = callbackSchedule
	}
	s := &Simulator{
		opt:     opt,
		log:     opt.Logger,
		client:  &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		done:    make(chan struct{}),
		base:    strings.TrimRight(opt.Base, "/"),
		product: strings.TrimRight(opt.Product, "/"),
		seq:     opt.Clock().UnixMilli(), // message ids must not come again after a restart
	}
	s.wx = newWechatState(opt)
	s.pay = newPayState()
	s.cloud = newCloudState(opt)
	if err := s.loadState(); err != nil {
		return nil, fmt.Errorf("starting the simulator: %w", err)
	}
	return s, nil
}

// SetBase tells the simulator its own base URL once the port is known.
func (s *Simulator) SetBase(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.base = strings.TrimRight(base, "/")
}

// SetProduct tells the simulator where the product is.
func (s *Simulator) SetProduct(product string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.product = strings.TrimRight(product, "/")
}

// Close stops retries and the desk's devices and waits for both. Requests that
// hang because of a fault end.
func (s *Simulator) Close() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.closed = true
	close(s.done)
	d := s.desk
	s.mu.Unlock()
	if d != nil {
		d.close()
	}
	s.wg.Wait()
	s.client.CloseIdleConnections()
}

func (s *Simulator) now() time.Time { return s.opt.Clock() }

// baseURL is the simulator's own address, for links it hands out.
func (s *Simulator) baseURL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.base
}

func (s *Simulator) productURL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.product
}

// backgroundLocked runs fn unless the simulator is closed; Close waits for it.
func (s *Simulator) backgroundLocked(fn func()) {
	if s.closed {
		return
	}
	s.wg.Go(fn)
}

// sleep waits in wall time and says whether it waited in full.
func (s *Simulator) sleep(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-s.done:
		return false
	}
}
