package roster

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// Case is what a student says is wrong with her listed data, and the answer.
type Case struct {
	Ref          string
	EnrolmentID  int64
	EnrolmentRef string
	Text         string // her own words
	Answer       string // "" while it is open
	AnsweredBy   string // the staff member's reference
	CreatedAt    time.Time
	ClosedAt     *time.Time
}

// Open reports whether the case waits for an answer.
func (c Case) Open() bool { return c.ClosedAt == nil }

// CaseStore keeps cases; texts are sealed at rest.
type CaseStore interface {
	// OpenCase stores a case; false when one of the student is open.
	OpenCase(ctx context.Context, c Case) (bool, error)
	// CasesOf lists a student's cases, newest first, at most limit.
	CasesOf(ctx context.Context, enrolmentID int64, limit int) ([]Case, error)
	// CloseCase answers an open case of the student; false when it is not open.
	CloseCase(ctx context.Context, c Case) (bool, error)
	// CountCases counts the open ones in a scope.
	CountCases(ctx context.Context, scope staff.Scope) (int, error)
}

// Bounds of a case's texts, in characters, and how many of a student are kept
// on pages.
const (
	minCaseText = 5
	maxCaseText = 500
	maxCases    = 10
)

// Complain opens a case for the student with her own sentence. One is open at
// a time.
func (s *Service) Complain(ctx context.Context, e *student.Enrolment, text string) error {
	text, err := caseText(text, "请写明哪一项有误、应当是什么")
	if err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		ok, err := s.Store.OpenCase(ctx, Case{EnrolmentID: e.ID, EnrolmentRef: e.Ref, Text: text, CreatedAt: s.Now()})
		if err != nil {
			return fmt.Errorf("opening a case: %w", err)
		}
		if !ok {
			return fault.New(fault.Conflict, "您已提交过一条说明，老师处理后可以再提交").On("text")
		}
		return s.Audit.Add(ctx, audit.Entry{Actor: "student:" + e.Ref, Action: "student.case", Subject: "enrolment:" + e.Ref,
			Detail: "提交信息有误的说明"})
	})
}

// Cases lists the student's cases, newest first.
func (s *Service) Cases(ctx context.Context, e *student.Enrolment) ([]Case, error) {
	return s.Store.CasesOf(ctx, e.ID, maxCases)
}

// OpenCases counts the cases of the scope that wait for an answer.
func (s *Service) OpenCases(ctx context.Context, scope staff.Scope) (int, error) {
	return s.Store.CountCases(ctx, scope)
}

// Answer closes a case of the student with an answer that she reads.
func (s *Service) Answer(ctx context.Context, by staff.Actor, c *campaign.Campaign, e *student.Enrolment, caseRef, text string) error {
	text, err := caseText(text, "请写明处理结果")
	if err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		now := s.Now()
		ok, err := s.Store.CloseCase(ctx, Case{Ref: caseRef, EnrolmentID: e.ID, EnrolmentRef: e.Ref, Answer: text, AnsweredBy: by.Ref, ClosedAt: &now})
		if err != nil {
			return fmt.Errorf("answering a case: %w", err)
		}
		if !ok {
			return fault.New(fault.Conflict, "这条说明已有人处理，请刷新页面查看")
		}
		if err := s.note(ctx, by, "staff.case", e, "答复信息有误的说明"); err != nil {
			return err
		}
		return s.Teller.CaseAnswered(ctx, c, e, caseRef)
	})
}

func caseText(text, ask string) (string, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	switch n := utf8.RuneCountInString(text); {
	case n < minCaseText:
		return "", fault.Newf(fault.Invalid, "%s，至少 %d 个字", ask, minCaseText).On("text")
	case n > maxCaseText:
		return "", fault.Newf(fault.Invalid, "内容不能超过 %d 个字，现在是 %d 个字", maxCaseText, n).On("text")
	}
	return text, nil
}
