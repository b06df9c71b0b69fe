package app

import (
	"io"

	"ruxue/handler"
	"ruxue/repo/sheet"
	"ruxue/service/admission"
	"ruxue/service/audit"
	"ruxue/service/campaign"
)

// wireLists adds the import of admitted lists, and the worker that does it.
func (a *App) wireLists(b *built, campaigns *campaign.Service) {
	desk := admission.NewDesk(admission.DeskOptions{Importer: admission.NewImporter(a.DB.Admissions()).At(a.now), Jobs: a.DB.AdmissionJobs(),
		Files: a.files(), Audit: audit.NewLog(a.DB.Audits(), a.now), Campaigns: campaigns,
		OpenTable:  func(r io.ReaderAt, size int64) (admission.Table, error) { return sheet.Open(r, size) },
		NewBadFile: func() admission.BadFile { return &sheet.BadRows{} }, Now: a.now, Log: a.log})
	b.deps.Lists = desk
	b.deps.Carrier = carrier(a.DB, campaigns, a.now)
	b.deps.ListFiles = handler.ListFiles{MaxBytes: sheet.MaxBytes, Template: sheet.Template}
	b.workers = append(b.workers, desk.Run)
}
