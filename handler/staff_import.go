package handler

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/admission"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/staff"
)

// ListFiles writes and bounds the tables that the import takes and gives.
type ListFiles struct {
	MaxBytes int64
	Template func(out io.Writer, rules admission.Rules) error
}

const importPath = "/staff/import"

// importRoutes are the admitted lists.
func (h *Handler) importRoutes() []staffRoute {
	return []staffRoute{
		{http.MethodGet, "/import", staff.Import, h.importPage},
		{http.MethodPost, "/import", staff.Import, h.importUpload},
		{http.MethodGet, "/import/template", staff.Import, h.importTemplate},
		{http.MethodGet, "/import/job/:ref", staff.Import, h.importJobPage},
		{http.MethodGet, "/import/job/:ref/state", staff.Import, h.importState},
		{http.MethodPost, "/import/job/:ref/columns", staff.Import, h.importColumns},
		{http.MethodPost, "/import/job/:ref/apply", staff.Import, h.importApply},
		{http.MethodGet, "/import/job/:ref/bad", staff.Import, h.importBad},
	}
}

// importsShown is how many lists the history shows.
const importsShown = 20

func (h *Handler) importPage(k *call) error { return h.importPageWith(k, http.StatusOK, "") }

func (h *Handler) importPageWith(k *call, status int, problem string) error {
	c, options, err := h.campaignOfStaff(k)
	if err != nil {
		return err
	}
	list, err := h.Lists.History(k.ctx(), c.ID, importsShown)
	if err != nil {
		return err
	}
	page := h5.StaffImport{Console: k.console("名单导入", importPath), Campaigns: options, Campaign: c.Code, Error: problem,
		MaxMB: int(h.ListFiles.MaxBytes >> 20)}
	all, err := h.Campaigns.List(k.ctx())
	if err != nil {
		return err
	}
	page.Earlier, page.CarryPath = earlier(all, c), carryPath
	for _, j := range list {
		page.History = append(page.History, h5.StaffImportRow{Href: importPath + "/job/" + j.Ref, File: j.FileName, By: j.ActorName,
			At: campaign.DateTime(j.CreatedAt), State: jobWords[j.State], Tag: jobTags[j.State], Text: summaryOf(j)})
	}
	h.render(k, status, page)
	return nil
}

var jobWords = map[admission.JobState]string{admission.Checking: "正在检查", admission.Checked: "等待导入", admission.Refused: "无法读取",
	admission.Applying: "正在导入", admission.Applied: "已导入", admission.Failed: "没有导完"}

var jobTags = map[admission.JobState]string{admission.Checking: "warn", admission.Checked: "warn", admission.Refused: "bad",
	admission.Applying: "warn", admission.Applied: "ok", admission.Failed: "bad"}

func summaryOf(j admission.Job) string {
	r := j.Report
	switch {
	case j.Busy():
		return ""
	case r.Rows == 0:
		return j.Sentence
	}
	return fmt.Sprintf("新增 %d，更新 %d，不变 %d，需要修改 %d", r.New, r.Updated, r.Same, r.Bad)
}

// importUpload takes a list. What cannot be taken is said at the field.
func (h *Handler) importUpload(k *call) error {
	ref, err := h.takeList(k)
	return h.taken(k, importPath+"/job/"+ref, err, fmt.Sprintf("文件超过 %d MB，请分成几个文件导入", h.ListFiles.MaxBytes>>20), h.importPageWith)
}

// taken sends to the page of an uploaded file; what kept it from being taken is
// said at the field file of the page again. large is for a file that is too large.
func (h *Handler) taken(k *call, address string, err error, large string, again func(k *call, status int, problem string) error) error {
	if tooLarge(err) {
		err = fault.New(fault.TooLarge, large).On("file")
	}
	if f, ok := fault.As(err); ok && f.Field == "file" && !k.wantsJSON() {
		return again(k, answers[f.Kind].status, f.Sentence)
	}
	if err != nil {
		return err
	}
	h.sendTo(k, address)
	return nil
}

func (h *Handler) takeList(k *call) (string, error) {
	c, _, err := h.campaignOfStaff(k)
	if err != nil {
		return "", err
	}
	name, data, err := k.listOf(h.ListFiles.MaxBytes)
	if err != nil {
		return "", err
	}
	return h.Lists.Upload(k.ctx(), c, "staff:"+k.staff.Ref, k.staff.Name, name, data)
}

// listOf reads an uploaded list of at most so many bytes.
func (k *call) listOf(most int64) (name string, data []byte, err error) {
	data, head, err := k.uploadOf("file", most+64<<10)
	if fault.Is(err, fault.Invalid) {
		err = fault.Wrap(fault.Invalid, "请选择要导入的文件", err).On("file")
	}
	if err != nil {
		return "", nil, err
	}
	return head.Filename, data, nil
}

func (h *Handler) importTemplate(k *call) error {
	c, _, err := h.campaignOfStaff(k)
	if err != nil {
		return err
	}
	k.attach("录取名单模板-" + c.Code + ".xlsx")
	return h.ListFiles.Template(k.Writer, admission.RulesOf(c))
}

// attach says that the answer is a workbook to keep.
func (k *call) attach(name string) {
	k.Header("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	k.Header("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
}

func (h *Handler) job(k *call) (*admission.Job, error) { return h.Lists.Job(k.ctx(), k.Param("ref")) }

func (h *Handler) importJobPage(k *call) error {
	j, err := h.job(k)
	if err != nil {
		return err
	}
	page, err := h.importJobView(k, j)
	if err != nil {
		return err
	}
	return h.show(k, page)
}

// importState is what the page asks while the list is worked on.
func (h *Handler) importState(k *call) error {
	j, err := h.job(k)
	if err != nil {
		return err
	}
	return h.ok(k, gin.H{"state": j.State, "busy": j.Busy(), "done": j.RowsDone, "total": max(j.RowsTotal, j.RowsDone)})
}

// importColumns takes what a person says about unknown headings: fields
// column-<n> by the headings' order.
func (h *Handler) importColumns(k *call) error {
	j, err := h.job(k)
	if err != nil {
		return err
	}
	said := map[string]admission.Column{}
	for n, head := range j.Report.Headings {
		if v := k.PostForm(fmt.Sprintf("column-%d", n)); v != "" {
			said[head.Text] = admission.Column(v)
		}
	}
	// A worker that is woken before the transaction is through looks again within a second.
	err = h.noted(k, "admission.columns", "import:"+j.Ref, fmt.Sprintf("说明名单中 %d 列的内容，以后的名单也这样理解", len(said)),
		func(ctx context.Context) error { return h.Lists.Teach(ctx, j, said) })
	if err != nil {
		return err
	}
	h.sendTo(k, importPath+"/job/"+j.Ref)
	return nil
}

func (h *Handler) importApply(k *call) error {
	j, err := h.job(k)
	if err != nil {
		return err
	}
	// The entry at the list's end names who uploaded it, perhaps another one.
	err = h.noted(k, "admission.apply", "import:"+j.Ref, "开始导入名单",
		func(ctx context.Context) error { return h.Lists.Apply(ctx, j, k.PostForm("skip") == "1") })
	if err != nil {
		return err
	}
	h.sendTo(k, importPath+"/job/"+j.Ref)
	return nil
}

// importBad gives the rows to be mended, which hold personal data: it is logged.
func (h *Handler) importBad(k *call) error {
	j, err := h.job(k)
	if err != nil {
		return err
	}
	data, err := h.Lists.BadRows(k.ctx(), j)
	if err != nil {
		return err
	}
	if err := h.noteStaff(k, "admission.bad_rows", "import:"+j.Ref, fmt.Sprintf("下载名单中需修改的 %d 行", j.Report.Bad)); err != nil {
		return err
	}
	name, _, _ := strings.Cut(j.FileName, ".")
	k.attach(name + "-需修改.xlsx")
	_, err = k.Writer.Write(data)
	return err
}
