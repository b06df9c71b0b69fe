package admission

import (
	"context"
	"time"
)

// JobState is where an uploaded list stands.
type JobState string

// The states. A worker moves checking and applying on; a person applies what
// was checked, or has it checked again.
const (
	Checking JobState = "checking"
	Checked  JobState = "checked"
	Refused  JobState = "refused" // the file as a whole; Sentence says why
	Applying JobState = "applying"
	Applied  JobState = "applied"
	Failed   JobState = "failed" // gave up applying; what is in stays in
)

// Job is an uploaded list with what became of it.
type Job struct {
	Ref        string
	CampaignID int64
	Actor      string // "staff:<ref>"
	ActorName  string
	FileName   string
	FileKey    string // "" once the file was removed
	FileBytes  int64
	SHA256     string
	BadKey     string // of the file of bad rows, "" without
	State      JobState
	RowsTotal  int // about; 0 until known
	RowsDone   int
	Report     Report
	Sentence   string
	Tries      int
	CreatedAt  time.Time
	CheckedAt  *time.Time
	EndedAt    *time.Time
}

// Busy reports whether a worker has it, or will.
func (j Job) Busy() bool { return j.State == Checking || j.State == Applying }

// Times of the work.
const (
	leaseFor  = 30 * time.Second // renewed with every batch
	pollEvery = time.Second
	maxTries  = 3
	keepFor   = 30 * 24 * time.Hour // files of lists that nobody applied
	sweepEach = time.Hour
)

// JobStore keeps the jobs.
type JobStore interface {
	AddJob(ctx context.Context, j Job) error
	// Job returns the job with everything, fault.NotFound without one.
	Job(ctx context.Context, ref string) (*Job, error)
	// Jobs returns a campaign's newest jobs, newest first, without problems and
	// changes.
	Jobs(ctx context.Context, campaignID int64, limit int) ([]Job, error)
	// Move hands a job to the workers; false when it is not in a state of from.
	// One that failed keeps how far it came, any other starts over.
	Move(ctx context.Context, ref string, to JobState, from ...JobState) (bool, error)
	// Claim takes one job that waits or whose worker vanished; nil without one.
	Claim(ctx context.Context, holder string, until time.Time) (*Job, error)
	// Advance notes the progress and renews the lease; false when it was lost.
	Advance(ctx context.Context, ref, holder string, total, done int, until time.Time) (bool, error)
	// Checkpoint notes in the transaction that stores some of a list's rows what
	// the import has come to with them, and renews the lease; false when it was
	// lost: then another worker has the list, and the rows must not be stored.
	// detail tells whether the report's problems or changes became more.
	Checkpoint(ctx context.Context, ref, holder string, total int, sofar Report, detail bool, until time.Time) (bool, error)
	// End stores the job's end and gives up the lease; false when it was lost.
	End(ctx context.Context, j Job, holder string) (bool, error)
	// Release gives up the lease, for another try.
	Release(ctx context.Context, ref, holder string, at time.Time) error
	// Old returns jobs from before a time whose files are still there.
	Old(ctx context.Context, before time.Time, limit int) ([]Job, error)
	// Forget notes that the files are gone.
	Forget(ctx context.Context, ref string) error
	// Teach remembers what a heading, folded, stands for.
	Teach(ctx context.Context, heading string, column Column) error
	Taught(ctx context.Context) (map[string]Column, error)
}
