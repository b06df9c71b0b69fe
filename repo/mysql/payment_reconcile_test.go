package mysql_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"ruxue/repo/wxpay"
	"ruxue/service/fault"
	"ruxue/service/payment"
)

// dayBill is a day's bill as the test writes it.
type dayBill struct {
	at            time.Time
	app, mch      string
	rows          []string
	total, refund int64
	spoilFunds    bool
}

func (b *dayBill) order(no, transaction string, fen int64) {
	b.rows = append(b.rows, fmt.Sprintf("`%s,`%s,`%s,`%s,`%s,`SUCCESS,`0,`0,`0.00,`,`0.00000,`%s", b.at.Format(time.DateTime), b.app, b.mch, transaction, no, yuan(fen)))
	b.total += fen
}

func (b *dayBill) back(no, refundNo string, fen int64) {
	b.rows = append(b.rows, fmt.Sprintf("`%s,`%s,`%s,`T%s,`%s,`REFUND,`503,`%s,`%s,`SUCCESS,`0.00000,`0.00", b.at.Format(time.DateTime), b.app, b.mch, no, no, refundNo, yuan(fen)))
	b.refund += fen
}

func yuan(fen int64) string { return fmt.Sprintf("%d.%02d", fen/100, fen%100) }

// Bill implements payment.Bills.
func (b *dayBill) Bill(_ context.Context, kind payment.BillKind, _ time.Time) ([]byte, error) {
	if len(b.rows) == 0 {
		return nil, payment.ErrNoBill
	}
	if kind == payment.FundBill {
		out := b.refund
		if b.spoilFunds {
			out++
		}
		return fmt.Appendf(nil, "记账时间,微信支付业务单号,业务类型,收支类型,收支金额(元)\n`1,`1,`交易,`收入,`%s\n`1,`1,`退款,`支出,`%s\n资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\n`2,`1,`%s,`1,`%s\n",
			yuan(b.total), yuan(out), yuan(b.total), yuan(out)), nil
	}
	return fmt.Appendf(nil, "交易时间,公众账号ID,商户号,微信订单号,商户订单号,交易状态,微信退款单号,商户退款单号,申请退款金额,退款状态,手续费,订单金额\n%s\n总交易单数,订单总金额,申请退款总金额\n`%d,`%s,`%s\n",
		strings.Join(b.rows, "\n"), len(b.rows), yuan(b.total), yuan(b.refund)), nil
}

// thousand books n paid orders RXn of one day, each of its own student.
func (x *till) thousand(n int, at time.Time) {
	x.t.Helper()
	x.enrol(1)
	seq := fmt.Sprintf("seq_1_to_%d", n)
	x.exec(`INSERT INTO person (id, ref, id_type, id_hash, id_cipher, name, created_at, updated_at)
		SELECT 1000+seq, CONCAT('p', seq), '身份证', UNHEX(SHA2(seq, 256)), 'x', '学生', NOW(6), NOW(6) FROM ` + seq)
	x.exec(`INSERT INTO enrolment (id, ref, campaign_id, person_id, state, choice, exam_number, gender, nation, site_code, site, grade, level,
		major, study_form, years, created_at, updated_at) SELECT 1000+seq, CONCAT('e', seq), 1, 1000+seq, 'registered', 'register', '', '', '',
		'', IF(seq%4=0, '黄石教学点', '武汉教学点'), '2026级', '专升本', IF(seq%2=0, '法学', '会计学'), '', '', NOW(6), NOW(6) FROM ` + seq)
	x.exec(`INSERT INTO bill (id, ref, enrolment_id, campaign_version, state, total_fen, items, created_at, updated_at)
		SELECT 1000+seq, CONCAT('b', seq), 1000+seq, 1, 'paid', 320000, '[{"name":"学费","fen":300000},{"name":"教材费","fen":20000}]', NOW(6), NOW(6) FROM ` + seq)
	x.exec(`INSERT INTO attempt (id, bill_id, enrolment_id, out_trade_no, way, state, amount_fen, app_id, mch_id, openid, request, prepay_id,
		code_url, transaction_id, expire_at, checks, lease_holder, created_at, updated_at) SELECT 1000+seq, 1000+seq, 1000+seq, CONCAT('RX', seq),
		'native', 'paid', 320000, ?, ?, '', '{}', '', '', CONCAT('T', seq), NOW(6), 0, '', NOW(6), NOW(6) FROM `+seq, x.deps.AppID, x.deps.MchID)
	x.exec(`INSERT INTO payment (ref, enrolment_id, bill_id, attempt_id, out_trade_no, transaction_id, app_id, mch_id, payer_openid, trade_type,
		bank_type, total_fen, payer_fen, currency, purpose, source, succeeded_at, created_at, row_hash) SELECT CONCAT('m', seq), 1000+seq, 1000+seq,
		1000+seq, CONCAT('RX', seq), CONCAT('T', seq), ?, ?, '', 'NATIVE', '', 320000, 320000, 'CNY', 'bill', 'callback', ?, NOW(6), '' FROM `+seq,
		x.deps.AppID, x.deps.MchID, at.UTC())
}

// A day of 1,000 orders with every kind of difference put in: each is found and
// named, and nothing else.
func TestAThousandOrdersAndEveryDifference(t *testing.T) {
	x := newTill(t)
	noon := payment.Day(time.Now().AddDate(0, 0, -2)).Add(12 * time.Hour)
	x.thousand(1000, noon)
	b := &dayBill{at: noon, app: x.deps.AppID, mch: x.deps.MchID, spoilFunds: true}
	for n := 1; n <= 1000; n++ {
		no, id := fmt.Sprint("RX", n), fmt.Sprint("T", n)
		switch n {
		case 10: // here, not there
		case 20:
			b.order(no, id, 319_999)
		case 30:
			b.order(no, "T-another", 320_000)
		case 40:
			b.order(no, id, 320_000)
			b.order(no, id, 320_000)
		case 50:
			b.mch = "1900000999"
			b.order(no, id, 320_000)
			b.mch = x.deps.MchID
		default:
			b.order(no, id, 320_000)
		}
	}
	missed := x.billed(2)
	lost := x.start(in(missed, payment.Native, "")).OutTradeNo
	x.payLost(lost) // there, not here: settled by rule
	b.order(lost, x.transaction(lost), 320_000)
	b.order("SHOP-1", "T-shop", 100) // another system's
	refund := func(no string, fen int64, state string) {
		x.exec(`INSERT INTO refund (ref, enrolment_id, bill_id, attempt_id, out_trade_no, transaction_id, out_refund_no, refund_id, mch_id, state, cause,
			reason, amount_fen, total_fen, last_code, checks, lease_holder, succeeded_at, created_at, updated_at) VALUES (?, 1060, 1060, 1060, 'RX60', 'T60', ?, '503', ?, ?,
			'staff', '', ?, 320000, '', 0, '', IF(?='success', ?, NULL), ?, ?)`, no, no, x.deps.MchID, state, fen, state, noon.UTC(), noon.UTC(), noon.UTC())
	}
	refund("R-fits", 100, "success")
	refund("R-amount", 100, "success")
	refund("R-missing", 100, "success")
	refund("R-pending", 100, "processing")
	b.back("RX60", "R-fits", 100)
	b.back("RX60", "R-amount", 99)
	b.back("RX60", "R-unknown", 7)
	b.back("RX60", "R-pending", 100)

	r, err := x.svc.Reconcile(t.Context(), x.store, b, noon)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, d := range r.Differences {
		found[strings.TrimSpace(d.OutTradeNo+" "+d.OutRefundNo)] += string(d.Kind)
	}
	for number, kind := range map[string]payment.DifferenceKind{"RX10": payment.MissingThere, "RX20": payment.AmountDiffers,
		"RX30": payment.TradeDiffers, "RX40": payment.ListedTwice, "RX50": payment.ForeignAccount, lost: payment.MissedPayment,
		"SHOP-1": payment.UnknownOrder, "RX60 R-amount": payment.RefundDiffers, "RX60 R-unknown": payment.UnknownRefund,
		"RX60 R-missing": payment.RefundMissing, "RX60 R-pending": payment.MissedRefund + payment.RefundCarried, "": payment.FundsDiffer} {
		want(t, "difference of "+number, found[number], string(kind))
		delete(found, number)
	}
	if len(found) > 0 {
		t.Errorf("found what is not there: %v", found)
	}
	want(t, "the missed payment is booked", x.bill(missed).State, payment.BillPaid)
	want(t, "orders in the bill", r.Orders, 1002)
	want(t, "differences that wait", r.Open(), 11)
	if len(r.Sites) != 2 || r.Sites[0] != (payment.Group{Name: "武汉教学点", Count: 750, Fen: 240_000_000}) || len(r.Majors) != 2 {
		t.Errorf("by site %v, by major %v", r.Sites, r.Majors)
	}
	if len(r.Items) != 2 || r.Items[0] != (payment.Group{Name: "学费", Count: 1000, Fen: 300_000_000}) {
		t.Errorf("by item %v", r.Items)
	}
	// What a person closed stays closed when the day is compared again.
	if ok, err := x.store.ResolveDifference(t.Context(), r.Differences[0].ID, "钱老师", "商户平台已核对"); err != nil || !ok {
		t.Fatal(ok, err)
	}
	again, err := x.svc.Reconcile(t.Context(), x.store, b, noon)
	if err != nil || again.Open() != 10 || len(again.Differences) != 13 {
		t.Errorf("again: %d open of %d, %v", again.Open(), len(again.Differences), err)
	}
}

func (x *till) transaction(no string) string {
	x.t.Helper()
	ev, err := x.gate.Gateway.Query(x.t.Context(), no)
	if err != nil {
		x.t.Fatal(err)
	}
	return ev.TransactionID
}

// Over the wire: a lost callback is found by the bill of the day; a file with a
// wrong hash or cut in the middle is refused and nothing is stored.
func TestReconcilingOverTheWire(t *testing.T) {
	x := newTill(t)
	id := x.billed(1)
	no := x.start(in(id, payment.Native, "")).OutTradeNo
	x.payLost(no)
	if err := x.sim.Backdate(no, 48*time.Hour); err != nil {
		t.Fatal(err)
	}
	bills, day := x.gate.Gateway.(*wxpay.Client), time.Now().Add(-48*time.Hour)
	for _, damage := range []string{"CUT", "HASH"} {
		x.fault("bill.file", "error", damage)
		if _, err := x.svc.Reconcile(t.Context(), x.store, bills, day); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("%s: %v", damage, err)
		}
		want(t, "stored after "+damage, x.rows("reconciliation", "1=1"), 0)
		want(t, "bill after "+damage, x.bill(id).State, payment.BillUnpaid)
	}
	r, err := x.svc.Reconcile(t.Context(), x.store, bills, day)
	if err != nil {
		t.Fatal(err)
	}
	want(t, "bill", x.bill(id).State, payment.BillPaid)
	if r.Orders != 1 || r.PaidFen != 320_000 || r.FeeFen != 1920 || r.NetFen != 318_080 || r.Open() != 0 || len(r.Differences) != 1 || !r.Differences[0].Settled {
		t.Errorf("report %+v", r)
	}
	if r, err = x.svc.Reconcile(t.Context(), x.store, bills, day); err != nil || len(r.Differences) != 1 || len(r.Sites) != 1 {
		t.Errorf("again %+v, %v", r, err)
	}
	if r, err = x.svc.Reconcile(t.Context(), x.store, bills, day.AddDate(0, 0, -3)); err != nil || !r.NoBill || r.Open() != 0 {
		t.Errorf("a day without trade: %+v, %v", r, err)
	}
	if _, err = x.svc.Reconcile(t.Context(), x.store, bills, time.Now()); fault.KindOf(err) != fault.Invalid {
		t.Errorf("today: %v", err)
	}
}

// Asked for on the first day, taken by WeChat Pay on the second, arrived on the
// third: no day's report misses it, in whatever order the days are compared,
// and a refund that no bill lists is told on the day its money went.
func TestARefundThatTakesDays(t *testing.T) {
	x := newTill(t)
	first := payment.Day(time.Now().AddDate(0, 0, -5)).Add(12 * time.Hour)
	x.thousand(10, first)
	refund := func(no string, n int, asked, done time.Time) {
		x.exec(`INSERT INTO refund (ref, enrolment_id, bill_id, attempt_id, out_trade_no, transaction_id, out_refund_no, refund_id, mch_id, state, cause,
			reason, amount_fen, total_fen, last_code, checks, lease_holder, succeeded_at, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, '503', ?, 'success',
			'staff', '', 100, 320000, '', 0, '', ?, ?, ?)`, no, 1000+n, 1000+n, 1000+n, fmt.Sprint("RX", n), fmt.Sprint("T", n), no, x.deps.MchID, done.UTC(), asked.UTC(), asked.UTC())
	}
	on := func(days int) time.Time { return first.AddDate(0, 0, days) }
	refund("R-late", 1, on(0), on(2))
	refund("R-midnight", 2, on(1), on(2))
	refund("R-nowhere", 3, on(0), on(2))
	compare := func(days int) payment.Reconciliation {
		b := &dayBill{at: on(days), app: x.deps.AppID, mch: x.deps.MchID}
		switch days {
		case 0:
			for n := 1; n <= 10; n++ {
				b.order(fmt.Sprint("RX", n), fmt.Sprint("T", n), 320_000)
			}
		case 1:
			b.back("RX1", "R-late", 100)
			b.back("RX2", "R-midnight", 100)
		}
		r, err := x.svc.Reconcile(t.Context(), x.store, b, on(days))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for range 2 {
		for days, open := range []int{0, 0, 1, 0} {
			r := compare(days)
			want(t, fmt.Sprint("open on day ", days), r.Open(), open)
			for _, d := range r.Differences {
				if !d.Settled && (d.Kind != payment.RefundMissing || d.OutRefundNo != "R-nowhere") {
					t.Errorf("day %d: %+v", days, d)
				}
			}
			if days == 1 && (len(r.Differences) != 2 || !strings.Contains(fmt.Sprint(r.Table()), "跨日到账的退款 RX1 R-late")) {
				t.Errorf("the day that listed them: %+v", r.Differences)
			}
		}
	}
}
