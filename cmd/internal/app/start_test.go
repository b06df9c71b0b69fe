package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/stage"
	"ruxue/service/campaign"
	"ruxue/service/staff"
)

// TestAStudentWithoutAFeeHoldsTheStart: the window begins and the campaign
// doesn't, students read so, finance hears of it in WeChat and sees who it is;
// the campaign starts by itself once the fee is there, and stays started.
func TestAStudentWithoutAFeeHoldsTheStart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	today := w.clock.now().In(campaign.Shanghai)
	day := func(n int) string { return today.AddDate(0, 0, n).Format(time.DateOnly) }
	w.campaign(t, 1, "when: {level: 专升本}\n      items", "when: {major: 无}\n      items", "when: {}\n      items", "when: {major: 无}\n      items",
		fmt.Sprintf(`from: "%d-03-01"`, today.Year()), `from: "`+day(1)+`"`, fmt.Sprintf(`to: "%d-12-31"`, today.Year()), `to: "`+day(9)+`"`)
	late, other := w.student(0), w.student(1)
	w.fee(t, other, 300000)
	w.fee(t, w.student(2), 300000)
	visitor := on(t, w.phone())
	wantSays(t, visitor.get("/c/hhu/login"), 200, "注册还没有开始")
	wantSays(t, w.staff(staff.Finance).get("/staff/overview?c=hhu"), 200, "活动到时不能开放：1 名学生没有学费", late.Name)
	site := w.staff(staff.Site, late.SiteCode).get("/staff/overview?c=hhu")
	wantSays(t, site, 200, "1 名学生没有学费")
	if strings.Contains(site.Body, late.ExamNumber) {
		t.Error("a teaching site reads who of the whole campaign has no fee")
	}
	clerk := on(t, w.phone())
	s, err := stage.AddStaff(t.Context(), w.app.DB, staff.Finance)
	if err == nil {
		err = w.app.DB.Staff(w.cfg.WeChat.AppID).Bind(t.Context(), s.ID, clerk.OpenID)
	}
	if err != nil {
		t.Fatal(err)
	}

	w.stop() // another process meets the window's first day
	w.clock.move(24 * time.Hour)
	w.start()
	page := visitor.get("/c/hhu/login")
	wantSays(t, page, 200, "注册尚未开始", "请联系")
	if strings.Contains(page.Body, "id_number") {
		t.Error("the form is offered while the campaign is held")
	}
	if err := stage.Login(t.Context(), visitor.Walker, other); err == nil {
		t.Error("a student enters a campaign that is held")
	}
	m := w.hears(t, clerk.OpenID, "待办审核提醒")
	if m.URL != w.base+"/staff/overview?c=hhu" || m.Lines[0].Value != "活动未开放：1 人没有学费" || strings.Contains(m.Lines[1].Value, late.Name) {
		t.Errorf("finance reads %+v", m)
	}
	d := w.staff(staff.Administrator)
	wantSays(t, d.get("/staff/overview?c=hhu"), 200, "活动还没有对学生开放：1 名学生没有学费", late.Name, late.ExamNumber)
	wantSays(t, d.get("/staff/campaigns"), 200, "1 名学生没有学费")
	wantSays(t, d.get("/staff/campaigns/hhu"), 200, "活动还没有对学生开放", late.Name)

	w.fee(t, late, 280000)
	w.clock.move(6 * time.Second)
	wantSays(t, visitor.get("/c/hhu/login"), 200, "id_number")
	if err := stage.Login(t.Context(), visitor.Walker, other); err != nil {
		t.Fatal(err)
	}
	w.fee(t, late, nil)
	w.clock.move(6 * time.Second)
	wantSays(t, visitor.get("/c/hhu/"), 200, "新生实名制注册")
	if body := d.get("/staff/overview?c=hhu").Body; strings.Contains(body, "没有学费") {
		t.Error("a campaign that has started is held")
	}
}
