package app_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/app"
	"ruxue/cmd/internal/stage"
	"ruxue/repo/simulator"
	"ruxue/service/campaign"
)

// code has a login code sent to the phone and reads it there.
func (w *world) code(t testing.TB, p *stage.Walker, phone string) string {
	t.Helper()
	code, err := stage.Code(t.Context(), p, phone)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func credentials(s stage.Student, code string) url.Values {
	return url.Values{"id_number": {s.IDNumber}, "name": {s.Name}, "phone": {s.Phone}, "code": {code}, "consent": {"1"}}
}

func with(v url.Values, pairs ...string) url.Values {
	out := url.Values{}
	maps.Copy(out, v)
	for i := 0; i < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

// window is the sample campaign's.
func (w *world) window(t testing.TB) campaign.Window {
	t.Helper()
	body, err := stage.Campaign("hhu", w.sim.Config())
	if err != nil {
		t.Fatal(err)
	}
	c, err := campaign.Parse(body)
	if err != nil {
		t.Fatal(err)
	}
	return c.Window
}

// at moves the clock to an instant for the rest of the test.
func (w *world) at(t testing.TB, to time.Time) {
	by := to.Sub(w.clock.now())
	w.clock.move(by)
	t.Cleanup(func() { w.clock.move(-by) })
}

// refuse logs in without success: the page that comes back keeps all that was
// typed, says the parts, and nobody is logged in.
func refuse(t *testing.T, d device, v url.Values, status int, parts ...string) stage.Answer {
	t.Helper()
	a := d.post("/c/hhu/login", v)
	typed := append([]string{}, parts...)
	for _, name := range []string{"id_number", "name", "phone", "code"} {
		if x := v.Get(name); len(x) < 200 {
			typed = append(typed, x)
		}
	}
	wantSays(t, a, status, typed...)
	if v.Get("consent") == "1" && !strings.Contains(a.Body, "checked") {
		t.Error("the consent is not ticked any more")
	}
	if a := d.get("/c/hhu/"); a.Path != "/c/hhu/login" {
		t.Errorf("logged in all the same: at %s", a.Path)
	}
	return a
}

func TestHardLoginRefusals(t *testing.T) {
	w := newWorld(t, 12)
	s := w.student(0)
	d := on(t, w.phone())
	d.get("/c/hhu/")
	right := credentials(s, w.code(t, d.Walker, s.Phone))
	wrongDigit := s.IDNumber[:16] + string('0'+(s.IDNumber[16]-'0'+1)%10) + s.IDNumber[17:]
	for _, c := range []struct {
		name   string
		change []string
		status int
		says   string
	}{
		{"checksum", []string{"id_number", wrongDigit}, 422, "身份证号有误，请对照身份证逐位检查"},
		{"17 characters", []string{"id_number", s.IDNumber[:17]}, 422, "应为 18 位，现在是 17 位"},
		{"no number", []string{"id_number", ""}, 422, "请输入您的身份证号"},
		{"no such date", []string{"id_number", "110101199013010015"}, 422, "出生日期不对"},
		{"emoji in the name", []string{"name", "李😀雯"}, 422, "姓名中有不能使用的字符"},
		{"a very long name", []string{"name", strings.Repeat("李", 10000)}, 422, "姓名不能超过"},
		{"phone", []string{"phone", "1380000"}, 422, "手机号应为 11 位"},
		{"no code", []string{"code", ""}, 422, "请输入 6 位短信验证码"},
		{"no consent", []string{"consent", ""}, 422, "同意后勾选"},
		{"a phone that got no code", []string{"phone", "13999999999"}, 422, "请重新获取"},
		{"markup", []string{"name", `"><script>alert(1)</script>`}, 422, "不能使用的字符"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := on(t, d.Walker)
			a := refuse(t, d, with(right, c.change...), c.status, c.says)
			if strings.Contains(a.Body, "<script>alert") {
				t.Error("what was typed runs in the page")
			}
		})
	}
	t.Run("unknown and misnamed read the same", func(t *testing.T) {
		wantOneRefusal(t, on(t, d.Walker), right, w)
	})
	t.Run("the right one still passes with the same code", func(t *testing.T) {
		if a := on(t, d.Walker).post("/c/hhu/login", right); a.Status != 200 || a.Path != "/c/hhu/choices" {
			t.Errorf("at %s with %d: %s", a.Path, a.Status, shortened(a.Body))
		}
	})
	t.Run("one code, five devices at once", func(t *testing.T) { wantOneLogin(t, w, w.student(5)) })
	t.Run("a used code", func(t *testing.T) {
		other := on(t, w.pc())
		refuse(t, other, right, 422, "已经用过，请重新获取")
	})
}

// wantOneLogin sends the same right login from five devices at once.
func wantOneLogin(t *testing.T, w *world, s stage.Student) {
	t.Helper()
	right, in := credentials(s, w.code(t, w.pc(), s.Phone)), make(chan string, 5)
	for range 5 {
		go func() {
			a, err := w.pc().Post(t.Context(), "/c/hhu/login", right)
			if err != nil {
				t.Error(err)
			}
			in <- a.Path
		}()
	}
	passed := 0
	for range 5 {
		if <-in == "/c/hhu/choices" {
			passed++
		}
	}
	if passed != 1 {
		t.Errorf("one code let %d in", passed)
	}
}

// wantOneRefusal compares the refusals of an unknown number, of another's name
// and of another student's number, byte for byte.
func wantOneRefusal(t *testing.T, d device, right url.Values, w *world) {
	t.Helper()
	stranger := app.SampleStudents(40)[39]
	cases := []url.Values{with(right, "id_number", stranger.IDNumber, "name", stranger.Name),
		with(right, "name", w.students[1].Name), with(right, "id_number", w.students[1].IDNumber)}
	first := ""
	for i, v := range cases {
		a := refuse(t, d, v, 401, "身份证号和姓名与录取信息不一致，请与录取通知书逐字核对", "学籍管理部 025-83787964")
		page := strings.NewReplacer(v.Get("id_number"), "ID", v.Get("name"), "NAME").Replace(a.Body)
		j := d.ask("/c/hhu/login", v)
		if j.Status != 401 || j.JSON()["error"] == nil {
			t.Errorf("a script gets %d: %s", j.Status, j.Body)
		}
		if page += j.Body; first == "" {
			first = page
		} else if page != first {
			t.Errorf("refusal %d reads otherwise than the first", i)
		}
	}
}

func TestHardLoginCodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 12)
	t.Run("wrong, then exhausted", func(t *testing.T) {
		s := w.student(1)
		d := on(t, w.phone())
		d.get("/c/hhu/")
		right := credentials(s, w.code(t, d.Walker, s.Phone))
		wrong := with(right, "code", map[bool]string{true: "000001", false: "000000"}[right.Get("code") == "000000"])
		for _, left := range []string{"4", "3", "2", "1"} {
			refuse(t, d, wrong, 422, "验证码不对，还可以再试 "+left+" 次")
		}
		refuse(t, d, wrong, 422, "输错次数过多，请重新获取")
		refuse(t, d, right, 422, "输错次数过多，请重新获取")
	})
	t.Run("expired", func(t *testing.T) {
		s := w.student(2)
		d := on(t, w.phone())
		d.get("/c/hhu/")
		right := credentials(s, w.code(t, d.Walker, s.Phone))
		w.at(t, w.clock.now().Add(5*time.Minute))
		refuse(t, d, right, 422, "验证码已过期，请重新获取")
		if err := stage.Login(t.Context(), d.Walker, s); err != nil {
			t.Error("a new code does not help: ", err)
		}
	})
	t.Run("60 seconds", func(t *testing.T) {
		d := on(t, w.phone())
		form := url.Values{"phone": {"13712340001"}}
		wantSays(t, d.ask("/c/hhu/sms", form), 200, `"wait":60`)
		a := d.ask("/c/hhu/sms", form)
		wantField(t, a, 429, "phone", "验证码已发送，请 ", "秒后再重新获取", `"wait"`)
		if n := len(w.sim.SMS("13712340001")); n != 1 {
			t.Errorf("%d messages were sent", n)
		}
		w.at(t, w.clock.now().Add(61*time.Second))
		wantSays(t, d.ask("/c/hhu/sms", form), 200)
	})
	t.Run("no phone", func(t *testing.T) {
		d := on(t, w.phone())
		wantField(t, d.ask("/c/hhu/sms", url.Values{"phone": {"12"}}), 422, "phone", "手机号应为 11 位")
		wantField(t, d.ask("/c/hhu/sms", nil), 422, "phone", "请输入您的手机号")
	})
	for i, c := range []struct {
		fault  simulator.Fault
		status int
		says   string
	}{
		{simulator.Fault{API: "sms", Mode: "error", Code: "LimitExceeded.PhoneNumberDailyLimit"}, 429, "该手机号今日获取验证码次数已达上限"},
		{simulator.Fault{API: "sms", Mode: "error", Code: "LimitExceeded.PhoneNumberOneHourLimit"}, 429, "一小时内获取验证码次数已达上限"},
		{simulator.Fault{API: "sms", Mode: "error", Code: "FailedOperation.InsufficientBalanceInSmsPackage"}, 503, "短信暂时无法发送"},
		{simulator.Fault{API: "sms", Mode: "500"}, 503, "短信暂时无法发送，请稍后再试"},
		{simulator.Fault{API: "sms", Mode: "timeout"}, 503, "短信暂时无法发送，请稍后再试"},
	} {
		t.Run("the provider says "+c.fault.Mode+" "+c.fault.Code, func(t *testing.T) {
			d := on(t, w.pc())
			form := url.Values{"phone": {"1371234010" + string('0'+byte(i))}}
			if err := w.sim.AddFault(c.fault); err != nil {
				t.Fatal(err)
			}
			wantSays(t, d.ask("/c/hhu/sms", form), c.status, c.says)
			wantSays(t, d.ask("/c/hhu/sms", form), http.StatusOK, `"wait":60`) // no 60 s for nothing
		})
	}
}

// TestHardLoginSpellings: what people type and mean rightly is taken.
func TestHardLoginSpellings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 40)
	wide := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r >= 'A' && r <= 'z' {
				return r + 0xFEE0
			}
			return r
		}, s)
	}
	withX := -1
	for i, s := range w.students {
		if i > 10 && strings.HasSuffix(s.IDNumber, "X") {
			withX = i
		}
	}
	if withX < 0 {
		t.Fatal("no sample student's number ends in X")
	}
	for _, c := range []struct {
		name    string
		student int
		change  func(v url.Values)
	}{
		{"lower-case x", withX, func(v url.Values) { v.Set("id_number", strings.ToLower(v.Get("id_number"))) }},
		{"full-width digits", 1, func(v url.Values) {
			for _, f := range []string{"id_number", "phone", "code"} {
				v.Set(f, wide(v.Get(f)))
			}
		}},
		{"blanks", 2, func(v url.Values) {
			id, p, code := v.Get("id_number"), v.Get("phone"), v.Get("code")
			v.Set("id_number", " "+id[:6]+" "+id[6:14]+" "+id[14:]+"\t")
			v.Set("phone", "+86 "+p[:3]+"-"+p[3:7]+" "+p[7:])
			v.Set("code", " "+code[:3]+" "+code[3:]+" ")
			v.Set("name", " "+v.Get("name")+"　")
		}},
		{"a rare character", 3, func(url.Values) {}},
		{"bullet", 4, func(v url.Values) { v.Set("name", "买买提•吐尔逊") }},
		{"full stop", 4, func(v url.Values) { v.Set("name", "买买提.吐尔逊") }},
		{"full-width stop", 4, func(v url.Values) { v.Set("name", "买买提．吐尔逊") }},
		{"katakana dot and blanks", 4, func(v url.Values) { v.Set("name", "买买提 ・ 吐尔逊") }},
		{"hyphenation point", 4, func(v url.Values) { v.Set("name", "买买提‧吐尔逊") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.clock.move(2 * time.Minute) // one code a minute for each phone
			d, s := on(t, w.pc()), w.student(c.student)
			d.get("/c/hhu/")
			v := credentials(s, w.code(t, d.Walker, s.Phone))
			c.change(v)
			if a := d.post("/c/hhu/login", v); a.Path != "/c/hhu/choices" {
				t.Errorf("still at %s (%d): %s", a.Path, a.Status, shortened(a.Body))
			}
		})
	}
}

func TestHardLoginWindow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 6)
	from, end, err := w.window(t).Bounds()
	if err != nil {
		t.Fatal(err)
	}
	dates := []string{campaign.Date(from), campaign.Date(end)}
	registered := w.student(0)
	number, err := stage.Walk(t.Context(), w.phone(), registered)
	if err != nil {
		t.Fatal(err)
	}
	login := func(t *testing.T, i int) stage.Answer {
		d, s := on(t, w.phone()), w.student(i)
		d.get("/c/hhu/")
		return d.post("/c/hhu/login", credentials(s, w.code(t, d.Walker, s.Phone)))
	}
	t.Run("before", func(t *testing.T) {
		w.at(t, from.Add(-time.Second))
		wantSays(t, on(t, w.phone()).get("/c/hhu/login"), 200, append(dates, "注册还没有开始")...)
		wantSays(t, login(t, 1), 403, append(dates, "注册还没有开始")...)
	})
	t.Run("the first second", func(t *testing.T) {
		w.at(t, from)
		if a := login(t, 2); a.Path != "/c/hhu/choices" {
			t.Errorf("at %s: %s", a.Path, shortened(a.Body))
		}
	})
	t.Run("after", func(t *testing.T) {
		w.at(t, end.Add(time.Second))
		wantSays(t, on(t, w.phone()).get("/c/hhu/login"), 200, append(dates, "注册已经结束")...)
		wantSays(t, login(t, 3), 403, append(dates, "注册已经结束")...)
		if a := login(t, 0); a.Path != "/c/hhu/done" || !strings.Contains(a.Body, number) {
			t.Errorf("who registered does not read the number: %s %d %s", a.Path, a.Status, shortened(a.Body))
		}
	})
	t.Run("grace", func(t *testing.T) {
		w.at(t, end.Add(-time.Minute))
		d, s := on(t, w.phone()), w.student(4)
		d.step(s, "login")
		w.at(t, end.Add(time.Hour))
		wantSays(t, d.get("/c/hhu/choices"), 200, "开始注册")
		w.at(t, end.Add(2*time.Hour))
		wantSays(t, d.get("/c/hhu/choices"), 403, dates...)
	})
}
