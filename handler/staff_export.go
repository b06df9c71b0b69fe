package handler

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/export"
	"ruxue/service/fault"
	"ruxue/service/roster"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// exportRoutes are the files that staff take away.
func (h *Handler) exportRoutes() []staffRoute {
	return []staffRoute{
		{http.MethodGet, "/exports", staff.Export, h.staffExports},
		{http.MethodPost, "/exports", staff.Export, h.staffOrder},
		{http.MethodGet, "/exports/:ref", staff.Export, h.staffExportState},
		{http.MethodGet, "/exports/:ref/file", staff.Export, h.staffTake},
		{http.MethodPost, "/students/:ref/form", staff.Unmask, h.staffForm},
	}
}

// staffExports is the page that orders files and shows those ordered.
func (h *Handler) staffExports(k *call) error {
	page, err := h.exportView(k, k.Query)
	if err != nil {
		return err
	}
	return h.show(k, page)
}

func (h *Handler) exportView(k *call, get func(string) string) (h5.StaffExports, error) {
	c, options, err := h.campaignOfStaff(k)
	if err != nil {
		return h5.StaffExports{}, err
	}
	if code := get("c"); code != "" && code != c.Code {
		if c, err = h.Campaigns.ByCode(k.ctx(), code); err != nil {
			return h5.StaffExports{}, err
		}
	}
	p := h5.StaffExports{Console: k.console("导出", "/staff/students"), Campaigns: options, Campaign: c.Code, State: get("state"), Step: get("step"),
		Site: get("site"), Major: get("major"), Full: k.staff.May(staff.Unmask), Format: export.XLSX}
	for _, kind := range []export.Kind{export.Students, export.Forms, export.Photos, export.Papers, export.Payments} {
		numbers := kind == export.Forms || kind == export.Photos
		if (numbers && !p.Full) || !export.May(*k.staff, kind) {
			continue
		}
		p.Kinds = append(p.Kinds, h5.ExportKind{Value: string(kind), Label: export.Label(kind), Text: kindTexts[kind]})
	}
	if p.Kind = get("kind"); p.Kind == "" || !export.May(*k.staff, export.Kind(p.Kind)) {
		p.Kind = p.Kinds[0].Value
	}
	if !k.staff.May(staff.ExportStudents) {
		p.Console = k.console("导出", "/staff/payments")
	}
	for _, s := range roster.States() {
		p.States = append(p.States, h5.Option{Value: string(s), Label: roster.StateLabel(s)})
	}
	for _, d := range roster.Duties(c) {
		p.Steps = append(p.Steps, h5.Option{Value: d.Key, Label: roster.DueLabel(c, d.Key)})
	}
	choices, err := h.Roster.Choices(k.ctx(), k.staff.Scope(), c.ID)
	if err != nil {
		return p, err
	}
	for _, s := range choices.Sites {
		p.Sites = append(p.Sites, h5.Option{Value: s.Code, Label: s.Code + " " + s.Name})
	}
	for _, m := range choices.Majors {
		p.Majors = append(p.Majors, h5.Option{Value: m, Label: m})
	}
	for _, col := range export.Columns(c) {
		p.Columns = append(p.Columns, h5.ExportColumn{Key: col.Key, Label: col.Label, Preset: col.Registry, Chosen: col.Registry})
	}
	jobs, err := h.Exports.Of(k.ctx(), *k.staff)
	if err != nil {
		return p, err
	}
	for _, j := range jobs {
		p.Jobs = append(p.Jobs, exportJob(j))
	}
	return p, nil
}

var kindTexts = map[export.Kind]string{
	export.Students: "Excel 或 CSV 表格，自己选列",
	export.Forms:    "每人一份 PDF，打包为 zip",
	export.Photos:   "以证件号码命名，打包为 zip",
	export.Papers:   "加盖电子印章的 PDF，打包为 zip",
	export.Payments: "每笔收款一行，含退款",
}

func exportJob(j export.Job) h5.ExportJob {
	out := h5.ExportJob{Ref: j.Ref, Name: j.FileName, At: campaign.DateTime(j.CreatedAt), Total: max(j.Total, 1), Done: j.Done}
	switch j.State {
	case export.Queued:
		out.Text, out.Live = "排队中", true
	case export.Running:
		out.Text, out.Live = fmt.Sprintf("正在生成，%d / %d", j.Done, j.Total), true
	case export.Done:
		out.Text = fmt.Sprintf("共 %d 条，%s，保留至 %s", j.Done-j.Skipped, h5.Size(int(j.Bytes)), campaign.DateTime(j.ExpiresAt))
		if j.Skipped > 0 {
			out.Text += fmt.Sprintf("；%d 人没有文件", j.Skipped)
		}
		out.Href = "/staff/exports/" + j.Ref + "/file"
	case export.Failed:
		out.Text = "没有生成成功，请重新导出"
	case export.Purged:
		out.Text = "已过 24 小时，文件已删除"
	}
	return out
}

// staffOrder asks for a file.
func (h *Handler) staffOrder(k *call) error {
	c, err := h.Campaigns.ByCode(k.ctx(), k.PostForm("c"))
	if err != nil {
		return err
	}
	r := export.Request{Kind: export.Kind(k.PostForm("kind")), Format: k.PostForm("format"), Columns: k.PostFormArray("columns"),
		Full: k.PostForm("full") == "1", State: student.State(k.PostForm("state")), Step: k.PostForm("step"), Site: k.PostForm("site"),
		Major: k.PostForm("major")}
	if k.PostForm("preset") == "1" {
		r.Columns = nil
		for _, col := range export.Columns(c) {
			if col.Registry {
				r.Columns = append(r.Columns, col.Key)
			}
		}
	}
	j, err := h.Exports.Order(k.ctx(), *k.staff, c, r, k.PostForm("reason"))
	f, ok := fault.As(err)
	switch {
	case err == nil && k.wantsJSON():
		return h.ok(k, gin.H{"job": exportJob(j)})
	case err == nil:
		return redirect{"/staff/exports?c=" + url.QueryEscape(c.Code)}
	case !ok || f.Kind == fault.Internal || f.Kind == fault.Forbidden || k.wantsJSON():
		return err
	}
	page, viewErr := h.exportView(k, k.PostForm)
	if viewErr != nil {
		return viewErr
	}
	page.Kind, page.Format, page.FullChosen, page.Reason = string(r.Kind), r.Format, r.Full, bounded(k.PostForm("reason"))
	for i := range page.Columns {
		page.Columns[i].Chosen = strings.Contains(","+strings.Join(r.Columns, ",")+",", ","+page.Columns[i].Key+",")
	}
	page.Error, page.ErrorField = f.Sentence, f.Field
	return h.showAgain(k, err, page)
}

// staffExportState tells the page's script how far a file is.
func (h *Handler) staffExportState(k *call) error {
	j, err := h.Exports.Job(k.ctx(), *k.staff, k.Param("ref"))
	if err != nil {
		return err
	}
	view := exportJob(j)
	return h.ok(k, gin.H{"state": string(j.State), "text": view.Text, "done": view.Done, "total": view.Total, "live": view.Live, "href": view.Href})
}

// staffTake sends a finished file, part by part.
func (h *Handler) staffTake(k *call) error {
	j, err := h.Exports.Take(k.ctx(), *k.staff, k.Param("ref"))
	if err != nil {
		return err
	}
	k.Header("Content-Type", "application/octet-stream")
	k.Header("Content-Length", strconv.FormatInt(j.Bytes, 10))
	k.Header("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(j.FileName))
	k.Status(http.StatusOK)
	return h.Exports.WriteTo(k.ctx(), j, k.Writer)
}

// staffForm is one student's 新生入学登记表. It holds full numbers, so it asks
// for a reason as unmasking does.
func (h *Handler) staffForm(k *call) error {
	if err := h.studentOfStaff(k); err != nil {
		return err
	}
	if err := h.Roster.Reveal(k.ctx(), *k.staff, k.enrolment, "新生入学登记表", k.PostForm("reason")); err != nil {
		return h.refused(k, "form", err)
	}
	data, err := h.Exports.Form(k.ctx(), k.campaign, k.enrolment)
	if err != nil {
		return err
	}
	k.Header("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(k.enrolment.Person.Name+"-新生入学登记表.pdf"))
	k.Data(http.StatusOK, "application/pdf", data)
	return nil
}
