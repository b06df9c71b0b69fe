package handler

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/enrolment"
	"ruxue/service/face"
	"ruxue/service/fault"
	"ruxue/service/payment"
	"ruxue/service/review"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// questions are what staff ask themselves about a kind.
var questions = map[review.Kind]string{review.Photo: "是同一人吗？", review.Attachment: "符合要求吗？", review.Approval: "信息属实吗？",
	review.Defer: "同意保留入学资格吗？", review.Waive: "同意放弃入学资格吗？", review.Enter: "同意入学吗？"}

// openCase puts the case into the page.
func (h *Handler) openCase(k *call, q reviewQuery, page *h5.StaffReview, list []review.Case, c review.Case) error {
	camp, err := h.Campaigns.ByID(k.ctx(), c.CampaignID)
	if err != nil {
		return err
	}
	if err := h.noteOpened(k, camp, c); err != nil {
		return err
	}
	e, err := h.Students.Enrolment(k.ctx(), c.EnrolmentID)
	if err != nil {
		return err
	}
	v := &h5.ReviewCase{Action: casePath(c), Query: q.values.Encode(), Question: questions[c.Kind], Name: c.Name, Site: c.Site,
		Line: strings.Join(strings.Fields(c.Grade+" "+c.Level+" "+c.Major), " "), What: caseTitle(camp, c),
		Position: fmt.Sprintf("共 %d 条", page.Total)}
	for i, x := range list {
		if x.Kind != c.Kind || x.Subject != c.Subject {
			continue
		}
		page.Queue[i].Current = true
		if q.after.Since.IsZero() {
			v.Position = fmt.Sprintf("第 %d 条，共 %d 条", i+1, page.Total)
		}
		if i > 0 {
			v.Prev = page.Queue[i-1].Href
		}
		v.Next = nextHref(page.Queue[i+1:])
	}
	if v.Closed = closedWords(c); v.Closed == "" {
		v.Looking = h.Reviews.Lookers(k.ctx(), k.by(), []review.Case{c})[0]
	}
	sum, err := h.Faces.Summary(k.ctx(), e.ID)
	if err != nil {
		return err
	}
	if v.Pictures, err = h.casePictures(k, camp, c, sum); err != nil {
		return err
	}
	if v.Rows, err = h.caseRows(k, camp, c, e, sum); err != nil {
		return err
	}
	if c.Kind == review.Photo || c.Kind == review.Attachment {
		v.Checks = checkViews(sum)
	}
	reasons, err := h.Reviews.Reasons(k.ctx(), camp, c.Kind, c.Item)
	if err != nil {
		return err
	}
	v.Reasons = reasonViews(review.Title(camp, c.Kind, c.Item), c.Kind, reasons, c.Paid)
	page.Case = v
	return nil
}

// noteOpened records who opened which student's case: once a session, not for
// each of its pictures.
func (h *Handler) noteOpened(k *call, camp *campaign.Campaign, c review.Case) error {
	return h.Reviews.Opened(k.ctx(), k.staffSession.Hash, c, func(ctx context.Context) error {
		return h.noteStaffIn(ctx, k, "review.open", "enrolment:"+c.EnrolmentRef, "查看待审核的"+review.Title(camp, c.Kind, c.Item))
	})
}

// nextHref is the address of the first case of the rest of the queue that nobody
// else looks at; of the next one where others look at all of them.
func nextHref(rest []h5.ReviewItem) string {
	for _, x := range rest {
		if x.Looking == "" {
			return x.Href
		}
	}
	if len(rest) == 0 {
		return ""
	}
	return rest[0].Href
}

// closedWords says why a case cannot be decided, "" while it can.
func closedWords(c review.Case) string {
	switch d := c.Last; {
	case d != nil && d.State == review.Waiting:
		return "已由 " + d.By.Name + " 处理：" + d.Words()
	case c.Open:
		return ""
	case d != nil:
		return "已由 " + d.By.Name + " 于 " + h5.ShortTime(d.DecidedAt) + " 处理：" + d.Words()
	}
	return "学生已重新提交或撤回，这一条不用再审核"
}

func reasonViews(title string, kind review.Kind, reasons []review.Reason, paid bool) []h5.ReviewReason {
	var out []h5.ReviewReason
	for i, r := range reasons {
		v := h5.ReviewReason{Value: r.Label, Own: r.Own}
		if r.Own {
			r.Fact += "{}"
		}
		if v.Sentence = review.Sentence(title, kind, r, paid); i < 9 {
			v.Key = strconv.Itoa(i + 1)
		}
		out = append(out, v)
	}
	return out
}

// caseRows is what is known besides the pictures.
func (h *Handler) caseRows(k *call, camp *campaign.Campaign, c review.Case, e *student.Enrolment, sum face.Summary) ([]h5.ReviewRow, error) {
	id := h5.ReviewRow{Label: "证件号码", Value: student.MaskID(e.Person.IDNumber)}
	if k.staff.May(staff.Unmask) {
		id.Link = h5.Action{Label: "查看完整号码", Href: "/staff/students/" + url.PathEscape(e.Ref)}
	}
	rows := []h5.ReviewRow{id}
	add := func(label, value string) {
		if value != "" {
			rows = append(rows, h5.ReviewRow{Label: label, Value: value})
		}
	}
	if c.Kind == review.Approval {
		add("手机号", student.MaskPhone(e.Phone))
		add("考生号", e.ExamNumber)
		add("学习形式", e.StudyForm)
	}
	add("教学点", c.Site)
	if (c.Kind == review.Photo || c.Kind == review.Attachment) && len(camp.Sections) > 0 {
		rows = append(rows, h5.ReviewRow{Label: review.FormTitle, Value: "填错了？", Link: h5.Action{Label: "退回修改", Href: returnPath(e.Ref)}})
	}
	more, err := h.applicationRows(k, c)
	if err != nil {
		return nil, err
	}
	rows = append(rows, more...)
	if c.Kind == review.Photo || c.Kind == review.Attachment {
		add("人脸识别", faceSummary(sum))
	} else {
		add("本人核验", identityWords(sum))
	}
	b, found, err := h.Payments.BillOf(k.ctx(), e.ID)
	if err != nil {
		return nil, err
	}
	if found {
		add("缴费", paidWords(b, c, e))
	}
	return rows, nil
}

func paidWords(b payment.Bill, c review.Case, e *student.Enrolment) string {
	switch {
	case b.State == payment.BillPaid && c.Kind == review.Photo && e.State == student.Admitted:
		return "已缴 " + h5.Yuan(b.TotalFen) + "，审核通过后立即发放学号"
	case b.State == payment.BillPaid:
		return "已缴 " + h5.Yuan(b.TotalFen)
	case b.State == payment.BillFree:
		return "无需缴费"
	case b.State == payment.BillVoid:
		return "账单已作废"
	}
	return "未缴"
}

// casePictures are the pictures to compare, what is judged first.
func (h *Handler) casePictures(k *call, camp *campaign.Campaign, c review.Case, sum face.Summary) ([]h5.ReviewPicture, error) {
	if c.Kind != review.Photo && c.Kind != review.Attachment {
		return h.applicationPictures(k, c)
	}
	base := casePath(c) + "/picture/"
	live := h5.ReviewPicture{Label: "现场照片", Note: "人脸识别时拍摄", URL: base + "face"}
	switch {
	case c.Kind == review.Photo:
		live.Note = h5.ShortTime(c.Since) + " 拍摄"
	case sum.Picture != "":
	case sum.Archive.Ref != "":
		live.Note = "拍照存档，" + archiveWords[sum.Archive.Review]
	default:
		live = h5.ReviewPicture{Label: "现场照片", Note: "没有人脸识别的照片"}
	}
	list, err := h.Attachments.List(k.ctx(), c.EnrolmentID)
	if err != nil {
		return nil, err
	}
	place := func(a enrolment.Attachment) int {
		return slices.IndexFunc(camp.Attachments, func(s campaign.Slot) bool { return s.Name == a.Slot })
	}
	slices.SortStableFunc(list, func(a, b enrolment.Attachment) int { return place(a) - place(b) })
	listed, err := h.listedPicture(k, c)
	if err != nil {
		return nil, err
	}
	var judged, portraits, others []h5.ReviewPicture
	for _, a := range list {
		slot, ok := camp.Slot(a.Slot)
		if !ok {
			continue
		}
		p := h5.ReviewPicture{Label: slot.Label, Note: "学生上传", URL: base + "slot-" + a.Slot + "?v=" + url.QueryEscape(a.Ref),
			File: !strings.HasPrefix(a.ContentType, "image/")}
		if slot.Group != "" {
			p.Label = "身份证" + slot.Label
			if !strings.HasPrefix(slot.Group, "身份证") {
				p.Label = slot.Label
			}
		}
		switch {
		case c.Kind == review.Attachment && a.Ref == c.Subject:
			p.Note = a.Type
			judged = append(judged, p)
		case slot.Kind == "portrait":
			portraits = append(portraits, p)
		default:
			others = append(others, p)
		}
	}
	if c.Kind == review.Photo {
		if len(listed) == 0 && len(portraits) == 0 && len(others) == 0 {
			portraits = []h5.ReviewPicture{{Label: "证件照", Note: "学生还没有上传可以比对的照片"}}
		}
		return slices.Concat([]h5.ReviewPicture{live}, listed, portraits, others), nil
	}
	return slices.Concat(judged, listed, []h5.ReviewPicture{live}, portraits, others), nil
}

// staffPicture gives out one picture of the case's student. The case is found
// in the actor's scope first, so that no address leads past it.
func (h *Handler) staffPicture(k *call) error {
	c, err := h.caseOf(k)
	if err != nil {
		return err
	}
	camp, err := h.Campaigns.ByID(k.ctx(), c.CampaignID)
	if err != nil {
		return err
	}
	if err := h.noteOpened(k, camp, c); err != nil { // the wall shows pictures without the case's page
		return err
	}
	what := k.Param("what")
	slot, isSlot := strings.CutPrefix(what, "slot-")
	if isSlot {
		data, contentType, name, err := h.Attachments.Open(k.ctx(), c.EnrolmentID, slot)
		if err != nil {
			return err
		}
		k.give(data, contentType, name)
		return nil
	}
	switch what {
	case "signature":
		return h.applicationSignature(k, c)
	case "listed":
		return h.giveListed(k, c.EnrolmentID)
	}
	if what != "face" {
		return fault.New(fault.NotFound, "")
	}
	ref := c.Subject
	if c.Kind != review.Photo {
		sum, err := h.Faces.Summary(k.ctx(), c.EnrolmentID)
		if err != nil {
			return err
		}
		if ref = cmp.Or(sum.Picture, sum.Archive.Ref); ref == "" {
			return fault.New(fault.NotFound, "")
		}
	}
	jpeg, err := h.Faces.Photo(k.ctx(), c.EnrolmentID, ref)
	if err != nil {
		return err
	}
	k.Data(http.StatusOK, "image/jpeg", jpeg)
	return nil
}
