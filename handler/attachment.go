package handler

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/enrolment"
	"ruxue/service/fault"
	"ruxue/service/student"
)

func (h *Handler) attachmentsPage(k *call) error {
	page, err := h.attachmentsView(k)
	if err != nil {
		return err
	}
	return h.show(k, page)
}

func (h *Handler) attachmentsView(k *call) (h5.Attachments, error) {
	list, err := h.Attachments.List(k.ctx(), k.enrolment.ID)
	if err != nil {
		return h5.Attachments{}, err
	}
	have := map[string]enrolment.Attachment{}
	for _, a := range list {
		have[a.Slot] = a
	}
	f := k.frame(formTitle)
	f.Steps = k.steps("attachments", "")
	page := h5.Attachments{Frame: f, Prev: k.prev("attachments", "")}
	for _, s := range k.slots() {
		v := slotView(k, s, have[s.Name])
		v.Locked = k.frozen && have[s.Name].State != enrolment.Returned
		page.Slots = append(page.Slots, v)
		page.Handoff = page.Handoff || (!v.Locked && !k.isPhone())
	}
	if k.frozen && !k.progress.Attachments {
		page.Notice = &h5.Notice{Kind: h5.NoticeBad, Title: "有材料需要修改", Text: k.numberHolds() + "请重新上传标“需修改”的一项，其余内容和缴费都有效"}
	}
	return page, nil
}

// numberHolds tells who is called back to mend something that the number she has
// stays hers, "" before there is one.
func (k *call) numberHolds() string {
	if k.enrolment.State != student.Registered || k.enrolment.Number == "" {
		return ""
	}
	return "您的学号 " + k.enrolment.Number + " 已经生效。"
}

// slots are the campaign's attachments that apply to this student.
func (k *call) slots() []campaign.Slot {
	var out []campaign.Slot
	for _, s := range k.campaign.Attachments {
		if campaign.Matches(s.When, k.enrolment.Facts()) {
			out = append(out, s)
		}
	}
	return out
}

func slotView(k *call, s campaign.Slot, a enrolment.Attachment) h5.Slot {
	out := h5.Slot{Name: s.Name, Label: s.Label, Required: s.Required, Text: s.Hint, Kind: s.Kind, MaxBytes: s.MaxBytes,
		Width: s.Width, Height: s.Height, State: h5.SlotNone, Group: s.Group, Code: s.VerifyCode != "", CodeValue: a.VerifyCode,
		TypeValue: a.Type}
	for _, t := range s.Types {
		out.Types = append(out.Types, h5.Option{Value: t, Label: t})
	}
	if a.Ref == "" {
		return out
	}
	out.State, out.FileName, out.Bytes = string(a.State), a.FileName, a.Bytes
	// The reference in the query makes a replaced picture show at once.
	out.URL = k.base() + "/attachments/" + s.Name + "?v=" + url.QueryEscape(a.Ref)
	if a.State == enrolment.Returned {
		out.Error = a.Remark
	}
	return out
}

// slot is the one of the address, or the one that the phone was asked for.
func (k *call) slot() (campaign.Slot, error) {
	name := k.Param("slot")
	if k.lent() {
		name = k.handoff.Subject
	}
	for _, s := range k.slots() {
		if s.Name == name {
			return s, nil
		}
	}
	return campaign.Slot{}, fault.New(fault.NotFound, "")
}

// upload takes one file into its slot.
func (h *Handler) upload(k *call) error {
	s, err := k.slot()
	if err != nil {
		return err
	}
	if err := h.limitUploads(k); err != nil {
		return err
	}
	if k.ContentType() == "application/x-www-form-urlencoded" { // type and code alone, after the file
		a, err := h.Attachments.Describe(k.ctx(), k.owner(), s, k.PostForm("type"), k.PostForm("verify_code"))
		if err != nil {
			return err
		}
		return h.uploaded(k, s, a)
	}
	a, err := h.take(k, s, k.PostForm)
	if err != nil {
		return err
	}
	return h.uploaded(k, s, a)
}

// take keeps the uploaded file in its slot. beside names what goes with it: the
// form's type and verify_code.
func (h *Handler) take(k *call, s campaign.Slot, beside func(name string) string) (enrolment.Attachment, error) {
	data, head, err := k.upload("file")
	if err != nil {
		return enrolment.Attachment{}, err
	}
	return h.Attachments.Upload(k.ctx(), k.owner(), s, enrolment.Upload{Data: data, FileName: head.Filename,
		Type: beside("type"), VerifyCode: beside("verify_code"), Original: k.PostForm("original") == "1"})
}

func (h *Handler) uploaded(k *call, s campaign.Slot, a enrolment.Attachment) error {
	if err := h.slotMended(k); err != nil {
		return err
	}
	return h.ok(k, gin.H{"url": slotView(k, s, a).URL, "width": a.Width, "height": a.Height, "bytes": a.Bytes,
		"name": a.FileName})
}

func (h *Handler) limitUploads(k *call) error {
	if h.Uploads <= 0 {
		return nil
	}
	ok, wait, err := h.Limiter.Allow(k.ctx(), "upload:"+k.enrolment.Ref, h.Uploads, time.Hour)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.TooMany, "上传太频繁，请稍后再试，已上传的都在").After(wait)
	}
	return nil
}

func (h *Handler) removeAttachment(k *call) error {
	s, err := k.slot()
	if err != nil {
		return err
	}
	if err := h.Attachments.Remove(k.ctx(), k.owner(), s.Name); err != nil {
		return err
	}
	if k.wantsJSON() {
		return h.ok(k, gin.H{})
	}
	return redirect{k.base() + "/attachments"}
}

// attachmentFile shows the owner what she uploaded. A PDF is only downloaded:
// nothing foreign runs in our pages.
func (h *Handler) attachmentFile(k *call) error {
	s, err := k.slot()
	if err != nil {
		return err
	}
	return h.sendFile(k, s.Name)
}

func (h *Handler) sendFile(k *call, slot string) error {
	data, contentType, name, err := h.Attachments.Open(k.ctx(), k.enrolment.ID, slot)
	if err != nil {
		return err
	}
	k.give(data, contentType, name)
	return nil
}

// give sends what a student uploaded: pictures of ours to be seen, anything
// else only to be downloaded.
func (k *call) give(data []byte, contentType, name string) {
	if !strings.HasPrefix(contentType, "image/") {
		k.Header("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	}
	k.Data(http.StatusOK, contentType, data)
}

// attachmentsNext is 下一步: it names what is missing, or goes on.
func (h *Handler) attachmentsNext(k *call) error {
	if k.progress.Attachments {
		if k.frozen {
			return redirect{k.due()}
		}
		if err := h.refresh(k); err != nil {
			return err
		}
		return redirect{k.after("attachments", "")}
	}
	page, err := h.attachmentsView(k)
	if err != nil {
		return err
	}
	page.Missing = page.Names()
	if k.wantsJSON() {
		return fault.New(fault.Invalid, "还差 "+strings.Join(page.Missing, "、"))
	}
	h.render(k, http.StatusUnprocessableEntity, page)
	return nil
}
