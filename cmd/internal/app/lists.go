package app

import (
	"io"

	"ruxue/handler"
	"ruxue/repo/sheet"
	"ruxue/service/admission"
	"ruxue/service/tabular"
)

// wireLists adds the import of admitted lists, and the worker that does it.
func (a *App) wireLists(b *built) {
	desk := admission.NewDesk(admission.DeskOptions{Importer: admission.NewImporter(a.DB.Admissions()).At(a.now), Jobs: a.DB.AdmissionJobs(),
		Files: a.files(), Audit: a.audit(), Campaigns: b.deps.Campaigns,
		OpenTable:  func(r io.ReaderAt, size int64) (admission.Table, error) { return sheet.Open(r, size) },
		NewBadFile: func() tabular.BadFile { return &sheet.BadRows{} }, Now: a.now, Log: a.log})
	b.deps.Lists = desk
	b.deps.Carrier = carrier(a.DB, b.deps.Campaigns, a.now)
	b.deps.ListFiles = handler.ListFiles{MaxBytes: sheet.MaxBytes, Template: sheet.Template}
	b.workers = append(b.workers, desk.Run)
}
