package mysql_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"ruxue/service/alert"
	"ruxue/service/notice"
	"ruxue/service/reference"
	"ruxue/service/review"
	"ruxue/service/staff"
)

type linksTo struct{}

func (linksTo) Create(_ context.Context, id int64, target string) (string, error) {
	return fmt.Sprintf("/staff/r/%d?%s", id, target), nil
}

// watch is what the App makes of the worker that tells staff, over cases of one kind.
func watch(p *post) *alert.Service {
	reviews := review.New(review.Options{Store: p.db.Reviews(), Now: p.clock, Effects: map[review.Kind]review.Effect{
		review.Approval: func(context.Context, review.Decision) error { return nil }}})
	return alert.New(alert.Options{Store: p.db.Alerts(postApp), Cases: reviews, Links: linksTo{},
		Outbox: notice.NewOutbox(p.db.Outbox(), p.clock), TemplateID: "T", Fields: map[string]string{"thing1": "item", "thing2": "student"},
		BaseURL: "https://e.cn", Interval: 30 * time.Minute, DigestHour: 8, Now: p.clock})
}

// reviewer adds staff whose WeChat is bound, unless openID is "".
func (p *post) reviewer(t *testing.T, role staff.Role, openID string, sites ...string) *staff.Account {
	t.Helper()
	store := p.db.Staff(postApp)
	a := &staff.Account{Login: reference.New(), Name: "老师", Role: role, Sites: sites, PasswordHash: "x"}
	err := p.db.InTx(t.Context(), func(ctx context.Context) error { return store.Insert(ctx, a) })
	if err == nil && openID != "" {
		err = store.Bind(t.Context(), a.ID, openID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// wait makes listed data of the student wait for staff since now.
func (p *post) wait(i int, site string) {
	now := p.clock()
	p.raw.MustExec(`UPDATE enrolment SET approval='pending', site_code=?, created_at=? WHERE id=?`, site, now, p.ids[i])
}

// tick lets a case settle and two workers look at once.
func (p *post) tick(t *testing.T) {
	t.Helper()
	p.pass(3 * time.Second)
	var wg sync.WaitGroup
	for range 2 {
		s := watch(p)
		wg.Go(func() {
			if err := s.Tick(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// told are the messages to one of the staff, oldest first.
func (p *post) told(t *testing.T, a *staff.Account) []string {
	t.Helper()
	rows, err := p.db.Outbox().Claim(t.Context(), "reader", p.clock(), p.clock(), 100)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(rows, func(x, y notice.Row) int { return x.CreatedAt.Compare(y.CreatedAt) })
	var out []string
	for _, r := range rows {
		if r.StaffID == a.ID {
			out = append(out, r.Payload.Values["thing1"])
		}
	}
	return out
}

func (p *post) wantTold(t *testing.T, who string, a *staff.Account, want ...string) {
	t.Helper()
	if got := p.told(t, a); !slices.Equal(got, want) {
		t.Errorf("%s was told %q, want %q", who, got, want)
	}
}

// TestStaffAreToldOnce: whom a case concerns is told by one message, of two
// workers; the next ones wait for the interval and are told together.
func TestStaffAreToldOnce(t *testing.T) {
	p := newPost(t, 4)
	all := p.reviewer(t, staff.Registrar, "o-all")
	here := p.reviewer(t, staff.Site, "o-here", "100")
	there := p.reviewer(t, staff.Site, "o-there", "101")
	unbound := p.reviewer(t, staff.Registrar, "")
	finance := p.reviewer(t, staff.Finance, "o-money")
	shut := p.reviewer(t, staff.Administrator, "o-shut")
	if err := p.db.Staff(postApp).SetDisabled(t.Context(), shut.ID, true); err != nil {
		t.Fatal(err)
	}
	p.raw.MustExec(`UPDATE enrolment SET approval='approved'`)
	p.tick(t) // past the digest's hour, with nothing to say
	if n := p.count(t, "outbox"); n != 0 {
		t.Fatalf("%d messages about nothing", n)
	}
	p.wait(0, "100")
	p.tick(t)
	p.tick(t)
	p.wantTold(t, "the registrar", all, "报名信息 1 件待审核")
	p.wantTold(t, "her site's staff", here, "报名信息 1 件待审核")
	for name, a := range map[string]*staff.Account{"another site's": there, "unbound": unbound, "finance": finance, "shut": shut} {
		p.wantTold(t, name, a)
	}
	p.wait(1, "100")
	p.wait(2, "101")
	p.tick(t)
	p.wantTold(t, "the registrar within the interval", all, "报名信息 1 件待审核")
	p.wantTold(t, "the other site's staff", there, "报名信息 1 件待审核")
	p.pass(30 * time.Minute)
	p.tick(t)
	p.tick(t)
	p.wantTold(t, "the registrar", all, "报名信息 1 件待审核", "报名信息 3 件待审核")
	p.wantTold(t, "her site's staff", here, "报名信息 1 件待审核", "报名信息 2 件待审核")
	p.pass(2 * time.Hour)
	p.tick(t)
	p.wantTold(t, "the registrar, of what she knows", all, "报名信息 1 件待审核", "报名信息 3 件待审核")
}

// TestTheDailyDigest: what still waits is told once a day, from the hour on.
func TestTheDailyDigest(t *testing.T) {
	p := newPost(t, 1)
	a := p.reviewer(t, staff.Registrar, "o-all")
	p.wait(0, "100")
	p.tick(t) // 14:00 in Beijing: the day's first is its digest
	p.wantTold(t, "on the first day", a, "今日待办：报名信息 1 件")
	p.pass(17 * time.Hour) // 7:00
	p.tick(t)
	p.wantTold(t, "before the hour", a, "今日待办：报名信息 1 件")
	p.pass(time.Hour)
	p.tick(t)
	p.tick(t)
	p.wantTold(t, "at the hour", a, "今日待办：报名信息 1 件", "今日待办：报名信息 1 件")
	p.raw.MustExec(`UPDATE enrolment SET approval='approved'`)
	p.pass(24 * time.Hour)
	p.tick(t)
	if n := len(p.told(t, a)); n != 2 {
		t.Errorf("%d messages, the last about nothing", n)
	}
}

// TestWhoHandledItIsNotTold: a case that she decided, or decided and withdrew,
// is none of her news; others hear of it.
func TestWhoHandledItIsNotTold(t *testing.T) {
	p := newPost(t, 2)
	wang, li := p.reviewer(t, staff.Registrar, "o-wang"), p.reviewer(t, staff.Registrar, "o-li")
	p.raw.MustExec(`UPDATE enrolment SET approval='approved'`)
	p.tick(t)
	p.wait(0, "100")
	d := review.Decision{Ref: reference.New(), CampaignID: 1, EnrolmentID: p.ids[0], Kind: review.Approval, Subject: p.refs[0], Approve: true,
		By: review.By{Ref: wang.Ref, Name: wang.Name}, State: review.Waiting, DecidedAt: p.clock().Add(time.Second), EffectiveAt: p.clock().Add(time.Minute)}
	if ok, err := p.db.Reviews().Insert(t.Context(), d); !ok || err != nil {
		t.Fatal(ok, err)
	}
	p.tick(t)
	p.wantTold(t, "who decided it", wang)
	p.wantTold(t, "who had nothing to do", li)
	if list, err := p.db.Reviews().Withdraw(t.Context(), wang.Ref, d.Ref, p.clock()); err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	p.tick(t)
	p.wantTold(t, "who withdrew it", wang)
	p.wantTold(t, "the other", li, "报名信息 1 件待审核")
	p.wait(1, "100")
	p.tick(t)
	p.wantTold(t, "of the next case", wang, "报名信息 2 件待审核")
}
