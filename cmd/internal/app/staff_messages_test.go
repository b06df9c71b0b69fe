package app_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/stage"
	"ruxue/repo/simulator"
	"ruxue/service/campaign"
	"ruxue/service/notice"
	"ruxue/service/staff"
)

var messageVisits = []staffVisit{
	{route: "GET /staff/messages", needs: staff.Messages},
	{route: "POST /staff/messages/:ref/resend", needs: staff.Messages, path: "/staff/messages/AAAAAAAAAAAAAAAAAAAAAA/resend"},
	{route: "GET /staff/reminders", needs: staff.Messages},
	{route: "POST /staff/reminders", needs: staff.Messages},
	{route: "GET /staff/reminders/:ref", needs: staff.Messages, path: "/staff/reminders/AAAAAAAAAAAAAAAAAAAAAA"},
}

// told waits until the ledger's page, by its query, says so.
func (d device) told(query, want string) string {
	d.t.Helper()
	body := ""
	if !eventually(func() bool { body = d.get("/staff/messages" + query).Body; return strings.Contains(body, want) }) {
		d.t.Fatalf("the ledger does not say %q: %.600s", want, shortened(body))
	}
	return body
}

// loggedIn has the first student log in in the WeChat of a follower, whose
// openid it returns.
func (w *world) loggedIn(t *testing.T) string {
	t.Helper()
	openid := "oSimLedger0000000000000000AB"
	w.follow(t, openid, true)
	on(t, stage.NewWalker(w.base, w.simURL, stage.AgentWeChat, openid)).step(w.student(0), "login")
	return openid
}

func (w *world) follow(t *testing.T, openid string, follower bool) {
	t.Helper()
	if _, err := w.sim.AddUser(simulator.User{OpenID: openid, Follower: follower}); err != nil {
		t.Fatal(err)
	}
}

// TestLedger: what a student was told is on the ledger with its fate and the
// reason in Chinese; a failed message is sent again once, and arrives.
func TestLedger(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	openid := w.loggedIn(t)
	outbox := notice.NewOutbox(w.app.DB.Outbox(), w.clock.now)
	var e struct {
		ID   int64  `db:"id"`
		Ref  string `db:"ref"`
		Name string `db:"name"`
	}
	if err := w.db(t).Get(&e, `SELECT e.id, e.ref, p.name FROM enrolment e JOIN person p ON p.id=e.person_id WHERE p.name=?`, w.students[0].Name); err != nil {
		t.Fatal(err)
	}
	c, err := campaign.NewService(w.app.DB.Campaigns(), w.clock.now).ByCode(t.Context(), "hhu")
	if err != nil {
		t.Fatal(err)
	}
	m, ok := notice.ForCampaign(c, "review", map[string]string{"name": "陈*川", "item": "存档照片", "result": "已通过", "time": "2026年3月12日"})
	if !ok {
		t.Fatal("hhu has no template review")
	}
	m.EnrolmentID, m.DedupeKey = e.ID, "test:1"
	w.follow(t, openid, false)
	if err := outbox.Add(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	d := w.staff(staff.Registrar)
	body := d.told("?state=failed", "未关注公众号（43004）")
	if !strings.Contains(body, "审核结果通知") || !strings.Contains(body, e.Name) || !strings.Contains(body, "/staff/students/"+e.Ref) {
		t.Errorf("the ledger: %.800s", shortened(body))
	}
	d.told("?state=unreached&c=hhu", "未关注公众号")
	if body := d.get("/staff/messages?c=wust").Body; !strings.Contains(body, "没有符合条件的消息") {
		t.Errorf("another campaign's ledger: %.300s", shortened(body))
	}
	resend := regexp.MustCompile(`/staff/messages/[A-Za-z0-9_-]{22}/resend`).FindString(body)
	w.follow(t, openid, true)
	form := url.Values{"back": {"/staff/messages?state=failed"}}
	if a := d.post(resend, form); !strings.Contains(a.Body, "已重新发送") {
		t.Fatalf("resending: %d %.300s", a.Status, shortened(a.Body))
	}
	if a := d.post(resend, form); a.Status != 409 || !strings.Contains(a.Body, "已经重发过") {
		t.Errorf("resending twice: %d %.300s", a.Status, shortened(a.Body))
	}
	d.told("?state=delivered", "审核结果通知")
	if body := d.get("/staff/messages?state=unreached").Body; strings.Contains(body, e.Name) {
		t.Error("who was reached at last is on the list of who was not")
	}
}

// TestReminders: whom a step waits for is counted and shown the message before
// anything is sent, who never logged in apart from who stands on the first
// step; each is told once, a second round of the day is refused.
func TestReminders(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	openid := w.loggedIn(t)
	d := w.staff(staff.Registrar)
	wantSays(t, d.get("/staff/overview?c=hhu"), 200, "未登录", "还没有登录过", "/staff/students?c=hhu&step=login")
	wantSays(t, d.get("/staff/students?c=hhu&step=login"), 200, "共 4 名学生", "未登录")
	wantSays(t, d.get("/staff/reminders?c=hhu&step=login"), 200, "4 名学生还没有登录过", "登录并开始注册", "以张*丰为例", "<dd>张*丰</dd>")
	wantSays(t, d.get("/staff/reminders?c=hhu&step=choice"), 200, "1 名学生停在“选择”", "选择注册、保留或放弃")
	if a := d.get("/staff/reminders?c=hhu&step=nothing"); a.Status != 404 {
		t.Errorf("a step that does not exist: %d", a.Status)
	}
	// The one who logged in in WeChat gets hers there; the others, whom WeChat
	// does not know, by SMS.
	if total, sent, failed := d.round("choice"); total != 1 || sent != 1 || failed != 0 {
		t.Errorf("of who stands on the first step: %v in all, %v sent, %v failed", total, sent, failed)
	}
	if got := w.sim.Messages(openid); len(got) != 1 || got[0].Lines[1].Value != "选择注册、保留或放弃" {
		t.Errorf("the student's inbox: %+v", got)
	}
	if got := w.sim.SMS(w.students[0].Phone); len(got) != 1 { // the login code alone
		t.Errorf("who was reached by WeChat got %d SMS", len(got))
	}
	if total, sent, failed := d.round("login"); total != 4 || sent+failed != 4 {
		t.Errorf("of who never logged in: %v in all, %v sent, %v failed", total, sent, failed)
	}
	d.told("?what=reminder&state=accepted", "短信")
	texts := func() (n int) {
		for _, s := range w.students {
			for _, m := range w.sim.SMS(s.Phone) {
				if strings.Contains(m.Text, "登录并开始注册") {
					n++
				}
			}
		}
		return n
	}
	for deadline := time.Now().Add(patience); texts() < 4 && time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
	}
	if n := texts(); n != 4 {
		t.Errorf("%d of 4 were reminded by SMS", n)
	}
	if a := d.post("/staff/reminders", url.Values{"c": {"hhu"}, "step": {"choice"}}); a.Status != 409 || !strings.Contains(a.Body, "今天已经催办过") {
		t.Errorf("a second round: %d %.300s", a.Status, shortened(a.Body))
	}
}

// round reminds the students of a step and waits until every message has its fate.
func (d device) round(step string) (total, sent, failed int) {
	d.t.Helper()
	if a := d.post("/staff/reminders", url.Values{"c": {"hhu"}, "step": {step}}); a.Status != 200 || !strings.Contains(a.Body, "data-round") {
		d.t.Fatalf("sending: %d %.400s", a.Status, shortened(a.Body))
	}
	address := regexp.MustCompile(`data-round="([^"]+)"`).FindStringSubmatch(d.get("/staff/reminders?c=hhu").Body)[1]
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		state := d.getJSON(address).JSON()
		if state["done"] == true {
			n := func(key string) int { v, _ := state[key].(float64); return int(v) }
			return n("total"), n("sent"), n("failed")
		}
		if time.Now().After(deadline) {
			d.t.Fatalf("the round does not end: %v", state)
		}
	}
}
