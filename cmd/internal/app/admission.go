package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"ruxue/repo/mysql"
	"ruxue/repo/sheet"
	"ruxue/service/admission"
	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/fault"
)

// ListImport is an admitted list to be imported from a file on this machine.
type ListImport struct {
	Campaign string
	File     string
	Bad      string // where the refused rows go, "" for nowhere
	Apply    bool
	SkipBad  bool // apply although rows are refused
	Progress func(done, total int)
}

// ImportList checks a list and, asked for it, applies it when no row is bad or
// bad ones may be left out. applied tells which; the report is the newer one's.
func ImportList(ctx context.Context, db *mysql.DB, in ListImport) (rep admission.Report, applied bool, err error) {
	c, err := campaign.NewService(db.Campaigns(), time.Now).ByCode(ctx, in.Campaign)
	if err != nil {
		return rep, false, err
	}
	taught, err := db.AdmissionHeadings().Taught(ctx)
	if err != nil {
		return rep, false, err
	}
	list, err := openList(in.File)
	if err != nil {
		return rep, false, err
	}
	defer func() { _ = list.close() }()
	im := admission.NewImporter(db.Admissions()).At(time.Now)
	if rep, err = checkList(ctx, im, c, list, taught, in); err != nil || !in.Apply {
		return rep, false, err
	}
	if rep.Bad > 0 && !in.SkipBad {
		return rep, false, fault.Newf(fault.Invalid, "有 %d 行需要修改，没有导入。修改后再试，或加 --skip-bad 只导入没有问题的行", rep.Bad)
	}
	again, err := list.Replay()
	if err != nil {
		return rep, false, err
	}
	hooks := in.hooks(list)
	hooks.Stored = noteImport(audit.NewLog(db.Audits(), time.Now), c.Code, rep.Rows)
	rep, err = im.Apply(ctx, c, again, taught, hooks)
	return rep, err == nil, err
}

// noteImport puts an import of that many rows into the log: that it began in the
// transaction of its first batch, what it came to in that of its last. So no
// student is in without an entry, and no entry speaks of one who isn't.
func noteImport(log *audit.Log, code string, rows int) func(ctx context.Context, sofar admission.Report) error {
	return func(ctx context.Context, sofar admission.Report) error {
		e := audit.Entry{Actor: "system", Action: "admission.import", Subject: "campaign:" + code}
		switch {
		case sofar.Rows >= rows:
			e.Detail = fmt.Sprintf("命令行导入名单：新增 %d，更新 %d，不变 %d，不改动 %d，未导入 %d", sofar.New, sofar.Updated, sofar.Same, sofar.Kept, sofar.Bad)
		case sofar.Rows <= admission.BatchRows:
			e.Detail = fmt.Sprintf("命令行开始导入名单，共 %d 行", rows)
		default:
			return nil
		}
		return log.Add(ctx, e)
	}
}

// list is a file being read, kept for a second reading.
type list struct {
	*sheet.Recorder
	file *os.File
}

func openList(path string) (l *list, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening the list: %w", err)
	}
	defer func() {
		if err != nil {
			_ = f.Close()
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("opening the list: %w", err)
	}
	t, err := sheet.Open(f, info.Size())
	if err != nil {
		return nil, err
	}
	r, err := sheet.Record(t)
	if err != nil {
		_ = t.Close()
		return nil, err
	}
	return &list{r, f}, nil
}

func (l *list) close() error { return errors.Join(l.Close(), l.file.Close()) }

// hooks tell of the progress.
func (in ListImport) hooks(t admission.Table) admission.Hooks {
	return admission.Hooks{Progress: func(done int) error {
		if in.Progress != nil {
			in.Progress(done, t.Rows())
		}
		return nil
	}}
}

// checkList checks the list and writes the file of bad rows where one is wanted.
func checkList(ctx context.Context, im *admission.Importer, c *campaign.Campaign, t admission.Table, taught map[string]admission.Column,
	in ListImport) (admission.Report, error) {
	hooks := in.hooks(t)
	var rows sheet.BadRows
	defer rows.Discard()
	if in.Bad != "" {
		hooks.Begin, hooks.Bad = rows.Begin, rows.Bad
	}
	rep, err := im.Check(ctx, c, t, taught, hooks)
	if err != nil || in.Bad == "" || rep.Bad == 0 {
		return rep, err
	}
	return rep, writeFile(in.Bad, func(out *os.File) error { return rows.Finish(out) })
}

func writeFile(path string, write func(out *os.File) error) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("making the file of bad rows: %w", err)
	}
	if err := write(f); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}
