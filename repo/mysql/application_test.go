package mysql_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"ruxue/service/application"
	"ruxue/service/audit"
	"ruxue/service/fault"
	"ruxue/service/notice"
	"ruxue/service/reference"
	"ruxue/service/signing"
	"ruxue/service/student"
)

// intake is the roll with the service for applications.
type intake struct {
	*roll
	svc *application.Service
	// fail, when set, is the error of what follows a decision.
	fail error
}

func newIntake(t *testing.T) *intake {
	b := &intake{roll: newRoll(t)}
	b.svc = application.New(application.Options{Store: b.db.Applications(), Gate: b.reg.Editable, Announcer: b, Now: b.now,
		Signer:        signing.New(b.db.Signatures(), nil, b.reg, b.now),
		ClosePayments: func(context.Context, int64) error { return nil },
		Audit:         audit.NewLog(b.db.Audits(), b.now),
		Decided:       func(context.Context, *student.Enrolment, application.Application) error { return b.fail }})
	return b
}

// Decided queues the message as the App does.
func (b *intake) Decided(ctx context.Context, e *student.Enrolment, a application.Application) error {
	return notice.NewOutbox(b.db.Outbox(), b.now).Add(ctx, notice.Message{Kind: notice.KindTemplate, EnrolmentID: e.ID,
		DedupeKey: "application:" + a.Ref, TemplateName: "review", Values: map[string]string{"result": string(a.State)}})
}

func (b *intake) submit(e *student.Enrolment, kind application.Kind, n int) (application.Application, error) {
	hand := li(b.t)
	if n%2 == 1 {
		hand = wang(b.t)
	}
	a, errs, err := b.svc.Submit(b.t.Context(), e, kind, application.Submission{Reason: "家中有事", Typed: kind.Sentence(),
		Strokes: &hand, Files: []application.File{{Slot: "defer-1", Name: "证明.pdf", SHA256: "f"}}})
	if len(errs) > 0 {
		b.t.Errorf("submitting: %v", errs)
	}
	return a, err
}

func (b *intake) pending(n int, kind application.Kind) (*student.Enrolment, application.Application) {
	b.t.Helper()
	e := b.admit(entry(n))
	a, err := b.submit(e, kind, n)
	if err != nil {
		b.t.Fatal(err)
	}
	return e, a
}

func (b *intake) rows(table, where string, args ...any) int {
	b.t.Helper()
	var n int
	if err := b.raw.GetContext(b.t.Context(), &n, `SELECT COUNT(*) FROM `+table+` WHERE `+where, args...); err != nil {
		b.t.Fatal(err)
	}
	return n
}

// atOnce runs every function at the same time and returns their errors.
func atOnce(fns ...func() error) []error {
	errs := make([]error, len(fns))
	var wg sync.WaitGroup
	for i, fn := range fns {
		wg.Go(func() { errs[i] = fn() })
	}
	wg.Wait()
	return errs
}

func TestAnApplicationIsKeptAsItWasSubmitted(t *testing.T) {
	b := newIntake(t)
	e := b.admit(entry(1))
	first, err := b.svc.SaveDraft(t.Context(), e, application.Waive, "草稿", "本人")
	if err != nil {
		t.Fatal(err)
	}
	again, err := b.svc.SaveDraft(t.Context(), e, application.Waive, "草稿二", "本人")
	if err != nil || again.Ref != first.Ref {
		t.Fatalf("a second save made another draft: %v %v", again.Ref, err)
	}
	a, err := b.submit(e, application.Waive, 1)
	if err != nil || a.Ref != first.Ref {
		t.Fatal(a.Ref, err)
	}
	st, err := b.svc.Of(t.Context(), e, application.Waive)
	if err != nil || st.Latest == nil || st.Latest.Reason != "家中有事" || st.Latest.State != application.Pending ||
		st.Latest.Files[0].Name != "证明.pdf" || st.Draft.Ref != "" || st.Draft.Reason != "家中有事" {
		t.Fatalf("%+v %v", st, err)
	}
	if got := b.read(e.ID).State; got != student.WaiverPending {
		t.Errorf("the enrolment is %s", got)
	}
	sealed := b.rows("application", `content_cipher LIKE '%家中%' OR content_cipher LIKE '%证明%'`)
	plain := b.rows("document_version", `body LIKE '%家中有事%'`)
	if sealed+plain != 0 {
		t.Error("the reason lies open in a row")
	}
	doc, err := signing.New(b.db.Signatures(), nil, b.reg, b.now).FinalOf(t.Context(), e.ID, a.DocumentName())
	if err != nil || doc.DocumentSHA256 != a.DocumentSHA256 || doc.RowHash != a.SignatureHash {
		t.Errorf("the signature is under another text: %+v %v", doc, err)
	}
	if _, err := b.submit(e, application.Defer, 2); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second application beside a pending one: %v", err)
	}
}

func TestOneDecisionWhoeverDecidesAndWithdraws(t *testing.T) {
	b := newIntake(t)
	for round := range 6 {
		e, a := b.pending(round, application.Defer)
		errs := atOnce(
			func() error { _, err := b.svc.Decide(t.Context(), a.Ref, true, "", "one"); return err },
			func() error { _, err := b.svc.Decide(t.Context(), a.Ref, false, "材料不全", "two"); return err },
			func() error { _, err := b.svc.Decide(t.Context(), a.Ref, true, "", "three"); return err },
			func() error { return b.svc.Withdraw(t.Context(), e, application.Defer) },
		)
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if f, ok := fault.As(err); !ok || f.Kind != fault.Conflict || f.Sentence == "" {
				t.Errorf("a loser is told %v", err)
			}
		}
		end, err := b.svc.ByRef(t.Context(), a.Ref)
		if err != nil || won != 1 {
			t.Fatalf("%d winners, %v: %v", won, errs, err)
		}
		state, told := student.Admitted, 1
		switch end.State {
		case application.Approved:
			state = student.Deferred
		case application.Withdrawn:
			told = 0
		}
		if got := b.read(e.ID).State; got != state {
			t.Errorf("%s left the enrolment %s", end.State, got)
		}
		if n := b.rows("outbox", `dedupe_key=?`, "application:"+a.Ref); n != told {
			t.Errorf("%s told %d times", end.State, n)
		}
		if n := b.rows("audit", `subject=? AND action<>'application.submit'`, "enrolment:"+e.Ref); n != 1 {
			t.Errorf("%d audit entries", n)
		}
		if hash, err := b.svc.Recompute(t.Context(), end.ID); err != nil || hash != end.RowHash {
			t.Errorf("the row's hash is not its content's: %v", err)
		}
	}
	if _, err := b.raw.ExecContext(t.Context(), `UPDATE application SET remark='改过' WHERE row_hash IS NOT NULL LIMIT 1`); err != nil {
		t.Fatal(err)
	}
	changed := 0
	for _, r := range b.ended() {
		if hash, err := b.svc.Recompute(t.Context(), r.ID); err != nil || hash != r.RowHash {
			changed++
		}
	}
	if changed != 1 {
		t.Errorf("%d changed rows were found, want 1", changed)
	}
}

func (b *intake) ended() []audit.Row {
	b.t.Helper()
	rows, err := b.db.Seals().Unsealed(b.t.Context(), application.EvidenceKind, 0, 100)
	if err != nil {
		b.t.Fatal(err)
	}
	return rows
}

func TestTwoSubmissionsAtOnceBindOnce(t *testing.T) {
	b := newIntake(t)
	for round := range 4 {
		e := b.admit(entry(round))
		errs := atOnce(
			func() error { _, err := b.submit(e, application.Defer, 1); return err },
			func() error { _, err := b.submit(e, application.Defer, 2); return err },
			func() error { _, err := b.submit(e, application.Waive, 3); return err },
		)
		if n := b.rows("application", `enrolment_id=? AND state='pending' AND bound=1`, e.ID); n != 1 {
			t.Errorf("%d applications are pending: %v", n, errs)
		}
		if n := b.rows("signature", `enrolment_id=? AND state='final'`, e.ID); n != 1 {
			t.Errorf("%d final signatures for one application", n)
		}
	}
}

func TestAnApplicationAndACompletionHaveOneWinner(t *testing.T) {
	b := newIntake(t)
	for round := range 6 {
		e := b.ready(round, nil)
		b.bill(e.ID, "free")
		errs := atOnce(
			func() error { return b.complete(e.ID) },
			func() error { _, err := b.submit(e, application.Waive, 1); return err },
		)
		state := b.read(e.ID).State
		pending := b.rows("application", `enrolment_id=? AND state='pending'`, e.ID)
		if (state == student.Registered) == (pending == 1) {
			t.Errorf("%s with %d pending applications: %v", state, pending, errs)
		}
	}
}

func TestADecisionIsAllOrNothing(t *testing.T) {
	b := newIntake(t)
	e, a := b.pending(1, application.Waive)
	b.fail = errors.New("the refund could not be queued")
	if _, err := b.svc.Decide(t.Context(), a.Ref, true, "", "one"); !errors.Is(err, b.fail) {
		t.Fatalf("the failure is %v", err)
	}
	if b.read(e.ID).State != student.WaiverPending || b.rows("outbox", `dedupe_key=?`, "application:"+a.Ref) != 0 ||
		b.rows("application", `state='pending' AND row_hash IS NULL`) != 1 {
		t.Error("half a decision stayed")
	}
	b.fail = nil
	b.pass(time.Minute)
	got, err := b.svc.Decide(t.Context(), a.Ref, true, "", "one")
	if err != nil || got.State != application.Approved || got.EndedBy != "staff:one" || got.EndedAt == nil {
		t.Fatalf("%+v %v", got, err)
	}
	for name, test := range map[string]struct {
		ref, reason, by string
		approve         bool
		kind            fault.Kind
	}{
		"decided":            {a.Ref, "", "two", true, fault.Conflict},
		"unknown":            {reference.New(), "", "two", true, fault.NotFound},
		"without a reason":   {a.Ref, " ", "two", false, fault.Invalid},
		"a novel":            {a.Ref, strings.Repeat("长", 201), "two", false, fault.Invalid},
		"nobody in charge":   {a.Ref, "", "", true, fault.Internal},
		"withdrawn too late": {},
	} {
		if name == "withdrawn too late" {
			if err := b.svc.Withdraw(t.Context(), e, application.Waive); !fault.Is(err, fault.Conflict) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if _, err := b.svc.Decide(t.Context(), test.ref, test.approve, test.reason, test.by); fault.KindOf(err) != test.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
}
