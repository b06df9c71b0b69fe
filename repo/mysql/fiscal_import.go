package mysql

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ruxue/service/fiscal"
	"ruxue/service/tabular"
)

type fiscalImportRow struct {
	Ref        string     `db:"ref"`
	CampaignID int64      `db:"campaign_id"`
	Actor      string     `db:"actor"`
	ActorName  string     `db:"actor_name"`
	FileName   string     `db:"file_name"`
	FileKey    string     `db:"file_key"`
	State      string     `db:"state"`
	Report     string     `db:"report"`
	Detail     []byte     `db:"detail_cipher"`
	CreatedAt  time.Time  `db:"created_at"`
	AppliedAt  *time.Time `db:"applied_at"`
}

const fiscalImportColumns = `ref, campaign_id, actor, actor_name, file_name, file_key, state, report, created_at, applied_at`

// fiscalDetail is what a report holds of persons; sealed at rest.
type fiscalDetail struct {
	Problems []tabular.Problem `json:"problems"`
	Changes  []fiscal.Change   `json:"changes"`
}

// encode returns the report's two parts as they are stored.
func (f *Fiscal) encode(i fiscal.Import) (report string, detail []byte, err error) {
	counts, err := json.Marshal(i.Report)
	if err != nil {
		return "", nil, fmt.Errorf("writing a report of receipts: %w", err)
	}
	raw, err := json.Marshal(fiscalDetail{i.Report.Problems, i.Report.Changes})
	if err != nil {
		return "", nil, fmt.Errorf("writing a report of receipts: %w", err)
	}
	detail, err = f.cipher.Seal(raw, "fiscal_import.detail_cipher:"+i.Ref)
	if err != nil {
		return "", nil, fmt.Errorf("sealing a report of receipts: %w", err)
	}
	return string(counts), detail, nil
}

// Add implements fiscal.Imports.
func (f *Fiscal) Add(ctx context.Context, i fiscal.Import) error {
	report, detail, err := f.encode(i)
	if err != nil {
		return err
	}
	return f.exec(ctx, "storing a list of receipts", `INSERT INTO fiscal_import (ref, campaign_id, actor, actor_name, file_name, file_key, state, report,
		detail_cipher, created_at) VALUES (?,?,?,?,?,?,?,?,?,?)`, i.Ref, i.CampaignID, i.Actor, i.ActorName, i.FileName, i.FileKey, i.State, report,
		detail, *utc(&i.CreatedAt))
}

// Import implements fiscal.Imports.
func (f *Fiscal) Import(ctx context.Context, campaignID int64, ref string) (fiscal.Import, error) {
	r, err := need[fiscalImportRow](ctx, f.DB, "", "reading a list of receipts",
		`SELECT detail_cipher, `+fiscalImportColumns+` FROM fiscal_import WHERE ref=? AND campaign_id=?`, ref, campaignID)
	if err != nil {
		return fiscal.Import{}, err
	}
	return f.decode(r)
}

func (f *Fiscal) decode(r fiscalImportRow) (fiscal.Import, error) {
	i := fiscal.Import{Ref: r.Ref, CampaignID: r.CampaignID, Actor: r.Actor, ActorName: r.ActorName, FileName: r.FileName, FileKey: r.FileKey,
		State: fiscal.State(r.State), CreatedAt: r.CreatedAt, AppliedAt: r.AppliedAt}
	if err := json.Unmarshal([]byte(r.Report), &i.Report); err != nil {
		return i, errors.New("decoding a report of receipts: it is no JSON")
	}
	if r.Detail == nil {
		return i, nil
	}
	raw, err := f.cipher.Open(r.Detail, "fiscal_import.detail_cipher:"+r.Ref)
	if err != nil {
		return i, fmt.Errorf("opening a report of receipts: %w", err)
	}
	var d fiscalDetail
	if err := json.Unmarshal(raw, &d); err != nil {
		return i, errors.New("decoding a report of receipts: its details are no JSON")
	}
	i.Report.Problems, i.Report.Changes = d.Problems, d.Changes
	return i, nil
}

func (f *Fiscal) imports(ctx context.Context, where string, args ...any) ([]fiscal.Import, error) {
	return all(ctx, f.DB, f.decode, "listing lists of receipts", `SELECT `+fiscalImportColumns+` FROM fiscal_import WHERE `+where, args...)
}

// History implements fiscal.Imports.
func (f *Fiscal) History(ctx context.Context, campaignID int64, limit int) ([]fiscal.Import, error) {
	return f.imports(ctx, `campaign_id=? ORDER BY id DESC LIMIT ?`, campaignID, limit)
}

// Old implements fiscal.Imports.
func (f *Fiscal) Old(ctx context.Context, before time.Time, limit int) ([]fiscal.Import, error) {
	return f.imports(ctx, `file_key<>'' AND created_at<? ORDER BY id LIMIT ?`, *utc(&before), limit)
}

// SetApplied implements fiscal.Imports.
func (f *Fiscal) SetApplied(ctx context.Context, i fiscal.Import) error {
	report, detail, err := f.encode(i)
	if err != nil {
		return err
	}
	return f.exec(ctx, "ending a list of receipts", `UPDATE fiscal_import SET state=?, report=?, detail_cipher=?, applied_at=? WHERE ref=?`,
		i.State, report, detail, utc(i.AppliedAt), i.Ref)
}

// Forget implements fiscal.Imports.
func (f *Fiscal) Forget(ctx context.Context, ref string) error {
	return f.exec(ctx, "forgetting a list's file", `UPDATE fiscal_import SET file_key='' WHERE ref=?`, ref)
}

var _ fiscal.Imports = (*Fiscal)(nil)
