package handler

import (
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"ruxue/service/face"
	"ruxue/service/fault"
	"ruxue/service/signing"
	"ruxue/service/student"
)

// offer makes a handoff of this login for a page on a PC and answers with what
// its panel shows: the QR code, the two digits, where the states are told.
func (h *Handler) offer(k *call, in signing.HandoffInput) error {
	in.EnrolmentID, in.EnrolmentRef = k.enrolment.ID, k.enrolment.Ref
	in.CampaignID, in.CampaignCode = k.campaign.ID, k.campaign.Code
	in.SessionHash, in.LoginAt, in.PasswordMark = k.session.Hash, k.session.LoginAt, k.session.PasswordMark
	in.StudentMasked = student.MaskName(k.enrolment.Person.Name)
	ticket, ho, err := h.Handoffs.Create(k.ctx(), in)
	if err != nil {
		return err
	}
	png, err := signing.QRPNG(h.BaseURL.String() + "/h/" + ticket)
	if err != nil {
		return err
	}
	state := k.base() + "/handoff/" + url.PathEscape(ho.Ref)
	return h.ok(k, gin.H{"ref": ho.Ref, "qr": dataURI(png), "code": ho.Code,
		"expires_in": int(ho.ExpiresIn(h.Now()).Seconds()), "state": state, "events": state + "/events"})
}

// faceHandoff is 用手机完成 of the face page: the phone asks for its own consent.
func (h *Handler) faceHandoff(k *call) error {
	return h.offer(k, signing.HandoffInput{Kind: signing.KindFace, Subject: "face"})
}

// uploadHandoff is 用手机拍 of one slot; what the form holds beside the file
// goes with it.
func (h *Handler) uploadHandoff(k *call) error {
	s, err := k.slot()
	if err != nil {
		return err
	}
	if len(s.Types) > 0 && !slices.Contains(s.Types, k.PostForm("type")) {
		return fault.New(fault.Invalid, "请先选择材料类型，再用手机拍").On("type")
	}
	return h.offer(k, signing.HandoffInput{Kind: signing.KindUpload, Subject: s.Name,
		MaterialType: bounded(k.PostForm("type")), VerifyCode: bounded(k.PostForm("verify_code"))})
}

// handoffJSON is what the PC page shows: the same in events and polls.
func (h *Handler) handoffJSON(k *call, ho signing.Handoff) (gin.H, error) {
	out := gin.H{"ok": true, "state": ho.State, "user": ho.User(), "code": ho.Code,
		"expires_in": int(ho.ExpiresIn(h.Now()).Seconds()), "trouble": ho.Trouble}
	if ho.State == signing.Done && ho.Kind != signing.KindUpload {
		out["next"] = k.base() + "/"
	}
	fruit, err := h.fruit(k, ho)
	if err != nil {
		return nil, err
	}
	maps.Copy(out, fruit)
	return out, nil
}

// fruit is what the phone has brought so far: a signature with its picture and
// the name to confirm it by, how the face check ended, the stored photo.
func (h *Handler) fruit(k *call, ho signing.Handoff) (gin.H, error) {
	switch {
	case ho.Kind == signing.KindSign && ho.State == signing.Submitted:
		g, err := h.Signing.DraftOf(k.ctx(), k.enrolment.ID, ho.Subject)
		if fault.Is(err, fault.NotFound) {
			return nil, nil // dropped or confirmed this moment: the next state says so
		}
		if err != nil {
			return nil, err
		}
		return k.signatureJSON(g), nil
	case ho.Kind == signing.KindFace && ho.State == signing.Done:
		passed, err := h.Faces.Passed(k.ctx(), k.enrolment.ID, ho.SessionHash)
		if err != nil {
			return nil, err
		}
		if passed {
			return gin.H{"result": face.Passed}, nil
		}
		return gin.H{"result": face.Archived}, nil
	case ho.Kind == signing.KindUpload && (ho.State == signing.Submitted || ho.State == signing.Done):
		return h.stored(k, ho.Subject)
	}
	return nil, nil
}

// stored is the slot's file as the PC's form shows it; nothing when it was
// removed meanwhile.
func (h *Handler) stored(k *call, slot string) (gin.H, error) {
	list, err := h.Attachments.List(k.ctx(), k.enrolment.ID)
	if err != nil {
		return nil, err
	}
	for _, s := range k.slots() {
		for _, a := range list {
			if s.Name == slot && a.Slot == slot {
				return gin.H{"file": gin.H{"url": slotView(k, s, a).URL, "name": a.FileName, "bytes": a.Bytes,
					"type": a.Type, "verify_code": a.VerifyCode}}, nil
			}
		}
	}
	return nil, nil
}

func (h *Handler) handoffState(k *call) error {
	ho, err := h.Handoffs.State(k.ctx(), k.Param("ref"), k.enrolment.ID)
	if err != nil {
		return err
	}
	out, err := h.handoffJSON(k, ho)
	if err != nil {
		return err
	}
	k.JSON(http.StatusOK, out)
	return nil
}

// handoffEnd is the PC closing its panel: the phone can do nothing any more.
// What it brought stays.
func (h *Handler) handoffEnd(k *call) error {
	ho, err := h.Handoffs.Cancel(k.ctx(), k.Param("ref"), k.enrolment.ID)
	if err != nil && !fault.Is(err, fault.Gone) { // done this moment: all the better
		return err
	}
	return h.ok(k, gin.H{"state": ho.State})
}
