package handler

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/audit"
	"ruxue/service/fault"
	"ruxue/service/review"
)

func (k *call) by() review.By { return review.By{Ref: k.staff.Ref, Name: k.staff.Name} }

// staffDecide is 通过 or 退回; the next case of the queue follows.
func (h *Handler) staffDecide(k *call) error {
	c, err := h.caseOf(k)
	if err != nil {
		return err
	}
	q, err := h.reviewQuery(k, k.handedOn())
	if err != nil {
		return err
	}
	verdict := k.PostForm("verdict")
	if verdict != "approve" && verdict != "reject" {
		return fault.New(fault.Invalid, "请点“通过”或“退回”")
	}
	d, err := h.Reviews.Decide(k.ctx(), k.staff.Scope(), k.by(), review.Order{Kind: c.Kind, Subject: c.Subject,
		Approve: verdict == "approve", Reason: k.PostForm("reason"), Own: k.PostForm("own"), Save: k.PostForm("save") == "1"})
	if fault.Is(err, fault.Invalid) && !k.wantsJSON() {
		return h.decideAgain(k, q, err)
	}
	if err != nil {
		return err
	}
	next, err := h.nextCase(k, q, c)
	if err != nil {
		return err
	}
	if k.wantsJSON() {
		return h.ok(k, gin.H{"undo": d.Ref, "until": d.EffectiveAt.UnixMilli(), "next": next})
	}
	return redirect{next}
}

// handedOn is the filter that a form carries.
func (k *call) handedOn() url.Values {
	v, err := url.ParseQuery(k.PostForm("query"))
	if err != nil {
		return url.Values{}
	}
	return v
}

// decideAgain shows the case with the sentence at the reason.
func (h *Handler) decideAgain(k *call, q reviewQuery, err error) error {
	page, viewErr := h.casePage(k, q)
	if viewErr != nil {
		return viewErr
	}
	f, _ := fault.As(err)
	page.Case.Error, page.Case.Reason, page.Case.Own = f.Sentence, k.PostForm("reason"), bounded(k.PostForm("own"))
	h.render(k, http.StatusUnprocessableEntity, page)
	return nil
}

// lookAhead is how many cases are looked through for one that nobody else has open.
const lookAhead = 20

// nextCase is the address of the case after the one that was decided, from the
// beginning again at the end of the queue. Those that others look at are passed
// over while there are more.
func (h *Handler) nextCase(k *call, q reviewQuery, c review.Case) (string, error) {
	for _, after := range []review.Cursor{{Since: c.Since, Subject: c.Subject}, {}} {
		list, _, err := h.Reviews.Queue(k.ctx(), k.staff.Scope(), q.filter, after, lookAhead)
		if err != nil {
			return "", err
		}
		if next, ok := h.Reviews.Free(k.ctx(), k.by(), list); ok {
			return q.with(casePath(next)), nil
		}
	}
	return q.with(reviewHome), nil
}

// staffUndo withdraws what the actor decided less than 10 seconds ago.
func (h *Handler) staffUndo(k *call) error {
	var list []review.Decision
	err := h.Tx.InTx(k.ctx(), func(ctx context.Context) (err error) {
		if list, err = h.Reviews.Undo(ctx, k.by(), k.PostForm("ref")); err != nil {
			return err
		}
		for _, d := range list {
			e, err := h.Students.Enrolment(ctx, d.EnrolmentID)
			if err != nil {
				return err
			}
			if err := h.Audit.Add(ctx, audit.Entry{Actor: "staff:" + k.staff.Ref, Action: "review.undo",
				Subject: "enrolment:" + e.Ref, Detail: "撤销审核决定：" + d.Words()}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	q, err := h.reviewQuery(k, k.handedOn())
	if err != nil {
		return err
	}
	to := q.with(reviewHome)
	if list[0].Kind == review.Section {
		ref, _, _ := strings.Cut(list[0].Subject, "/")
		to = returnPath(ref)
	} else if list[0].Batch == "" {
		to = q.with(casePath(review.Case{Kind: list[0].Kind, Subject: list[0].Subject}))
	} else if list[0].Item != "" {
		to = reviewHome + "/wall?item=" + url.QueryEscape(list[0].Item)
	}
	if k.wantsJSON() {
		return h.ok(k, gin.H{"next": to, "count": len(list)})
	}
	return redirect{to}
}

// handledShown is how many decisions the list of what was done shows.
const handledShown = 100

var handledTags = map[review.State][2]string{review.Waiting: {"可撤销", "warn"}, review.Done: {"已生效", "ok"},
	review.Withdrawn: {"已撤销", ""}, review.Moot: {"未生效，学生已重新提交", ""}}

// staffHandled lists what was decided lately, by all whose cases the actor sees.
func (h *Handler) staffHandled(k *call) error {
	page := h5.StaffHandled{Console: k.console("最近处理", reviewHome), Mine: k.Query("mine") == "1", List: reviewHome}
	mine := ""
	if page.Mine {
		mine = k.staff.Ref
	}
	list, err := h.Reviews.Handled(k.ctx(), k.staff.Scope(), mine, handledShown)
	if err != nil {
		return err
	}
	for _, d := range list {
		camp, err := h.Campaigns.ByID(k.ctx(), d.CampaignID)
		if err != nil {
			return err
		}
		row := h5.HandledRow{Name: d.Name, What: review.Title(camp, d.Kind, d.Item), Words: d.Words(), By: d.By.Name,
			At: h5.ShortTime(d.DecidedAt), State: handledTags[d.State][0], Kind: handledTags[d.State][1]}
		if d.State == review.Waiting && !h.Now().Before(d.EffectiveAt) {
			row.State, row.Kind = "正在生效", "warn"
		}
		if _, ok := kindWords[d.Kind]; ok {
			row.Href = casePath(review.Case{Kind: d.Kind, Subject: d.Subject})
		} else if ref, _, ok := strings.Cut(d.Subject, "/"); ok {
			row.Href = returnPath(ref)
		}
		page.Rows = append(page.Rows, row)
	}
	return h.show(k, page)
}
