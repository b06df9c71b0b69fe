package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"ruxue/repo/mysql"
	"ruxue/repo/sheet"
	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/fiscal"
	"ruxue/service/notice"
	"ruxue/service/staff"
	"ruxue/service/student"
	"ruxue/service/tabular"
)

// wireFiscal adds the fiscal receipts, and the worker that removes old lists.
func (a *App) wireFiscal(b *built, outbox *notice.Outbox) {
	desk := fiscal.NewDesk(fiscal.DeskOptions{Importer: receiptImporter(a.DB, outbox, b.deps.Campaigns, a.cfg.BaseURL, a.now), Imports: a.DB.Fiscal(),
		Files: a.files(), Log: a.log,
		OpenTable:  func(r io.ReaderAt, size int64) (tabular.Table, error) { return sheet.Open(r, size) },
		NewBadFile: func() tabular.BadFile { return &sheet.BadRows{} }})
	b.deps.Receipts, b.deps.ReceiptTemplate = desk, receiptTemplate
	b.workers = append(b.workers, desk.Run)
}

func receiptImporter(db *mysql.DB, outbox *notice.Outbox, campaigns *campaign.Service, base string, now func() time.Time) *fiscal.Importer {
	return fiscal.NewImporter(fiscal.Options{Store: db.Fiscal(), Audit: audit.NewLog(db.Audits(), now),
		Teller: receiptTeller{outbox, campaigns, db.Students(), base, now}, Now: now})
}

// receiptTeller queues the message that a fiscal receipt is there; a campaign
// without the template sends nothing, the pages show it anyway.
type receiptTeller struct {
	outbox    *notice.Outbox
	campaigns *campaign.Service
	students  enrolmentReader
	base      string
	now       func() time.Time
}

// Issued implements fiscal.Teller.
func (t receiptTeller) Issued(ctx context.Context, code string, r fiscal.Receipt) error {
	c, err := t.campaigns.ByCode(ctx, code)
	if err != nil {
		return err
	}
	if _, ok := c.Templates[fiscal.Occasion]; !ok {
		return nil
	}
	e, err := t.students.Enrolment(ctx, r.EnrolmentID)
	if err != nil {
		return err
	}
	m, _ := notice.ForCampaign(c, fiscal.Occasion, map[string]string{"name": student.MaskName(e.Person.Name), "item": "财政电子票据",
		"receipt": r.Number, "result": "已开具", "time": campaign.DateTime(t.now())})
	m.EnrolmentID, m.DedupeKey, m.URL = e.ID, fmt.Sprintf("receipt:%s:%s-%s", e.Ref, r.Code, r.Number), t.base+"/c/"+c.Code+"/"
	return t.outbox.Add(ctx, m)
}

// receiptTemplate writes an empty list to be filled in.
func receiptTemplate(out io.Writer) error {
	columns := make([]sheet.Column, 0, len(fiscal.Columns))
	for _, c := range fiscal.Columns {
		columns = append(columns, sheet.Column{Title: c.Label, Width: 24})
	}
	w, err := sheet.NewWriter("财政电子票据", columns)
	if err != nil {
		return err
	}
	return w.Finish(out)
}

// ReceiptImport is a list of fiscal receipts to be imported from a file on this
// machine.
type ReceiptImport struct {
	Campaign string
	BaseURL  string // of the links in messages
	File     string
	Bad      string // where the refused rows go, "" for nowhere
	Apply    bool
	SkipBad  bool // apply although rows are refused
}

// ImportReceipts checks a list and, asked for it, applies it when no row is bad
// or bad ones may be left out. applied tells which; the report is the newer
// one's.
func ImportReceipts(ctx context.Context, db *mysql.DB, in ReceiptImport) (rep fiscal.Report, applied bool, err error) {
	campaigns := campaign.NewService(db.Campaigns(), time.Now)
	c, err := campaigns.ByCode(ctx, in.Campaign)
	if err != nil {
		return rep, false, err
	}
	im := receiptImporter(db, notice.NewOutbox(db.Outbox(), time.Now), campaigns, in.BaseURL, time.Now)
	target := fiscal.Target{CampaignID: c.ID, Campaign: c.Code, Scope: staff.Scope{All: true}}
	var rows sheet.BadRows
	defer rows.Discard()
	hooks := fiscal.Hooks{}
	if in.Bad != "" {
		hooks.Begin, hooks.Bad = rows.Begin, rows.Bad
	}
	if rep, err = withTable(in.File, func(t tabular.Table) (fiscal.Report, error) { return im.Check(ctx, target, t, hooks) }); err != nil {
		return rep, false, err
	}
	if in.Bad != "" && rep.Bad > 0 {
		if err := writeFile(in.Bad, func(out *os.File) error { return rows.Finish(out) }); err != nil {
			return rep, false, err
		}
	}
	if !in.Apply {
		return rep, false, nil
	}
	if rep.Bad > 0 && !in.SkipBad {
		return rep, false, fault.Newf(fault.Invalid, "有 %d 行需要修改，没有导入。修改后再试，或加 --skip-bad 只导入没有问题的行", rep.Bad)
	}
	rep, err = withTable(in.File, func(t tabular.Table) (fiscal.Report, error) {
		return im.Apply(ctx, target, "system", t, fiscal.Hooks{})
	})
	return rep, err == nil, err
}

func withTable(path string, do func(t tabular.Table) (fiscal.Report, error)) (fiscal.Report, error) {
	f, err := os.Open(path)
	if err != nil {
		return fiscal.Report{}, fmt.Errorf("opening the list: %w", err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return fiscal.Report{}, fmt.Errorf("opening the list: %w", err)
	}
	t, err := sheet.Open(f, info.Size())
	if err != nil {
		return fiscal.Report{}, err
	}
	defer func() { _ = t.Close() }()
	return do(t)
}
