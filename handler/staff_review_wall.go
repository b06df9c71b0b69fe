package handler

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/fault"
	"ruxue/service/review"
)

// wallSize is how many pictures the wall shows at once.
const wallSize = 24

// staffWall shows portraits together: the bad ones are ticked.
func (h *Handler) staffWall(k *call) error {
	page, err := h.wallView(k, k.Query("item"), nil)
	if err != nil {
		return err
	}
	return h.show(k, page)
}

func (h *Handler) wallView(k *call, item string, ticked []string) (h5.StaffWall, error) {
	page := h5.StaffWall{Console: k.console("照片墙", reviewHome), Item: item, List: reviewHome}
	f := review.Filter{Kind: review.Attachment, Item: item}
	list, _, err := h.Reviews.Queue(k.ctx(), k.staff.Scope(), f, review.Cursor{}, wallSize)
	if err != nil {
		return page, err
	}
	counts, err := h.Reviews.Counts(k.ctx(), k.staff.Scope(), f)
	if err != nil {
		return page, err
	}
	page.Total, page.Heading = counts.Total(), "照片墙"
	for _, c := range list {
		page.Tiles = append(page.Tiles, h5.WallTile{Subject: c.Subject, Name: c.Name, Line: c.Major, Href: casePath(c),
			URL: casePath(c) + "/picture/slot-" + url.PathEscape(c.Item), Ticked: slices.Contains(ticked, c.Subject)})
	}
	if len(list) > 0 {
		camp, err := h.Campaigns.ByID(k.ctx(), list[0].CampaignID)
		if err != nil {
			return page, err
		}
		reasons, err := h.Reviews.Reasons(k.ctx(), camp, review.Attachment, item)
		if err != nil {
			return page, err
		}
		page.Heading = review.Title(camp, review.Attachment, item)
		page.Reasons = reasonViews(page.Heading, review.Attachment, reasons, list[0].Paid)
	}
	if page.Undo, err = h.undoable(k); err != nil {
		return page, err
	}
	page.Today, err = h.Reviews.Today(k.ctx(), k.staff.Ref)
	return page, err
}

// staffWallDecide approves what was shown and not ticked, and sends back what
// was ticked.
func (h *Handler) staffWallDecide(k *call) error {
	item, bad := k.PostForm("item"), k.PostFormArray("bad")
	out, err := h.Reviews.DecideAll(k.ctx(), k.staff.Scope(), k.by(), review.Wall{Kind: review.Attachment,
		Shown: k.PostFormArray("shown"), Bad: bad, Reason: k.PostForm("reason"), Own: k.PostForm("own")})
	if fault.Is(err, fault.Invalid) && !k.wantsJSON() {
		page, viewErr := h.wallView(k, item, bad)
		if viewErr != nil {
			return viewErr
		}
		f, _ := fault.As(err)
		page.Error = f.Sentence
		h.render(k, http.StatusUnprocessableEntity, page)
		return nil
	}
	if err != nil {
		return err
	}
	next := reviewHome + "/wall?item=" + url.QueryEscape(item)
	if k.wantsJSON() {
		text := fmt.Sprintf("通过 %d 张，退回 %d 张", out.Approved, out.Rejected)
		if out.Skipped > 0 {
			text += fmt.Sprintf("，%d 张已由其他老师处理或学生已重新上传", out.Skipped)
		}
		return h.ok(k, gin.H{"undo": out.Batch, "next": next, "message": text})
	}
	return redirect{next}
}
