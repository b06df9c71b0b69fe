package app_test

import (
	"bytes"
	"context"
	"image/png"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/app"
	"ruxue/cmd/internal/stage"
	"ruxue/repo/mysql"
)

// confirmWorld is the hhu campaign whose pledge wants 确认签署.
func confirmWorld(t testing.TB, n int) *world {
	t.Helper()
	w := prepareWorld(t, n)
	body, err := stage.Campaign("hhu", w.sim.Config())
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Replace(body, []byte("confirm: false"), []byte("confirm: true"), 1)
	if bytes.Equal(changed, body) {
		t.Fatal("the sample campaign says nothing of confirm")
	}
	if _, err := app.ApplyCampaign(t.Context(), w.store(t), changed, 1, "test"); err != nil {
		t.Fatal(err)
	}
	w.start()
	return w
}

// store is the database with the world's keys.
func (w *world) store(t testing.TB) *mysql.DB {
	t.Helper()
	ring := w.ring(t)
	return mysql.New(w.db(t), ring, w.clock.now)
}

// states counts the student's signatures by state.
func (w *world) states(t testing.TB) map[string]int {
	t.Helper()
	var list []string
	if err := w.db(t).SelectContext(t.Context(), &list, `SELECT state FROM signature`); err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, s := range list {
		out[s]++
	}
	return out
}

func (w *world) wantStates(t testing.TB, draft, final, superseded int) {
	t.Helper()
	if got := w.states(t); got["draft"] != draft || got["final"] != final || got["superseded"] != superseded {
		t.Errorf("the signatures are %v, want %d drafts, %d final, %d superseded", got, draft, final, superseded)
	}
}

// other is a handwriting unlike stage.Handwriting by n pixels.
func other(n float64) map[string]any {
	h := stage.Handwriting()
	h["strokes"] = append(h["strokes"].([]any), map[string]any{"points": [][4]float64{
		{20, 180 + n, 0, 0.5}, {60, 200, 20, 0.5}, {120, 190 + n, 40, 0.5}, {180, 200, 60, 0.5}}})
	return h
}

// pictureOf opens the picture that an answer names.
func (d device) pictureOf(j map[string]any) string {
	d.t.Helper()
	address, _ := j["picture"].(string)
	a := d.get(address)
	if _, err := png.Decode(strings.NewReader(a.Body)); a.Status != 200 || err != nil {
		d.t.Errorf("%q is no picture: %d %v", address, a.Status, err)
	}
	return a.Body
}

var hiddenRef = regexp.MustCompile(`name="signature" value="([^"]+)"`)

func TestConfirmOnPhone(t *testing.T) {
	t.Parallel()
	w := confirmWorld(t, 2)
	s := w.student(0)
	phone := on(t, w.phone()).until(s, "sign")
	const doc = "/c/hhu/sign/pledge"
	wantSays(t, phone.ask(doc+"/confirm", url.Values{"signature": {"x"}}), 409, "请核对最新的签名")
	wantSays(t, phone.ask(doc+"/confirm", nil), 422)
	wantSays(t, phone.get(doc+"/picture"), 404)
	wantSays(t, phone.post(doc+"/again", nil), 200) // nothing to drop: the page again
	pictures := map[string]bool{}
	for i := range 2 {
		a := phone.askJSON(doc, other(float64(10*i)))
		wantSays(t, a, 200, `"signature"`, `"picture"`)
		if a.JSON()["next"] != nil {
			t.Errorf("a draft leads on: %s", a.Body)
		}
		pictures[phone.pictureOf(a.JSON())] = true
		wantSays(t, phone.get("/c/hhu/"), 200, "请核对签名", "重新签名", "确认签署")
		if a := phone.get("/pay/hhu"); a.Path != doc {
			t.Errorf("a draft opens %s", a.Path)
		}
		wantSays(t, phone.post(doc+"/again", nil), 200, "去签名")
		stale, _ := a.JSON()["signature"].(string)
		wantSays(t, phone.ask(doc+"/confirm", url.Values{"signature": {stale}}), 409, "请核对最新的签名")
	}
	if len(pictures) != 2 {
		t.Error("the second handwriting shows the first one's picture")
	}
	wantSays(t, phone.askJSON(doc, stage.Handwriting()), 200)
	w.wantStates(t, 1, 0, 2)
	page := phone.get(doc)
	ref := hiddenRef.FindStringSubmatch(page.Body)
	if ref == nil {
		t.Fatal("the page names no signature to confirm")
	}
	stranger := on(t, w.phone()).until(w.student(1), "choose")
	if a := stranger.ask(doc+"/confirm", url.Values{"signature": {ref[1]}}); a.Status == 200 && strings.Contains(a.Body, "/pay/") {
		t.Errorf("a stranger confirmed: %s", a.Body)
	}
	for range 2 { // the answer was lost, so it is sent again
		if a := phone.post(doc+"/confirm", url.Values{"signature": {ref[1]}}); a.Path != "/pay/hhu" {
			t.Errorf("confirming leads to %s: %d", a.Path, a.Status)
		}
	}
	w.wantStates(t, 0, 1, 2)
	wantSays(t, phone.ask(doc+"/again", nil), 409, "签名不能再更改")
	phone.step(s, "pay")
	phone.step(s, "settled")
	number := phone.number()
	w.wantRegistered(t, s, number)
}

func TestConfirmOnPC(t *testing.T) {
	t.Parallel()
	w := confirmWorld(t, 1)
	s := w.student(0)
	pc := on(t, w.pc()).until(s, "sign")
	const doc = "/c/hhu/sign/pledge"
	wantSays(t, pc.get(doc), 200, "请扫码签字", "核对签名，确认签署")
	var shown map[string]any
	for i := range 3 {
		ticket, state := pc.handoff(w.base)
		pc.wantState(state, "waiting")
		phone := on(t, w.phone())
		wantSays(t, phone.get(ticket), 200, "学生签名")
		pc.wantState(state, "scanned")
		if user := pc.getJSON(state).JSON()["user"]; !strings.HasPrefix(user.(string), "微信用户 ****") {
			t.Errorf("the phone's user is shown as %v", user)
		}
		phone.askJSON(ticket+"/active", nil)
		pc.wantState(state, "active")
		events := listen(t, pc, state+"/events")
		wantSays(t, phone.askJSON(ticket+"/sign", other(float64(10*i))), 200)
		pc.wantState(state, "submitted")
		shown = pc.getJSON(state).JSON()
		pc.pictureOf(shown)
		if shown["signer"] != s.Name || shown["signed_at"] == nil {
			t.Errorf("the PC shows no signer or time: %v", shown)
		}
		if news := events("submitted"); !strings.Contains(news, `/picture?v=`) {
			t.Errorf("the event brings no picture: %s", news)
		}
		wantSays(t, pc.get(doc), 200, "请核对签名", shown["picture"].(string)) // a reload keeps it
		wantSays(t, phone.get(ticket), 200, "请回到电脑，核对签名后点击“确认签署”")
		if i == 2 {
			break
		}
		wantSays(t, pc.ask(doc+"/again", nil), 200)
		wantSays(t, phone.get(ticket), 410, "请在电脑上重新获取二维码")
		pc.wantState(state, "cancelled")
	}
	w.wantStates(t, 1, 0, 2)
	a := pc.ask(doc+"/confirm", url.Values{"signature": {shown["signature"].(string)}})
	wantSays(t, a, 200, `"next":"/pay/hhu"`)
	w.wantStates(t, 0, 1, 2)
}

// listen opens the PC's event stream; the function it returns waits for the
// line that brings the state.
func listen(t testing.TB, pc device, path string) func(state string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	lines := make(chan string, 100)
	go func() { defer close(lines); _ = pc.Stream(ctx, path, lines) }()
	return func(state string) string {
		for l := range lines {
			if strings.Contains(l, `"state":"`+state+`"`) {
				return l
			}
		}
		t.Errorf("the stream never said %s", state)
		return ""
	}
}
