package handler

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/application"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/signing"
)

// picture is where the signature's picture is. The reference makes a new
// handwriting show at once.
func (k *call) picture(g signing.Signature) string {
	if kind, ok := application.KindOfDocument(g.DocumentName); ok {
		return k.applyBase(kind) + "/signature?v=" + url.QueryEscape(g.Ref)
	}
	return k.base() + "/sign/" + g.DocumentName + "/picture?v=" + url.QueryEscape(g.Ref)
}

// signatureJSON is a draft as the pages' scripts show it; the student whose
// session asks is the signer, so her name stands in full.
func (k *call) signatureJSON(g signing.Signature) gin.H {
	return gin.H{"signature": g.Ref, "picture": k.picture(g), "signer": k.enrolment.Person.Name,
		"signed_at": campaign.DateTime(g.SignedAt)}
}

// draft is the signature that waits for 确认签署, nil without one. One under
// an earlier wording is none: the student has to sign what the page shows.
func (h *Handler) draft(k *call, d campaign.Document, v signing.DocumentVersion) (*h5.Submitted, error) {
	if !d.Confirm {
		return nil, nil
	}
	g, err := h.Signing.DraftOf(k.ctx(), k.enrolment.ID, d.Name)
	if fault.Is(err, fault.NotFound) || err == nil && g.DocumentVersionID != v.ID {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &h5.Submitted{Ref: g.Ref, PictureURL: k.picture(g), Signer: k.enrolment.Person.Name,
		SignedAt: campaign.DateTime(g.SignedAt)}, nil
}

// signPicture shows the student her own signature: the draft, or the final one.
func (h *Handler) signPicture(k *call) error {
	d, ok := k.campaign.Document(k.Param("document"))
	if !ok {
		return fault.New(fault.NotFound, "")
	}
	g, err := h.Signing.DraftOf(k.ctx(), k.enrolment.ID, d.Name)
	if fault.Is(err, fault.NotFound) {
		g, err = h.Signing.FinalOf(k.ctx(), k.enrolment.ID, d.Name)
	}
	if err != nil {
		return err
	}
	k.Data(http.StatusOK, "image/png", g.Picture)
	return nil
}

// signAgain is 重新签名: the draft is dropped, the page begins anew.
func (h *Handler) signAgain(k *call) error {
	d, ok := k.campaign.Document(k.Param("document"))
	if !ok {
		return fault.New(fault.NotFound, "")
	}
	if err := h.Signing.Again(k.ctx(), k.enrolment.ID, d.Name); err != nil {
		return err
	}
	return redirect{k.base() + "/sign/" + d.Name}
}

// signConfirm is 确认签署: the signature that the page showed becomes final.
func (h *Handler) signConfirm(k *call) error {
	d, v, err := h.document(k)
	if err != nil {
		return err
	}
	ref := k.PostForm("signature")
	if ref == "" {
		return fault.New(fault.Invalid, "请重新打开页面，核对签名后再确认")
	}
	g, err := h.Signing.ByRef(k.ctx(), ref, k.enrolment.ID)
	if fault.Is(err, fault.NotFound) || err == nil && (g.DocumentName != d.Name || g.State == signing.Superseded) {
		return signing.ErrChanged
	}
	if err != nil {
		return err
	}
	if g.State == signing.Draft && g.DocumentVersionID != v.ID {
		return fault.New(fault.Conflict, "文件内容已更新，请阅读新的内容后重新签名")
	}
	if _, err := h.Signing.ConfirmDraft(k.ctx(), k.enrolment.ID, d.Name, ref, k.trace()); err != nil {
		return err
	}
	if err := h.refresh(k); err != nil {
		return err
	}
	return redirect{k.after("sign", d.Name)}
}
