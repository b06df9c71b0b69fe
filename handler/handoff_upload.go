package handler

import (
	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/enrolment"
	"ruxue/service/fault"
	"ruxue/service/signing"
)

// scannedUpload is the phone's page for one slot of the PC's form. What was
// uploaded before is not shown: the phone may be anybody's.
func (h *Handler) scannedUpload(k *call, ho signing.Handoff) error {
	if err := h.lend(k, ho); err != nil {
		return err
	}
	s, err := k.slot()
	if err != nil {
		return err
	}
	address := "/h/" + k.Param("ticket")
	v := slotView(k, s, enrolment.Attachment{})
	v.Action, v.Required, v.Types, v.Code, v.Group = address+"/upload", true, nil, false, ""
	if v.Kind == h5.SlotDocument {
		v.Kind = h5.SlotPhoto
	}
	return h.show(k, h5.HandoffUpload{Frame: k.frame(scanTitles[ho.Kind]), Address: address, User: ho.StudentMasked,
		Code: ho.Code, Slot: v, Group: s.Group, Uploaded: ho.State == signing.Submitted})
}

// handoffUpload takes the photo into the slot that the PC asked for, under the
// limits of a direct upload, and then tells the PC.
func (h *Handler) handoffUpload(k *call) error {
	s, err := k.slot()
	if err != nil {
		return err
	}
	if err := h.limitUploads(k); err != nil {
		return h.stumbled(k, err)
	}
	beside, err := h.beside(k, s.Name)
	if err != nil {
		return err
	}
	a, err := h.take(k, s, func(name string) string { return beside[name] })
	if err != nil {
		return h.stumbled(k, err)
	}
	if err := h.note(k, "attachment.handoff", "用扫码的手机上传 "+s.Label); err != nil {
		return err
	}
	if err := h.slotMended(k); err != nil {
		return err
	}
	// Ended this moment by the PC: the photo is stored, and its page shows it.
	_, err = h.Handoffs.Submitted(k.ctx(), k.Param("ticket"), k.session.OpenID)
	if err != nil && !fault.Is(err, fault.Gone) {
		return err
	}
	return h.ok(k, gin.H{"width": a.Width, "height": a.Height, "bytes": a.Bytes, "name": a.FileName})
}

// beside is what goes with the photo: what is stored with the one before it,
// which the PC's form may have changed since, or what that form held when it
// asked for the phone.
func (h *Handler) beside(k *call, slot string) (map[string]string, error) {
	list, err := h.Attachments.List(k.ctx(), k.enrolment.ID)
	if err != nil {
		return nil, err
	}
	for _, a := range list {
		if a.Slot == slot {
			return map[string]string{"type": a.Type, "verify_code": a.VerifyCode}, nil
		}
	}
	return map[string]string{"type": k.handoff.MaterialType, "verify_code": k.handoff.VerifyCode}, nil
}
