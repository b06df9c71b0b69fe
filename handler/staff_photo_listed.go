package handler

import (
	"net/http"
	"net/url"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/face"
	"ruxue/service/review"
	"ruxue/service/staff"
)

// listedPicture is the photo that came with the admitted list, to compare with;
// none where the list had none.
func (h *Handler) listedPicture(k *call, c review.Case) ([]h5.ReviewPicture, error) {
	p, ok, err := h.ListedPhotos.Of(k.ctx(), c.EnrolmentID)
	if err != nil || !ok {
		return nil, err
	}
	return []h5.ReviewPicture{{Label: "录取照片", Note: "随录取名单导入", URL: casePath(c) + "/picture/listed?v=" + url.QueryEscape(p.Ref)}}, nil
}

// giveListed gives out the photo of an enrolment that the caller found in the
// actor's scope.
func (h *Handler) giveListed(k *call, enrolmentID int64) error {
	jpeg, err := h.ListedPhotos.Open(k.ctx(), enrolmentID)
	if err != nil {
		return err
	}
	k.Data(http.StatusOK, "image/jpeg", jpeg)
	return nil
}

// fillListed puts the photo before the attachments of the student's page.
func (h *Handler) fillListed(k *call, _ string, page *h5.StaffStudent) error {
	p, ok, err := h.ListedPhotos.Of(k.ctx(), k.enrolment.ID)
	if err != nil || !ok {
		return err
	}
	view := h5.StaffFile{Label: "录取照片", Detail: h5.Size(p.Bytes) + "，" + campaign.DateTime(p.UpdatedAt) + " 随名单导入", Tag: "已导入", Kind: "ok"}
	if k.staff.May(staff.Review) {
		view.Href = page.Base + "/photo"
	}
	page.Files = append([]h5.StaffFile{view}, page.Files...)
	return nil
}

// staffListed is the photo from the student's page, which the log remembers
// being opened.
func (h *Handler) staffListed(k *call) error {
	if err := h.studentOfStaff(k); err != nil {
		return err
	}
	if err := h.noteStaff(k, "staff.file", "enrolment:"+k.enrolment.Ref, "查看录取照片"); err != nil {
		return err
	}
	return h.giveListed(k, k.enrolment.ID)
}

// faceSummary sums up the face checks with the best similarity.
func faceSummary(sum face.Summary) string {
	if s := face.Similarity(sum.Score); s != "" {
		return sum.Words() + "，最高" + s
	}
	return sum.Words()
}

// archiveWords say how staff judged an archived photo.
var archiveWords = map[face.Review]string{face.ReviewPending: "待审核", face.ReviewApproved: "已通过", face.ReviewRejected: "已退回",
	face.ReviewSuperseded: "已换新"}

// identityWords say whether an applicant was seen to be the student, "" where
// nobody asked: an archived photo that staff have not judged says nothing yet.
func identityWords(sum face.Summary) string {
	switch a := sum.Archive; {
	case sum.Passed:
		return faceSummary(sum)
	case a.Ref != "" && a.Review == face.ReviewPending:
		return "拍照存档，待审核，请先审核这张照片"
	case a.Ref != "":
		return "拍照存档，" + archiveWords[a.Review]
	case sum.Unrecognised > 0:
		return faceSummary(sum)
	}
	return ""
}

func checkViews(sum face.Summary) (out []h5.ReviewCheck) {
	for _, a := range sum.Attempts {
		out = append(out, h5.ReviewCheck{At: h5.ShortTime(a.At), Words: a.Words, Score: face.Similarity(a.Score)})
	}
	return out
}
