package handler

import (
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/face"
	"ruxue/service/fault"
	"ruxue/service/student"
)

// maxUpload is what the server reads of an upload, in bytes. It lies above the
// 15 MB that photos may have, so that a larger one gets its sentence instead
// of a broken connection.
const maxUpload = 32 << 20

// facePage asks for consent first, then films; or shows how it stands.
func (h *Handler) facePage(k *call) error {
	st, err := h.Faces.Standing(k.ctx(), k.enrolment.ID)
	if err != nil {
		return err
	}
	page := h.faceView(k)
	page.Next, page.HandoffAvailable = k.after("face", ""), !k.isPhone()
	if page.Archive, err = h.mayArchive(k); err != nil {
		return err
	}
	switch {
	case k.Query("again") == "1" && k.session.FaceConsent != "":
		page.State = stateOfConsent(k.session.FaceConsent)
	case st.Archived && st.SessionHash == k.session.Hash:
		page.State, page.PhotoURL, page.PhotoAt = h5.FaceArchived, k.base()+"/face/photo", campaign.DateTime(st.At)
	case k.progress.Face:
		page.State = h5.FacePassed
	case k.session.FaceConsent != "":
		page.State = stateOfConsent(k.session.FaceConsent)
	}
	if st.Review == face.ReviewRejected {
		page.Notice = &h5.Notice{Kind: h5.NoticeBad, Title: "照片没有通过审核", Text: st.Remark}
	}
	return h.show(k, page)
}

// faceView is the page as it begins, wherever the camera is.
func (h *Handler) faceView(k *call) h5.Face {
	return h5.Face{Frame: k.frame("人脸识别"), State: h5.FaceConsent, RetentionDays: k.campaign.Retention.FaceDays,
		ReviewText: "在 3 个工作日内"}
}

func stateOfConsent(way string) string {
	if way == "documents" {
		return h5.FaceDocuments
	}
	return h5.FaceCamera
}

func (h *Handler) mayArchive(k *call) (bool, error) {
	if !k.campaign.Face.Archive {
		return false, nil
	}
	return h.Faces.MayArchive(k.ctx(), k.enrolment.ID, k.login())
}

// faceConsent records the way the student chose; without consent no camera is
// opened and no picture goes to the provider.
func (h *Handler) faceConsent(k *call) error {
	way, err := h.agreed(k)
	if err != nil {
		return err
	}
	if err := h.edit(k, func(s *student.Session) { s.FaceConsent = way }); err != nil {
		return err
	}
	return redirect{k.base() + "/face"}
}

// agreed reads the chosen way and puts it on record.
func (h *Handler) agreed(k *call) (way string, err error) {
	way = k.PostForm("way")
	if way != "face" && way != "documents" {
		return "", fault.New(fault.Invalid, "请选择一种核验方式")
	}
	detail := map[string]string{"face": "同意人脸识别", "documents": "选择不使用人脸识别，由老师审核照片"}[way]
	return way, h.note(k, "face.consent", detail+k.whose())
}

// whose tells in the log that a scanned code's phone acted, "" otherwise.
func (k *call) whose() string {
	if k.lent() {
		return "（扫码的手机）"
	}
	return ""
}

func (h *Handler) faceCheck(k *call) error {
	out, err := h.compare(k, k.session.FaceConsent)
	if err != nil {
		return err
	}
	body := outcomeJSON(out)
	if out.Result == face.Passed {
		if err := h.faceDone(k); err != nil {
			return err
		}
		body["next"] = k.after("face", "")
	}
	return h.ok(k, body)
}

// compare has the uploaded photo compared for the login of the call.
func (h *Handler) compare(k *call, consent string) (face.Outcome, error) {
	if consent != "face" {
		return face.Outcome{}, fault.New(fault.Forbidden, "请先同意使用人脸识别，或选择不使用人脸识别的方式")
	}
	photo, _, err := k.upload("photo")
	if err != nil {
		return face.Outcome{}, err
	}
	e := k.enrolment
	out, err := h.Faces.Check(k.ctx(), face.CheckRequest{EnrolmentID: e.ID, EnrolmentRef: e.Ref, CampaignCode: k.campaign.Code,
		SessionHash: k.login(), Source: k.PostForm("source"), Photo: photo, Name: e.Person.Name, IDNumber: e.Person.IDNumber,
		Policy: face.Policy{Tries: k.campaign.Face.Tries, Archive: k.campaign.Face.Archive}})
	if err != nil {
		return out, err
	}
	return out, h.note(k, "face.check", faceWords(out.Result)+k.whose())
}

func outcomeJSON(out face.Outcome) gin.H {
	return gin.H{"result": out.Result, "message": out.Sentence, "attempts_left": out.AttemptsLeft, "archive": out.Archive}
}

// faceArchive is 拍照存档: the photo waits for staff, the student goes on.
func (h *Handler) faceArchive(k *call) error {
	if err := h.archive(k, k.session.FaceConsent); err != nil {
		return err
	}
	if err := h.faceDone(k); err != nil {
		return err
	}
	return h.ok(k, gin.H{"next": k.after("face", "")})
}

// archive keeps the uploaded photo for staff, for the login of the call.
func (h *Handler) archive(k *call, consent string) error {
	photo, _, err := k.upload("photo")
	if err != nil {
		return err
	}
	kind := face.KindArchive
	switch {
	case consent == "documents":
		kind = face.KindDocuments
	case !k.campaign.Face.Archive:
		return fault.New(fault.Forbidden, "请重试人脸识别，或联系学校")
	}
	if _, err := h.Faces.Archive(k.ctx(), face.ArchiveRequest{EnrolmentID: k.enrolment.ID, EnrolmentRef: k.enrolment.Ref,
		SessionHash: k.login(), Source: k.PostForm("source"), Photo: photo, Kind: kind}); err != nil {
		return err
	}
	return h.note(k, "face.archive", "拍照存档，等待审核"+k.whose())
}

// faceDone goes on after a pass or an archived photo, whose record is what
// credits the login session. A pass completes what waited for it: the student
// may have done everything else behind an archived photo.
func (h *Handler) faceDone(k *call) error {
	if err := h.complete(k); err != nil {
		return err
	}
	return h.refresh(k)
}

// complete lets the registration look whether its last duty is now met.
func (h *Handler) complete(k *call) error {
	err := h.Tx.InTx(k.ctx(), func(ctx context.Context) error { return h.Registration.Complete(ctx, k.enrolment.ID) })
	if err != nil {
		return fmt.Errorf("completing the registration: %w", err)
	}
	return nil
}

// facePhoto shows the student her archived photo.
func (h *Handler) facePhoto(k *call) error {
	st, err := h.Faces.Standing(k.ctx(), k.enrolment.ID)
	if err != nil {
		return err
	}
	jpeg, err := h.Faces.Photo(k.ctx(), k.enrolment.ID, st.Ref)
	if err != nil {
		return err
	}
	k.Data(http.StatusOK, "image/jpeg", jpeg)
	return nil
}

// upload reads one file of a multipart form, all in memory: a photo of an
// identity card must not lie unencrypted in a temporary folder.
func (k *call) upload(field string) ([]byte, *multipart.FileHeader, error) {
	return k.uploadOf(field, maxUpload)
}

// uploadOf is upload within a bound of its own, in bytes.
func (k *call) uploadOf(field string, most int64) ([]byte, *multipart.FileHeader, error) {
	k.allow(most)
	if err := k.Request.ParseMultipartForm(most); err != nil {
		if tooLarge(err) {
			return nil, nil, err
		}
		return nil, nil, fault.Wrap(fault.Invalid, "文件没有传完，请重新选择", err).On(field)
	}
	f, head, err := k.Request.FormFile(field)
	if err != nil {
		return nil, nil, fault.New(fault.Invalid, "请选择要上传的文件").On(field)
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, nil, fmt.Errorf("reading an upload: %w", err)
	}
	return data, head, nil
}
