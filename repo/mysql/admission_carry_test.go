package mysql_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"ruxue/service/admission"
	"ruxue/service/application"
	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/student"
)

// sequel is the hhu campaign with students and the next year's campaign.
type sequel struct {
	*intake
	into    *campaign.Campaign
	carrier *admission.Carrier
}

func newSequel(t *testing.T, edits ...string) *sequel {
	t.Helper()
	s := &sequel{intake: newIntake(t)}
	s.apply(0, append(edits, "code: hhu\n", "code: hhu2027\n", "title: 2026级新生注册", "title: 2027级新生注册", `from: "2026-03-01"`, `from: "2027-03-01"`,
		`to: "2026-12-31"`, `to: "2027-12-31"`)...)
	service := campaign.NewService(s.db.Campaigns(), s.now)
	var err error
	if s.into, err = service.ByCode(t.Context(), "hhu2027"); err != nil {
		t.Fatal(err)
	}
	s.carrier = &admission.Carrier{Store: s.db.Admissions(), Audit: audit.NewLog(s.db.Audits(), s.now),
		Title: func(ctx context.Context, id int64) (string, error) {
			c, err := service.ByID(ctx, id)
			if err != nil {
				return "", err
			}
			return c.Title, nil
		}}
	return s
}

func (s *sequel) order() admission.CarryOrder {
	return admission.CarryOrder{From: s.c, Into: s.into, Grade: "2027", Actor: "staff:one"}
}

func (s *sequel) carry() admission.CarryReport {
	s.t.Helper()
	rep, err := s.carrier.Apply(s.t.Context(), s.order())
	if err != nil {
		s.t.Fatal(err)
	}
	return rep
}

// pupil is the n-th student, with a 考生号 of her own.
func pupil(n int) student.Admission {
	a := entry(n)
	a.ExamNumber, a.Phone = fmt.Sprintf("2611%04d", n), fmt.Sprintf("138001380%02d", n)
	return a
}

// kept is the n-th student with an approved deferral in the first campaign.
func (s *sequel) kept(n int) *student.Enrolment {
	s.t.Helper()
	e := s.admit(pupil(n))
	a, err := s.submit(e, application.Defer, n)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.svc.Decide(s.t.Context(), a.Ref, true, "", "one"); err != nil {
		s.t.Fatal(err)
	}
	return s.read(e.ID)
}

// list puts the n-th student into the second campaign's own list.
func (s *sequel) list(n int) *student.Enrolment {
	s.t.Helper()
	if err := s.db.InTx(s.t.Context(), func(ctx context.Context) error {
		_, err := s.db.Students().Admit(ctx, s.into.ID, pupil(n))
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
	return s.there(n)
}

func (s *sequel) there(n int) *student.Enrolment {
	s.t.Helper()
	e, err := s.db.Students().FindByIDNumber(s.t.Context(), s.into.ID, pupil(n).IDNumber)
	if err != nil {
		s.t.Fatal(err)
	}
	return e
}

func wantCarried(t *testing.T, r admission.CarryReport, want string) {
	t.Helper()
	if got := fmt.Sprintf("of %d new %d listed %d joined %d there %d bad %d", r.Deferred, r.New, r.Listed, r.Joined, r.There, r.Bad); got != want {
		t.Errorf("%s, want %s (%+v)", got, want, r.Problems)
	}
}

func TestApprovedDeferralsAreCarriedOnce(t *testing.T) {
	s := newSequel(t)
	s.raw.MustExec(`UPDATE enrolment SET fee_fen=1 WHERE 1=1`)
	old := s.kept(1)
	s.kept(2)
	s.admit(pupil(3))
	if _, err := s.submit(s.admit(pupil(4)), application.Defer, 4); err != nil { // pending
		t.Fatal(err)
	}
	rep, err := s.carrier.Check(t.Context(), s.order())
	if err != nil || len(rep.People) != 2 || rep.Moved() != 2 || s.count(`enrolment WHERE campaign_id=?`, s.into.ID) != 0 {
		t.Fatalf("the preview: %+v %v", rep, err)
	}
	wantCarried(t, s.carry(), "of 2 new 2 listed 0 joined 0 there 0 bad 0")
	e := s.there(1)
	if e.State != student.Kept || e.CarriedFrom != old.ID || e.Person != old.Person || e.ExamNumber != "26110001" || e.Phone != "13800138001" ||
		e.Level != "本科" || e.Major != "会计学" || e.SiteCode != "100" || e.Site != "南京校本部教学点" || e.Years != "5" || e.Grade != "2027级" ||
		e.FeeFen != nil || e.ImportedNumber != "" || e.Number != "" || e.Choice != "" || e.VerifiedAt != nil || e.Approval != student.Approved {
		t.Errorf("%+v", e)
	}
	wantCarried(t, s.carry(), "of 2 new 0 listed 0 joined 0 there 2 bad 0")
	s.kept(5)
	wantCarried(t, s.carry(), "of 3 new 1 listed 0 joined 0 there 2 bad 0")
	if s.read(old.ID).State != student.Deferred {
		t.Error("the old enrolment moved")
	}
	if n := s.rows("audit", `action='admission.carry' AND subject=?`, "enrolment:"+e.Ref); n != 1 {
		t.Errorf("%d entries in her timeline", n)
	}
	if n := s.rows("audit", `action='admission.carry' AND subject='campaign:hhu2027' AND actor='staff:one'`); n != 2 {
		t.Errorf("%d entries about the runs", n)
	}
}

func TestWhoCannotBeCarriedIsSaid(t *testing.T) {
	s := newSequel(t, "levels: [专升本, 高起专, 高起本, 本科]", "levels: [专升本, 高起专, 本科]", `{code: "102", name: 苏州教学点}`, `{code: "103", name: 无锡教学点}`)
	for n := range 9 {
		s.kept(n)
	}
	set := func(n int, column, value string) {
		s.raw.MustExec(`UPDATE enrolment SET `+column+`=? WHERE exam_number=? AND campaign_id=?`, value, pupil(n).ExamNumber, s.c.ID)
	}
	set(0, "level", "高起本")
	set(1, "site_code", "102")
	set(2, "grade", "") // the order gives one
	begun, untouched, registered, away := s.list(3), s.list(4), s.list(5), s.list(6)
	s.raw.MustExec(`UPDATE enrolment SET choice='defer' WHERE id=?`, begun.ID)
	s.raw.MustExec(`UPDATE enrolment SET state='registered' WHERE id=?`, registered.ID)
	s.raw.MustExec(`UPDATE enrolment SET state='waiver_pending' WHERE id=?`, away.ID)
	other := pupil(30)
	other.ExamNumber = pupil(7).ExamNumber
	if err := s.db.InTx(t.Context(), func(ctx context.Context) error {
		_, err := s.db.Students().Admit(ctx, s.into.ID, other)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	set(8, "major", "法学")
	var told []string
	o := s.order()
	o.Each = func(x admission.Carried) error {
		told = append(told, fmt.Sprint(x.Old.ExamNumber, " ", x.Outcome, " ", x.Reason))
		return nil
	}
	rep, err := s.carrier.Apply(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	wantCarried(t, rep, "of 9 new 2 listed 1 joined 2 there 0 bad 4")
	for i, want := range []string{"bad 层次“高起本”不是本活动的层次", "bad 教学点“102 北京网络测试站点”不在", "new ", "joined 名单中已有她，并且已经开始", "listed ", "joined 名单中已有她，并且已经注册",
		"bad 她在本活动中已经另外申请", "bad 她的考生号在本活动中属于", "new "} {
		if !strings.Contains(told[i], want) {
			t.Errorf("student %d: %s, want %s", i, told[i], want)
		}
	}
	for _, p := range rep.Problems {
		if p.Reason == "" || p.Suggestion == "" {
			t.Errorf("%+v", p)
		}
	}
	if e := s.read(untouched.ID); e.State != student.Kept || e.CarriedFrom == 0 {
		t.Errorf("who was only listed: %+v", e)
	}
	if e := s.read(begun.ID); e.State != student.Admitted || e.CarriedFrom == 0 || e.Choice != "" {
		t.Errorf("who had begun: %+v", e)
	}
	if ok, err := s.db.Students().SetChoice(t.Context(), begun.ID, "defer"); ok || err != nil {
		t.Errorf("a second deferral: %v %v", ok, err)
	}
	if e := s.read(registered.ID); e.State != student.Registered || e.CarriedFrom == 0 {
		t.Errorf("who was registered: %+v", e)
	}
	if e := s.read(away.ID); e.State != student.WaiverPending || e.CarriedFrom != 0 {
		t.Errorf("who gives it up: %+v", e)
	}
	wantCarried(t, s.carry(), "of 9 new 0 listed 0 joined 0 there 5 bad 4")
}

func TestCarryingIsRefused(t *testing.T) {
	s := newSequel(t)
	s.kept(1)
	s.carry()
	choiceless := *s.into
	choiceless.Steps = s.into.Steps[1:]
	for name, o := range map[string]admission.CarryOrder{
		"请选择另一个活动": {From: s.c, Into: s.c}, "不能往回转": {From: s.into, Into: s.c}, "没有“选择”": {From: s.c, Into: &choiceless},
		"写成四位年份": {From: s.c, Into: s.into, Grade: "明年"},
	} {
		if _, err := s.carrier.Apply(t.Context(), o); !fault.Is(err, fault.Invalid) || !strings.Contains(fmt.Sprint(err), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	later := s.apply(0, "code: hhu\n", "code: hhu2028\n", `to: "2026-12-31"`, `to: "2028-12-31"`)
	third, err := campaign.NewService(s.db.Campaigns(), s.now).ByCode(t.Context(), "hhu2028")
	if err != nil || later != 1 {
		t.Fatal(later, err)
	}
	rep, err := s.carrier.Apply(t.Context(), admission.CarryOrder{From: s.c, Into: third})
	if err != nil || rep.Bad != 1 || !strings.Contains(rep.Problems[0].Reason, "已经转入“2027级新生注册”") {
		t.Errorf("a second campaign: %+v %v", rep, err)
	}
	rep, err = s.carrier.Apply(t.Context(), admission.CarryOrder{From: s.into, Into: third})
	if err != nil || rep.Bad != 1 || !strings.Contains(rep.Problems[0].Reason, "没有申请入学") {
		t.Errorf("a second year: %+v %v", rep, err)
	}
}

func TestTwoRunsAtOnceCarryOnce(t *testing.T) {
	s := newSequel(t)
	for n := range 12 {
		s.kept(n)
	}
	var wg sync.WaitGroup
	total := make([]int, 4)
	for i := range total {
		wg.Go(func() {
			rep, err := s.carrier.Apply(t.Context(), s.order())
			if err != nil {
				t.Error(err)
			}
			total[i] = rep.New
		})
	}
	wg.Wait()
	if n := s.count(`enrolment WHERE campaign_id=?`, s.into.ID); n != 12 || total[0]+total[1]+total[2]+total[3] != 12 {
		t.Errorf("%d enrolments of %v", n, total)
	}
}
