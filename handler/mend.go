package handler

import "ruxue/service/enrolment"

// sectionMendable refuses a change to what was paid for, unless staff sent this
// section back. The service asks again while it holds the enrolment.
func (h *Handler) sectionMendable(k *call) error {
	if !k.frozen {
		return nil
	}
	states, err := h.Sections.States(k.ctx(), k.enrolment.ID)
	if err != nil {
		return err
	}
	if states[k.Param("section")] == enrolment.Returned {
		return nil
	}
	return h.editable(k)
}

// slotMendable is sectionMendable for an attachment's slot.
func (h *Handler) slotMendable(k *call) error {
	if !k.frozen {
		return nil
	}
	list, err := h.Attachments.List(k.ctx(), k.enrolment.ID)
	if err != nil {
		return err
	}
	s, err := k.slot()
	if err != nil {
		return err
	}
	for _, a := range list {
		if a.Slot == s.Name && a.State == enrolment.Returned {
			return nil
		}
	}
	return h.editable(k)
}

// slotMended looks whether what staff had sent back was the last duty.
func (h *Handler) slotMended(k *call) error {
	if !k.frozen {
		return nil
	}
	return h.complete(k)
}

// mended leads on after a section was handed in. Who had paid goes straight to
// what is due, and may have met the last duty by it.
func (h *Handler) mended(k *call, kind, name string) error {
	locked := k.frozen
	if locked {
		if err := h.complete(k); err != nil {
			return err
		}
	}
	if err := h.refresh(k); err != nil {
		return err
	}
	if locked {
		return redirect{k.due()}
	}
	return redirect{k.after(kind, name)}
}
