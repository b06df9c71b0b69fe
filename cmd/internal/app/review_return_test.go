package app_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"ruxue/service/review"
	"ruxue/service/staff"
)

var returnVisits = []staffVisit{
	{route: "GET /staff/students/:ref/return", needs: staff.Review, path: "/staff/students/" + unknownRef + "/return"},
	{route: "POST /staff/students/:ref/return", needs: staff.Review, path: "/staff/students/" + unknownRef + "/return"},
}

var regexpRef = regexp.MustCompile(`name="ref" value="([^"]+)"`)

// grown is a form of her family with one more member.
func grown(contact string) url.Values {
	return url.Values{"item.0.name": {"李建国"}, "item.0.relation": {"父亲"}, "item.0.contact": {contact},
		"item.1.name": {"买买提·吐尔逊"}, "item.1.relation": {"配偶"}, "item.1.contact": {"13912345679"}}
}

// A page of the form is sent back to who has her number already: the message
// leads to it, it alone reopens, and it is locked again once she mended it.
func TestReturnASection(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	s := w.student(0)
	d := on(t, w.phone()).through(s)
	number := d.number()
	r := w.staff(staff.Site, "100")
	_, path := r.find(s.IDNumber)
	wantSays(t, r.get(path), 200, "退回修改登记表", path+"/return")
	path += "/return"
	wantSays(t, r.get(path+"?section=family"), 200, "家庭成员", `value="family" data-title="家庭成员" checked`, "信息有误", "您的{title}有误")
	wantSays(t, r.post(path, url.Values{"reason": {"信息有误"}}), 422, "请选择要退回的页")
	wantSays(t, r.post(path, url.Values{"section": {"family"}}), 422, "请选择退回原因")
	wantSays(t, r.post(path, url.Values{"section": {"family"}, "reason": {review.Other}, "own": {strings.Repeat("长", 61)}}), 422, "最多 60 个字")
	own := url.Values{"section": {"family"}, "reason": {review.Other}, "own": {"父亲的联系方式少一位"}, "save": {"1"}}
	wantSays(t, r.post(path, own), 200, "退回，父亲的联系方式少一位", "撤销", "10 秒后生效")
	wantSays(t, d.post("/c/hhu/form/family", grown("13912345670")), 409, "不能再修改")
	a := r.ask(path, own)
	wantSays(t, a, 409, "已由")
	undo := regexpRef.FindStringSubmatch(r.get(path).Body)
	if undo == nil {
		t.Fatal("nothing to undo")
	}
	if a := r.post("/staff/review/undo", url.Values{"ref": {undo[1]}}); a.Path != path {
		t.Errorf("undoing leads to %s", a.Path)
	}
	wantSays(t, r.post(path, own), 200, "撤销")
	w.undone(t)

	w.wantMessage(t, d.OpenID, "父亲的联系方式少一位")
	var link string
	for _, m := range w.sim.Messages(d.OpenID) {
		if strings.Contains(m.URL, "/form/") {
			link = m.URL
		}
	}
	if link != w.cfg.BaseURL+"/c/hhu/form/family" {
		t.Fatalf("the message leads to %q", link)
	}
	wantSays(t, d.get("/c/hhu/form/family"), 200, "这一页需要修改", "您的家庭成员需要修改：父亲的联系方式少一位，请修改后重新提交。已填内容和缴费都有效。", "13912345678")
	if a := d.get("/c/hhu/"); a.Path != "/c/hhu/form/family" {
		t.Errorf("she is led to %s", a.Path)
	}
	wantSays(t, d.get("/c/hhu/done"), 200, number)
	wantSays(t, d.post("/c/hhu/form/graduation", url.Values{}), 409, "不能再修改")
	wantSays(t, r.get(path), 200, "已由", "等学生修改")
	if a := d.post("/c/hhu/form/family", grown("13912345670")); a.Path != "/c/hhu/done" {
		t.Errorf("after mending she is at %s", a.Path)
	}
	wantSays(t, d.post("/c/hhu/form/family", grown("13912345671")), 409, "不能再修改")
	wantSays(t, r.get(path), 200, `value="family"`, "父亲的联系方式少一位") // it can be sent back again, for the saved reason
}

// Two pages in one act are one message and one undo.
func TestReturnTwoSections(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	s := w.student(0)
	d := on(t, w.phone()).through(s)
	r := w.staff(staff.Registrar)
	_, path := r.find(s.IDNumber)
	both := url.Values{"section": {"family", "graduation"}, "reason": {"内容不完整"}}
	a := r.ask(path+"/return", both)
	wantSays(t, a, 200, `"count":2`)
	wantSays(t, r.ask("/staff/review/undo", url.Values{"ref": {a.JSON()["undo"].(string)}}), 200, `"count":2`)
	wantSays(t, r.ask(path+"/return", both), 200, `"count":2`)
	w.undone(t)
	w.wantMessage(t, d.OpenID, "内容不完整")
	if got := d.get("/c/hhu/"); got.Path != "/c/hhu/form/family" {
		t.Errorf("she is led to %s", got.Path)
	}
	if got := d.post("/c/hhu/form/family", grown("13912345670")); got.Path != "/c/hhu/form/graduation" {
		t.Errorf("after the first she is led to %s", got.Path)
	}
	told := 0
	for _, m := range w.sim.Messages(d.OpenID) {
		if strings.Contains(m.URL, "/c/hhu/") && strings.Contains(fmt.Sprint(m.Lines), "内容不完整") {
			told++
		}
	}
	if told != 1 {
		t.Errorf("she is told %d times", told)
	}
	wantSays(t, r.get("/staff/review/done"), 200, path+"/return")
	other := w.staff(staff.Site, "101")
	wantSays(t, other.get(path+"/return"), 404)
	wantSays(t, other.ask(path+"/return", both), 404)
}
