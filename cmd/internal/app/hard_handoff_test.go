package app_test

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"ruxue/cmd/internal/stage"
	"ruxue/repo/simulator"
)

// handoff asks for the PC's QR code and reads it as a phone does: the path
// with the ticket, and the path of its state.
func (d device) handoff(base string) (ticket, state string) {
	d.t.Helper()
	return d.handoffAt(base, "/c/hhu/sign/pledge")
}

// handoffAt is handoff on another page.
func (d device) handoffAt(base, page string) (ticket, state string) {
	d.t.Helper()
	return d.handoffWith(base, page, nil)
}

// handoffWith is handoffAt with what the form holds beside a file.
func (d device) handoffWith(base, page string, beside url.Values) (ticket, state string) {
	d.t.Helper()
	a := d.ask(page+"/handoff", beside)
	wantSays(d.t, a, 200)
	qr, _ := a.JSON()["qr"].(string)
	png, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(qr, "data:image/png;base64,"))
	if err != nil {
		d.t.Fatal("the QR code is no picture: ", err)
	}
	address, err := simulator.ReadQR(bytes.NewReader(png))
	if err != nil {
		d.t.Fatal("the QR code cannot be read: ", err)
	}
	state, _ = a.JSON()["state"].(string)
	return strings.TrimPrefix(address, base), state
}

func (d device) wantState(path, state string) {
	d.t.Helper()
	a := d.getJSON(path)
	if got := a.JSON()["state"]; got != state {
		d.t.Errorf("the PC sees %v, want %s: %d %s", got, state, a.Status, a.Body)
	}
}

func strokes(lines ...[][2]float64) map[string]any {
	out := []any{}
	for _, l := range lines {
		var pts [][4]float64
		for i, p := range l {
			pts = append(pts, [4]float64{p[0], p[1], float64(i), 0.5})
		}
		out = append(out, map[string]any{"points": pts})
	}
	return map[string]any{"width": 340, "height": 220, "strokes": out}
}

func TestHardHandoff(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 4)
	s := w.student(0)
	if s.Level != "专升本" {
		t.Fatal("the first student signs no pledge")
	}
	pc := on(t, w.pc()).until(s, "sign")
	t.Run("not signed yet", func(t *testing.T) {
		if a := on(t, pc.Walker).get("/pay/hhu"); a.Path != "/c/hhu/sign/pledge" {
			t.Errorf("paying comes before signing: %s", a.Path)
		}
	})
	t.Run("outside WeChat", func(t *testing.T) {
		pc := on(t, pc.Walker)
		ticket, state := pc.handoff(w.base)
		for _, agent := range []string{stage.AgentPhone, stage.AgentPC} {
			a := on(t, stage.NewWalker(w.base, w.simURL, agent, "")).get(ticket)
			wantSays(t, a, 200, "请用手机微信扫描")
		}
		pc.wantState(state, "waiting")
	})
	t.Run("two phones at once", func(t *testing.T) {
		pc := on(t, pc.Walker)
		ticket, state := pc.handoff(w.base)
		phones := []*stage.Walker{w.phone(), w.phone()}
		answers := make([]stage.Answer, 2)
		var wg sync.WaitGroup
		for i, p := range phones {
			wg.Go(func() { answers[i], _ = p.Get(t.Context(), ticket) })
		}
		wg.Wait()
		winner, loser := 0, 1
		if answers[0].Status != 200 {
			winner, loser = 1, 0
		}
		wantSays(t, answers[winner], 200, "专升本人员诚信承诺书")
		wantSays(t, answers[loser], 409, "已被另一部手机扫描", "重新获取二维码")
		wantSays(t, on(t, phones[loser]).askJSON(ticket+"/sign", stage.Handwriting()), 409, "已被另一部手机扫描")
		wantSays(t, on(t, phones[loser]).askJSON(ticket+"/active", nil), 409, "已被另一部手机扫描")
		pc.wantState(state, "scanned")
		wantSays(t, on(t, phones[winner]).get(ticket), 200, "专升本人员诚信承诺书")
	})
	t.Run("expired", func(t *testing.T) {
		pc := on(t, pc.Walker)
		ticket, state := pc.handoff(w.base)
		w.at(t, w.clock.now().Add(5*time.Minute+time.Second))
		wantSays(t, on(t, w.phone()).get(ticket), 410, "二维码已过期，请在电脑上重新获取二维码")
		pc.wantState(state, "expired")
	})
	t.Run("renewed", func(t *testing.T) {
		pc := on(t, pc.Walker)
		old, state := pc.handoff(w.base)
		pc.handoff(w.base)
		wantSays(t, on(t, w.phone()).get(old), 410, "请在电脑上重新获取二维码")
		pc.wantState(state, "cancelled")
	})
	t.Run("unknown", func(t *testing.T) {
		wantSays(t, on(t, w.phone()).get("/h/"+strings.Repeat("A", 43)), 404, "二维码无效或已过期")
		wantSays(t, on(t, w.phone()).get("/h/x"), 404, "二维码无效或已过期")
	})
	t.Run("not scanned first", func(t *testing.T) {
		ticket, _ := on(t, pc.Walker).handoff(w.base)
		wantSays(t, on(t, w.phone()).askJSON(ticket+"/sign", stage.Handwriting()), 409, "请先用手机微信扫描")
	})
	t.Run("blank and trivial, then signed, then used", func(t *testing.T) {
		pc, phone := on(t, pc.Walker), on(t, w.phone())
		ticket, state := pc.handoff(w.base)
		phone.get(ticket)
		phone.askJSON(ticket+"/active", nil)
		pc.wantState(state, "active")
		for name, body := range map[string]any{
			"nothing": strokes(), "a dot": strokes([][2]float64{{100, 100}}),
			"a line": strokes([][2]float64{{40, 100}, {100, 100}, {200, 101}, {300, 100}}),
		} {
			a := phone.askJSON(ticket+"/sign", body)
			wantSays(t, a, 422)
			if a.Sentence() == "" || a.Sentence() == "请检查填写的内容" {
				t.Errorf("%s: no sentence of its own: %s", name, a.Body)
			}
		}
		wantSays(t, phone.askJSON(ticket+"/sign", "no strokes"), 422, "签名数据无法识别，请清空后重新书写")
		pc.wantState(state, "active")
		if a := pc.get("/c/hhu/"); a.Path != "/c/hhu/sign/pledge" {
			t.Errorf("the PC went on to %s", a.Path)
		}
		for range 2 { // the answer was lost, so it is sent again
			wantSays(t, phone.askJSON(ticket+"/sign", stage.Handwriting()), 200)
		}
		pc.wantState(state, "done")
		wantSays(t, phone.get(ticket), 410, "签名已提交")
		wantSays(t, on(t, w.phone()).get(ticket), 410, "签名已提交")
		if a := pc.get("/c/hhu/"); a.Path != "/pay/hhu" {
			t.Errorf("the PC is at %s", a.Path)
		}
		w.wantFinals(t, s, 1)
	})
}

// wantFinals counts the final signatures of a student.
func (w *world) wantFinals(t testing.TB, s stage.Student, want int) {
	t.Helper()
	var n int
	err := w.db(t).GetContext(t.Context(), &n, `SELECT COUNT(*) FROM signature s JOIN enrolment e ON e.id=s.enrolment_id
		WHERE s.state='final' AND e.exam_number=?`, s.ExamNumber)
	if err != nil || n != want {
		t.Errorf("%d final signatures (%v), want %d", n, err, want)
	}
}
