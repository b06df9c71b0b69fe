package mysql_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"ruxue/repo/mysql"
	"ruxue/repo/repotest"
	"ruxue/repo/simulator"
	"ruxue/repo/wxpay"
	"ruxue/service/fault"
	"ruxue/service/payment"
)

// Sample users of the simulator.
const (
	student1 = "oSim0student1xChenLiChuan000"
	parent1  = "oSim0parent01xChenJianGuo000"
)

// till is the money slice on a real database, speaking to the simulator over
// HTTP, with an address that takes its callbacks as the handler does.
type till struct {
	t     *testing.T
	db    *sqlx.DB
	store guardedStore
	svc   *payment.Service
	sim   *simulator.Simulator
	gate  *spy
	deps  payment.Deps
	live  atomic.Pointer[payment.Service] // the process that takes callbacks; svc unless a test replaces it
	base  string                          // the simulator's address

	ahead  atomic.Int64 // how far the service's clock is ahead, ns
	broken atomic.Bool  // completing a registration fails

	mu        sync.Mutex
	events    map[string]int
	completed map[int64]int
}

func (x *till) now() time.Time { return time.Now().Add(time.Duration(x.ahead.Load())) }

// Complete is the registrar: it works in the settling transaction.
func (x *till) Complete(ctx context.Context, id int64) error {
	if ctx.Value(inTx{}) == nil {
		return errors.New("Complete must run inside the transaction")
	}
	if x.broken.Load() {
		return errors.New("the number pool is empty")
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.completed[id]++
	return nil
}

func (x *till) count(name string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.events[name]++
}

func (x *till) counted(name string) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.events[name]
}

type inTx struct{}

// guardedStore marks the context of a transaction, so that the spy sees a call
// to WeChat Pay made inside one.
type guardedStore struct{ *mysql.Payments }

func (g guardedStore) InTx(ctx context.Context, fn func(context.Context) error) error {
	return g.Payments.InTx(ctx, func(ctx context.Context) error { return fn(context.WithValue(ctx, inTx{}, true)) })
}

// spy counts the calls that pass through it.
type spy struct {
	payment.Gateway
	mu     sync.Mutex
	calls  map[string]int
	inside bool
}

func (s *spy) saw(ctx context.Context, op string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[op]++
	s.inside = s.inside || ctx.Value(inTx{}) != nil
}

func (s *spy) n(op string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[op]
}

func (s *spy) Prepay(ctx context.Context, r payment.Request) (payment.Prepaid, error) {
	s.saw(ctx, "prepay")
	return s.Gateway.Prepay(ctx, r)
}

func (s *spy) Query(ctx context.Context, no string) (payment.Event, error) {
	s.saw(ctx, "query")
	return s.Gateway.Query(ctx, no)
}

func (s *spy) Close(ctx context.Context, no string) error {
	s.saw(ctx, "close")
	return s.Gateway.Close(ctx, no)
}

func (s *spy) Refund(ctx context.Context, r payment.RefundRequest) (payment.Event, error) {
	s.saw(ctx, "refund")
	return s.Gateway.Refund(ctx, r)
}

func (s *spy) QueryRefund(ctx context.Context, no string) (payment.Event, error) {
	s.saw(ctx, "query refund")
	return s.Gateway.QueryRefund(ctx, no)
}

func newTill(t *testing.T) *till {
	t.Helper()
	return newTillOf(t, time.Second)
}

// newTillOf is a till whose calls to WeChat Pay give up after patience.
func newTillOf(t *testing.T, patience time.Duration) *till {
	t.Helper()
	x := &till{t: t, db: repotest.MySQL(t), events: map[string]int{}, completed: map[int64]int{}}
	sim, err := simulator.New(simulator.Options{CallbackSchedule: []time.Duration{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	provider := httptest.NewServer(sim.Handler())
	t.Cleanup(provider.Close)
	sim.SetBase(provider.URL)
	x.sim, x.base = sim, provider.URL
	var client *wxpay.Client
	product := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ev, err := client.ParseNotify(w, r)
		if err == nil {
			err = x.live.Load().Settle(r.Context(), ev)
		}
		w.WriteHeader(callbackStatus(err))
	}))
	t.Cleanup(product.Close)
	cfg := sim.Config()
	client, err = wxpay.New(t.Context(), wxpay.Config{AppID: cfg.AppID, MchID: cfg.MchID, MchSerial: cfg.MchSerial,
		MchPrivateKeyPEM: cfg.MchPrivateKey, APIv3Key: cfg.APIv3Key, PublicKeyID: cfg.PlatformPublicKeyID,
		PublicKeyPEM: cfg.PlatformPublicKey, BaseURL: provider.URL, NotifyURL: product.URL + "/pay/notify", Timeout: patience})
	if err != nil {
		t.Fatal(err)
	}
	x.gate = &spy{Gateway: client, calls: map[string]int{}}
	x.store = guardedStore{mysql.New(x.db, nil, x.now).Payments()}
	x.deps = payment.Deps{Store: x.store, Gateway: x.gate, Registrar: x, Clock: x.now, Rand: rand.Reader,
		AppID: cfg.AppID, MchID: cfg.MchID, NotifyURL: product.URL + "/pay/notify", OnEvent: x.count}
	x.svc = payment.New(x.deps)
	x.live.Store(x.svc)
	t.Cleanup(func() {
		if x.gate.inside {
			t.Error("WeChat Pay was called inside a transaction")
		}
	})
	return x
}

func callbackStatus(err error) int {
	switch {
	case err == nil:
		return http.StatusNoContent
	case fault.Is(err, fault.Unauthorized):
		return http.StatusUnauthorized
	case fault.KindOf(err) != fault.Internal:
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}

// enrol inserts one student of one campaign and returns the enrolment's id.
func (x *till) enrol(n int) int64 {
	x.t.Helper()
	insert := func(query string, args ...any) int64 {
		res, err := x.db.ExecContext(x.t.Context(), query, args...)
		if err != nil {
			x.t.Fatal(err)
		}
		id, err := res.LastInsertId()
		if err != nil {
			x.t.Fatal(err)
		}
		return id
	}
	ref := fmt.Sprintf("enrolment-of-t-%07d", n)
	insert(`INSERT IGNORE INTO campaign (id, code, version, created_at, updated_at) VALUES (1, 'pay', 1, NOW(6), NOW(6))`)
	hash := sha256.Sum256([]byte(ref))
	person := insert(`INSERT INTO person (ref, id_type, id_hash, id_cipher, name, created_at, updated_at)
		VALUES (?, '身份证', ?, 'x', '张三', NOW(6), NOW(6))`, ref, hash[:])
	return insert(`INSERT INTO enrolment (ref, campaign_id, person_id, state, choice, exam_number, gender, nation, site_code, site,
		grade, level, major, study_form, years, created_at, updated_at)
		VALUES (?, 1, ?, 'admitted', 'register', '', '', '', '', '', '', '', '', '', '', NOW(6), NOW(6))`, ref, person)
}

// billed is an enrolment with a bill of ¥3,200.00.
func (x *till) billed(n int) int64 {
	x.t.Helper()
	id := x.enrol(n)
	if _, err := x.svc.EnsureBill(x.t.Context(), payment.BillInput{EnrolmentID: id, CampaignVersion: 1, Items: tuition}); err != nil {
		x.t.Fatal(err)
	}
	return id
}

var tuition = []payment.Item{{Name: "学费", Fen: 300000}, {Name: "教材费", Fen: 20000}}

func in(id int64, way payment.Way, openid string) payment.StartInput {
	return payment.StartInput{EnrolmentID: id, Way: way, OpenID: openid, Description: "2026级学费", ClientIP: "203.0.113.9"}
}

func (x *till) start(si payment.StartInput) payment.Cashier {
	x.t.Helper()
	c, err := x.svc.Start(x.t.Context(), si)
	if err != nil {
		x.t.Fatal(err)
	}
	return c
}

// payLost has the simulator's user pay while the callback gets lost.
func (x *till) payLost(no string) {
	x.t.Helper()
	x.fault("callback", "drop", "")
	if _, err := x.sim.Pay(no, "", true); err != nil {
		x.t.Fatal(err)
	}
}

func (x *till) pay(no string) int {
	x.t.Helper()
	status, err := x.sim.Pay(no, "", true)
	if err != nil {
		x.t.Fatal(err)
	}
	return status
}

func (x *till) fault(api, mode, code string) {
	x.t.Helper()
	if err := x.sim.AddFault(simulator.Fault{API: api, Mode: mode, Code: code}); err != nil {
		x.t.Fatal(err)
	}
}

func (x *till) callbacks(no, forge string, times int) []int {
	x.t.Helper()
	got, err := x.sim.Callback(no, forge, times)
	if err != nil {
		x.t.Fatal(err)
	}
	return got
}

// rows counts the rows of a table that match.
func (x *till) rows(table, where string, args ...any) int {
	x.t.Helper()
	var n int
	if err := x.db.GetContext(x.t.Context(), &n, `SELECT COUNT(*) FROM `+table+` WHERE `+where, args...); err != nil {
		x.t.Fatal(err)
	}
	return n
}

func (x *till) exec(query string, args ...any) {
	x.t.Helper()
	if _, err := x.db.ExecContext(x.t.Context(), query, args...); err != nil {
		x.t.Fatal(err)
	}
}

func (x *till) bill(id int64) payment.Bill {
	x.t.Helper()
	b, ok, err := x.svc.BillOf(x.t.Context(), id)
	if err != nil || !ok {
		x.t.Fatal(ok, err)
	}
	return b
}

func (x *till) tick() int {
	x.t.Helper()
	n, err := x.svc.Tick(x.t.Context())
	if err != nil {
		x.t.Fatal(err)
	}
	return n
}

// closeHere marks an attempt closed in our books alone, as if the close had
// been answered and then a late payment came.
func (x *till) closeHere(no string) {
	x.t.Helper()
	x.exec(`UPDATE attempt SET state='closed', live=NULL, ended_at=? WHERE out_trade_no=?`, x.now().UTC(), no)
}

func want[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
