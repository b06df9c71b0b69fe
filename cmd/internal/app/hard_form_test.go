package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"ruxue/cmd/internal/stage"
)

// wantKept demands that the page and the page opened again, here and on
// another device, hold every value.
func (w *world) wantKept(t *testing.T, d device, s stage.Student, path string, form url.Values) {
	t.Helper()
	var values []string
	for _, v := range form {
		if v[0] != "" && len(v[0]) < 20000 {
			values = append(values, v[0])
		}
	}
	wantSays(t, d.get(path), 200, values...)
	w.clock.move(2 * time.Minute) // a second login code
	wantSays(t, on(t, w.pc()).until(s, "verify").get(path), 200, values...)
}

func TestHardForm(t *testing.T) {
	t.Parallel()
	w := prepareWorld(t, 4)
	w.cfg.Limits.SMSPerPhoneDay = 0 // she logs in again and again
	w.start()
	s := w.student(3) // 王𬭩
	d := on(t, w.phone()).until(s, "basic")
	const page = "/c/hhu/form/basic"
	right := stage.Basic(s)
	for _, c := range []struct {
		name   string
		change []string
		says   string
	}{
		{"a missing field", []string{"address", ""}, "请填写通讯地址"},
		{"an unchosen field", []string{"politics", ""}, "请选择政治面貌"},
		{"an unknown choice", []string{"politics", "神仙"}, "请从列表里选择政治面貌"},
		{"10,000 characters", []string{"emergency_name", strings.Repeat("王", 10000)}, "紧急联系人最多 30 个字，现在有 10000 个字"},
		{"emoji in a name", []string{"emergency_name", "王😀"}, "紧急联系人里不能有表情符号"},
		{"mail", []string{"email", "student"}, "电子邮箱缺少 @"},
		{"phone", []string{"phone", "1380000"}, "手机号应为 11 位，现在只有 7 位"},
		{"markup", []string{"emergency_name", "<script>alert(1)</script>"}, "紧急联系人里不能有“<”"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, form := on(t, d.Walker), with(right, c.change...)
			a := d.post(page, form)
			wantSays(t, a, 422, c.says, form.Get("address"), form.Get("emergency_name"), form.Get("email"))
			if strings.Contains(a.Body, "<script>alert") {
				t.Error("what was typed runs in the page")
			}
			j := d.ask(page, form)
			e, _ := j.JSON()["error"].(map[string]any)
			if fields, _ := e["fields"].(map[string]any); j.Status != 422 || !strings.Contains(fmt.Sprint(fields[c.change[0]]), c.says) {
				t.Errorf("a script gets %d %.300s", j.Status, j.Body)
			}
			if c.change[0] == "politics" {
				form.Del("politics") // a list cannot show what is not in it
			}
			w.wantKept(t, d, s, page, form)
			if a := d.get("/c/hhu/"); a.Path != page {
				t.Errorf("went on to %s", a.Path)
			}
		})
	}
	t.Run("far too long", func(t *testing.T) {
		d := on(t, d.Walker)
		a := d.post(page, with(right, "address", strings.Repeat("长", 600_000)))
		wantSays(t, a, 413, "填写的内容太长，请缩短后再提交")
		wantSays(t, d.get(page), 200, right.Get("address"))
		a = d.must(d.Do(t.Context(), http.MethodPost, page, "application/x-www-form-urlencoded", []byte("phone=%zz"), false))
		wantSays(t, a, 422, "没有传完")
		wantSays(t, d.ask(page+"/draft", with(right, "address", strings.Repeat("长", 30_000))), 413, "没有自动保存")
		wantSays(t, d.get(page), 200, right.Get("address"))
	})
	t.Run("rare characters, dots and emoji where they may be", func(t *testing.T) {
		d := on(t, d.Walker)
		form := with(right, "emergency_name", "买买提·吐尔逊𬭩", "address", "南京市𬭩路1号 😀 （东门），3·2室", "employer", "𠮷野家")
		if a := d.post(page, form); a.Path != "/c/hhu/form/family" {
			t.Fatalf("at %s: %s", a.Path, shortened(a.Body))
		}
		w.wantKept(t, d, s, page, form)
	})
	t.Run("a draft", func(t *testing.T) {
		d := on(t, d.Walker)
		form := url.Values{"item.0.name": {"王"}, "item.0.relation": {"父"}}
		wantSays(t, d.ask("/c/hhu/form/family/draft", form), 200, "saved_at")
		w.wantKept(t, d, s, "/c/hhu/form/family", form)
	})
	t.Run("without a script: add and remove", func(t *testing.T) {
		d := on(t, d.Walker)
		form := url.Values{"item.0.name": {"王一"}, "item.0.relation": {"父亲"}, "item.0.contact": {"13912345678"},
			"item.1.name": {"王二"}, "item.1.relation": {"母亲"}, "item.1.contact": {"13912345679"}}
		a := d.post("/c/hhu/form/family", with(form, "action", "add"))
		wantSays(t, a, 200, "王一", "王二", `name="item.2.name"`)
		a = d.post("/c/hhu/form/family", with(form, "action", "remove.0"))
		wantSays(t, a, 200, "王二")
		if a.Path != "/c/hhu/form/family" || strings.Contains(a.Body, "王一") {
			t.Errorf("at %s, 王一 is still there: %v", a.Path, strings.Contains(a.Body, "王一"))
		}
		wantSays(t, d.get("/c/hhu/form/family"), 200, "王二")
	})
	t.Run("no family, then one without contact", func(t *testing.T) {
		d := on(t, d.Walker)
		wantSays(t, d.post("/c/hhu/form/family", nil), 422, "家庭成员至少填写 1 项")
		form := url.Values{"item.0.name": {"买买提·𬭩"}, "item.0.relation": {"父亲"}}
		wantSays(t, d.post("/c/hhu/form/family", form), 422, "请填写联系方式", "买买提·𬭩")
		w.wantKept(t, d, s, "/c/hhu/form/family", form)
	})
}

// TestHardDoubleClicks: sent five times at once, done once.
func TestHardDoubleClicks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 4)
	s := w.student(0)
	d := on(t, w.phone()).until(s, "basic")
	five := func(fn func() (stage.Answer, error)) []stage.Answer {
		out := make([]stage.Answer, 5)
		var wg sync.WaitGroup
		for i := range out {
			wg.Go(func() {
				a, err := fn()
				if err != nil {
					t.Error(err)
				}
				out[i] = a
			})
		}
		wg.Wait()
		return out
	}
	for _, a := range five(func() (stage.Answer, error) { return d.Post(t.Context(), "/c/hhu/form/basic", stage.Basic(s)) }) {
		if a.Status != 200 || a.Path != "/c/hhu/form/family" {
			t.Errorf("下一步 leads to %s with %d: %s", a.Path, a.Status, shortened(a.Body))
		}
	}
	for _, name := range []string{"family", "graduation", "attachments"} {
		d.step(s, name)
	}
	for _, a := range five(func() (stage.Answer, error) {
		return d.AskJSON(t.Context(), "/c/hhu/sign/pledge", stage.Handwriting())
	}) {
		wantSays(t, a, 200, `"/pay/hhu"`)
	}
	w.wantFinals(t, s, 1)
	for _, a := range five(func() (stage.Answer, error) { return d.Ask(t.Context(), "/pay/hhu/attempt", nil) }) {
		wantSays(t, a, 200, "prepay_id")
	}
	w.wantAttempts(t, s, "jsapi open")
	if err := stage.Pay(t.Context(), d.Walker, s); err != nil {
		t.Fatal(err)
	}
	d.step(s, "settled")
	number := d.number()
	w.wantRegistered(t, s, number)
	for _, a := range five(func() (stage.Answer, error) { return d.Ask(t.Context(), "/pay/hhu/attempt", nil) }) {
		wantSays(t, a, 200, `"paid":true`, "/c/hhu/done")
	}
	w.wantAttempts(t, s, "jsapi paid")
	wantFrozen(t, d, s)
}

// wantFrozen: what was paid for can be read and no longer changed.
func wantFrozen(t *testing.T, d device, s stage.Student) {
	t.Helper()
	const says = "已经缴费或已提交申请，内容不能再修改"
	wantSays(t, d.post("/c/hhu/form/basic", with(stage.Basic(s), "address", "另一个地址")), 409, says)
	wantSays(t, d.ask("/c/hhu/form/basic/draft", with(stage.Basic(s), "address", "另一个地址")), 409, says)
	wantSays(t, d.upload("/c/hhu/attachments/id-front", "file", "a.jpg", s.Photo, url.Values{"original": {"1"}}), 409, says)
	wantSays(t, d.ask("/c/hhu/attachments/id-front/remove", nil), 409, says)
	other := strokes([][2]float64{{60, 60}, {200, 70}, {90, 90}, {220, 100}, {80, 130}, {230, 150}, {70, 180}})
	wantSays(t, d.askJSON("/c/hhu/sign/pledge", other), 409, "已签署")
	if a := d.post("/c/hhu/choices", url.Values{"choice": {""}}); a.Path != "/c/hhu/done" {
		t.Errorf("重新选择 leads to %s", a.Path)
	}
	wantSays(t, d.get("/c/hhu/form/basic"), 200, stage.Basic(s).Get("address"))
}

// wantAttempts compares the student's attempts, oldest first, as "way state".
func (w *world) wantAttempts(t testing.TB, s stage.Student, want ...string) {
	t.Helper()
	got := []string{}
	err := w.db(t).SelectContext(t.Context(), &got, `SELECT CONCAT(a.way, ' ', a.state) FROM attempt a
		JOIN enrolment e ON e.id=a.enrolment_id WHERE e.exam_number=? ORDER BY a.id`, s.ExamNumber)
	if err != nil || strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("the attempts are %q (%v), want %q", got, err, want)
	}
}
