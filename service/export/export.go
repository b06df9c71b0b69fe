// Package export owns the files that staff take away: lists of students and
// payments, registration forms, photos and signed papers. A file is asked for,
// made by a worker with its progress written down, kept sealed for a day, given
// to its maker alone and then deleted.
//
// However large, a file is never whole in memory: rows come in pages, the file
// leaves in sealed parts. What it may hold is decided when it is asked for: the
// scope goes into the job, and full numbers need a reason that is logged.
package export

import (
	"context"
	"log/slog"
	"time"

	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/enrolment"
	"ruxue/service/loop"
	"ruxue/service/roster"
	"ruxue/service/sealed"
	"ruxue/service/signing"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// Kind is what a file holds.
type Kind string

// The kinds.
const (
	Students Kind = "students" // a table of chosen columns
	Forms    Kind = "forms"    // 新生入学登记表, one PDF each, in a zip
	Photos   Kind = "photos"   // portraits named by ID number, in a zip
	Papers   Kind = "papers"   // signed PDFs, in a zip
	Payments Kind = "payments" // a table of money that came in
)

// Formats of a table; other kinds are a zip.
const (
	XLSX = "xlsx"
	CSV  = "csv"
)

// State is where a job stands.
type State string

// The states.
const (
	Queued  State = "queued"
	Running State = "running"
	Done    State = "done"
	Failed  State = "failed"
	Purged  State = "purged" // its file was deleted
)

const (
	// Life is how long a file is kept after it was asked for.
	Life = 24 * time.Hour
	// maxTries bounds how often a job is begun again after a crash.
	maxTries = 3
	// maxOpen is how many unfinished jobs one person may have.
	maxOpen = 5
)

// Request is what was asked for, and what its maker was allowed at that moment.
type Request struct {
	Kind    Kind          `json:"kind"`
	Format  string        `json:"format,omitempty"`
	Columns []string      `json:"columns,omitempty"`
	Full    bool          `json:"full,omitempty"` // numbers unmasked
	State   student.State `json:"state,omitempty"`
	Step    string        `json:"step,omitempty"`
	Site    string        `json:"site,omitempty"`
	Major   string        `json:"major,omitempty"`
	Scope   staff.Scope   `json:"scope"`
}

// Job is one file.
type Job struct {
	ID         int64
	Ref        string
	StaffID    int64
	CampaignID int64
	Request    Request
	State      State
	FileName   string
	Total      int // things to write
	Done       int // things written or skipped
	Skipped    int // students without a photo, a paper
	Parts      int
	Bytes      int64
	BlobKey    string // of its parts; "" until the first try
	Tries      int
	CreatedAt  time.Time
	FinishedAt *time.Time
	ExpiresAt  time.Time
}

// Store keeps jobs. Methods with a holder change nothing once its lease is
// lost, and say so with false.
type Store interface {
	InTx(ctx context.Context, fn func(ctx context.Context) error) error
	Insert(ctx context.Context, j Job) error
	// ByRef returns a job of the maker, fault.NotFound without one.
	ByRef(ctx context.Context, staffID int64, ref string) (Job, error)
	Of(ctx context.Context, staffID int64, limit int) ([]Job, error)
	// Unfinished counts the maker's jobs that wait or run.
	Unfinished(ctx context.Context, staffID int64) (int, error)
	// Claim takes one due job for holder until the lease ends; false without one.
	Claim(ctx context.Context, holder string, now, until time.Time) (Job, bool, error)
	Progress(ctx context.Context, j Job, holder string, until time.Time) (bool, error)
	Finish(ctx context.Context, j Job, holder string) (bool, error)
	// Expired lists jobs whose files are to be deleted; Purge notes that it was done.
	Expired(ctx context.Context, now time.Time, limit int) ([]Job, error)
	Purge(ctx context.Context, id int64) error
}

// Roll gives students page by page.
type Roll interface {
	Count(ctx context.Context, q roster.Query) (int, error)
	After(ctx context.Context, q roster.Query, after int64, limit int) ([]*student.Enrolment, error)
}

// Ledger gives payments page by page.
type Ledger interface {
	CountPayments(ctx context.Context, q roster.Query) (int, error)
	PaymentsAfter(ctx context.Context, q roster.Query, after int64, limit int) ([]Payment, error)
}

// Payment is one payment with whose it is.
type Payment struct {
	ID            int64
	OutTradeNo    string
	TransactionID string
	Purpose       string
	Source        string
	TradeType     string
	TotalFen      int64
	RefundedFen   int64 // of this payment, refunds that succeeded
	At            time.Time
	Name          string
	Number        string
	ExamNumber    string
	Site          string
	Level         string
	Major         string
}

// Sections are what students handed in.
type Sections interface {
	Handed(ctx context.Context, o enrolment.Owner, name string) (enrolment.Values, bool, error)
}

// Attachments are the files that students uploaded.
type Attachments interface {
	Open(ctx context.Context, enrolmentID int64, slot string) (data []byte, contentType, name string, err error)
}

// Signed are the final signatures, and their sealed PDFs.
type Signed interface {
	Finals(ctx context.Context, enrolmentID int64) ([]signing.Signature, error)
}

// Evidence opens a signed paper.
type Evidence interface {
	Open(ctx context.Context, enrolmentID int64, document string) ([]byte, error)
}

// Campaigns find a job's campaign.
type Campaigns interface {
	ByID(ctx context.Context, id int64) (*campaign.Campaign, error)
}

// Auditor appends to the audit log, in the transaction of the context.
type Auditor interface {
	Add(ctx context.Context, e audit.Entry) error
}

// Options are a Service's parts.
type Options struct {
	Store       Store
	Roll        Roll
	Ledger      Ledger
	Sections    Sections
	Attachments Attachments
	Signed      Signed
	Evidence    Evidence
	Campaigns   Campaigns
	Files       sealed.Files
	Audit       Auditor
	Workbook    NewWorkbook
	Font        []byte // TrueType, of the forms
	Holder      string // this process, in leases
	Now         func() time.Time
	Log         *slog.Logger
}

// Service takes orders for files, makes and hands them out.
type Service struct {
	Options
	wake loop.Bell
}

// New returns a Service; Run makes the files.
func New(o Options) *Service { return &Service{Options: o, wake: loop.NewBell()} }
