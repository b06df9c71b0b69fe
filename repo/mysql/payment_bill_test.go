package mysql_test

import (
	"sync"
	"testing"

	"ruxue/service/fault"
	"ruxue/service/payment"
)

func TestOneBillPerEnrolmentWhoeverAsks(t *testing.T) {
	x := newTill(t)
	var ids []int64
	for n := range 12 {
		ids = append(ids, x.enrol(n))
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	bills := map[int64]map[int64]bool{}
	for range 6 {
		for _, id := range ids {
			wg.Go(func() {
				b, err := x.svc.EnsureBill(t.Context(), payment.BillInput{EnrolmentID: id, CampaignVersion: 1, Items: tuition})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				if bills[id] == nil {
					bills[id] = map[int64]bool{}
				}
				bills[id][b.ID] = true
			})
		}
	}
	wg.Wait()
	want(t, "bills", x.rows("bill", "total_fen=320000 AND state='unpaid'"), len(ids))
	for id, seen := range bills {
		if len(seen) != 1 || seen[0] {
			t.Errorf("enrolment %d saw bills %v", id, seen)
		}
	}
}

func TestABillFollowsItsItemsUntilSomebodyTriesToPay(t *testing.T) {
	x := newTill(t)
	id := x.enrol(1)
	ensure := func(items ...payment.Item) payment.Bill {
		t.Helper()
		b, err := x.svc.EnsureBill(t.Context(), payment.BillInput{EnrolmentID: id, CampaignVersion: 2, Items: items})
		if err != nil {
			t.Fatal(err)
		}
		if stored := x.bill(id); stored.TotalFen != b.TotalFen || stored.State != b.State || stored.Ref != b.Ref || len(stored.Items) != len(b.Items) {
			t.Fatalf("returned %+v, stored %+v", b, stored)
		}
		return b
	}
	if _, ok, err := x.svc.BillOf(t.Context(), id); ok || err != nil {
		t.Fatal("a bill before there is one", err)
	}
	free := ensure()
	want(t, "state of a total of 0", free.State, payment.BillFree)
	if c := x.start(in(id, payment.Native, "")); !c.Paid {
		t.Error("a free bill opened a cashier")
	}
	first := ensure(payment.Item{Name: "学费", Fen: 100})
	want(t, "state", first.State, payment.BillUnpaid)
	want(t, "the same bill", first.Ref, free.Ref)
	want(t, "total after a correction", ensure(payment.Item{Name: "学费", Fen: 200}).TotalFen, 200)
	x.start(in(id, payment.Native, ""))
	want(t, "total after an attempt", ensure(payment.Item{Name: "学费", Fen: 1}).TotalFen, 200)
	want(t, "state after an attempt", ensure().State, payment.BillUnpaid)
}

func TestAbsurdBillsAreRefused(t *testing.T) {
	x := newTill(t)
	id := x.enrol(1)
	for name, items := range map[string][]payment.Item{"negative": {{Name: "学费", Fen: -1}}, "nameless": {{Fen: 5}},
		"too much": {{Name: "学费", Fen: 60_000_000}, {Name: "书", Fen: 60_000_000}}} {
		if _, err := x.svc.EnsureBill(t.Context(), payment.BillInput{EnrolmentID: id, Items: items}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := x.svc.EnsureBill(t.Context(), payment.BillInput{EnrolmentID: 999, Items: tuition}); !fault.Is(err, fault.NotFound) {
		t.Errorf("no such enrolment: %v", err)
	}
	if _, err := x.svc.Start(t.Context(), in(id, payment.Native, "")); !fault.Is(err, fault.NotFound) {
		t.Errorf("starting without a bill: %v", err)
	}
	if _, _, err := x.svc.Refresh(t.Context(), id); !fault.Is(err, fault.NotFound) {
		t.Errorf("refreshing without a bill: %v", err)
	}
}
