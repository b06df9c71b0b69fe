package mysql_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"ruxue/config/campaigns"
	"ruxue/repo/mysql"
	"ruxue/repo/repotest"
	"ruxue/service/campaign"
	"ruxue/service/notice"
	"ruxue/service/reference"
	"ruxue/service/registration"
	"ruxue/service/student"
)

// roll is a real database with the hhu campaign and admitted students.
type roll struct {
	t   *testing.T
	raw *sqlx.DB
	db  *mysql.DB
	c   *campaign.Campaign

	mu  sync.Mutex
	at  time.Time
	reg *registration.Service
}

func (r *roll) now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.at
}

func (r *roll) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at = r.at.Add(d)
}

// newRoll applies hhu.yaml, each pair of edits replaced.
func newRoll(t *testing.T, edits ...string) *roll {
	t.Helper()
	ring := repotest.Ring(t)
	r := &roll{t: t, raw: repotest.MySQL(t), at: time.Date(2026, 3, 12, 6, 0, 0, 0, time.UTC)}
	r.db = mysql.New(r.raw, ring, r.now)
	r.apply(0, edits...)
	service := campaign.NewService(r.db.Campaigns(), r.now)
	r.reg = registration.New(r.db.Registrations(), service, announcer{notice.NewOutbox(r.db.Outbox(), r.now)}, slog.New(slog.DiscardHandler))
	c, err := service.ByCode(t.Context(), "hhu")
	if err != nil {
		t.Fatal(err)
	}
	r.c = c
	return r
}

// apply stores hhu.yaml with its edits.
func (r *roll) apply(base int, edits ...string) int {
	r.t.Helper()
	body, err := campaigns.Files.ReadFile("hhu.yaml")
	if err != nil {
		r.t.Fatal(err)
	}
	text := strings.NewReplacer(edits...).Replace(string(body))
	c, err := campaign.Parse([]byte(text))
	if err != nil {
		r.t.Fatal(err)
	}
	version, err := r.db.Campaigns().Apply(r.t.Context(), c, []byte(text), base, "test")
	if err != nil {
		r.t.Fatal(err)
	}
	return version
}

// announcer queues the number as the App does.
type announcer struct{ outbox *notice.Outbox }

func (a announcer) Registered(ctx context.Context, _ *campaign.Campaign, e *student.Enrolment) error {
	return a.outbox.Add(ctx, notice.Message{Kind: notice.KindTemplate, EnrolmentID: e.ID, DedupeKey: "registered:" + e.Ref,
		TemplateName: "student_number", Values: map[string]string{"number": e.Number}})
}

// entry is the n-th student of the list.
func entry(n int) student.Admission {
	return student.Admission{IDType: student.IDCard, IDNumber: fmt.Sprintf("11010119900101%04d", n), Name: "李雯雯", ExamNumber: "26110101",
		Gender: "女", Nation: "汉族", SiteCode: "100", Site: "北京网络测试站点", Grade: "2026级", Level: "本科", Major: "会计学",
		StudyForm: "函授", Years: "5", Phone: "13800138000"}
}

func (r *roll) admit(a student.Admission) *student.Enrolment {
	r.t.Helper()
	if _, err := r.tryAdmit(a); err != nil {
		r.t.Fatal(err)
	}
	e, err := r.db.Students().FindByIDNumber(r.t.Context(), r.c.ID, a.IDNumber)
	if err != nil {
		r.t.Fatal(err)
	}
	return e
}

func (r *roll) tryAdmit(a student.Admission) (created bool, err error) {
	err = r.db.InTx(r.t.Context(), func(ctx context.Context) error {
		created, err = r.db.Students().Admit(ctx, r.c.ID, a)
		return err
	})
	return created, err
}

func (r *roll) read(id int64) *student.Enrolment {
	r.t.Helper()
	e, err := r.db.Students().Enrolment(r.t.Context(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return e
}

func (r *roll) count(where string, args ...any) int {
	r.t.Helper()
	var n int
	if err := r.raw.Get(&n, `SELECT COUNT(*) FROM `+where, args...); err != nil {
		r.t.Fatal(err)
	}
	return n
}

// The duties, as the records of the other domains show them.

func (r *roll) section(id int64, name, state string) {
	r.raw.MustExec(`REPLACE INTO section (enrolment_id, name, state, cipher, updated_at) VALUES (?, ?, ?, '', NOW(6))`, id, name, state)
}

func (r *roll) slot(id int64, name, state string) {
	r.raw.MustExec(`REPLACE INTO attachment (ref, enrolment_id, slot, state, blob_key, content_type, file_name, bytes, width, height,
		sha256, type, remark, updated_at) VALUES (?, ?, ?, ?, '', '', '', 0, 0, 0, '', '', '', NOW(6))`, reference.New(), id, name, state)
}

func (r *roll) face(id int64, kind, result, review string) {
	r.raw.MustExec(`INSERT INTO face_check (ref, enrolment_id, session_hash, kind, source, result, provider_code, score, blob_key,
		sha256, review_state, remark, created_at) VALUES (?, ?, ?, ?, 'camera', ?, '', 0, '', '', ?, '', NOW(6))`,
		reference.New(), id, "login of "+kind, kind, result, review)
}

func (r *roll) bill(id int64, state string) {
	r.raw.MustExec(`REPLACE INTO bill (ref, enrolment_id, campaign_version, state, total_fen, items, created_at, updated_at)
		VALUES (?, ?, 1, ?, 280000, '[]', NOW(6), NOW(6))`, reference.New(), id, state)
}

// ready meets every duty of a student who need not sign, but the bill.
func (r *roll) ready(n int, change func(*student.Admission)) *student.Enrolment {
	r.t.Helper()
	a := entry(n)
	if change != nil {
		change(&a)
	}
	e := r.admit(a)
	if ok, err := r.db.Students().SetChoice(r.t.Context(), e.ID, "register"); err != nil || !ok {
		r.t.Fatal(ok, err)
	}
	if err := r.db.Students().SetVerified(r.t.Context(), e.ID); err != nil {
		r.t.Fatal(err)
	}
	for _, s := range []string{"basic", "family", "graduation"} {
		r.section(e.ID, s, "submitted")
	}
	for _, s := range []string{"id-front", "id-back", "portrait"} {
		r.slot(e.ID, s, "uploaded")
	}
	r.face(e.ID, "check", "passed", "none")
	return r.read(e.ID)
}

func (r *roll) complete(id int64) error {
	return r.db.InTx(r.t.Context(), func(ctx context.Context) error { return r.reg.Complete(ctx, id) })
}
