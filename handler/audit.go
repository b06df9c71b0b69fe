package handler

import (
	"context"

	"ruxue/service/audit"
)

// Auditor appends to the audit log.
type Auditor interface {
	Add(ctx context.Context, e audit.Entry) error
}

// note records an act of the student for the time line that staff see and for
// proof: consents above all. detail holds no personal datum.
func (h *Handler) note(k *call, action, detail string) error {
	return h.noteIn(k.ctx(), k, action, detail)
}

// noteIn is note in the transaction of ctx.
func (h *Handler) noteIn(ctx context.Context, k *call, action, detail string) error {
	return h.Audit.Add(ctx, audit.Entry{Actor: "student:" + k.enrolment.Ref, Action: action,
		Subject: "enrolment:" + k.enrolment.Ref, Detail: detail})
}
