package mysql_test

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"ruxue/repo/simulator"
	"ruxue/service/fault"
	"ruxue/service/payment"
)

// TestMoneyAddsUpWhateverHappens plays random acts of students, WeChat Pay's
// faults and jumps of time, lets the worker settle, and compares our books with
// the simulator's ledger. RUXUE_MODEL_RUNS sets the number of sequences,
// RUXUE_MODEL_SEED repeats one.
func TestMoneyAddsUpWhateverHappens(t *testing.T) {
	runs := 25
	if n, err := strconv.Atoi(os.Getenv("RUXUE_MODEL_RUNS")); err == nil {
		runs = n
	}
	seed := uint64(time.Now().UnixNano())
	if n, err := strconv.ParseUint(os.Getenv("RUXUE_MODEL_SEED"), 10, 64); err == nil {
		seed, runs = n, 1
	}
	x := newTill(t)
	for n := range runs {
		m := &model{till: x, rnd: rand.New(rand.NewPCG(seed+uint64(n), 0)), id: x.billed(n)}
		for range 14 {
			m.step()
		}
		m.settle()
		if m.check(); t.Failed() {
			t.Fatalf("repeat with RUXUE_MODEL_SEED=%d: %v", seed+uint64(n), m.acts)
		}
	}
	t.Logf("seeds from %d: %v", seed, x.events)
}

type model struct {
	*till
	rnd  *rand.Rand
	id   int64
	acts []string
}

func (m *model) act(name string) string {
	m.acts = append(m.acts, name)
	return name
}

// expected lets through what a student may be told; anything else is a defect.
func (m *model) expected(err error) {
	m.t.Helper()
	if err != nil && !fault.Is(err, fault.Unavailable) && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Closed) {
		m.t.Errorf("%v after %v", err, m.acts)
	}
}

var modelFaults = []simulator.Fault{{API: "pay.prepay", Mode: "drop"}, {API: "pay.prepay", Mode: "500"}, {API: "pay.query", Mode: "500"},
	{API: "pay.close", Mode: "drop"}, {API: "pay.close", Mode: "500"}, {API: "pay.refund", Mode: "drop"}, {API: "pay.refund", Mode: "500"},
	{API: "callback", Mode: "drop"}, {API: "callback", Mode: "duplicate"}, {API: "pay.query", Mode: "error", Code: "FREQUENCY_LIMITED"},
	{API: "pay.close", Mode: "error", Code: "USERPAYING"}, {API: "pay.prepay", Mode: "error", Code: "NO_AUTH"}}

func (m *model) step() {
	switch m.rnd.IntN(12) {
	case 0, 1:
		m.act("jsapi")
		_, err := m.svc.Start(m.t.Context(), in(m.id, payment.JSAPI, []string{student1, parent1}[m.rnd.IntN(2)]))
		m.expected(err)
	case 2:
		m.act("native")
		_, err := m.svc.Start(m.t.Context(), in(m.id, payment.Native, ""))
		m.expected(err)
	case 3, 4:
		if no := m.number(); no != "" {
			_, err := m.sim.Pay(no, "", true)
			m.act("pay " + strconv.FormatBool(err == nil))
		}
	case 5, 6, 7:
		f := modelFaults[m.rnd.IntN(len(modelFaults))]
		m.act("fault " + f.API + " " + f.Mode + f.Code)
		if err := m.sim.AddFault(f); err != nil {
			m.t.Fatal(err)
		}
	case 8:
		m.act("refresh")
		_, _, err := m.svc.Refresh(m.t.Context(), m.id)
		m.expected(err)
	case 9:
		m.act("tick")
		m.ahead.Add(int64(time.Duration(m.rnd.IntN(120)) * time.Second))
		_, _ = m.svc.Tick(m.t.Context()) // an outage is an error here, and goes on
	case 10:
		m.act("jump")
		m.ahead.Add(int64(time.Duration(m.rnd.IntN(150)) * time.Minute))
	case 11:
		m.rare()
	}
}

func (m *model) rare() {
	no := m.number()
	switch m.rnd.IntN(3) {
	case 0:
		m.act("closed in our books alone")
		m.exec(`UPDATE attempt SET state='closed', live=NULL, ended_at=?, next_check_at=? WHERE out_trade_no=? AND live=1`,
			m.now().UTC(), m.now().UTC(), no)
	case 1:
		m.act("application")
		m.exec(`UPDATE enrolment SET state='waiver_pending' WHERE id=? AND NOT EXISTS
			(SELECT 1 FROM bill WHERE enrolment_id=enrolment.id AND state='paid')`, m.id)
		m.expected(m.svc.CloseAll(m.t.Context(), m.id))
	case 2:
		if no != "" {
			m.act("forged")
			// An error is an order that WeChat Pay never heard of.
			_, _ = m.sim.Callback(no, []string{"signature", "serial", "stale", "amount"}[m.rnd.IntN(4)], 1)
		}
	}
}

// number is one of the student's order numbers, "" before the first.
func (m *model) number() string {
	var all []string
	if err := m.db.Select(&all, `SELECT out_trade_no FROM attempt WHERE enrolment_id=? AND state<>'failed'`, m.id); err != nil {
		m.t.Fatal(err)
	}
	if len(all) == 0 {
		return ""
	}
	return all[m.rnd.IntN(len(all))]
}

// settle gives the worker two quiet days.
func (m *model) settle() {
	m.sim.ClearFaults()
	for i := range 60 {
		if m.rows("attempt", "enrolment_id=? AND next_check_at IS NOT NULL", m.id)+
			m.rows("refund", "enrolment_id=? AND state<>'success'", m.id) == 0 {
			return
		}
		m.ahead.Add(int64(time.Hour))
		if _, err := m.svc.Tick(m.t.Context()); err != nil && i > 2 {
			m.t.Fatalf("%v after %v", err, m.acts)
		}
		time.Sleep(5 * time.Millisecond)
	}
	m.t.Errorf("never came to rest after %v", m.acts)
}

type ledgerOrder struct {
	OutTradeNo    string `json:"out_trade_no"`
	TransactionID string `json:"transaction_id"`
	Total         int64  `json:"total"`
	Refunded      int64  `json:"refunded"`
}

func (m *model) check() {
	res, err := http.Get(m.base + "/_sim/orders")
	if err != nil {
		m.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var ledger struct{ Orders []ledgerOrder }
	if err := json.NewDecoder(res.Body).Decode(&ledger); err != nil {
		m.t.Fatal(err)
	}
	var kept int64
	paid, held := 0, 0
	for _, o := range ledger.Orders {
		if o.TransactionID == "" || m.rows("attempt", "enrolment_id=? AND out_trade_no=?", m.id, o.OutTradeNo) == 0 {
			continue
		}
		paid++
		kept += o.Total - o.Refunded
		if o.Refunded == 0 {
			held++
		}
	}
	b := m.bill(m.id)
	owed := int64(0)
	if b.State == payment.BillPaid {
		owed = b.TotalFen
	}
	want(m.t, "money held there and booked here", kept, owed)
	want(m.t, "paid orders and payments", m.rows("payment", "enrolment_id=?", m.id), paid)
	want(m.t, "live attempts", m.rows("attempt", "enrolment_id=? AND live=1", m.id), 0)
	if held > 1 {
		m.t.Errorf("%d unrefunded orders", held)
	}
	if done := m.completed[m.id] > 0; done != (b.State == payment.BillPaid) {
		m.t.Errorf("bill %s, registration completed: %v", b.State, done)
	}
}
