package handler

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/photo"
	"ruxue/service/staff"
)

const photoImportPath = importPath + "/photos"

// photoRoutes import the pictures that come with the admitted list, and show one.
func (h *Handler) photoRoutes() []staffRoute {
	return []staffRoute{
		{http.MethodGet, "/import/photos", staff.Import, h.photosPage},
		{http.MethodPost, "/import/photos", staff.Import, h.photosUpload},
		{http.MethodGet, "/import/photos/:ref", staff.Import, h.photosJobPage},
		{http.MethodGet, "/import/photos/:ref/state", staff.Import, h.photosState},
		{http.MethodGet, "/students/:ref/photo", staff.Review, h.staffListed},
	}
}

func (h *Handler) photosPage(k *call) error { return h.photosPageWith(k, http.StatusOK, "") }

func (h *Handler) photosPageWith(k *call, status int, problem string) error {
	c, options, err := h.campaignOfStaff(k)
	if err != nil {
		return err
	}
	list, err := h.ListedPhotos.History(k.ctx(), c.ID, importsShown)
	if err != nil {
		return err
	}
	page := h5.StaffPhotos{Console: k.console("导入录取照片", importPath), Campaigns: options, Campaign: c.Code, Error: problem,
		MaxMB: photo.MaxArchive >> 20, MaxFiles: photo.MaxFiles, MaxPictureMB: photo.MaxPicture >> 20, Back: importPath + "?c=" + c.Code}
	for _, j := range list {
		row := h5.StaffImportRow{Href: photoImportPath + "/" + j.Ref, File: j.FileName, By: j.ActorName, At: campaign.DateTime(j.CreatedAt),
			State: photoWords[j.State][0], Tag: photoWords[j.State][1], Text: j.Sentence}
		if j.State == photo.Done {
			row.Text = photoSummary(j.Report)
		}
		page.History = append(page.History, row)
	}
	h.render(k, status, page)
	return nil
}

var photoWords = map[photo.JobState][2]string{photo.Working: {"正在导入", "warn"}, photo.Done: {"已导入", "ok"}, photo.Failed: {"没有导完", "bad"}}

// resultWords name what became of a file, with the tint of its tag.
var resultWords = map[photo.Result][2]string{photo.Stored: {"已导入", "ok"}, photo.Replaced: {"已替换", "ok"}, photo.Same: {"没有变化", "mute"},
	photo.Unknown: {"没有这名学生", "bad"}, photo.Twice: {"重复", "warn"}, photo.Broken: {"不能用", "bad"}}

// resultOrder is the order in which results are listed: what is to be mended first.
var resultOrder = []photo.Result{photo.Unknown, photo.Broken, photo.Twice, photo.Replaced, photo.Stored, photo.Same}

func photoSummary(r photo.Report) string {
	n := r.Counts
	text := fmt.Sprintf("新增 %d，替换 %d，不变 %d", n[photo.Stored], n[photo.Replaced], n[photo.Same])
	if bad := n[photo.Unknown] + n[photo.Broken] + n[photo.Twice]; bad > 0 {
		text += fmt.Sprintf("，没有导入 %d", bad)
	}
	return text
}

// photosUpload takes an archive. What cannot be taken is said at the field.
func (h *Handler) photosUpload(k *call) error {
	k.allow(photo.MaxArchive + 64<<10)
	ref, err := h.takePhotos(k)
	return h.taken(k, photoImportPath+"/"+ref, err, fmt.Sprintf("压缩包超过 %d MB，请分成几个压缩包", photo.MaxArchive>>20), h.photosPageWith)
}

// takePhotos reads the archive from the form into memory: what it holds must not
// lie on a disk unsealed.
func (h *Handler) takePhotos(k *call) (string, error) {
	c, _, err := h.campaignOfStaff(k)
	if err != nil {
		return "", err
	}
	missing := fault.New(fault.Invalid, "请选择照片的压缩包").On("file")
	form, err := k.Request.MultipartReader()
	if err != nil {
		return "", missing
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return "", missing
		}
		if err != nil {
			return "", partError(err)
		}
		if part.FormName() != "file" || part.FileName() == "" {
			continue
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return "", partError(err)
		}
		return h.ListedPhotos.Upload(k.ctx(), c, "staff:"+k.staff.Ref, k.staff.Name, part.FileName(), data)
	}
}

// partError is of a form that did not come whole.
func partError(err error) error {
	if tooLarge(err) {
		return err
	}
	return fault.Wrap(fault.Invalid, "文件没有传完，请重新上传", err).On("file")
}

func (h *Handler) photosState(k *call) error {
	j, err := h.ListedPhotos.Job(k.ctx(), k.Param("ref"))
	if err != nil {
		return err
	}
	return h.ok(k, gin.H{"busy": j.State == photo.Working, "done": j.Done, "total": j.Total})
}

// photosShown is how many files the page lists.
const photosShown = 500

func (h *Handler) photosJobPage(k *call) error {
	j, err := h.ListedPhotos.Job(k.ctx(), k.Param("ref"))
	if err != nil {
		return err
	}
	c, err := h.Campaigns.ByID(k.ctx(), j.CampaignID)
	if err != nil {
		return err
	}
	page := h5.StaffPhotosJob{Console: k.console("导入录取照片", importPath), Base: photoImportPath + "/" + j.Ref,
		Back: photoImportPath + "?c=" + c.Code, CampaignTitle: c.Title, File: j.FileName, By: j.ActorName, At: campaign.DateTime(j.CreatedAt),
		Busy: j.State == photo.Working, Words: photoWords[j.State][0], Tag: photoWords[j.State][1], Done: j.Done, Total: max(j.Total, 1),
		Sentence: j.Sentence, Ended: j.State == photo.Done}
	n := j.Report.Counts
	page.Stored, page.Replaced, page.Same = n[photo.Stored], n[photo.Replaced], n[photo.Same]
	page.Unknown, page.Broken, page.Twice = n[photo.Unknown], n[photo.Broken], n[photo.Twice]
	entries := slices.Clone(j.Report.Entries)
	slices.SortStableFunc(entries, func(a, b photo.Entry) int {
		return cmp.Compare(slices.Index(resultOrder, a.Result), slices.Index(resultOrder, b.Result))
	})
	page.More = len(entries) > photosShown
	for _, e := range entries[:min(len(entries), photosShown)] {
		page.Files = append(page.Files, h5.StaffPhotosFile{File: e.File, Name: e.Name, Words: resultWords[e.Result][0], Tag: resultWords[e.Result][1], Reason: e.Reason})
	}
	return h.show(k, page)
}
