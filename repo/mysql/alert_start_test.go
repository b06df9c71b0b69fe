package mysql_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"ruxue/service/alert"
	"ruxue/service/campaign"
	"ruxue/service/staff"
)

type theseCampaigns []*campaign.Campaign

func (l theseCampaigns) List(context.Context) ([]*campaign.Campaign, error) { return l, nil }

// TestAHeldStartIsToldOnce: two replicas, looking again and again, tell finance
// and the office once; nobody once the fees are there, and again when the
// window is moved and they are missing then.
func TestAHeldStartIsToldOnce(t *testing.T) {
	p := newPost(t, 2)
	finance, registrar := p.reviewer(t, staff.Finance, "o-money"), p.reviewer(t, staff.Registrar, "o-office")
	site := p.reviewer(t, staff.Site, "o-site", "100")
	c := &campaign.Campaign{ID: 1, Code: "hhu", Version: 1, Steps: []campaign.Step{{Kind: "pay"}}, Window: campaign.Window{From: "2026-03-01", To: "2026-03-31"}}
	replica := func() *alert.Starts {
		return alert.NewStarts(alert.StartOptions{Campaigns: theseCampaigns{c}, Starts: campaign.NewStarter(p.db.Campaigns(), p.clock),
			Store: p.db.Alerts(postApp), Outbox: p.outbox(), TemplateID: "T", Fields: map[string]string{"thing1": "item", "thing2": "student"},
			Now: p.clock, Log: slog.New(slog.DiscardHandler)})
	}
	one, two := replica(), replica()
	look := func() {
		t.Helper()
		for range 2 {
			var wg sync.WaitGroup
			for _, s := range []*alert.Starts{one, two} {
				wg.Go(func() {
					if err := s.Tick(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		}
	}
	look()
	if n := p.count(t, "outbox"); n != 2 {
		t.Errorf("%d messages, want one to each of two", n)
	}
	const want = "活动未开放：2 人没有学费"
	p.wantTold(t, "finance", finance, want)
	p.pass(1)
	p.raw.MustExec(`UPDATE enrolment SET fee_fen=0`)
	c.Window.From = "2026-03-02"
	look()
	p.raw.MustExec(`UPDATE enrolment SET fee_fen=NULL WHERE id=?`, p.ids[1])
	c.Window.From = "2026-03-20"
	look()
	if n := p.count(t, "outbox"); n != 2 {
		t.Errorf("%d messages before the window", n)
	}
	c.Window.From = "2026-03-03"
	one, two = replica(), replica() // and they were restarted
	look()
	if n, m := p.count(t, "outbox"), p.count(t, "outbox WHERE staff_id=?", registrar.ID); n != 4 || m != 2 {
		t.Errorf("%d messages, %d to the registrar, want 4 and 2", n, m)
	}
	p.wantTold(t, "a teaching site", site)
}

// TestWhoEntersStartsACampaign: a student's first login in the window does, one
// from before it or by a leave of her own does not.
func TestWhoEntersStartsACampaign(t *testing.T) {
	p := newPost(t, 2)
	c := &campaign.Campaign{ID: 1, Version: 1, Steps: []campaign.Step{{Kind: "pay"}}, Window: campaign.Window{From: "2026-03-12", To: "2026-03-31"}}
	for _, x := range []struct {
		change string
		want   string // who keeps it from starting
	}{
		{`fee_fen=NULL`, "测试（考生号 K1）测试"},
		{`state=CASE id WHEN 1 THEN 'kept' ELSE state END`, "测试（考生号 K1）测试"},
		{`state='waived'`, ""},
		{`state='admitted', first_login_at='2026-03-11 15:59:59'`, "测试（考生号 K1）测试"},
		{`first_login_at='2026-03-11 16:00:01', extended_until='2026-03-20'`, "测试（考生号 K1）测试"},
		{`extended_until=NULL`, ""},
		{`first_login_at=NULL, fee_fen=0`, ""},
	} {
		p.raw.MustExec(`UPDATE enrolment SET exam_number=CASE id WHEN 1 THEN 'K1' ELSE '' END, ` + x.change)
		s := campaign.NewStarter(p.db.Campaigns(), p.clock)
		lack, err := s.Lack(t.Context(), c)
		if got := strings.Join(lack.Names, ""); err != nil || got != x.want || (lack.Students > 0) != (x.want != "") {
			t.Errorf("%s: %+v %v, want %q", x.change, lack, err, x.want)
		}
		held, err := s.Held(t.Context(), c)
		if err != nil || held != (x.want != "") {
			t.Errorf("%s: held is %v %v", x.change, held, err)
		}
	}
}
