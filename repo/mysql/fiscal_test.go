package mysql_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"ruxue/repo/mysql"
	"ruxue/repo/repotest"
	"ruxue/service/audit"
	"ruxue/service/fiscal"
	"ruxue/service/payment"
	"ruxue/service/staff"
)

// receiptDesk is 1,000 paid bills RX1 … RX1000 with an importer of receipts.
type receiptDesk struct {
	*till
	db *mysql.DB
	im *fiscal.Importer
}

func newReceiptDesk(t *testing.T, n int) *receiptDesk {
	t.Helper()
	x := newTill(t)
	x.thousand(n, payment.Day(time.Now().AddDate(0, 0, -2)).Add(12*time.Hour))
	ring := repotest.Ring(t)
	db := mysql.New(x.db, ring, x.now)
	return &receiptDesk{x, db, fiscal.NewImporter(fiscal.Options{Store: db.Fiscal(), Audit: audit.NewLog(db.Audits(), x.now), Now: x.now})}
}

func (r *receiptDesk) apply(scope staff.Scope, rows ...[]string) fiscal.Report {
	r.t.Helper()
	rep, err := r.im.Apply(r.t.Context(), fiscal.Target{CampaignID: 1, Campaign: "pay", Scope: scope}, "staff:x", &lines{rows: append([][]string{{"商户订单号", "学号", "票据代码", "票据号码", "票据链接", "开票日期"}}, rows...)}, fiscal.Hooks{})
	if err != nil {
		r.t.Fatal(err)
	}
	return rep
}

var everySite = staff.Scope{All: true}

func TestReceiptsAreKeptAndFoundAgain(t *testing.T) {
	r := newReceiptDesk(t, 20)
	r.exec(`UPDATE enrolment SET student_number='26001', site_code='100' WHERE id=1001`)
	r.exec(`UPDATE attempt SET state='surplus' WHERE id=1005`)
	r.exec(`UPDATE bill SET state='unpaid' WHERE id=1006`)
	const link = "https://pj.example.gov.cn/v?id=1"
	first := []string{"RX1", "26001", "3206", "N1", link, "2026-11-01"}
	rep := r.apply(everySite, first, []string{"RX2", "", "", "N1", link}, []string{"RX5", "", "", "N5", link}, []string{"RX6", "", "", "N6", link},
		[]string{"", "26001", "", "N7", link}, []string{"RX3", "26001", "", "N8", link})
	if rep.New != 2 || rep.Bad != 4 {
		t.Fatalf("%+v", rep) // N1 under another code is another receipt
	}
	got, found, err := r.db.Fiscal().OfEnrolment(t.Context(), 1001)
	if err != nil || !found || got.Code != "3206" || got.Number != "N1" || got.Link != link || got.IssuedOn != "2026-11-01" || got.BillID != 1001 {
		t.Errorf("%+v, %v, %v", got, found, err)
	}
	if _, found, err = r.db.Fiscal().OfEnrolment(t.Context(), 1009); err != nil || found {
		t.Errorf("nobody's receipt: %v, %v", found, err)
	}
	if rep = r.apply(everySite, first, []string{"RX3", "", "3206", "N1", link}); rep.Same != 1 || rep.Bad != 1 || !strings.Contains(rep.Problems[0].Reason, "与第 2 行") {
		t.Errorf("again: %+v", rep)
	}
	if rep = r.apply(everySite, []string{"RX3", "", "3206", "N1", link}); rep.Bad != 1 || rep.Problems[0].Kind != fiscal.Taken {
		t.Errorf("somebody else's: %+v", rep)
	}
	if rep = r.apply(everySite, []string{"RX1", "", "3206", "N99", link + "&x", ""}); rep.Changed != 1 || len(rep.Changes) != 2 {
		t.Errorf("another number: %+v", rep)
	}
	if got, _, err = r.db.Fiscal().OfEnrolment(t.Context(), 1001); err != nil || got.Number != "N99" || got.Link != link+"&x" || got.IssuedOn != "2026-11-01" {
		t.Errorf("changed: %+v, %v", got, err)
	}
	want(t, "rows", r.rows("fiscal_receipt", "1=1"), 2)
	want(t, "notes of the change", r.rows("audit", "action='receipt.change' AND subject='bill:b1'"), 1)
	if rep = r.apply(staff.Scope{Sites: []string{"200"}}, first); rep.Bad != 1 || rep.Problems[0].Kind != fiscal.Unknown {
		t.Errorf("another site's student: %+v", rep)
	}
}

// Two people import the same list at the same moment: each receipt is stored
// once, and every batch's note says what it did.
func TestTwoImportsOfTheSameReceipts(t *testing.T) {
	r := newReceiptDesk(t, 1000)
	rows := make([][]string, 0, 1000)
	for n := 1; n <= 1000; n++ {
		rows = append(rows, []string{fmt.Sprint("RX", n), "", "3206", fmt.Sprint("N", n), "https://pj.example.gov.cn/" + fmt.Sprint(n)})
	}
	var reps [2]fiscal.Report
	var wg sync.WaitGroup
	for i := range reps {
		wg.Go(func() { reps[i] = r.apply(everySite, rows...) })
	}
	wg.Wait()
	want(t, "new", reps[0].New+reps[1].New, 1000)
	want(t, "same", reps[0].Same+reps[1].Same, 1000)
	want(t, "rows", r.rows("fiscal_receipt", "1=1"), 1000)
	want(t, "notes", r.rows("audit", "action='receipt.import'"), 2)
}

func TestUploadedReceiptListsAreKept(t *testing.T) {
	r := newReceiptDesk(t, 1)
	store, ctx := r.db.Fiscal(), context.Background()
	i := fiscal.Import{Ref: "fiscal-import-22-chars", CampaignID: 1, Actor: "staff:x", ActorName: "钱老师", FileName: "票据.csv", FileKey: "import/x", State: fiscal.Checked, CreatedAt: r.now().Add(-31 * 24 * time.Hour),
		Report: fiscal.Report{Rows: 2, New: 1, Bad: 1, Changes: []fiscal.Change{{Line: 2, Name: "张三", Column: fiscal.Number, Before: "1", After: "2"}}}}
	if err := store.Add(ctx, i); err != nil {
		t.Fatal(err)
	}
	want(t, "names in the open", r.rows("fiscal_import", "report LIKE '%张三%' OR detail_cipher LIKE '%张三%'"), 0)
	if _, err := store.Import(ctx, 2, i.Ref); err == nil {
		t.Error("another campaign's list was read")
	}
	now := r.now()
	i.State, i.AppliedAt, i.Report.Same = fiscal.Applied, &now, 7
	if err := store.SetApplied(ctx, i); err != nil {
		t.Fatal(err)
	}
	got, err := store.Import(ctx, 1, i.Ref)
	if err != nil || got.State != fiscal.Applied || got.Report.Same != 7 || len(got.Report.Changes) != 1 || got.AppliedAt == nil {
		t.Errorf("%+v, %v", got, err)
	}
	old, err := store.Old(ctx, now.Add(-30*24*time.Hour), 10)
	if err != nil || len(old) != 1 {
		t.Fatalf("%+v, %v", old, err)
	}
	if err := store.Forget(ctx, i.Ref); err != nil {
		t.Fatal(err)
	}
	if old, err = store.Old(ctx, now, 10); err != nil || len(old) != 0 {
		t.Errorf("%+v, %v", old, err)
	}
	if list, err := store.History(ctx, 1, 10); err != nil || len(list) != 1 || list[0].FileKey != "" || len(list[0].Report.Changes) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}
