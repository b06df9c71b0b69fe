package mysql_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"ruxue/repo/mysql"
	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/notice"
	"ruxue/service/reference"
	"ruxue/service/reminder"
	"ruxue/service/roster"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// oneCampaign is a campaign whose only step waits for reminded.
type oneCampaign struct{ *campaign.Campaign }

func (c oneCampaign) ByID(context.Context, int64) (*campaign.Campaign, error) { return c.Campaign, nil }

// reminded is every student of the table, whatever the step; of the first
// questions some fail.
type reminded struct {
	*mysql.Roster
	p    *post
	mu   sync.Mutex
	fail int
}

func (e *reminded) After(_ context.Context, _ roster.Query, after int64, limit int) ([]*student.Enrolment, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fail > 0 {
		e.fail--
		return nil, fault.New(fault.Unavailable, "")
	}
	var out []*student.Enrolment
	for i, id := range e.p.ids {
		if id > after && len(out) < limit {
			out = append(out, &student.Enrolment{ID: id, Ref: e.p.refs[i], Person: student.Person{Name: "测试"}})
		}
	}
	return out, nil
}

func reminderOffice(t *testing.T, p *post, students reminder.Students) (*reminder.Service, *campaign.Campaign) {
	t.Helper()
	c := &campaign.Campaign{ID: 1, Code: "hhu", Steps: []campaign.Step{{Kind: "choice", Label: "选择"}},
		Templates: campaign.Templates{reminder.Occasion: {ID: "T", Fields: map[string]string{"thing1": "name", "thing2": "item"}}}}
	return reminder.New(reminder.Options{Store: p.db.Reminders(), Students: students, Campaigns: oneCampaign{c},
		Outbox: notice.NewOutbox(p.db.Outbox(), p.clock), Audit: audit.NewLog(p.db.Audits(), p.clock),
		BaseURL: "https://e.cn", Now: p.clock, Log: slog.New(slog.DiscardHandler)}), c
}

// TestReminderIsShared: three workers and a database that fails now and then
// write one message to each student, in batches.
func TestReminderIsShared(t *testing.T) {
	p := newPost(t, 450)
	students := &reminded{Roster: p.db.Roster(), p: p, fail: 2}
	s, c := reminderOffice(t, p, students)
	by := staff.Actor{Ref: reference.New(), Role: staff.Registrar}
	preview, err := s.Preview(t.Context(), c, "login")
	if err != nil || preview.Count != 450 || len(preview.Text) != 2 {
		t.Fatalf("%+v %v", preview, err)
	}
	r, err := s.Start(t.Context(), by, c, "login")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Start(t.Context(), by, c, "login"); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second round: %v", err)
	}
	var wg sync.WaitGroup
	for range 3 {
		other, _ := reminderOffice(t, p, students)
		wg.Go(func() {
			for range 12 {
				_, _ = other.Tick(t.Context()) // a failure leaves the lease to run out
				p.pass(2 * time.Minute)
			}
		})
	}
	wg.Wait()
	for busy := true; busy; p.pass(2 * time.Minute) { // what the three had no turn left for
		if busy, err = s.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Progress(t.Context(), c, r.Ref)
	if err != nil || got.DoneAt == nil || got.Queued != 450 || got.Total != 450 {
		t.Errorf("%+v %v", got, err)
	}
	if n, m := p.count(t, "outbox"), p.count(t, "(SELECT DISTINCT enrolment_id FROM outbox) x"); n != 450 || m != 450 {
		t.Errorf("%d messages to %d students", n, m)
	}
	p.raw.MustExec(`UPDATE outbox SET state='failed' ORDER BY id LIMIT 2`)
	p.raw.MustExec(`INSERT INTO outbox (ref, kind, enrolment_id, dedupe_key, template, payload_cipher, state, tries, not_before, lease_holder, lease_until,
		message_id, code, reason, created_at) SELECT 'instead', 'sms', enrolment_id, CONCAT('instead:', ref), template, payload_cipher, 'accepted', 1,
		not_before, '', lease_until, '', '', '', created_at FROM outbox ORDER BY id LIMIT 1`)
	if got, err = s.Progress(t.Context(), c, r.Ref); err != nil || got.Sent != 1 || got.Failed != 1 {
		t.Errorf("of two whom WeChat did not reach and one whom a text message did: %+v %v", got, err)
	}
	if n := p.count(t, "audit WHERE action='reminder.start'"); n != 1 {
		t.Errorf("%d audit entries", n)
	}
}

// TestLedgerScope: staff of a site read her students' messages alone.
func TestLedgerScope(t *testing.T) {
	p := newPost(t, 3)
	outbox := notice.NewOutbox(p.db.Outbox(), p.clock)
	for i, id := range p.ids {
		p.raw.MustExec(`UPDATE enrolment SET site_code=? WHERE id=?`, fmt.Sprint(100+i), id)
		if err := outbox.Add(t.Context(), notice.Message{Kind: notice.KindTemplate, EnrolmentID: id, DedupeKey: fmt.Sprint(i), TemplateName: "review"}); err != nil {
			t.Fatal(err)
		}
	}
	l := notice.NewLedger(p.db.Outbox(), p.clock)
	for name, c := range map[string]struct {
		scope staff.Scope
		want  int
	}{"all": {staff.Scope{All: true}, 3}, "one": {staff.Scope{Sites: []string{"101"}}, 1}, "none": {staff.Scope{}, 0}} {
		list, next, err := l.List(t.Context(), notice.LedgerQuery{Scope: c.scope})
		if err != nil || len(list) != c.want || next != 0 {
			t.Errorf("%s: %d %d %v", name, len(list), next, err)
		}
		for _, s := range list {
			p.raw.MustExec(`UPDATE outbox SET state='failed' WHERE ref=?`, s.Ref)
			if _, err := l.Resend(t.Context(), staff.Scope{Sites: []string{"999"}}, s.Ref); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: a stranger to the site sends it again: %v", name, err)
			}
		}
	}
}
