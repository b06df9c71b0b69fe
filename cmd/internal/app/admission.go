package app

import (
	"context"
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
	run := func(apply bool, bad string) (admission.Report, error) {
		return importFile(ctx, db, c, taught, in, apply, bad)
	}
	if rep, err = run(false, in.Bad); err != nil || !in.Apply {
		return rep, false, err
	}
	if rep.Bad > 0 && !in.SkipBad {
		return rep, false, fault.Newf(fault.Invalid, "有 %d 行需要修改，没有导入。修改后再试，或加 --skip-bad 只导入没有问题的行", rep.Bad)
	}
	if rep, err = run(true, ""); err != nil {
		return rep, false, err
	}
	err = audit.NewLog(db.Audits(), time.Now).Add(ctx, audit.Entry{Actor: "system", Action: "admission.import", Subject: "campaign:" + c.Code,
		Detail: fmt.Sprintf("命令行导入名单：新增 %d，更新 %d，不变 %d，不改动 %d，未导入 %d", rep.New, rep.Updated, rep.Same, rep.Kept, rep.Bad)})
	return rep, true, err
}

func importFile(ctx context.Context, db *mysql.DB, c *campaign.Campaign, taught map[string]admission.Column, in ListImport,
	apply bool, bad string) (rep admission.Report, err error) {
	f, err := os.Open(in.File)
	if err != nil {
		return rep, fmt.Errorf("opening the list: %w", err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return rep, fmt.Errorf("opening the list: %w", err)
	}
	t, err := sheet.Open(f, info.Size())
	if err != nil {
		return rep, err
	}
	defer func() { _ = t.Close() }()
	hooks := admission.Hooks{Progress: func(done int) error {
		if in.Progress != nil {
			in.Progress(done, t.Rows())
		}
		return nil
	}}
	var rows sheet.BadRows
	defer rows.Discard()
	if bad != "" {
		hooks.Begin, hooks.Bad = rows.Begin, rows.Bad
	}
	im := admission.NewImporter(db.Admissions())
	if apply {
		return im.Apply(ctx, c, t, taught, hooks)
	}
	if rep, err = im.Check(ctx, c, t, taught, hooks); err != nil || bad == "" || rep.Bad == 0 {
		return rep, err
	}
	return rep, writeFile(bad, func(out *os.File) error { return rows.Finish(out) })
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
