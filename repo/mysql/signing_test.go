package mysql_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"ruxue/repo/mysql"
	"ruxue/repo/redis"
	"ruxue/repo/repotest"
	"ruxue/service/fault"
	"ruxue/service/signing"
)

// registrar counts the completions that a signature causes.
type registrar struct {
	calls atomic.Int32
	err   error
}

func (r *registrar) Complete(context.Context, int64) error {
	r.calls.Add(1)
	return r.err
}

// brokenStore is a Redis that dies between MySQL's commit and its own write.
type brokenStore struct {
	signing.HandoffStore
	broken atomic.Bool
}

var errRedisDied = errors.New("redis died")

func (b *brokenStore) Swap(ctx context.Context, h signing.Handoff, keep time.Duration) (bool, error) {
	if b.broken.Load() {
		return false, errRedisDied
	}
	return b.HandoffStore.Swap(ctx, h, keep)
}

// desk is everything that signing needs, on real engines.
type desk struct {
	sql       *sqlx.DB
	db        *mysql.DB
	signing   *signing.Service
	handoffs  *signing.Handoffs
	redis     *brokenStore
	registrar *registrar
	ms        atomic.Int64
	subject   signing.Subject
}

func (d *desk) now() time.Time { return time.UnixMilli(d.ms.Load()) }

const (
	signPhone = "oPhone-0001"
	signTitle = "学生入学承诺书"
	signBody  = "一、本人承诺所填信息真实。\n二、𠮷字也要读得出来。"
)

var signTrace = signing.Trace{AppID: "wx1", OpenID: signPhone, IP: "2001:db8::7", UserAgent: "MicroMessenger/8.0"}

func newDesk(t testing.TB, confirm bool) *desk {
	t.Helper()
	ring := repotest.Ring(t)
	d := &desk{sql: repotest.MySQL(t), registrar: &registrar{}}
	d.ms.Store(time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC).UnixMilli())
	d.db = mysql.New(d.sql, ring, d.now)
	d.redis = &brokenStore{HandoffStore: redis.NewHandoffs(repotest.Redis(t))}
	d.handoffs = signing.NewHandoffs(d.redis, d.now, rand.Reader)
	d.signing = signing.New(d.db.Signatures(), d.handoffs, d.registrar, d.now)
	campaignID, enrolmentID := signEnrolment(t, d.sql, "ref-of-enrolment-00001")
	doc, err := d.signing.EnsureDocument(t.Context(), campaignID, "pledge", signTitle, signBody)
	if err != nil {
		t.Fatal(err)
	}
	d.subject = signing.Subject{EnrolmentID: enrolmentID, EnrolmentRef: "ref-of-enrolment-00001", CampaignID: campaignID,
		Document: doc, Confirm: confirm}
	return d
}

func signEnrolment(t testing.TB, db *sqlx.DB, ref string) (campaignID, enrolmentID int64) {
	t.Helper()
	insert := func(query string, args ...any) int64 {
		t.Helper()
		res, err := db.ExecContext(t.Context(), query, args...)
		if err != nil {
			t.Fatal(err)
		}
		id, _ := res.LastInsertId()
		return id
	}
	campaignID = insert(`INSERT INTO campaign (code, version, created_at, updated_at) VALUES (?, 1, NOW(6), NOW(6))`, "c"+ref[len(ref)-5:])
	person := insert(`INSERT INTO person (ref, id_type, id_hash, id_cipher, name, created_at, updated_at)
		VALUES (?, '身份证', ?, 'x', '张三', NOW(6), NOW(6))`, ref, []byte((ref + ref)[:32]))
	return campaignID, insert(`INSERT INTO enrolment (ref, campaign_id, person_id, state, choice, exam_number, gender, nation,
		site_code, site, grade, level, major, study_form, years, created_at, updated_at)
		VALUES (?, ?, ?, 'admitted', '', '', '', '', '', '', '', '', '', '', '', NOW(6), NOW(6))`, ref, campaignID, person)
}

func handwriting(t testing.TB, file string) signing.Strokes {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../../service/signing/testdata/names", file))
	if err != nil {
		t.Fatal(err)
	}
	s, err := signing.ParseStrokes(b)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func li(t testing.TB) signing.Strokes   { return handwriting(t, "03-liming-pencil.json") }
func wang(t testing.TB) signing.Strokes { return handwriting(t, "04-wangxiaoming.json") }

func (d *desk) rows(t testing.TB, state string) (n int) {
	t.Helper()
	if err := d.sql.GetContext(t.Context(), &n, `SELECT COUNT(*) FROM signature WHERE state = ?`, state); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestDocumentVersionsAreImmutable(t *testing.T) {
	d := newDesk(t, false)
	same, err := d.signing.EnsureDocument(t.Context(), d.subject.CampaignID, "pledge", signTitle, signBody)
	if err != nil || same.ID != d.subject.Document.ID {
		t.Fatalf("the same wording is version %d, was %d, %v", same.ID, d.subject.Document.ID, err)
	}
	other, err := d.signing.EnsureDocument(t.Context(), d.subject.CampaignID, "pledge", signTitle, signBody+"。")
	if err != nil || other.ID == same.ID || other.SHA256 == same.SHA256 {
		t.Fatalf("another wording: %+v, %v", other, err)
	}
	if got, err := d.signing.Document(t.Context(), same.ID); err != nil || got != same || got.Body != signBody {
		t.Fatalf("%+v, %v", got, err)
	}
	var wg sync.WaitGroup
	ids := make([]int64, 8)
	for i := range ids {
		wg.Go(func() {
			v, err := d.signing.EnsureDocument(t.Context(), d.subject.CampaignID, "notice", "入学须知", "正文")
			if ids[i] = v.ID; err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] || id == 0 {
			t.Fatalf("eight replicas made %v", ids)
		}
	}
}

func TestSigningOnTheSpotIsFinalAtOnce(t *testing.T) {
	d := newDesk(t, false)
	got, err := d.signing.Sign(t.Context(), d.subject, li(t), signTrace)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := d.signing.FinalOf(t.Context(), d.subject.EnrolmentID, "pledge")
	if err != nil {
		t.Fatal(err)
	}
	if stored.Ref != got.Ref || stored.Signer != signTrace || stored.Confirmer != signTrace || !stored.FinalAt.Equal(d.now()) {
		t.Fatalf("stored %+v", stored)
	}
	if why := signing.Check(stored, d.subject.Document); why != "" {
		t.Fatal(why)
	}
	if stored.RowHash != got.RowHash || d.registrar.calls.Load() != 1 {
		t.Fatalf("row hash %q, was %q; %d completions", stored.RowHash, got.RowHash, d.registrar.calls.Load())
	}
	if list, err := d.signing.Finals(t.Context(), d.subject.EnrolmentID); err != nil || len(list) != 1 || list[0].Hash() != stored.RowHash {
		t.Fatalf("listed %+v, %v", list, err)
	}
	if _, err := d.signing.ByRef(t.Context(), got.Ref, d.subject.EnrolmentID+1); !fault.Is(err, fault.NotFound) {
		t.Fatalf("another enrolment reads it: %v", err)
	}
}

func TestStrokesAndPictureAreEncrypted(t *testing.T) {
	d := newDesk(t, false)
	got, err := d.signing.Sign(t.Context(), d.subject, li(t), signTrace)
	if err != nil {
		t.Fatal(err)
	}
	var raw struct {
		S []byte `db:"strokes_cipher"`
		P []byte `db:"picture_cipher"`
	}
	if err := d.sql.Get(&raw, `SELECT strokes_cipher, picture_cipher FROM signature`); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw.S, []byte("strokes")) || bytes.Contains(raw.P, []byte("PNG")) {
		t.Fatal("readable in the row")
	}
	if _, err := d.sql.Exec(`UPDATE signature SET ref = ?`, strings.Repeat("x", 22)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.signing.FinalOf(t.Context(), got.EnrolmentID, "pledge"); err == nil {
		t.Fatal("a value copied to another row opens there")
	}
}

func TestRepeatedSubmitAndOtherStrokes(t *testing.T) {
	for _, confirm := range []bool{false, true} {
		d := newDesk(t, confirm)
		first, err := d.signing.Sign(t.Context(), d.subject, li(t), signTrace)
		if err != nil {
			t.Fatal(err)
		}
		d.ms.Add(5000)
		again, err := d.signing.Sign(t.Context(), d.subject, li(t), signTrace)
		if err != nil || again.Ref != first.Ref {
			t.Fatalf("confirm %v: the repeated submit gave %s, was %s, %v", confirm, again.Ref, first.Ref, err)
		}
		other, err := d.signing.Sign(t.Context(), d.subject, wang(t), signTrace)
		if confirm {
			if err != nil || other.Ref == first.Ref || d.rows(t, "draft") != 1 || d.rows(t, "superseded") != 1 {
				t.Fatalf("a new draft: %v, %d drafts", err, d.rows(t, "draft"))
			}
			continue
		}
		if !errors.Is(err, signing.ErrSigned) || !fault.Is(err, fault.Conflict) {
			t.Fatalf("other strokes after the final: %v", err)
		}
		if d.rows(t, "final") != 1 || d.registrar.calls.Load() != 1 {
			t.Fatalf("%d final rows, %d completions", d.rows(t, "final"), d.registrar.calls.Load())
		}
	}
}

func TestTrivialHandwritingLeavesNothing(t *testing.T) {
	d := newDesk(t, false)
	dot := signing.Strokes{Width: 300, Height: 200, Lines: []signing.Stroke{{Points: []signing.Point{{X: 9, Y: 9}}}}}
	if _, err := d.signing.Sign(t.Context(), d.subject, dot, signTrace); !fault.Is(err, fault.Invalid) {
		t.Fatal(err)
	}
	if n := d.rows(t, "final") + d.rows(t, "draft"); n != 0 {
		t.Fatalf("%d rows", n)
	}
}

func TestFailedCompletionUndoesTheSignature(t *testing.T) {
	d := newDesk(t, false)
	d.registrar.err = errors.New("number counter is gone")
	if _, err := d.signing.Sign(t.Context(), d.subject, li(t), signTrace); err == nil {
		t.Fatal("signed although the registration failed")
	}
	if n := d.rows(t, "final"); n != 0 {
		t.Fatalf("%d final rows are left", n)
	}
}

func TestDraftConfirmedOnThePC(t *testing.T) {
	d := newDesk(t, true)
	ctx, id := t.Context(), d.subject.EnrolmentID
	pc := signing.Trace{IP: "10.0.0.9", UserAgent: strings.Repeat("字", 500)}
	if _, err := d.signing.ConfirmDraft(ctx, id, "pledge", "", pc); !errors.Is(err, signing.ErrNoDraft) {
		t.Fatalf("confirming nothing: %v", err)
	}
	old, err := d.signing.Sign(ctx, d.subject, wang(t), signTrace)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.signing.Again(ctx, id, "pledge"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.signing.DraftOf(ctx, id, "pledge"); !fault.Is(err, fault.NotFound) {
		t.Fatalf("after 重新签名: %v", err)
	}
	draft, err := d.signing.Sign(ctx, d.subject, li(t), signTrace)
	if err != nil || draft.State != signing.Draft || draft.RowHash != "" || d.registrar.calls.Load() != 0 {
		t.Fatalf("%+v, %v", draft.State, err)
	}
	if _, err := d.signing.ConfirmDraft(ctx, id, "pledge", old.Ref, pc); !errors.Is(err, signing.ErrChanged) {
		t.Fatalf("confirming what is no longer there: %v", err)
	}
	d.ms.Add(60_000)
	final, err := d.signing.ConfirmDraft(ctx, id, "pledge", draft.Ref, pc)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := d.signing.FinalOf(ctx, id, "pledge")
	if err != nil || stored.RowHash != final.RowHash || stored.Signer != signTrace || stored.Confirmer.IP != "10.0.0.9" ||
		len(stored.Confirmer.UserAgent) > 400 || stored.FinalAt.Sub(stored.SignedAt) != time.Minute {
		t.Fatalf("%+v, %v", stored, err)
	}
	if why := signing.Check(stored, d.subject.Document); why != "" {
		t.Fatal(why)
	}
	if again, err := d.signing.ConfirmDraft(ctx, id, "pledge", draft.Ref, pc); err != nil || again.RowHash != final.RowHash {
		t.Fatalf("confirmed twice: %v", err)
	}
	if err := d.signing.Again(ctx, id, "pledge"); !errors.Is(err, signing.ErrSigned) {
		t.Fatalf("重新签名 after the end: %v", err)
	}
	if d.registrar.calls.Load() != 1 {
		t.Fatalf("%d completions", d.registrar.calls.Load())
	}
}
