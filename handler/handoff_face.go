package handler

import (
	"errors"

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
			return h.stumbled(k, err)
		}
	}
	if out.Result != face.Passed {
		if err := h.tellTrouble(k, out.Sentence); err != nil {
			return err
		}
	} else if err := h.handoffFaceDone(k); err != nil {
		return err
	}
	return h.ok(k, outcomeJSON(out))
}

// stumbled tells the PC too what the phone is refused, and returns it.
func (h *Handler) stumbled(k *call, err error) error {
	if f, ok := fault.As(err); ok && f.Sentence != "" && f.Kind != fault.Internal && f.Kind != fault.Forbidden {
		return errors.Join(err, h.tellTrouble(k, f.Sentence))
	}
	return err
}

// tellTrouble shows on the PC what went wrong on the phone. A PC that ended the
// handoff this moment needs no telling.
func (h *Handler) tellTrouble(k *call, sentence string) error {
	_, err := h.Handoffs.Stumbled(k.ctx(), k.Param("ticket"), k.session.OpenID, sentence)
	if fault.Is(err, fault.Gone) {
		return nil
	}
	return err
}

// handoffArchive is 拍照存档 on the phone, for the PC's login.
func (h *Handler) handoffArchive(k *call) error {
	if err := h.archive(k, k.handoff.Consent); err != nil {
		return h.stumbled(k, err)
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
