package admission

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"time"

	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/loop"
	"ruxue/service/reference"
	"ruxue/service/sealed"
	"ruxue/service/tabular"
)

// Auditor logs who imported what.
type Auditor interface {
	Add(ctx context.Context, e audit.Entry) error
}

// Campaigns finds a list's campaign.
type Campaigns interface {
	ByID(ctx context.Context, id int64) (*campaign.Campaign, error)
}

// DeskOptions are a Desk's parts.
type DeskOptions struct {
	Importer   *Importer
	Jobs       JobStore
	Files      sealed.Files
	Audit      Auditor
	Campaigns  Campaigns
	OpenTable  func(r io.ReaderAt, size int64) (Table, error)
	NewBadFile func() tabular.BadFile
	Now        func() time.Time
	Log        *slog.Logger
}

// Desk takes lists from people and has them worked on in the background, by
// whichever replica is free: one at a time in each.
type Desk struct {
	DeskOptions
	wake loop.Bell
}

// NewDesk returns a Desk. Run must be running somewhere.
func NewDesk(o DeskOptions) *Desk { return &Desk{DeskOptions: o, wake: loop.NewBell()} }

func fileAD(ref string) string { return "admission_import.file:" + ref }
func badAD(ref string) string  { return "admission_import.bad:" + ref }

// Upload keeps a list and has it checked. actor is such as "staff:<ref>".
func (d *Desk) Upload(ctx context.Context, c *campaign.Campaign, actor, actorName, fileName string, data []byte) (string, error) {
	if len(data) == 0 {
		return "", fault.New(fault.Invalid, "文件是空的").On("file")
	}
	sum := sha256.Sum256(data)
	j := Job{Ref: reference.New(), CampaignID: c.ID, Actor: actor, ActorName: actorName, FileName: tabular.FileName(fileName), FileBytes: int64(len(data)),
		SHA256: hex.EncodeToString(sum[:]), State: Checking, CreatedAt: d.Now()}
	j.FileKey = "import/list-" + j.Ref // a reference may begin with a dash, a key may not
	if err := d.Files.Put(ctx, j.FileKey, fileAD(j.Ref), data); err != nil {
		return "", fmt.Errorf("keeping a list: %w", err)
	}
	if err := d.Jobs.AddJob(ctx, j); err != nil {
		return "", fmt.Errorf("queueing a list: %w", err)
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

// Teach remembers what headings stand for, for every later list too, and has the
// list checked again.
func (d *Desk) Teach(ctx context.Context, j *Job, said map[string]Column) error {
	seen := map[Column]string{}
	for _, h := range j.Report.Headings {
		col, ok := said[h.Text]
		if !ok {
			col = h.Column
		}
		if !col.Known() {
			continue
		}
		if first, twice := seen[col]; twice {
			return fault.Newf(fault.Invalid, "“%s”和“%s”不能都是%s", first, h.Text, col.Label()).On("columns")
		}
		seen[col] = h.Text
	}
	for text, col := range said {
		if col != Ignored && !col.Known() {
			return fault.New(fault.Invalid, "请选择这一列的内容").On("columns")
		}
		if err := d.Jobs.Teach(ctx, tabular.Fold(text), col); err != nil {
			return err
		}
	}
	return d.move(ctx, j, Checking, Checked, Refused)
}

// Apply imports a checked list; with skipBad also one that has bad rows, which
// are left out.
func (d *Desk) Apply(ctx context.Context, j *Job, skipBad bool) error {
	if j.Report.Bad > 0 && !skipBad {
		return fault.Newf(fault.Conflict, "有 %d 行需要修改。请修改后重新上传，或选择只导入没有问题的行", j.Report.Bad)
	}
	return d.move(ctx, j, Applying, Checked, Failed)
}

func (d *Desk) move(ctx context.Context, j *Job, to JobState, from ...JobState) error {
	if j.FileKey == "" {
		return fault.New(fault.Gone, "这份名单的文件已经删除，请重新上传")
	}
	ok, err := d.Jobs.Move(ctx, j.Ref, to, from...)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Conflict, "这份名单正在处理或已经导入，请重新打开页面")
	}
	d.wake.Ring()
	return nil
}

// BadRows returns the file of bad rows, or fault.NotFound.
func (d *Desk) BadRows(ctx context.Context, j *Job) ([]byte, error) {
	if j.BadKey == "" {
		return nil, fault.New(fault.NotFound, "没有需要修改的行，或文件已经删除")
	}
	return d.Files.Get(ctx, j.BadKey, badAD(j.Ref))
}
