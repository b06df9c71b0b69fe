package fiscal

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"ruxue/service/fault"
	"ruxue/service/loop"
	"ruxue/service/reference"
	"ruxue/service/sealed"
	"ruxue/service/tabular"
)

// State is where an uploaded list stands.
type State string

// The states.
const (
	Checked State = "checked"
	Applied State = "applied"
)

// Import is an uploaded list with what became of it.
type Import struct {
	Ref        string
	CampaignID int64
	Actor      string // "staff:<ref>"
	ActorName  string
	FileName   string
	FileKey    string // "" once the file was removed
	State      State
	Report     Report
	CreatedAt  time.Time
	AppliedAt  *time.Time
}

// Imports keeps uploaded lists.
type Imports interface {
	Add(ctx context.Context, i Import) error
	// Import returns one of the campaign, fault.NotFound without it.
	Import(ctx context.Context, campaignID int64, ref string) (Import, error)
	// History returns a campaign's newest, newest first, without problems and
	// changes.
	History(ctx context.Context, campaignID int64, limit int) ([]Import, error)
	// SetApplied stores what applying came to.
	SetApplied(ctx context.Context, i Import) error
	// Old returns those from before a time whose files are still there.
	Old(ctx context.Context, before time.Time, limit int) ([]Import, error)
	// Forget notes that the file is gone.
	Forget(ctx context.Context, ref string) error
}

// DeskOptions are a Desk's parts.
type DeskOptions struct {
	Importer   *Importer
	Imports    Imports
	Files      sealed.Files
	OpenTable  func(r io.ReaderAt, size int64) (tabular.Table, error)
	NewBadFile func() tabular.BadFile
	Log        *slog.Logger
}

// Desk takes lists from people: it checks one while they wait, keeps it, and
// applies it when they say so.
type Desk struct{ DeskOptions }

// NewDesk returns a Desk. Run must be running somewhere.
func NewDesk(o DeskOptions) *Desk { return &Desk{o} }

func fileAD(ref string) string { return "fiscal_import.file:" + ref }

// Upload checks a list and keeps it, and returns its reference. What cannot be
// read is a fault at the field "file". actor is such as "staff:<ref>".
func (d *Desk) Upload(ctx context.Context, t Target, actor, actorName, fileName string, data []byte) (string, error) {
	i := Import{Ref: reference.New(), CampaignID: t.CampaignID, Actor: actor, ActorName: actorName, FileName: tabular.FileName(fileName), State: Checked,
		CreatedAt: d.Importer.Now()}
	var err error
	i.Report, err = d.read(data, func(table tabular.Table) (Report, error) { return d.Importer.Check(ctx, t, table, Hooks{}) })
	if f, ok := fault.As(err); ok && f.Kind != fault.Internal {
		return "", f.On("file")
	}
	if err != nil {
		return "", fmt.Errorf("checking a list of receipts: %w", err)
	}
	i.FileKey = "import/receipts-" + i.Ref
	if err := d.Files.Put(ctx, i.FileKey, fileAD(i.Ref), data); err != nil {
		return "", fmt.Errorf("keeping a list of receipts: %w", err)
	}
	return i.Ref, d.Imports.Add(ctx, i)
}

func (d *Desk) read(data []byte, do func(t tabular.Table) (Report, error)) (Report, error) {
	table, err := d.OpenTable(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return Report{}, err
	}
	defer func() { _ = table.Close() }()
	return do(table)
}

// Import returns one of the target's lists, or fault.NotFound.
func (d *Desk) Import(ctx context.Context, t Target, ref string) (Import, error) {
	return d.Imports.Import(ctx, t.CampaignID, ref)
}

// History returns the target's newest lists.
func (d *Desk) History(ctx context.Context, t Target, limit int) ([]Import, error) {
	return d.Imports.History(ctx, t.CampaignID, limit)
}

// Apply imports a checked list; with skipBad also one that has bad rows, which
// are left out. What was begun goes on when the person has gone.
func (d *Desk) Apply(ctx context.Context, t Target, ref string, skipBad bool) error {
	i, err := d.Imports.Import(ctx, t.CampaignID, ref)
	switch {
	case err != nil:
		return err
	case i.State == Applied:
		return fault.New(fault.Conflict, "这份名单已经导入，请重新打开页面")
	case i.FileKey == "":
		return fault.New(fault.Gone, "这份名单的文件已经删除，请重新上传")
	case i.Report.Bad > 0 && !skipBad:
		return fault.Newf(fault.Conflict, "有 %d 行需要修改。请修改后重新上传，或选择只导入没有问题的行", i.Report.Bad)
	}
	ctx = context.WithoutCancel(ctx)
	data, err := d.Files.Get(ctx, i.FileKey, fileAD(i.Ref))
	if err != nil {
		return err
	}
	i.Report, err = d.read(data, func(table tabular.Table) (Report, error) {
		return d.Importer.Apply(ctx, t, i.Actor, table, Hooks{})
	})
	if err != nil {
		return fmt.Errorf("importing receipts: %w", err)
	}
	now := d.Importer.Now()
	i.State, i.AppliedAt = Applied, &now
	if err := d.Imports.SetApplied(ctx, i); err != nil || i.Report.Bad > 0 {
		return err
	}
	return d.drop(ctx, i)
}

func (d *Desk) drop(ctx context.Context, i Import) error {
	if err := d.Files.Delete(ctx, i.FileKey); err != nil {
		return fmt.Errorf("removing a kept list: %w", err)
	}
	return d.Imports.Forget(ctx, i.Ref)
}

// BadRows writes the rows that the list's import refuses now, to be mended and
// uploaded again.
func (d *Desk) BadRows(ctx context.Context, t Target, ref string, out io.Writer) error {
	i, err := d.Imports.Import(ctx, t.CampaignID, ref)
	if err != nil {
		return err
	}
	if i.FileKey == "" || i.Report.Bad == 0 {
		return fault.New(fault.NotFound, "没有需要修改的行，或文件已经删除")
	}
	data, err := d.Files.Get(ctx, i.FileKey, fileAD(i.Ref))
	if err != nil {
		return err
	}
	bad := d.NewBadFile()
	defer bad.Discard()
	if _, err := d.read(data, func(table tabular.Table) (Report, error) {
		return d.Importer.Check(ctx, t, table, Hooks{Begin: bad.Begin, Bad: bad.Bad})
	}); err != nil {
		return err
	}
	return bad.Finish(out)
}

// Of returns the receipt of a student's bill; false without one.
func (d *Desk) Of(ctx context.Context, enrolmentID int64) (Receipt, bool, error) {
	return d.Importer.Store.OfEnrolment(ctx, enrolmentID)
}

const (
	keepFor   = 30 * 24 * time.Hour // of files with rows that were not imported
	sweepEach = time.Hour
)

// Run removes the files of old lists until ctx ends.
func (d *Desk) Run(ctx context.Context) {
	loop.Every(ctx, d.Log, "removing old lists of receipts failed", sweepEach, d.Sweep)
}

// Sweep removes the files of lists that are done with.
func (d *Desk) Sweep(ctx context.Context) error {
	old, err := d.Imports.Old(ctx, d.Importer.Now().Add(-keepFor), 100)
	if err != nil {
		return err
	}
	for _, i := range old {
		if err := d.drop(ctx, i); err != nil {
			return err
		}
	}
	return nil
}
