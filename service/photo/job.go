package photo

import (
	"context"
	"crypto/sha256"
	"fmt"
	"path"
	"strings"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/reference"
)

// JobState is where an uploaded archive stands.
type JobState string

// The states.
const (
	Working JobState = "working"
	Done    JobState = "done"
	Failed  JobState = "failed" // gave up; what was stored stays. Sentence says why
)

// Result is what became of one file.
type Result string

// The results.
const (
	Stored   Result = "stored"
	Replaced Result = "replaced" // there was another picture of the student
	Same     Result = "same"     // the very file was imported before
	Unknown  Result = "unknown"  // nobody in the campaign has the number
	Twice    Result = "twice"    // an earlier file of the archive is the same student's
	Broken   Result = "broken"   // not named by a number, or no picture
)

// Entry is one file of the archive; its name is masked.
type Entry struct {
	File   string `json:"file"`
	Name   string `json:"name,omitempty"` // the student's
	Result Result `json:"result"`
	Reason string `json:"reason,omitempty"` // why it was not stored, for staff
}

// Report is what became of an archive.
type Report struct {
	Counts  map[Result]int `json:"counts"`
	Entries []Entry        `json:"-"` // sealed at rest
}

func (r *Report) add(e Entry) {
	r.Counts[e.Result]++
	r.Entries = append(r.Entries, e)
}

// Job is an uploaded archive with what became of it.
type Job struct {
	Ref        string
	CampaignID int64
	Actor      string // "staff:<ref>"
	ActorName  string
	FileName   string
	FileKey    string // "" once the archive was removed
	FileBytes  int64
	State      JobState
	Total      int // files
	Done       int
	Report     Report
	Sentence   string
	Tries      int
	CreatedAt  time.Time
	EndedAt    *time.Time
}

// JobStore keeps the jobs.
type JobStore interface {
	AddJob(ctx context.Context, j Job) error
	// Job returns the job with everything, fault.NotFound without one.
	Job(ctx context.Context, ref string) (*Job, error)
	// Jobs returns a campaign's newest jobs, newest first, without entries.
	Jobs(ctx context.Context, campaignID int64, limit int) ([]Job, error)
	// Claim takes one job that waits or whose worker vanished; nil without one.
	Claim(ctx context.Context, holder string, until time.Time) (*Job, error)
	// Advance notes the progress and renews the lease; false when it was lost.
	Advance(ctx context.Context, ref, holder string, total, done int, until time.Time) (bool, error)
	// End stores the job's end and gives up the lease; false when it was lost.
	End(ctx context.Context, j Job, holder string) (bool, error)
	// Release gives up the lease, for another try.
	Release(ctx context.Context, ref, holder string, at time.Time) error
	// Leftover returns jobs at their end whose archives are still there.
	Leftover(ctx context.Context, limit int) ([]Job, error)
	// Forget notes that the archive is gone.
	Forget(ctx context.Context, ref string) error
}

// Upload keeps an archive and has its pictures imported. What cannot be taken is
// refused with a sentence on the field file. actor is such as "staff:<ref>".
func (d *Desk) Upload(ctx context.Context, c *campaign.Campaign, actor, actorName, fileName string, data []byte) (string, error) {
	if len(data) == 0 {
		return "", fault.New(fault.Invalid, "文件是空的").On("file")
	}
	files, err := openArchive(data)
	if err != nil {
		return "", err
	}
	j := Job{Ref: reference.New(), CampaignID: c.ID, Actor: actor, ActorName: actorName, FileName: shown(path.Base(strings.ToValidUTF8(fileName, ""))),
		FileBytes: int64(len(data)), State: Working, Total: len(files), CreatedAt: d.Now()}
	j.FileKey = "import/photos-" + j.Ref // a reference may begin with a dash, a key may not
	if err := d.Files.Put(ctx, j.FileKey, fileAD(j.Ref), data); err != nil {
		return "", fmt.Errorf("keeping an archive: %w", err)
	}
	if err := d.Jobs.AddJob(ctx, j); err != nil {
		return "", fmt.Errorf("queueing an archive: %w", err)
	}
	d.wake.Ring()
	return j.Ref, nil
}

// Job returns a job, or fault.NotFound.
func (d *Desk) Job(ctx context.Context, ref string) (*Job, error) { return d.Jobs.Job(ctx, ref) }

// History returns a campaign's newest jobs.
func (d *Desk) History(ctx context.Context, campaignID int64, limit int) ([]Job, error) {
	return d.Jobs.Jobs(ctx, campaignID, limit)
}

func sum(data []byte) string { return fmt.Sprintf("%x", sha256.Sum256(data)) }
