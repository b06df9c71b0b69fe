package handler

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/application"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/signing"
)

// applyHandoff makes the QR code with which a phone signs what the PC's form
// says now; the form has to be complete before, because its text is signed.
func (h *Handler) applyHandoff(k *call) error {
	kind, err := k.applyKind()
	if err != nil {
		return err
	}
	if err := k.parseApply(); err != nil {
		return err
	}
	f := k.Request.PostForm
	if errs := application.Check(kind, f.Get("reason"), f.Get("statement")); len(errs) > 0 {
		k.JSON(http.StatusUnprocessableEntity, gin.H{"error": gin.H{"kind": "invalid", "message": "请先填完上面的内容，再扫码签名",
			"fields": errs}})
		return nil
	}
	a, err := h.Applications.SaveDraft(k.ctx(), k.enrolment, kind, f.Get("reason"), f.Get("statement"))
	if err != nil {
		return err
	}
	v, err := h.Applications.Pin(k.ctx(), k.enrolment, a)
	if err != nil {
		return err
	}
	return h.offer(k, signing.HandoffInput{Kind: signing.KindSign, Subject: v.Name, DocumentVersionID: v.ID, Confirm: true})
}

// applySignature shows the student her signature: the draft's, or the one of
// what she submitted last.
func (h *Handler) applySignature(k *call) error {
	kind, err := k.applyKind()
	if err != nil {
		return err
	}
	st, err := h.Applications.Of(k.ctx(), k.enrolment, kind)
	if err != nil {
		return err
	}
	var g signing.Signature
	if k.enrolment.Open() {
		if g, err = h.Signing.DraftOf(k.ctx(), k.enrolment.ID, st.Draft.DocumentName()); err != nil {
			return err
		}
	} else if st.Latest == nil || st.Latest.Kind != kind {
		return fault.New(fault.NotFound, "")
	} else if g, err = h.Signing.FinalOf(k.ctx(), k.enrolment.ID, st.Latest.DocumentName()); err != nil {
		return err
	}
	k.Data(http.StatusOK, "image/png", g.Picture)
	return nil
}

// applySlots are the places for attachments as the page shows them.
func (h *Handler) applySlots(k *call, kind application.Kind) ([]h5.Slot, error) {
	list, err := h.Attachments.List(k.ctx(), k.enrolment.ID)
	if err != nil {
		return nil, err
	}
	var out []h5.Slot
	for _, s := range application.Slots(kind) {
		view := h5.Slot{Name: s.Name, Label: s.Label, Kind: s.Kind, MaxBytes: s.MaxBytes, State: h5.SlotNone,
			Action: k.applyBase(kind) + "/file/" + s.Name}
		for _, a := range list {
			if a.Slot == s.Name {
				view.State, view.FileName, view.Bytes = string(a.State), a.FileName, a.Bytes
				view.URL = view.Action + "?v=" + url.QueryEscape(a.Ref)
			}
		}
		out = append(out, view)
	}
	return out, nil
}

// applySlot is the slot of the address.
func (k *call) applySlot() (application.Kind, campaign.Slot, error) {
	kind, err := k.applyKind()
	if err != nil {
		return kind, campaign.Slot{}, err
	}
	for _, s := range application.Slots(kind) {
		if s.Name == k.Param("slot") {
			return kind, s, nil
		}
	}
	return kind, campaign.Slot{}, fault.New(fault.NotFound, "")
}

// applyUpload takes one attachment of an application.
func (h *Handler) applyUpload(k *call) error {
	kind, s, err := k.applySlot()
	if err != nil {
		return err
	}
	if err := h.limitUploads(k); err != nil {
		return err
	}
	a, err := h.take(k, s, k.PostForm)
	if err != nil {
		return err
	}
	if !k.wantsJSON() {
		return redirect{k.applyBase(kind)}
	}
	return h.ok(k, gin.H{"url": k.applyBase(kind) + "/file/" + s.Name + "?v=" + url.QueryEscape(a.Ref), "width": a.Width,
		"height": a.Height, "bytes": a.Bytes, "name": a.FileName})
}

// applyRemove empties a place.
func (h *Handler) applyRemove(k *call) error {
	kind, s, err := k.applySlot()
	if err != nil {
		return err
	}
	if err := h.Attachments.Remove(k.ctx(), k.owner(), s.Name); err != nil {
		return err
	}
	if k.wantsJSON() {
		return h.ok(k, gin.H{})
	}
	return redirect{k.applyBase(kind)}
}

// applyFile shows the student an attachment of hers.
func (h *Handler) applyFile(k *call) error {
	_, s, err := k.applySlot()
	if err != nil {
		return err
	}
	return h.sendFile(k, s.Name)
}

// documentTitle is the title of a document that this campaign's students sign;
// false for any other name.
func (k *call) documentTitle(name string) (string, bool) {
	if kind, ok := application.KindOfDocument(name); ok {
		return kind.Title(), true
	}
	d, ok := k.campaign.Document(strings.TrimSpace(name))
	return d.Title, ok
}
