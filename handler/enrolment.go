package handler

import (
	"net/http"

	"ruxue/service/fault"
	"ruxue/service/journey"
)

// reach sends a student who jumped ahead to the step that is due; an earlier
// step stays open to read.
func (h *Handler) reach(kind string, param string) endpoint {
	return func(k *call) error {
		name := ""
		if param != "" {
			name = k.Param(param)
		}
		if journey.Reached(k.campaign, k.progress, kind, name) {
			return nil
		}
		if k.Request.Method == http.MethodGet && !k.wantsJSON() {
			return redirect{k.due()}
		}
		return fault.New(fault.Conflict, "请先完成前面的步骤，再回到这一步")
	}
}

const errFrozen = "已经缴费或已提交申请，内容不能再修改。如有错误请联系学校"

// editable refuses a change to what was paid for.
func (h *Handler) editable(k *call) error {
	if k.frozen {
		return fault.New(fault.Conflict, errFrozen)
	}
	return nil
}

func (h *Handler) verify(k *call) error {
	if err := h.Students.Verify(k.ctx(), k.enrolment); err != nil {
		return err
	}
	if err := h.note(k, "student.verify", "核对身份信息无误"); err != nil {
		return err
	}
	if err := h.refresh(k); err != nil {
		return err
	}
	return redirect{k.after("check", "")}
}
