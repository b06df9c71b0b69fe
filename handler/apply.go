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

func (k *call) applyKind() (application.Kind, error) {
	kind := application.Kind(k.Param("kind"))
	if !kind.Known() {
		return kind, fault.New(fault.NotFound, "")
	}
	return kind, nil
}

func (k *call) applyBase(kind application.Kind) string { return k.base() + "/apply/" + string(kind) }

// applyPage is the form of a deferral or waiver, or how it stands once it was
// submitted.
func (h *Handler) applyPage(k *call) error {
	kind, err := k.applyKind()
	if err != nil {
		return err
	}
	st, err := h.Applications.Of(k.ctx(), k.enrolment, kind)
	if err != nil {
		return err
	}
	if !k.enrolment.Open() {
		return h.appliedPage(k, kind, st)
	}
	page, err := h.applyView(k, st.Draft, nil)
	if err != nil {
		return err
	}
	if page.SavedAt == "" && !st.Draft.UpdatedAt.IsZero() {
		page.SavedAt = st.Draft.UpdatedAt.In(campaign.Shanghai).Format("15:04")
	}
	if a := st.Latest; a != nil && a.Kind == kind && a.EndedAt != nil {
		at := campaign.DateTime(*a.EndedAt)
		switch a.State {
		case application.Returned:
			page.Notice = &h5.Notice{Kind: h5.NoticeBad, Title: "申请已退回，需要修改", Text: strings.TrimRight(a.Remark, "。") + "。修改后重新签名并提交即可"}
		case application.Withdrawn:
			page.Notice = &h5.Notice{Kind: h5.NoticeInfo, Text: at + " 已撤回。修改后可以重新提交，也可以返回选择其他事项"}
		}
	}
	return h.show(k, page)
}

// applyWarnings say what submitting does.
var applyWarnings = map[application.Kind]string{
	application.Defer: "提交后不能注册。老师审核通过前，您可以撤回。",
	application.Waive: "提交后不能注册。老师审核通过前，您可以撤回。",
	application.Enter: "审核通过后即可办理新生注册，结果会通知您。审核通过前，您可以撤回。",
}

// applyView builds the form from what was typed.
func (h *Handler) applyView(k *call, a application.Application, errs map[string]string) (h5.Apply, error) {
	base := k.applyBase(a.Kind)
	page := h5.Apply{Frame: k.frame(a.Kind.Title()), Heading: a.Kind.Type(), Action: base,
		Warning: applyWarnings[a.Kind], ReasonMax: application.MaxReason, ReasonOptional: a.Kind.Optional(),
		Statement: a.Kind.Sentence(),
		Reason:    h5.Input{Value: a.Reason, Error: errs["reason"]}, Typed: h5.Input{Value: a.Typed, Error: errs["statement"]},
		Signature: h5.Input{Error: errs["signature"]}, Prev: k.base() + "/choices", Handoff: !k.isPhone()}
	for _, r := range application.Rows(k.enrolment, a.Kind) {
		page.Rows = append(page.Rows, h5.Pair{Label: r[0], Value: r[1]})
	}
	if err := h.fillEntry(k, a.Kind, &page); err != nil {
		return page, err
	}
	slots, err := h.applySlots(k, a.Kind)
	if err != nil {
		return page, err
	}
	page.Slots = slots
	g, err := h.Applications.Signed(k.ctx(), k.enrolment, a)
	if err != nil || g == nil {
		return page, err
	}
	page.Submitted = &h5.Submitted{Ref: g.Ref, PictureURL: k.picture(*g), Signer: k.enrolment.Person.Name,
		SignedAt: campaign.DateTime(g.SignedAt)}
	return page, nil
}

// applyDraft keeps what was typed while typing.
func (h *Handler) applyDraft(k *call) error {
	kind, err := k.applyKind()
	if err != nil {
		return err
	}
	if err := k.parseApply(); err != nil {
		return err
	}
	a, err := h.Applications.SaveDraft(k.ctx(), k.enrolment, kind, k.Request.PostForm.Get("reason"), k.Request.PostForm.Get("statement"))
	if err != nil {
		return err
	}
	return h.ok(k, gin.H{"saved_at": a.UpdatedAt.In(campaign.Shanghai).Format("15:04")})
}

// parseApply reads the form, strokes included.
func (k *call) parseApply() error {
	k.Request.Body = http.MaxBytesReader(k.Writer, k.Request.Body, maxStrokes)
	return k.parseForm()
}

// apply is 提交.
func (h *Handler) apply(k *call) error {
	kind, err := k.applyKind()
	if err != nil {
		return err
	}
	if !k.enrolment.Open() {
		return redirect{k.applyBase(kind)} // clicked twice: it is submitted
	}
	if err := h.editable(k); err != nil {
		return err
	}
	if err := k.parseApply(); err != nil {
		return err
	}
	in, errs, err := h.submission(k, kind)
	if err == nil && len(errs) == 0 {
		_, errs, err = h.Applications.Submit(k.ctx(), k.enrolment, kind, in)
	}
	if f, ok := fault.As(err); ok && f.Field == "signature" {
		errs, err = map[string]string{"signature": f.Sentence}, nil
	}
	if err != nil {
		return err
	}
	if len(errs) > 0 {
		return h.applyRefused(k, kind, in, errs)
	}
	return redirect{k.applyBase(kind)}
}

// applyRefused shows the form again with its sentences; nothing typed is lost.
func (h *Handler) applyRefused(k *call, kind application.Kind, in application.Submission, errs map[string]string) error {
	if k.wantsJSON() {
		k.JSON(http.StatusUnprocessableEntity, gin.H{"error": gin.H{"kind": "invalid", "message": "还有内容需要填写或修改",
			"fields": errs}})
		return nil
	}
	st, err := h.Applications.Of(k.ctx(), k.enrolment, kind)
	if err != nil {
		return err
	}
	st.Draft.Reason, st.Draft.Typed = in.Reason, in.Typed
	page, err := h.applyView(k, st.Draft, errs)
	if err != nil {
		return err
	}
	page.Signature.Value = k.Request.PostForm.Get("signature")
	h.render(k, http.StatusUnprocessableEntity, page)
	return nil
}

// submission gathers what was posted: strokes are JSON, the signature that a
// phone wrote for this page goes by its reference.
func (h *Handler) submission(k *call, kind application.Kind) (application.Submission, map[string]string, error) {
	f := k.Request.PostForm
	in := application.Submission{Reason: f.Get("reason"), Typed: f.Get("statement"), SignatureRef: f.Get("signed"), Trace: k.trace()}
	if raw := f.Get("signature"); raw != "" && in.SignatureRef == "" {
		s, err := signing.ParseStrokes([]byte(raw))
		if err == nil {
			err = signing.Judge(s)
		}
		if x, ok := fault.As(err); ok {
			return in, map[string]string{"signature": x.Sentence}, nil
		}
		if err != nil {
			return in, nil, err
		}
		in.Strokes = &s
	}
	have, err := h.Attachments.List(k.ctx(), k.enrolment.ID)
	for _, a := range have {
		if strings.HasPrefix(a.Slot, string(kind)+"-") {
			in.Files = append(in.Files, application.File{Slot: a.Slot, Name: a.FileName, SHA256: a.SHA256})
		}
	}
	return in, nil, err
}

// applyWithdraw is 撤回.
func (h *Handler) applyWithdraw(k *call) error {
	kind, err := k.applyKind()
	if err != nil {
		return err
	}
	if err := h.Applications.Withdraw(k.ctx(), k.enrolment, kind); err != nil {
		return err
	}
	return redirect{k.applyBase(kind)}
}

// appliedPage is how a submitted application stands.
func (h *Handler) appliedPage(k *call, kind application.Kind, st application.Standing) error {
	a := st.Latest
	if a == nil || a.Kind != kind || a.SubmittedAt == nil {
		return redirect{k.due()}
	}
	page := h5.Applied{Frame: k.frame(kind.Title()), Type: kind.Type(), Name: kind.Name(), SubmittedAt: campaign.DateTime(*a.SubmittedAt),
		Reason: a.Reason, ReasonLabel: reasonLabel(kind), Statement: a.Typed, Prev: k.base() + "/choices",
		PictureURL: k.applyBase(kind) + "/signature?v=" + url.QueryEscape(a.SignatureRef)}
	for _, f := range a.Files {
		page.Files = append(page.Files, h5.Action{Label: f.Name, Href: k.applyBase(kind) + "/file/" + f.Slot})
	}
	if a.State == application.Approved && a.EndedAt != nil {
		page.DecidedAt = campaign.DateTime(*a.EndedAt)
		page.Text = "您的入学资格已保留。明年如想入学，请按学校通知提出申请"
		if kind == application.Waive {
			page.Text = "您已放弃本次录取的入学资格，不需要再办理其他事项"
		}
	} else {
		page.Withdraw = k.applyBase(kind) + "/withdraw"
		page.Office = page.Contact().Office
	}
	paper, err := h.applyPaper(k, a)
	if err != nil {
		return err
	}
	page.Paper, page.Live = paper, a.State == application.Pending || (paper == "" && h.Evidence.Seal != nil)
	return h.show(k, page)
}

// applyPaper is where the signed application can be downloaded, "" until its
// PDF is made.
func (h *Handler) applyPaper(k *call, a *application.Application) (string, error) {
	g, err := h.Signing.FinalOf(k.ctx(), k.enrolment.ID, a.DocumentName())
	if err != nil {
		return "", err
	}
	ready, err := h.Evidence.Ready(k.ctx(), g.ID)
	if err != nil || !ready {
		return "", err
	}
	return k.base() + "/signed/" + a.DocumentName() + ".pdf", nil
}
