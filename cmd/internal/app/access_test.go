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
