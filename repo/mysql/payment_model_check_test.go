package mysql_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"ruxue/service/payment"
)

type ledgerOrder struct {
	OutTradeNo    string `json:"out_trade_no"`
	TransactionID string `json:"transaction_id"`
	Total         int64  `json:"total"`
	Refunded      int64  `json:"refunded"`
}

// state is what our books say, for whoever reads a failure.
func (m *model) state() string {
	out := ""
	for _, q := range []string{`SELECT CONCAT(out_trade_no, ' ', state, ' ', COALESCE(next_check_at, '-')) FROM attempt WHERE enrolment_id=?`,
		`SELECT CONCAT(out_refund_no, ' ', state, ' ', last_code, ' ', COALESCE(next_check_at, '-')) FROM refund WHERE enrolment_id=?`,
		`SELECT CONCAT(kind, ' ', detail) FROM payment_problem WHERE enrolment_id=? AND resolved_at IS NULL`} {
		var rows []string
		if err := m.db.Select(&rows, q, m.id); err != nil {
			m.t.Fatal(err)
		}
		out += fmt.Sprint(rows)
	}
	return out
}

// ledger are the student's orders that were paid, as WeChat Pay has them.
func (m *model) ledger() []ledgerOrder {
	var mine []string
	if err := m.db.Select(&mine, `SELECT out_trade_no FROM attempt WHERE enrolment_id=?`, m.id); err != nil {
		m.t.Fatal(err)
	}
	if len(mine) == 0 {
		return nil
	}
	// Only these: the whole ledger grows with every sequence.
	res, err := http.Get(m.base + "/_sim/orders?" + url.Values{"out_trade_no": mine}.Encode())
	if err != nil {
		m.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var all struct{ Orders []ledgerOrder }
	if err := json.NewDecoder(res.Body).Decode(&all); err != nil {
		m.t.Fatal(err)
	}
	return slices.DeleteFunc(all.Orders, func(o ledgerOrder) bool { return o.TransactionID == "" })
}

// check compares our books with the ledger, order by order.
func (m *model) check() {
	ledger, books := m.ledger(), m.attempts()
	there := map[string]ledgerOrder{}
	for _, o := range ledger {
		there[o.OutTradeNo] = o
	}
	b := m.bill(m.id)
	paid, held := 0, 0
	var kept, owed int64
	for _, a := range books {
		o, inLedger := there[a.No]
		settled := a.State == "paid" || a.State == "surplus"
		want(m.t, "order "+a.No+" is booked", settled, inLedger || a.Way == string(payment.Offline))
		want(m.t, "gone back there and here, "+a.No, o.Refunded, a.ByWeChat)
		kept += o.Total - o.Refunded
		if !settled {
			continue
		}
		if a.Way != string(payment.Offline) {
			owed += a.Fen - a.ByWeChat
		}
		if a.Back > a.Fen || m.owedBack(a) && a.Back != a.Fen {
			m.t.Errorf("%s went back of %+v", fmt.Sprint(a.Back), a)
		}
		if a.State == "paid" {
			paid++
		}
		if a.Back < a.Fen {
			held++
		}
	}
	want(m.t, "money held there and booked here", kept, owed)
	want(m.t, "payments", m.rows("payment", "enrolment_id=?", m.id), len(ledger)+m.rows("attempt", "enrolment_id=? AND way='offline'", m.id))
	want(m.t, "a bill is paid once", paid == 1, b.State == payment.BillPaid)
	want(m.t, "live attempts", m.rows("attempt", "enrolment_id=? AND live=1", m.id), 0)
	if held > 1 || paid > 1 {
		m.t.Errorf("%d unrefunded orders, %d paid ones", held, paid)
	}
	want(m.t, "refunds above one person's amount that nobody else approved", m.rows("refund", `enrolment_id=? AND requested_by<>'' AND
		amount_fen>? AND state NOT IN ('waiting','rejected') AND (decided_by='' OR decided_by=requested_by)`, m.id, aloneFen), 0)
	given := m.rows("enrolment", "id=? AND student_number IS NOT NULL", m.id) == 1
	due := b.State == payment.BillPaid && m.duties.met.Load() && m.rows("enrolment", "id=? AND state='waived'", m.id) == 0
	want(m.t, "a number given", given, due)
}
