package mysql_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"ruxue/service/notice"
)

func (p *post) outbox() *notice.Outbox { return notice.NewOutbox(p.db.Outbox(), p.clock) }

func template(id int64, key string) notice.Message {
	return notice.Message{Kind: notice.KindTemplate, EnrolmentID: id, DedupeKey: key, TemplateName: "registered",
		URL: "https://e.cn/c/hhu/done", Values: map[string]string{"name": "陈立川", "number": "2026070001"}}
}

// A message is there exactly if what caused it is.
func TestOutboxJoinsTheTransaction(t *testing.T) {
	p := newPost(t, 1)
	failed := errors.New("what caused it failed")
	err := p.db.InTx(t.Context(), func(ctx context.Context) error {
		if err := p.outbox().Add(ctx, template(1, "registered:1")); err != nil {
			return err
		}
		return failed
	})
	if !errors.Is(err, failed) || p.count(t, "outbox") != 0 {
		t.Fatalf("%v, %d messages", err, p.count(t, "outbox"))
	}
	for range 2 {
		err := p.db.InTx(t.Context(), func(ctx context.Context) error { return p.outbox().Add(ctx, template(1, "registered:1")) })
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := p.count(t, "outbox"); n != 1 {
		t.Errorf("%d messages of one cause", n)
	}
	var payload []byte
	if err := p.raw.Get(&payload, `SELECT payload_cipher FROM outbox`); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(payload, []byte("陈立川")) {
		t.Error("the payload is stored in clear")
	}
	rows, err := p.db.Outbox().Of(t.Context(), 1, 10)
	if err != nil || len(rows) != 1 || rows[0].Payload.Values["name"] != "陈立川" || rows[0].State != notice.Queued || rows[0].State.Words() != "待发送" {
		t.Errorf("%+v %v", rows, err)
	}
}

// Workers on several replicas share the rows: each is claimed once.
func TestOutboxClaimRace(t *testing.T) {
	p := newPost(t, 1)
	for i := range 60 {
		if err := p.outbox().Add(t.Context(), template(1, fmt.Sprint("k", i))); err != nil {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	seen := map[string]int{}
	for w := range 8 {
		wg.Go(func() {
			for range 12 {
				rows, err := p.db.Outbox().Claim(t.Context(), fmt.Sprint("w", w), p.clock(), p.clock().Add(time.Minute), 10)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				for _, r := range rows {
					seen[r.Ref]++
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(seen) != 60 {
		t.Errorf("%d of 60 were claimed", len(seen))
	}
	for ref, n := range seen {
		if n != 1 {
			t.Errorf("%s was claimed %d times", ref, n)
		}
	}
}

func TestOutboxLease(t *testing.T) {
	p := newPost(t, 1)
	s := p.db.Outbox()
	later := template(1, "later")
	later.NotBefore = p.clock().Add(time.Hour)
	sms := notice.Message{Kind: notice.KindSMS, EnrolmentID: 1, DedupeKey: "sms", TemplateName: "code"}
	for _, m := range []notice.Message{template(1, "now"), later, sms} {
		if err := p.outbox().Add(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	claim := func(holder string) []notice.Row {
		t.Helper()
		rows, err := s.Claim(t.Context(), holder, p.clock(), p.clock().Add(time.Minute), 10)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	if rows := claim("a"); len(rows) != 2 || rows[0].UncertainSince != nil {
		t.Fatalf("%+v", rows)
	}
	if rows := claim("b"); len(rows) != 0 {
		t.Fatalf("leased rows were claimed: %+v", rows)
	}
	p.pass(2 * time.Minute) // a has vanished
	if n, err := s.Lost(t.Context(), p.clock()); n != 1 || err != nil {
		t.Errorf("%d SMS are lost, %v", n, err)
	}
	rows := claim("b")
	if len(rows) != 1 || rows[0].DedupeKey != "now" || rows[0].UncertainSince == nil || rows[0].Tries != 1 {
		t.Fatalf("%+v", rows)
	}
	if ok, err := s.Finish(t.Context(), rows[0].Ref, "a", notice.Fate{State: notice.Failed}); ok || err != nil {
		t.Error("who lost the lease ended the row", err)
	}
	if ok, err := s.Finish(t.Context(), rows[0].Ref, "b", notice.Fate{State: notice.Accepted, MessageID: "77"}); !ok || err != nil {
		t.Error(ok, err)
	}
	if n, oldest, err := s.Backlog(t.Context()); n != 1 || !oldest.Equal(later.NotBefore) || err != nil {
		t.Errorf("backlog %d since %v, %v", n, oldest, err)
	}
	p.pass(time.Hour)
	if rows := claim("c"); len(rows) != 1 || rows[0].DedupeKey != "later" {
		t.Errorf("%+v", rows)
	}
	if n := p.count(t, "outbox WHERE kind='sms' AND state='unknown'"); n != 1 {
		t.Error("a lost SMS must be unknown and never sent again")
	}
}

// A row that no key opens any more is told of and does not stop the others.
func TestOutboxUnreadable(t *testing.T) {
	p := newPost(t, 1)
	for _, k := range []string{"bad", "good"} {
		if err := p.outbox().Add(t.Context(), template(1, k)); err != nil {
			t.Fatal(err)
		}
	}
	p.raw.MustExec(`UPDATE outbox SET payload_cipher='x' WHERE dedupe_key='bad'`)
	rows, err := p.db.Outbox().Claim(t.Context(), "a", p.clock(), p.clock().Add(time.Minute), 10)
	if err != nil || len(rows) != 1 || rows[0].DedupeKey != "good" {
		t.Errorf("%+v %v", rows, err)
	}
	if n := p.count(t, "outbox WHERE dedupe_key='bad' AND state='failed' AND reason<>''"); n != 1 {
		t.Error("the unreadable one has no fate")
	}
}

func TestPushSeen(t *testing.T) {
	p := newPost(t, 0)
	s := p.db.Outbox()
	var wg sync.WaitGroup
	first := make(chan bool, 10)
	for range 10 {
		wg.Go(func() {
			ok, err := s.FirstSeen(t.Context(), "event:o1:1:CLICK:")
			if err != nil {
				t.Error(err)
			}
			if ok {
				first <- true
			}
		})
	}
	wg.Wait()
	if len(first) != 1 {
		t.Fatalf("%d of ten repetitions were handled", len(first))
	}
	if err := s.Unsee(t.Context(), "event:o1:1:CLICK:"); err != nil {
		t.Fatal(err)
	}
	if ok, _ := s.FirstSeen(t.Context(), "event:o1:1:CLICK:"); !ok {
		t.Error("a forgotten push is new again")
	}
	if err := s.AddReceipt(t.Context(), "5", "success"); err != nil {
		t.Fatal(err)
	}
	p.pass(25 * time.Hour)
	if err := s.Sweep(t.Context(), p.clock().Add(-24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if n := p.count(t, "push_seen") + p.count(t, "outbox_receipt"); n != 0 {
		t.Errorf("%d old rows stay", n)
	}
}

func TestRecipients(t *testing.T) {
	p := newPost(t, 2)
	r := p.db.Recipients(postApp)
	p.raw.MustExec(`INSERT INTO person_openid VALUES (1, ?, 'newer', NOW(6), NOW(6) + INTERVAL 1 HOUR), (1, 'other', 'wrong', NOW(6), NOW(6) + INTERVAL 2 HOUR)`, postApp)
	p.raw.MustExec(`DELETE FROM person_openid WHERE person_id=2`)
	p.raw.MustExec(`UPDATE enrolment SET phone_cipher=NULL WHERE id=2`)
	for id, want := range map[int64][2]string{1: {"newer", "13800130000"}, 2: {"", ""}, 99: {"", ""}} {
		row := notice.Row{EnrolmentID: id}
		openID, err := r.OpenID(t.Context(), row)
		phone, err2 := r.Phone(t.Context(), row)
		if openID != want[0] || phone != want[1] || err != nil || err2 != nil {
			t.Errorf("%d: %q %q %v %v", id, openID, phone, err, err2)
		}
	}
}
