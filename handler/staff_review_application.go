package handler

import (
	"net/http"
	"strings"

	"ruxue/h5"
	"ruxue/service/application"
	"ruxue/service/fault"
	"ruxue/service/review"
)

// ofApplication is the application that the case is about; ok is false for
// cases of other kinds.
func (h *Handler) ofApplication(k *call, c review.Case) (a application.Application, ok bool, err error) {
	if !c.Kind.Application() {
		return a, false, nil
	}
	a, err = h.Applications.ByRef(k.ctx(), c.Subject)
	if err == nil && a.EnrolmentID != c.EnrolmentID {
		err = fault.New(fault.NotFound, "")
	}
	return a, err == nil, err
}

// applicationRows is what an application says.
func (h *Handler) applicationRows(k *call, c review.Case) ([]h5.ReviewRow, error) {
	a, ok, err := h.ofApplication(k, c)
	if err != nil || !ok {
		return nil, err
	}
	rows := []h5.ReviewRow{{Label: "申请原因", Value: a.Reason}}
	if a.Kind.Optional() {
		rows[0].Label = "说明"
		if a.Reason == "" {
			rows[0].Value = "（没有填写）"
		}
	}
	if a.Typed != "" {
		rows = append(rows, h5.ReviewRow{Label: "声明", Value: a.Typed})
	}
	if a.SubmittedAt != nil {
		rows = append(rows, h5.ReviewRow{Label: "提交时间", Value: h5.Time(*a.SubmittedAt)})
	}
	return rows, nil
}

// applicationPictures are the signature and the attachments of an application.
func (h *Handler) applicationPictures(k *call, c review.Case) ([]h5.ReviewPicture, error) {
	a, ok, err := h.ofApplication(k, c)
	if err != nil || !ok {
		return nil, err
	}
	base := casePath(c) + "/picture/"
	out := []h5.ReviewPicture{{Label: "个人签名", Note: "手写", URL: base + "signature"}}
	for _, f := range a.Files {
		out = append(out, h5.ReviewPicture{Label: "附件", Note: f.Name, URL: base + "slot-" + f.Slot,
			File: strings.HasSuffix(strings.ToLower(f.Name), ".pdf")})
	}
	return out, nil
}

// applicationSignature gives out the handwriting under an application.
func (h *Handler) applicationSignature(k *call, c review.Case) error {
	a, ok, err := h.ofApplication(k, c)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.NotFound, "")
	}
	g, err := h.Signing.FinalOf(k.ctx(), c.EnrolmentID, a.DocumentName())
	if err != nil {
		return err
	}
	k.Data(http.StatusOK, "image/png", g.Picture)
	return nil
}
