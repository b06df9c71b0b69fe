package app_test

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"ruxue/cmd/internal/stage"
	"ruxue/service/student"
)

// visit is one route as it is asked for, always with the owner's references,
// and what each comer gets: the status and the page where redirects end. Who
// has no session gets nobody's; "" is the same as nobody's.
type visit struct {
	route   string // "METHOD template"
	path    string // asked for; {ref} and {ticket} are the owner's
	send    func(a *actor, path string) stage.Answer
	nobody  string // no cookie, an invented one, one that was logged out
	other   string // another student, logged in, as far in the journey
	owner   string
	private bool // the owner's answer holds what nobody else may see
}

// actor is who asks.
type actor struct {
	device
	name    string
	student stage.Student
	hand    device // scans; the device itself but for the owner on her PC
}

func form(pairs ...string) func(*actor, string) stage.Answer {
	return func(a *actor, path string) stage.Answer { a.t.Helper(); return a.post(path, with(nil, pairs...)) }
}

func asJSON(a *actor, path string) stage.Answer { a.t.Helper(); return a.getJSON(path) }

func script(a *actor, path string) stage.Answer { a.t.Helper(); return a.ask(path, nil) }

func penned(a *actor, path string) stage.Answer {
	a.t.Helper()
	return a.askJSON(path, stage.Handwriting())
}

func file(field string) func(*actor, string) stage.Answer {
	return func(a *actor, path string) stage.Answer {
		a.t.Helper()
		photo := a.student.Photo
		if field == "photo" {
			photo = a.student.Face
		}
		return a.upload(path, field, "photo.jpg", photo, url.Values{"original": {"1"}, "source": {"camera"}})
	}
}

// byHand has the phone that scanned do it.
func byHand(send func(*actor, string) stage.Answer) func(*actor, string) stage.Answer {
	return func(a *actor, path string) stage.Answer {
		a.t.Helper()
		h := *a
		h.device = a.hand
		if send == nil {
			return h.get(path)
		}
		return send(&h, path)
	}
}

const loginPage = "200 /c/hhu/login"

// visits are all routes of the product, in the order in which a student who
// is about to sign can walk them; a route that is missing here fails the test.
var visits = []visit{
	{route: "GET /healthz", path: "/healthz", nobody: "200 /healthz"},
	{route: "GET /readyz", path: "/readyz", nobody: "200 /readyz"},
	{route: "GET /static/*path", path: "/static/none/none.css", nobody: "404 /static/none/none.css"},
	{route: "GET /", path: "/", nobody: "200 /"},
	{route: "GET /wechat", path: "/wechat?signature=x&timestamp=1&nonce=1&echostr=1", nobody: "403 /wechat"},
	{route: "POST /wechat", path: "/wechat?signature=x&timestamp=1&nonce=1", send: form("a", "b"), nobody: "422 /wechat"},
	{route: "POST /pay/notify", path: "/pay/notify", send: script, nobody: "401 /pay/notify"},
	{route: "GET /wechat/oauth", path: "/wechat/oauth?code=1&state=2", nobody: "200 /wechat/oauth", other: "200 /wechat/oauth", owner: "200 /wechat/oauth"},
	{route: "GET /c/:campaign/oauth", path: "/c/hhu/oauth?code=1&state=2", nobody: "200 /c/hhu/oauth", other: "200 /c/hhu/sign/pledge", owner: "200 /c/hhu/oauth"},
	{route: "GET /c/:campaign", path: "/c/hhu", nobody: loginPage, other: "200 /c/hhu/sign/pledge"},
	{route: "GET /c/:campaign/", path: "/c/hhu/", nobody: loginPage, other: "200 /c/hhu/sign/pledge"},
	{route: "GET /c/:campaign/login", path: "/c/hhu/login", nobody: loginPage, other: "200 /c/hhu/sign/pledge"},
	{route: "POST /c/:campaign/login", path: "/c/hhu/login", send: form(), nobody: "422 /c/hhu/login"},
	{route: "POST /c/:campaign/sms", path: "/c/hhu/sms", send: script, nobody: "422 /c/hhu/sms"},
	// Of other campaigns: hhu has neither passwords, slider, approval nor home page.
	{route: "GET /c/:campaign/forgot", path: "/c/hhu/forgot", nobody: "404 /c/hhu/forgot"},
	{route: "POST /c/:campaign/forgot", path: "/c/hhu/forgot", send: form(), nobody: "404 /c/hhu/forgot"},
	{route: "GET /c/:campaign/captcha", path: "/c/hhu/captcha", nobody: loginPage, other: "200 /c/hhu/sign/pledge"},
	{route: "POST /c/:campaign/captcha", path: "/c/hhu/captcha", send: form(), nobody: "401 /c/hhu/captcha", other: "409 /c/hhu/captcha"},
	{route: "POST /c/:campaign/captcha/new", path: "/c/hhu/captcha/new", send: script, nobody: "401 /c/hhu/captcha/new", other: "409 /c/hhu/captcha/new"},
	{route: "POST /c/:campaign/captcha/sms", path: "/c/hhu/captcha/sms", send: script, nobody: "401 /c/hhu/captcha/sms", other: "409 /c/hhu/captcha/sms"},
	{route: "GET /c/:campaign/password", path: "/c/hhu/password", nobody: loginPage, other: "404 /c/hhu/password"},
	{route: "POST /c/:campaign/password", path: "/c/hhu/password", send: form(), nobody: "401 /c/hhu/password", other: "404 /c/hhu/password"},
	{route: "GET /c/:campaign/approval", path: "/c/hhu/approval", nobody: loginPage, other: "200 /c/hhu/sign/pledge"},
	{route: "GET /c/:campaign/home", path: "/c/hhu/home", nobody: loginPage, other: "200 /c/hhu/sign/pledge"},
	{route: "GET /c/:campaign/notice", path: "/c/hhu/notice", nobody: "200 /c/hhu/notice"},
	{route: "GET /c/:campaign/help", path: "/c/hhu/help", nobody: "200 /c/hhu/help"},
	{route: "GET /c/:campaign/privacy", path: "/c/hhu/privacy", nobody: "200 /c/hhu/privacy"},
	{route: "GET /c/:campaign/follow.png", path: "/c/hhu/follow.png", nobody: "200 /c/hhu/follow.png"},

	{route: "GET /c/:campaign/choices", path: "/c/hhu/choices", nobody: loginPage, other: "200 /c/hhu/choices", private: true},
	{route: "POST /c/:campaign/choices", path: "/c/hhu/choices", send: form("choice", "register"), nobody: "401 /c/hhu/choices", other: "200 /c/hhu/sign/pledge"},
	// Who chose to register has no application; TestWaiverToTheEnd walks them.
	{route: "GET /c/:campaign/apply/:kind", path: "/c/hhu/apply/defer", nobody: loginPage, other: "200 /c/hhu/sign/pledge"},
	{route: "POST /c/:campaign/apply/:kind", path: "/c/hhu/apply/defer", send: form("reason", "x"), nobody: "401 /c/hhu/apply/defer", other: "409 /c/hhu/apply/defer"},
	{route: "POST /c/:campaign/apply/:kind/draft", path: "/c/hhu/apply/defer/draft", send: script, nobody: "401 /c/hhu/apply/defer/draft", other: "409 /c/hhu/apply/defer/draft"},
	{route: "POST /c/:campaign/apply/:kind/withdraw", path: "/c/hhu/apply/defer/withdraw", send: form(), nobody: "401 /c/hhu/apply/defer/withdraw", other: "409 /c/hhu/apply/defer/withdraw"},
	{route: "POST /c/:campaign/apply/:kind/handoff", path: "/c/hhu/apply/defer/handoff", send: script, nobody: "401 /c/hhu/apply/defer/handoff", other: "409 /c/hhu/apply/defer/handoff"},
	{route: "GET /c/:campaign/apply/:kind/signature", path: "/c/hhu/apply/defer/signature", nobody: loginPage, other: "200 /c/hhu/sign/pledge"},
	{route: "GET /c/:campaign/apply/:kind/file/:slot", path: "/c/hhu/apply/defer/file/defer-1", nobody: loginPage, other: "200 /c/hhu/sign/pledge"},
	{route: "POST /c/:campaign/apply/:kind/file/:slot", path: "/c/hhu/apply/defer/file/defer-1", send: file("file"), nobody: "401 /c/hhu/apply/defer/file/defer-1", other: "409 /c/hhu/apply/defer/file/defer-1"},
	{route: "POST /c/:campaign/apply/:kind/file/:slot/remove", path: "/c/hhu/apply/defer/file/defer-1/remove", send: script, nobody: "401 /c/hhu/apply/defer/file/defer-1/remove", other: "409 /c/hhu/apply/defer/file/defer-1/remove"},
	{route: "GET /c/:campaign/face", path: "/c/hhu/face", nobody: loginPage, other: "200 /c/hhu/face", private: true},
	{route: "POST /c/:campaign/face/consent", path: "/c/hhu/face/consent", send: form("way", "face"), nobody: "401 /c/hhu/face/consent", other: "200 /c/hhu/face"},
	{route: "GET /c/:campaign/face/photo", path: "/c/hhu/face/photo", nobody: loginPage, other: "404 /c/hhu/face/photo", owner: "200 /c/hhu/face/photo", private: true},
	{route: "POST /c/:campaign/face/check", path: "/c/hhu/face/check", send: file("photo"), nobody: "401 /c/hhu/face/check", other: "200 /c/hhu/face/check"},
	{route: "POST /c/:campaign/face/archive", path: "/c/hhu/face/archive", send: file("photo"), nobody: "401 /c/hhu/face/archive", other: "403 /c/hhu/face/archive", owner: "200 /c/hhu/face/archive"},
	{route: "GET /c/:campaign/verify", path: "/c/hhu/verify", nobody: loginPage, other: "200 /c/hhu/verify", private: true},
	{route: "POST /c/:campaign/verify", path: "/c/hhu/verify", send: form(), nobody: "401 /c/hhu/verify", other: "200 /c/hhu/form/basic", private: true},
	{route: "POST /c/:campaign/verify/wrong", path: "/c/hhu/verify/wrong", send: form("text", "短"), nobody: "401 /c/hhu/verify/wrong", other: "422 /c/hhu/verify/wrong", private: true},
	{route: "GET /c/:campaign/form/:section", path: "/c/hhu/form/basic", nobody: loginPage, other: "200 /c/hhu/form/basic", private: true},
	{route: "POST /c/:campaign/form/:section", path: "/c/hhu/form/basic", send: form(), nobody: "401 /c/hhu/form/basic", other: "422 /c/hhu/form/basic", private: true},
	{route: "POST /c/:campaign/form/:section/draft", path: "/c/hhu/form/basic/draft", send: script, nobody: "401 /c/hhu/form/basic/draft", other: "200 /c/hhu/form/basic/draft"},
	{route: "GET /c/:campaign/attachments", path: "/c/hhu/attachments", nobody: loginPage, other: "200 /c/hhu/attachments", private: true},
	{route: "GET /c/:campaign/attachments/:slot", path: "/c/hhu/attachments/id-front?v={attachment}", nobody: loginPage, other: "200 /c/hhu/attachments/id-front", private: true},
	{route: "POST /c/:campaign/attachments/:slot/remove", path: "/c/hhu/attachments/id-front/remove", send: script, nobody: "401 /c/hhu/attachments/id-front/remove", other: "200 /c/hhu/attachments/id-front/remove"},
	{route: "POST /c/:campaign/attachments/:slot", path: "/c/hhu/attachments/id-front", send: file("file"), nobody: "401 /c/hhu/attachments/id-front", other: "200 /c/hhu/attachments/id-front"},
	{route: "POST /c/:campaign/attachments", path: "/c/hhu/attachments", send: form(), nobody: "401 /c/hhu/attachments", other: "200 /c/hhu/sign/pledge"},
	{route: "GET /c/:campaign/sign/:document", path: "/c/hhu/sign/pledge", nobody: loginPage, other: "200 /c/hhu/sign/pledge", private: true},

	{route: "GET /c/:campaign/handoff/:ref", path: "/c/hhu/handoff/{ref}", send: asJSON, nobody: "401 /c/hhu/handoff/{ref}", other: "404 /c/hhu/handoff/{ref}", owner: "200 /c/hhu/handoff/{ref}", private: true},
	{route: "GET /h/:ticket", path: "/h/{ticket}", send: byHand(nil), nobody: "200 /h/{ticket}", other: "409 /h/{ticket}", owner: "200 /h/{ticket}", private: true},
	{route: "POST /h/:ticket/active", path: "/h/{ticket}/active", send: byHand(script), nobody: "409 /h/{ticket}/active", owner: "200 /h/{ticket}/active"},
	{route: "POST /h/:ticket/sign", path: "/h/{ticket}/sign", send: byHand(penned), nobody: "409 /h/{ticket}/sign", owner: "200 /h/{ticket}/sign"},
	{route: "POST /h/:ticket/face/consent", path: "/h/{face}/face/consent", send: byHand(form("way", "face")), nobody: "200 /h/{face}", other: "409 /h/{face}", owner: "200 /h/{face}"},
	{route: "POST /h/:ticket/face/check", path: "/h/{face}/face/check", send: byHand(file("photo")), nobody: "409 /h/{face}/face/check", owner: "200 /h/{face}/face/check"},
	{route: "POST /h/:ticket/face/archive", path: "/h/{face}/face/archive", send: byHand(file("photo")), nobody: "409 /h/{face}/face/archive", owner: "410 /h/{face}/face/archive"},
	{route: "POST /h/:ticket/upload", path: "/h/{upload}/upload", send: byHand(file("file")), nobody: "409 /h/{upload}/upload", owner: "200 /h/{upload}/upload"},
	{route: "GET /c/:campaign/handoff/:ref/events", path: "/c/hhu/handoff/{ref}/events", send: asJSON, nobody: "401 /c/hhu/handoff/{ref}/events", other: "404 /c/hhu/handoff/{ref}/events", owner: "200 /c/hhu/handoff/{ref}/events", private: true},
	{route: "POST /c/:campaign/sign/:document", path: "/c/hhu/sign/pledge", send: penned, nobody: "401 /c/hhu/sign/pledge", other: "200 /c/hhu/sign/pledge"},
	{route: "GET /c/:campaign/sign/:document/picture", path: "/c/hhu/sign/pledge/picture", nobody: loginPage, other: "200 /c/hhu/sign/pledge/picture"},
	{route: "POST /c/:campaign/sign/:document/again", path: "/c/hhu/sign/pledge/again", send: script, nobody: "401 /c/hhu/sign/pledge/again", other: "409 /c/hhu/sign/pledge/again"},
	{route: "POST /c/:campaign/sign/:document/confirm", path: "/c/hhu/sign/pledge/confirm", send: script, nobody: "401 /c/hhu/sign/pledge/confirm", other: "422 /c/hhu/sign/pledge/confirm"},
	{route: "GET /c/:campaign/receipt.pdf", path: "/c/hhu/receipt.pdf", nobody: loginPage, other: "404 /c/hhu/receipt.pdf"},
	{route: "GET /c/:campaign/signed/:file", path: "/c/hhu/signed/other.pdf", nobody: loginPage, other: "404 /c/hhu/signed/other.pdf"},
	{route: "GET /v/:number", path: "/v/0000000000ABCDEFGHJK", nobody: "404 /v/0000000000ABCDEFGHJK"},
	{route: "POST /v/:number", path: "/v/0000000000ABCDEFGHJK", send: file("file"), nobody: "404 /v/0000000000ABCDEFGHJK"},
	{route: "POST /c/:campaign/sign/:document/handoff", path: "/c/hhu/sign/pledge/handoff", send: script, nobody: "401 /c/hhu/sign/pledge/handoff", other: "200 /c/hhu/sign/pledge/handoff"},

	{route: "POST /c/:campaign/face/handoff", path: "/c/hhu/face/handoff", send: script, nobody: "401 /c/hhu/face/handoff", other: "200 /c/hhu/face/handoff"},
	{route: "POST /c/:campaign/attachments/:slot/handoff", path: "/c/hhu/attachments/id-back/handoff", send: script, nobody: "401 /c/hhu/attachments/id-back/handoff", other: "200 /c/hhu/attachments/id-back/handoff"},
	{route: "POST /c/:campaign/handoff/:ref/end", path: "/c/hhu/handoff/{ref}/end", send: script, nobody: "401 /c/hhu/handoff/{ref}/end", other: "404 /c/hhu/handoff/{ref}/end", owner: "200 /c/hhu/handoff/{ref}/end"},

	{route: "GET /pay/:campaign", path: "/pay/hhu", nobody: loginPage, other: "200 /pay/hhu", private: true},
	{route: "POST /pay/:campaign/free", path: "/pay/hhu/free", send: form(), nobody: "401 /pay/hhu/free", other: "409 /pay/hhu/free"},
	{route: "POST /pay/:campaign/attempt", path: "/pay/hhu/attempt", send: script, nobody: "401 /pay/hhu/attempt", other: "200 /pay/hhu/attempt"},
	{route: "GET /pay/:campaign/state", path: "/pay/hhu/state", send: asJSON, nobody: "401 /pay/hhu/state", other: "200 /pay/hhu/state"},
	{route: "POST /pay/:campaign/refresh", path: "/pay/hhu/refresh", send: script, nobody: "401 /pay/hhu/refresh", other: "200 /pay/hhu/refresh"},
	{route: "GET /c/:campaign/done", path: "/c/hhu/done", nobody: loginPage, other: "200 /pay/hhu", owner: "200 /c/hhu/done", private: true},
	{route: "POST /c/:campaign/logout", path: "/c/hhu/logout", send: form(), nobody: "200 /c/hhu/login"},
}

// holder is the student whose data everybody is after, on a PC with her phone,
// about to sign; marks are what only she may see.
type holder struct {
	actor
	refs  *strings.Replacer
	state string // of the handoff
	marks map[string]string
}

func (w *world) owner(t *testing.T) *holder {
	s := w.student(0)
	s.Photo = encode(t, faceImage(t, 900, 700)) // not the picture that everybody uploads
	o := &holder{actor: actor{device: on(t, w.pc()), name: "the owner", student: s, hand: on(t, w.phone())}}
	o.until(s, "face")
	o.post("/c/hhu/face/consent", url.Values{"way": {"face"}})
	w.outcome(t, s, "fail")
	o.check(s.Face)
	wantSays(t, o.archive(encode(t, faceImage(t, 800, 600))), 200)
	w.outcome(t, s, "pass")
	o.step(s, "verify")
	o.post("/c/hhu/form/basic", with(stage.Basic(s), "address", "南京市只有她知道的路9号", "email", "only-hers@example.com"))
	o.post("/c/hhu/form/family", url.Values{"item.0.name": {"她的父亲"}, "item.0.relation": {"父亲"}, "item.0.contact": {"13811110000"}})
	o.step(s, "graduation")
	o.step(s, "attachments")
	a := o.upload("/c/hhu/attachments/qualification", "file", "proof.jpg", s.Photo,
		url.Values{"type": {"中国高等教育学历认证报告"}, "verify_code": {"ONLYHERS01"}, "original": {"1"}})
	wantSays(t, a, 200)
	link, _ := url.Parse(fmt.Sprint(a.JSON()["url"]))
	ticket, state := o.handoff(w.base)
	o.state = state
	wantSays(t, o.hand.get(ticket), 200)
	faceTicket, _ := o.handoffAt(w.base, "/c/hhu/face")
	uploadTicket, _ := o.handoffAt(w.base, "/c/hhu/attachments/id-back")
	for _, t := range []string{faceTicket, uploadTicket} {
		wantSays(o.t, o.hand.get(t), 200)
	}
	o.refs = strings.NewReplacer("{face}", strings.TrimPrefix(faceTicket, "/h/"), "{upload}", strings.TrimPrefix(uploadTicket, "/h/"), "{ref}", strings.TrimPrefix(state, "/c/hhu/handoff/"), "{ticket}", strings.TrimPrefix(ticket, "/h/"),
		"{attachment}", link.Query().Get("v"))
	o.marks = map[string]string{"her ID number": s.IDNumber, "her masked ID number": student.MaskID(s.IDNumber), "her name": s.Name,
		"her masked name": student.MaskName(s.Name), "her phone": s.Phone, "her masked phone": student.MaskPhone(s.Phone),
		"her examination number": s.ExamNumber, "her address": "只有她知道", "her mail": "only-hers", "her family": "她的父亲",
		"her verification code": "ONLYHERS", "her attachment": o.get("/c/hhu/attachments/id-front").Body,
		"her face": o.get("/c/hhu/face/photo").Body}
	return o
}

// rows are the owner's rows, whole, as one text.
func (w *world) rows(t testing.TB, s stage.Student) string {
	t.Helper()
	db := w.db(t)
	var out bytes.Buffer
	for _, table := range []string{"enrolment e2", "section", "attachment", "bill", "attempt", "payment", "signature", "face_check"} {
		on := "x.enrolment_id"
		if name, _, ok := strings.Cut(table, " "); ok {
			table, on = name, "x.id"
		}
		dump(t, db, &out, table, on, s.ExamNumber)
	}
	return out.String()
}

// dump writes the student's rows of a table.
func dump(t testing.TB, db *sqlx.DB, out io.Writer, table, on, examNumber string) {
	t.Helper()
	rows, err := db.QueryxContext(t.Context(), //nolint:sqlclosecheck // closed below, which the linter does not see
		`SELECT x.* FROM `+table+` x JOIN enrolment e ON e.id=`+on+` WHERE e.exam_number=? ORDER BY 1, 2`, examNumber)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		values, err := rows.SliceScan()
		if err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintf(out, "%s %q\n", table, values)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// TestAccess walks every route as nobody, with an invented cookie, with one
// that was logged out, as another student and as the owner: nobody else reads
// or changes anything of hers.
func TestAccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 6)
	wantEveryRoute(t, w)
	old := on(t, w.pc())
	old.step(w.student(0), "login")
	stolen := old.Cookies()
	if a := old.get("/c/hhu/"); a.Path == "/c/hhu/login" {
		t.Fatal("the first session never worked")
	}
	old.post("/c/hhu/logout", nil)
	w.clock.move(time.Minute)
	o := w.owner(t)

	replayed, invented := on(t, w.pc()), on(t, w.pc())
	replayed.SetCookies(stolen)
	for _, c := range stolen {
		forged := *c
		forged.Value = strings.Repeat("A", len(c.Value))
		invented.SetCookies(append(invented.Cookies(), &forged))
	}
	other := actor{device: on(t, w.phone()), name: "another student", student: w.student(4)}
	other.until(other.student, "sign")
	for _, a := range []actor{{device: on(t, w.pc()), name: "nobody"}, {device: invented, name: "an invented cookie"},
		{device: replayed, name: "a replayed cookie"}, other} {
		a.hand = a.device
		if a.student.Photo == nil {
			a.student = w.student(1)
		}
		t.Run(a.name, func(t *testing.T) { w.intrude(t, &a, o) })
	}
	t.Run(o.name, func(t *testing.T) { w.walkAsOwner(t, o) })
}

// wantEveryRoute compares the table with the engine's routes.
func wantEveryRoute(t *testing.T, w *world) {
	t.Helper()
	h, ok := w.app.Handler().(interface{ Routes() []string })
	if !ok {
		t.Fatal("the handler does not list its routes")
	}
	routes := h.Routes()
	for _, r := range routes {
		if strings.Contains(r, " /staff") { // TestStaffMatrix
			continue
		}
		if !slices.ContainsFunc(visits, func(v visit) bool { return v.route == r }) {
			t.Errorf("%s has no expectation here: say what nobody, another student and the owner get", r)
		}
	}
	for _, v := range visits {
		if !slices.Contains(routes, v.route) {
			t.Errorf("%s is expected and does not exist", v.route)
		}
	}
}

func (v visit) ask(a *actor, o *holder) (got string, answer stage.Answer) {
	path := o.refs.Replace(v.path)
	if v.send == nil {
		answer = a.get(path)
	} else {
		answer = v.send(a, path)
	}
	return fmt.Sprint(answer.Status, " ", answer.Path), answer
}

// intrude walks every route with the owner's references.
func (w *world) intrude(t *testing.T, a *actor, o *holder) {
	a.t, a.hand.t = t, t
	before := w.rows(t, o.student)
	for _, v := range visits {
		want := v.nobody
		if a.name == "another student" && v.other != "" {
			want = v.other
		}
		got, answer := v.ask(a, o)
		if got != o.refs.Replace(want) {
			t.Errorf("%s answers %q, want %q: %.200s", v.route, got, want, shortened(answer.Body))
		}
		for what, mark := range o.marks {
			if strings.Contains(answer.Body, mark) {
				t.Errorf("%s gives away %s", v.route, what)
			}
		}
		if after := w.rows(t, o.student); after != before {
			t.Errorf("%s changed the owner's rows:\n%s\n%s", v.route, before, after)
			before = after
		}
	}
	on(t, o.Walker).wantState(o.state, "scanned")
}

// walkAsOwner shows that the same requests do reach the data for who owns it.
func (w *world) walkAsOwner(t *testing.T, o *holder) {
	o.t, o.hand.t = t, t
	for _, v := range visits {
		want := v.owner
		if want == "" {
			want = v.other
		}
		if want == "" {
			want = v.nobody
		}
		if v.route == "GET /c/:campaign/done" {
			w.pay(t, w.orders(t, o.student)[0])
		}
		got, answer := v.ask(&o.actor, o)
		if got != o.refs.Replace(want) {
			t.Errorf("%s answers %q, want %q: %.200s", v.route, got, want, shortened(answer.Body))
		}
		if v.private && !slices.ContainsFunc([]string{"her masked name", "her attachment", "her face"}, func(m string) bool {
			return strings.Contains(answer.Body, o.marks[m])
		}) && !strings.Contains(answer.Body, `"state"`) && !strings.Contains(answer.Body, "event: state") {
			t.Errorf("%s does not show the owner her own: %.200s", v.route, shortened(answer.Body))
		}
	}
}
