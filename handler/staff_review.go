package handler

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/review"
	"ruxue/service/staff"
)

const reviewHome = "/staff/review"

// reviewRoutes are the queue, its cases and the decisions about them.
func (h *Handler) reviewRoutes() []staffRoute {
	const one = "/review/:kind/:subject"
	return []staffRoute{
		{http.MethodGet, "/review", staff.Review, h.staffReview},
		{http.MethodGet, "/review/done", staff.Review, h.staffHandled},
		{http.MethodGet, "/review/wall", staff.Review, h.staffWall},
		{http.MethodPost, "/review/wall", staff.Review, h.staffWallDecide},
		{http.MethodPost, "/review/undo", staff.Review, h.staffUndo},
		{http.MethodGet, one, staff.Review, h.staffReviewCase},
		{http.MethodPost, one, staff.Review, h.staffDecide},
		{http.MethodGet, one + "/picture/:what", staff.Review, h.staffPicture},
	}
}

// waitingReviews is the count beside the navigation's entry.
func waitingReviews(h *Handler, ctx context.Context, a *staff.Actor) (int, error) {
	c, err := h.Reviews.Waiting(ctx, a.Scope())
	return c.Total(), err
}

// queuePage is how many cases the queue shows at once.
const queuePage = 50

// reviewQuery is the filter and place in the queue that an address names.
type reviewQuery struct {
	filter review.Filter
	after  review.Cursor
	values url.Values // as they stand in addresses
}

var waits = []struct {
	value, label string
	d            time.Duration
}{{"1h", "超过 1 小时", time.Hour}, {"24h", "超过 1 天", 24 * time.Hour}, {"72h", "超过 3 天", 72 * time.Hour}}

// kindWords names the kinds in the filter.
var kindWords = map[review.Kind]string{review.Photo: "存档照片", review.Attachment: "附件", review.Approval: "信息审核",
	review.Defer: "保留入学资格", review.Waive: "放弃入学资格", review.Enter: "申请入学"}

// reviewQuery reads the filter; what it does not know, it leaves out.
func (h *Handler) reviewQuery(k *call, in url.Values) (reviewQuery, error) {
	q := reviewQuery{values: url.Values{}}
	keep := func(name string) string {
		v := in.Get(name)
		if v != "" && len(v) < 200 {
			q.values.Set(name, v)
			return v
		}
		return ""
	}
	if code := keep("c"); code != "" {
		c, err := h.Campaigns.ByCode(k.ctx(), code)
		if err != nil {
			return q, err
		}
		q.filter.CampaignID = c.ID
	}
	q.filter.Kind, q.filter.Item = review.Kind(keep("kind")), keep("item")
	q.filter.Site, q.filter.Major = keep("site"), keep("major")
	wait := keep("wait")
	for _, w := range waits {
		if w.value == wait {
			q.filter.Before = h.Now().Add(-w.d)
		}
	}
	at, subject, _ := strings.Cut(in.Get("after"), "-")
	if n, err := strconv.ParseInt(at, 10, 64); err == nil {
		q.after = review.Cursor{Since: time.UnixMicro(n), Subject: subject}
		q.values.Set("after", in.Get("after"))
	}
	return q, nil
}

// with is an address with the query's filter.
func (q reviewQuery) with(path string) string {
	if e := q.values.Encode(); e != "" {
		return path + "?" + e
	}
	return path
}

func (q reviewQuery) page(c *review.Cursor) string {
	if c == nil {
		return ""
	}
	v := url.Values{}
	for name := range q.values {
		v.Set(name, q.values.Get(name))
	}
	v.Set("after", fmt.Sprintf("%d-%s", c.Since.UnixMicro(), c.Subject))
	return reviewHome + "?" + v.Encode()
}

func casePath(c review.Case) string {
	return reviewHome + "/" + string(c.Kind) + "/" + url.PathEscape(c.Subject)
}

// staffReview shows the queue, and on a PC its first case.
func (h *Handler) staffReview(k *call) error {
	q, err := h.reviewQuery(k, k.Request.URL.Query())
	if err != nil {
		return err
	}
	page, list, err := h.reviewView(k, q)
	if err != nil {
		return err
	}
	// A phone shows the queue alone: its first case is not looked at yet.
	if first, ok := h.Reviews.Free(k.ctx(), k.by(), list); ok {
		if k.device == h5.DevicePC {
			h.Reviews.Look(k.ctx(), k.by(), first)
		}
		if err := h.openCase(k, q, &page, list, first); err != nil {
			return err
		}
	}
	return h.show(k, page)
}

// staffReviewCase shows one case, whether it still waits or not.
func (h *Handler) staffReviewCase(k *call) error {
	q, err := h.reviewQuery(k, k.Request.URL.Query())
	if err != nil {
		return err
	}
	page, err := h.casePage(k, q)
	if err != nil {
		return err
	}
	return h.show(k, page)
}

// casePage is the page of the case that the address names.
func (h *Handler) casePage(k *call, q reviewQuery) (h5.StaffReview, error) {
	c, err := h.caseOf(k)
	if err != nil {
		return h5.StaffReview{}, err
	}
	page, list, err := h.reviewView(k, q)
	if err != nil {
		return page, err
	}
	page.AtCase, page.Focus = true, true
	h.Reviews.Look(k.ctx(), k.by(), c)
	return page, h.openCase(k, q, &page, list, c)
}

func (h *Handler) caseOf(k *call) (review.Case, error) {
	kind := review.Kind(k.Param("kind"))
	if _, ok := kindWords[kind]; !ok {
		return review.Case{}, fault.New(fault.NotFound, "")
	}
	return h.Reviews.Case(k.ctx(), k.staff.Scope(), kind, k.Param("subject"))
}

// reviewView is the page without a case, and the cases of its queue.
func (h *Handler) reviewView(k *call, q reviewQuery) (h5.StaffReview, []review.Case, error) {
	page := h5.StaffReview{Console: k.console("审核", reviewHome), List: q.with(reviewHome), Handled: reviewHome + "/done"}
	scope := k.staff.Scope()
	list, next, err := h.Reviews.Queue(k.ctx(), scope, q.filter, q.after, queuePage)
	if err != nil {
		return page, nil, err
	}
	counts, err := h.Reviews.Counts(k.ctx(), scope, q.filter)
	if err != nil {
		return page, nil, err
	}
	page.Total, page.More, page.Label = counts.Total(), q.page(next), "全部"
	if w := kindWords[q.filter.Kind]; w != "" {
		page.Label = w
	}
	if page.Filters, page.Walls, err = h.reviewFilters(k, q); err != nil {
		return page, nil, err
	}
	if len(q.values) > 0 {
		page.Clear = reviewHome
	}
	looking := h.Reviews.Lookers(k.ctx(), k.by(), list)
	for i, c := range list {
		camp, err := h.Campaigns.ByID(k.ctx(), c.CampaignID)
		if err != nil {
			return page, nil, err
		}
		page.Queue = append(page.Queue, h5.ReviewItem{Href: q.with(casePath(c)), Name: c.Name, Text: caseTitle(camp, c),
			Wait: h.waited(c.Since), Looking: looking[i]})
	}
	if page.Undo, err = h.undoable(k); err != nil {
		return page, nil, err
	}
	if page.Undo != nil {
		page.Undo.Query = q.values.Encode()
	}
	page.Today, err = h.Reviews.Today(k.ctx(), k.staff.Ref)
	return page, list, err
}

// caseTitle is 存档照片，第 2 次.
func caseTitle(camp *campaign.Campaign, c review.Case) string {
	text := review.Title(camp, c.Kind, c.Item)
	if c.Rejected > 0 {
		text += "，第 " + strconv.Itoa(c.Rejected+1) + " 次"
	}
	return text
}

// waited says how long ago the time was, rounded as people say it.
func (h *Handler) waited(since time.Time) string {
	switch d := h.Now().Sub(since); {
	case d < time.Minute:
		return "刚刚"
	case d < time.Hour:
		return strconv.Itoa(int(d.Minutes())) + " 分钟"
	case d < 24*time.Hour:
		return "等了 " + strconv.Itoa(int(d.Hours())) + " 小时"
	default:
		return "等了 " + strconv.Itoa(int(d.Hours()/24)) + " 天"
	}
}

// undoable is the actor's newest decision while it may be withdrawn.
func (h *Handler) undoable(k *call) (*h5.ReviewUndo, error) {
	list, err := h.Reviews.Handled(k.ctx(), k.staff.Scope(), k.staff.Ref, 1)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	d := list[0]
	left := d.EffectiveAt.Sub(h.Now())
	if d.State != review.Waiting || left <= 0 {
		return nil, nil
	}
	u := &h5.ReviewUndo{Ref: d.Ref, Text: d.Name + "：" + d.Words(), Until: d.EffectiveAt.UnixMilli(), Left: int(left.Seconds() + 0.999)}
	switch {
	case d.Batch == "":
	case d.Kind == review.Section:
		u.Ref = d.Batch
	default:
		u.Ref, u.Text = d.Batch, "刚才审核的一批照片"
	}
	return u, nil
}
