package handler

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/evidence"
	"ruxue/service/fault"
)

// maxProof bounds the copy that is compared, in bytes.
const maxProof = 5 << 20

// proofPage tells anybody with a paper's number whether the signature holds.
func (h *Handler) proofPage(k *call) error {
	if err := h.limitProofs(k); err != nil {
		return err
	}
	v, err := h.Evidence.Look(k.ctx(), k.Param("number"))
	if err != nil {
		return err
	}
	return h.show(k, h.proofView(k, v))
}

// proofCompare tells whether an uploaded copy is the paper that was sealed. The
// copy is not kept.
func (h *Handler) proofCompare(k *call) error {
	if err := h.limitProofs(k); err != nil {
		return err
	}
	v, err := h.Evidence.Look(k.ctx(), k.Param("number"))
	if err != nil {
		return err
	}
	page := h.proofView(k, v)
	data, _, err := k.uploadOf("file", maxProof+64<<10)
	switch {
	case tooLarge(err) || len(data) > maxProof:
		page.Error = "文件太大，请选择不超过 5 MB 的 PDF 文件"
	case fault.Is(err, fault.Invalid):
		page.Error = "请选择要核对的 PDF 文件"
	case err != nil:
		return err
	}
	if page.Error != "" {
		h.render(k, http.StatusUnprocessableEntity, page)
		return nil
	}
	_, same, err := h.Evidence.Compare(k.ctx(), v.Number, data)
	if err != nil {
		return err
	}
	page.Compared, page.Same = true, same
	return h.show(k, page)
}

func (h *Handler) limitProofs(k *call) error {
	if h.Verifications <= 0 {
		return nil
	}
	ok, wait, err := h.Limiter.Allow(k.ctx(), "proof:"+k.ip(), h.Verifications, time.Hour)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.TooMany, "查询太频繁，请稍后再试").After(wait)
	}
	return nil
}

func (h *Handler) proofView(k *call, v evidence.Verdict) h5.Proof {
	k.campaign = v.Campaign
	return h5.Proof{Frame: k.frame("签署文件验证"), Address: "/v/" + v.Number, Why: v.Why, Pending: !v.Made, Rows: []h5.Pair{
		{Label: "文件", Value: "《" + v.Title + "》"}, {Label: "签署人", Value: v.Name},
		{Label: "签署时间", Value: campaign.DateTime(v.SignedAt)}, {Label: "签署单位", Value: v.Campaign.Institution},
		{Label: "验证编号", Value: evidence.Grouped(v.Number)}, {Label: "证据哈希", Value: v.Hash}}}
}

// signedFile is the student's own signed paper.
func (h *Handler) signedFile(k *call) error {
	name, ok := strings.CutSuffix(k.Param("file"), ".pdf")
	title, found := k.documentTitle(name)
	if !ok || !found {
		return fault.New(fault.NotFound, "")
	}
	data, err := h.Evidence.Open(k.ctx(), k.enrolment.ID, name)
	if err != nil {
		return err
	}
	k.Header("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(title+".pdf"))
	k.Data(http.StatusOK, "application/pdf", data)
	return nil
}

// papers are the student's signed papers to download; none without a seal.
func (h *Handler) papers(k *call) ([]h5.Action, error) {
	if h.Evidence.Seal == nil {
		return nil, nil
	}
	list, err := h.Signing.Finals(k.ctx(), k.enrolment.ID)
	if err != nil {
		return nil, err
	}
	var out []h5.Action
	for _, g := range list {
		if title, ok := k.documentTitle(g.DocumentName); ok {
			out = append(out, h5.Action{Label: "《" + title + "》签署文件", Href: k.base() + "/signed/" + g.DocumentName + ".pdf"})
		}
	}
	return out, nil
}
