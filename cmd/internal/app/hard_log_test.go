package app_test

import (
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/stage"
)

// TestLogsHoldNothingPersonal: journeys that go right and wrong leave nothing
// in the log that names somebody or opens anything.
func TestLogsHoldNothingPersonal(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	secret := map[string]string{}
	keep := func(what, value string) {
		if len(value) >= 4 {
			secret[value] = what
		}
	}
	for i := range 3 {
		s := w.student(i)
		keep("the ID number", s.IDNumber)
		keep("the phone", s.Phone)
		keep("the name", s.Name)
		keep("the examination number", s.ExamNumber)
		for name, v := range stage.Basic(s) {
			keep("the field "+name, v[0])
		}
	}
	pc, s := on(t, w.pc()), w.student(0)
	pc.get("/c/hhu/")
	right := credentials(s, w.code(t, pc.Walker, s.Phone))
	keep("the code", right.Get("code"))
	for _, wrong := range [][]string{{"id_number", w.students[1].IDNumber}, {"name", w.students[1].Name}, {"code", "12345x"}} {
		pc.post("/c/hhu/login", with(right, wrong...))
	}
	pc.post("/c/hhu/login", right)
	pc.until(s, "sign")
	ticket, state := pc.handoff(w.base)
	keep("the ticket", strings.TrimPrefix(ticket, "/h/"))
	hand, other := on(t, w.phone()), on(t, w.phone())
	hand.get(ticket)
	other.get(ticket)
	other.askJSON(ticket+"/sign", stage.Handwriting())
	hand.askJSON(ticket+"/sign", strokes())
	hand.askJSON(ticket+"/sign", stage.Handwriting())
	pc.getJSON(state)
	pc.get("/c/hhu/attachments/" + s.IDNumber)
	pc.get("/nowhere/" + s.IDNumber + "?phone=" + s.Phone)
	wantSays(t, pc.ask("/pay/hhu/attempt", nil), 200)
	order := w.orders(t, s)[0]
	for _, forge := range []string{"signature", "amount", "unknown"} {
		_, _ = w.sim.Callback(order, forge, 1)
	}
	w.pay(t, order)
	w.wantPaid(t, pc, s)
	phone := on(t, w.phone())
	if _, err := stage.Walk(t.Context(), phone.Walker, w.student(1)); err != nil {
		t.Fatal(err)
	}
	failed := on(t, w.phone()).until(w.student(2), "face")
	failed.post("/c/hhu/face/consent", map[string][]string{"way": {"face"}})
	w.outcome(t, w.student(2), "error")
	failed.check(w.student(2).Face)
	for _, d := range []device{pc, hand, other, phone, failed} {
		keep("an openid", d.OpenID)
		for _, c := range d.Cookies() {
			keep("a cookie", c.Value)
		}
	}
	time.Sleep(200 * time.Millisecond) // the workers' last lines
	w.stop()
	logs := w.logs.String()
	for value, what := range secret {
		if before, _, ok := strings.Cut(logs, value); ok {
			start := strings.LastIndex(before, "\n") + 1
			t.Errorf("%s is in the log: %.400s", what, logs[start:])
		}
	}
	if lines := strings.Count(logs, "\n"); lines < 60 {
		t.Errorf("only %d lines were logged: nothing is proven", lines)
	}
}
