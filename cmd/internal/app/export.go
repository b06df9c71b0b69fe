package app

import (
	"ruxue/h5"
	"ruxue/repo/sheet"
	"ruxue/service/export"
	"ruxue/service/reference"
)

// wireExport adds the files that staff take away, and the worker that makes them.
func (a *App) wireExport(out *built) {
	d := &out.deps
	store := a.DB.Roster()
	d.Exports = export.New(export.Options{Store: a.DB.Exports(), Roll: store, Ledger: store, Sections: d.Sections, Attachments: d.Attachments,
		Signed: d.Signing, Evidence: d.Evidence, Campaigns: d.Campaigns, Files: a.files(),
		Audit: a.audit(), Workbook: workbook, Font: h5.Font(), Holder: reference.New(), Now: a.now, Log: a.log})
	out.workers = append(out.workers, d.Exports.Run)
}

// workbook begins an xlsx whose columns are as wide as what they usually hold.
func workbook(name string, header []string) (export.Workbook, error) {
	columns := make([]sheet.Column, len(header))
	for i, title := range header {
		columns[i] = sheet.Column{Title: title, Width: max(12, float64(2*len([]rune(title))+4))}
	}
	return sheet.NewWriter(name, columns)
}
