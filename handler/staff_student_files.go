package handler

import (
	"net/http"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/enrolment"
	"ruxue/service/staff"
)

func (h *Handler) fillFiles(k *call, _ string, page *h5.StaffStudent) error {
	list, err := h.Attachments.List(k.ctx(), k.enrolment.ID)
	if err != nil {
		return err
	}
	have := map[string]enrolment.Attachment{}
	for _, a := range list {
		have[a.Slot] = a
	}
	for _, s := range k.slots() {
		a, ok := have[s.Name]
		view := h5.StaffFile{Label: s.Label, Tag: "未开始", Kind: "mute"}
		if ok {
			view.Detail, view.Tag, view.Kind = fileDetail(a), "已上传", "ok"
			switch {
			case a.State == enrolment.Returned:
				view.Tag, view.Kind, view.Remark = "需修改", "bad", a.Remark
			case a.Look == enrolment.LookPending:
				view.Tag, view.Kind = "待审核", "warn"
			case a.Look == enrolment.LookApproved:
				view.Tag = "已通过"
			}
			if k.staff.May(staff.Review) {
				view.Href = page.Base + "/file/" + s.Name
			}
		}
		page.Files = append(page.Files, view)
	}
	return nil
}

func fileDetail(a enrolment.Attachment) string {
	out := h5.Size(a.Bytes) + "，" + campaign.DateTime(a.UpdatedAt) + " 上传"
	if a.Type != "" {
		out = a.Type + "，" + out
	}
	return out
}

func (h *Handler) fillSigned(k *call, _ string, page *h5.StaffStudent) error {
	list, err := h.Signing.Finals(k.ctx(), k.enrolment.ID)
	if err != nil {
		return err
	}
	for _, g := range list {
		title, ok := k.documentTitle(g.DocumentName)
		if !ok {
			title = g.DocumentName // a campaign that no longer has it
		}
		view := h5.StaffSigned{Title: title, At: campaign.DateTime(g.FinalAt), Picture: page.Base + "/picture/" + g.DocumentName}
		if h.Evidence.Seal != nil {
			view.File = page.Base + "/signed/" + g.DocumentName + ".pdf"
		}
		page.Signed = append(page.Signed, view)
	}
	return nil
}

// staffFile is one attachment, which the log remembers being opened.
func (h *Handler) staffFile(k *call) error {
	if err := h.studentOfStaff(k); err != nil {
		return err
	}
	s, err := k.slot()
	if err != nil {
		return err
	}
	body, contentType, name, err := h.Attachments.Open(k.ctx(), k.enrolment.ID, s.Name)
	if err != nil {
		return err
	}
	if err := h.noteStaff(k, "staff.file", "enrolment:"+k.enrolment.Ref, "查看附件 "+s.Label); err != nil {
		return err
	}
	k.give(body, contentType, name)
	return nil
}

func (h *Handler) staffSignature(k *call) error {
	if err := h.studentOfStaff(k); err != nil {
		return err
	}
	g, err := h.Signing.FinalOf(k.ctx(), k.enrolment.ID, k.Param("document"))
	if err != nil {
		return err
	}
	k.Data(http.StatusOK, "image/png", g.Picture)
	return nil
}

func (h *Handler) staffSigned(k *call) error {
	if err := h.studentOfStaff(k); err != nil {
		return err
	}
	return h.signedFile(k)
}
