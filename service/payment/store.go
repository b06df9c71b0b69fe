package payment

import (
	"context"
	"time"
)

// Store keeps the money. Methods called with the context that InTx gave join
// its transaction. Methods that return a bool are conditional writes: false
// means that the row was no longer in the state they move from.
type Store interface {
	// InTx runs fn in one transaction, again after a deadlock.
	InTx(ctx context.Context, fn func(ctx context.Context) error) error

	// LockEnrolment locks the enrolment row and returns its state. It is the
	// first lock of every transaction on money, so those of one enrolment run
	// one after the other. fault.NotFound without such a row.
	LockEnrolment(ctx context.Context, id int64) (state string, err error)

	Bill(ctx context.Context, enrolmentID int64) (Bill, bool, error)
	LockBill(ctx context.Context, id int64) (Bill, error)
	InsertBill(ctx context.Context, b Bill) (Bill, error) // gives ID, Ref, CreatedAt
	UpdateBill(ctx context.Context, b Bill) error         // items, total, state, version
	PayBill(ctx context.Context, billID, attemptID int64, at time.Time) (bool, error)

	Attempt(ctx context.Context, outTradeNo string) (Attempt, bool, error)
	Attempts(ctx context.Context, billID int64) ([]Attempt, error) // newest first
	LockAttempt(ctx context.Context, id int64) (Attempt, error)
	InsertAttempt(ctx context.Context, a Attempt) (Attempt, error)
	// OpenAttempt moves created to open and gives up the lease.
	OpenAttempt(ctx context.Context, id int64, p Prepaid, next *time.Time) (bool, error)
	// EndAttempt moves a live attempt to closed or failed and gives up the lease.
	EndAttempt(ctx context.Context, id int64, to AttemptState, at time.Time, next *time.Time) (bool, error)
	// PayAttempt moves an attempt that is not settled to paid or surplus.
	PayAttempt(ctx context.Context, id int64, to AttemptState, transactionID string, at time.Time) (bool, error)
	// ClaimAttempt takes the lease when nobody holds it, and with due only
	// when the attempt is due: another replica may have handled it meanwhile.
	ClaimAttempt(ctx context.Context, id int64, holder string, due bool, now, until time.Time) (bool, error)
	// ReleaseAttempt gives up the lease if holder has it, counting a check.
	ReleaseAttempt(ctx context.Context, id int64, holder string, next *time.Time) error
	// HurryAttempts makes the bill's live attempts due at once.
	HurryAttempts(ctx context.Context, billID int64, at time.Time) error
	DueAttempts(ctx context.Context, now time.Time, limit int) ([]Attempt, error)
	// Payable reports whether the attempt's bill still waits for money.
	Payable(ctx context.Context, attemptID int64) (bool, error)

	InsertPayment(ctx context.Context, p Payment) error

	InsertRefund(ctx context.Context, r Refund) error
	Refund(ctx context.Context, outRefundNo string) (Refund, bool, error)
	Refunds(ctx context.Context, enrolmentID int64) ([]Refund, error) // newest first
	DueRefunds(ctx context.Context, now time.Time, limit int) ([]Refund, error)
	// ClaimRefund takes the lease of a due refund when nobody holds it.
	ClaimRefund(ctx context.Context, id int64, holder string, now, until time.Time) (bool, error)
	// DecideRefund writes a second person's decision about a waiting refund.
	DecideRefund(ctx context.Context, r Refund) (bool, error)
	InsertOffline(ctx context.Context, r OfflineReceipt) error
	// SaveRefund writes what is known now, unless the refund already succeeded.
	SaveRefund(ctx context.Context, r Refund) (bool, error)

	// RecordProblem adds the problem, or counts it when it is known; a resolved
	// one that is reported again is open again.
	RecordProblem(ctx context.Context, p Problem) error
	// OpenProblems returns unresolved ones last touched before the time.
	OpenProblems(ctx context.Context, kind ProblemKind, before time.Time, limit int) ([]Problem, error)
	// TouchProblem claims the problem for one retry; false when another did.
	TouchProblem(ctx context.Context, p Problem, at time.Time) (bool, error)
	ResolveProblem(ctx context.Context, id int64, at time.Time) error
	// CloseProblems resolves what is open about a number, saying how.
	CloseProblems(ctx context.Context, kind ProblemKind, number, resolution string, at time.Time) error
	// AnswerProblem resolves an open problem for a person; false when it was
	// resolved before.
	AnswerProblem(ctx context.Context, id int64, by, resolution string, at time.Time) (bool, error)
}

// ProblemKind says what is wrong.
type ProblemKind string

// The kinds of problem.
const (
	ProblemUnknown    ProblemKind = "unknown_order" // no such attempt here
	ProblemIdentity   ProblemKind = "identity"      // another app or merchant
	ProblemAmount     ProblemKind = "amount"        // another amount or currency
	ProblemTwice      ProblemKind = "two_trades"    // one order, two transaction ids
	ProblemRefunded   ProblemKind = "refunded"      // refunded outside before we knew it was paid
	ProblemRefund     ProblemKind = "refund"        // a refund that needs a person
	ProblemCompletion ProblemKind = "completion"    // paid, but completing the registration failed
	ProblemOffline    ProblemKind = "offline"       // money that a person has to send back
	ProblemReconcile  ProblemKind = "reconcile"     // a day's bill differs from our books
)

// Problem is what a person has to look at. The worker itself repeats a
// completion.
type Problem struct {
	ID            int64
	Kind          ProblemKind
	OutTradeNo    string // or the out_refund_no of a refund
	TransactionID string
	EnrolmentID   int64 // 0 when unknown
	WantFen       int64
	GotFen        int64
	Detail        string // words and codes, no personal data
	Times         int
	LastAt        time.Time
}
