package handler

import (
	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/face"
	"ruxue/service/fault"
	"ruxue/service/signing"
)

// scannedFace is the face check on the phone that lends its camera: consent
// first, then the same page as on a phone of one's own.
func (h *Handler) scannedFace(k *call, ho signing.Handoff) error {
	if err := h.lend(k, ho); err != nil {
		return err
	}
	page := h5.HandoffFace{Face: h.faceView(k), User: ho.StudentMasked, Code: ho.Code}
	page.Action, page.Lent = "/h/"+k.Param("ticket")+"/face", true
	if ho.Consent != "" {
		page.State = stateOfConsent(ho.Consent)
	}
	var err error
	if page.Archive, err = h.mayArchive(k); err != nil {
		return err
	}
	return h.show(k, page)
}

// handoffConsent records the way chosen on the phone and tells the PC that it
// has begun.
func (h *Handler) handoffConsent(k *call) error {
	way, err := h.agreed(k)
	if err != nil {
		return err
	}
	if _, err := h.Handoffs.Agree(k.ctx(), k.Param("ticket"), k.session.OpenID, way); err != nil {
		return err
	}
	return redirect{"/h/" + k.Param("ticket")}
}

// handoffCheck compares a photo for the PC's login. After a crash between the
// record and telling the PC, the repeated photo finds the pass and only tells.
func (h *Handler) handoffCheck(k *call) error {
	passed, err := h.Faces.Passed(k.ctx(), k.enrolment.ID, k.login())
	if err != nil {
		return err
	}
	out := face.Outcome{Result: face.Passed, Sentence: "人脸识别通过"}
	if !passed {
		if out, err = h.compare(k, k.handoff.Consent); err != nil {
			return err
		}
	}
	if out.Result == face.Passed {
		if err := h.handoffFaceDone(k); err != nil {
			return err
		}
	}
	return h.ok(k, outcomeJSON(out))
}

// handoffArchive is 拍照存档 on the phone, for the PC's login.
func (h *Handler) handoffArchive(k *call) error {
	if err := h.archive(k, k.handoff.Consent); err != nil {
		return err
	}
	if err := h.handoffFaceDone(k); err != nil {
		return err
	}
	return h.ok(k, gin.H{})
}

// handoffFaceDone tells the PC of what is recorded. When the PC ended the
// handoff this moment the record counts all the same, if its login lives.
func (h *Handler) handoffFaceDone(k *call) error {
	if err := h.faceDone(k); err != nil {
		return err
	}
	_, err := h.Handoffs.Done(k.ctx(), k.Param("ticket"), k.session.OpenID)
	if err != nil && !fault.Is(err, fault.Gone) {
		return err
	}
	return nil
}
