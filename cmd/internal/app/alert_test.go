package app_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"ruxue/cmd/internal/stage"
	"ruxue/repo/simulator"
	"ruxue/service/staff"
)

// hears waits for the phone's newest message with the title.
func (w *world) hears(t *testing.T, openid, title string) simulator.Message {
	t.Helper()
	var heard []simulator.Message
	if !eventually(func() bool {
		heard = slices.DeleteFunc(slices.Clone(w.sim.Messages(openid)), func(m simulator.Message) bool { return m.Title != title })
		return len(heard) > 0
	}) {
		t.Fatalf("no message %q arrives", title)
	}
	return heard[0]
}

// TestStaffAreToldInWeChat: a photo waits, the registrar's WeChat hears of it
// within seconds, the message opens the queue on her phone and nothing else, and
// what she approves there gives the student her number.
func TestStaffAreToldInWeChat(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	w.db(t).MustExec(`UPDATE enrolment SET approval='approved'`) // wust's candidates wait from the start
	phone := on(t, w.phone())
	s, err := stage.AddStaff(t.Context(), w.app.DB, staff.Registrar)
	if err == nil {
		err = w.app.DB.Staff(w.cfg.WeChat.AppID).Bind(t.Context(), s.ID, phone.OpenID)
	}
	if err != nil {
		t.Fatal(err)
	}
	d, student, path := w.shot(t, 0)
	m := w.hears(t, phone.OpenID, "待办审核提醒")
	if len(m.Lines) != 3 || !strings.Contains(m.Lines[0].Value, "存档照片") || strings.Contains(m.Lines[1].Value, student.Name) ||
		!strings.HasPrefix(m.URL, w.base+"/staff/r/") {
		t.Fatalf("the message: %+v", m)
	}
	link := strings.TrimPrefix(m.URL, w.base)

	stranger := on(t, w.phone())
	wantSays(t, stranger.get(link), 403, "这个链接只能用绑定的微信打开")
	wantSays(t, stranger.get("/staff/review"), 200, "登录")
	wantSays(t, on(t, w.pc()).get(link), 200, "登录")

	queue := phone.get(link)
	wantSays(t, queue, 200, student.Name, "是同一人吗")
	if queue.Path != "/staff/review" || strings.Contains(queue.Body, "查看完整号码") {
		t.Errorf("the link opens %s", queue.Path)
	}
	wantSays(t, phone.get("/staff/messages"), 403)
	wantSays(t, phone.post(path, url.Values{"verdict": {"approve"}}), 200)
	w.undone(t)
	number := d.number()
	w.wantMessage(t, d.OpenID, number)
	// Of what came meanwhile she hears after the interval, and is told where she
	// left: her own approval is no news.
	for _, got := range w.sim.Messages(phone.OpenID) {
		if got.ID != m.ID && got.Title == m.Title {
			t.Errorf("a second message within the interval: %+v", got)
		}
	}
	ledger := w.staff(staff.Administrator)
	ledger.told("?what=staff_review", "待办审核提醒")
}
