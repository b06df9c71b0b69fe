package handler

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/fiscal"
	"ruxue/service/staff"
)

const receiptsPath = "/staff/payments/receipts"

// receiptRoutes are the lists of 财政电子票据.
func (h *Handler) receiptRoutes() []staffRoute {
	const at = "/payments/receipts"
	return []staffRoute{
		{http.MethodGet, at, staff.Receipts, h.receiptsPage},
		{http.MethodPost, at, staff.Receipts, h.receiptsUpload},
		{http.MethodGet, at + "/template", staff.Receipts, h.receiptsTemplate},
		{http.MethodGet, at + "/list/:ref", staff.Receipts, h.receiptsList},
		{http.MethodPost, at + "/list/:ref/apply", staff.Receipts, h.receiptsApply},
		{http.MethodGet, at + "/list/:ref/bad", staff.Receipts, h.receiptsBad},
	}
}

// maxReceipts bounds an uploaded list of receipts, in bytes.
const maxReceipts = 8 << 20

// receiptTarget is the campaign of the address, and the choice of others.
func (h *Handler) receiptTarget(k *call) (*campaign.Campaign, fiscal.Target, []h5.Option, error) {
	c, options, err := h.campaignOfStaff(k)
	if err != nil {
		return nil, fiscal.Target{}, nil, err
	}
	return c, fiscal.Target{CampaignID: c.ID, Campaign: c.Code, Scope: k.staff.Scope()}, options, nil
}

func (h *Handler) receiptsPage(k *call) error { return h.receiptsPageWith(k, http.StatusOK, "") }

func (h *Handler) receiptsPageWith(k *call, status int, problem string) error {
	c, target, options, err := h.receiptTarget(k)
	if err != nil {
		return err
	}
	list, err := h.Receipts.History(k.ctx(), target, importsShown)
	if err != nil {
		return err
	}
	page := h5.StaffReceipts{Console: k.console("财政电子票据", "/staff/payments"), Campaigns: options, Campaign: c.Code, Error: problem,
		MaxMB: maxReceipts >> 20, MaxRows: fiscal.MaxRows}
	for _, i := range list {
		words, tag := receiptState(i)
		page.History = append(page.History, h5.StaffImportRow{Href: receiptAddress(c.Code, i.Ref), File: i.FileName, By: i.ActorName,
			At: campaign.DateTime(i.CreatedAt), State: words, Tag: tag, Text: receiptSummary(i.Report)})
	}
	for _, col := range fiscal.Columns {
		page.Columns = append(page.Columns, h5.Pair{Label: col.Label, Value: col.Note})
	}
	h.render(k, status, page)
	return nil
}

func receiptAddress(code, ref string) string {
	return receiptsPath + "/list/" + ref + "?c=" + url.QueryEscape(code)
}

func receiptState(i fiscal.Import) (words, tag string) {
	if i.State == fiscal.Applied {
		return "已导入", "ok"
	}
	return "等待导入", "warn"
}

func receiptSummary(r fiscal.Report) string {
	return fmt.Sprintf("新增 %d，更改 %d，不变 %d，需要修改 %d", r.New, r.Changed, r.Same, r.Bad)
}

// receiptsUpload checks a list. What cannot be taken is said at the field.
func (h *Handler) receiptsUpload(k *call) error {
	address, err := h.takeReceipts(k)
	return h.taken(k, address, err, fmt.Sprintf("文件超过 %d MB，请分成几个文件导入", maxReceipts>>20), h.receiptsPageWith)
}

func (h *Handler) takeReceipts(k *call) (string, error) {
	c, target, _, err := h.receiptTarget(k)
	if err != nil {
		return "", err
	}
	name, data, err := k.listOf(maxReceipts)
	if err != nil {
		return "", err
	}
	ref, err := h.Receipts.Upload(k.ctx(), target, "staff:"+k.staff.Ref, k.staff.Name, name, data)
	return receiptAddress(c.Code, ref), err
}

func (h *Handler) receiptsTemplate(k *call) error {
	k.attach("财政电子票据模板.xlsx")
	return h.ReceiptTemplate(k.Writer)
}

// receiptsList is what the check of a list found, or its import did.
func (h *Handler) receiptsList(k *call) error { return h.receiptsListWith(k, http.StatusOK, nil) }

func (h *Handler) receiptsListWith(k *call, status int, notice *h5.Notice) error {
	c, target, _, err := h.receiptTarget(k)
	if err != nil {
		return err
	}
	i, err := h.Receipts.Import(k.ctx(), target, k.Param("ref"))
	if err != nil {
		return err
	}
	r := i.Report
	p := h5.StaffReceiptList{Console: k.console("财政电子票据", "/staff/payments"), Base: receiptsPath + "/list/" + i.Ref, Campaign: c.Code, CampaignTitle: c.Title,
		File: i.FileName, Sheet: r.Sheet, By: i.ActorName, At: campaign.DateTime(i.CreatedAt), Applied: i.State == fiscal.Applied,
		Rows: r.Rows, New: r.New, Changed: r.Changed, Same: r.Same, Bad: r.Bad, BadFile: i.FileKey != "" && r.Bad > 0, Unread: strings.Join(r.Unread(), "、")}
	p.Notice = notice
	p.Words, p.Tag = receiptState(i)
	p.Kinds, p.Problems, p.Changes = kindViews(r.Kinds, fiscal.KindLabels), problemViews(r.Problems), changeViews(r.Changes)
	p.More = len(r.Problems) == fiscal.Listed || len(r.Changes) == fiscal.Listed
	h.render(k, status, p)
	return nil
}

func (h *Handler) receiptsApply(k *call) error {
	c, target, _, err := h.receiptTarget(k)
	if err != nil {
		return err
	}
	err = h.Receipts.Apply(k.ctx(), target, k.Param("ref"), k.PostForm("skip") == "1")
	if f, ok := fault.As(err); ok && f.Kind == fault.Conflict && !k.wantsJSON() {
		return h.receiptsListWith(k, http.StatusConflict, &h5.Notice{Kind: h5.NoticeBad, Text: f.Sentence})
	}
	if err != nil {
		return err
	}
	h.sendTo(k, receiptAddress(c.Code, k.Param("ref")))
	return nil
}

// receiptsBad gives the rows to be mended.
func (h *Handler) receiptsBad(k *call) error {
	_, target, _, err := h.receiptTarget(k)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := h.Receipts.BadRows(k.ctx(), target, k.Param("ref"), &b); err != nil {
		return err
	}
	if err := h.noteStaff(k, "receipt.bad_rows", "import:"+k.Param("ref"), "下载财政电子票据名单中需修改的行"); err != nil {
		return err
	}
	k.attach("财政电子票据-需修改.xlsx")
	_, err = k.Writer.Write(b.Bytes())
	return err
}
