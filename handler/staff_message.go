package handler

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/notice"
	"ruxue/service/staff"
)

// Ledger is what was told to everybody.
type Ledger interface {
	List(ctx context.Context, q notice.LedgerQuery) ([]notice.Sent, int64, error)
	Fates(ctx context.Context, q notice.LedgerQuery) (map[notice.State]int, error)
	Resend(ctx context.Context, scope staff.Scope, ref string) (notice.Row, error)
}

// messageRoutes are the ledger of messages and the reminders.
func (h *Handler) messageRoutes() []staffRoute {
	return []staffRoute{
		{http.MethodGet, "/messages", staff.Messages, h.staffMessages},
		{http.MethodPost, "/messages/:ref/resend", staff.Messages, h.resendMessage},
		{http.MethodGet, "/reminders", staff.Messages, h.staffReminders},
		{http.MethodPost, "/reminders", staff.Messages, h.startReminder},
		{http.MethodGet, "/reminders/:ref", staff.Messages, h.reminderState},
	}
}

// ledgerStates are the fates that the ledger filters by.
var ledgerStates = []notice.State{notice.Queued, notice.Accepted, notice.Delivered, notice.Failed, notice.Unknown}

// unreached is the filter of who was not reached, among the states.
const unreached = "unreached"

func (h *Handler) staffMessages(k *call) error {
	list, err := h.Campaigns.List(k.ctx())
	if err != nil {
		return err
	}
	q := notice.LedgerQuery{Scope: k.staff.Scope(), Enrolment: k.Query("student"), Template: k.Query("what")}
	for _, c := range list {
		if c.Code == k.Query("c") {
			q.CampaignID = c.ID
		}
	}
	q.Before, _ = strconv.ParseInt(k.Query("before"), 10, 64)
	if state := k.Query("state"); state == unreached {
		q.Unreached = true
	} else {
		q.State = notice.State(state)
	}
	sent, next, err := h.Ledger.List(k.ctx(), q)
	if err != nil {
		return err
	}
	fates, err := h.Ledger.Fates(k.ctx(), q)
	if err != nil {
		return err
	}
	page := h5.StaffMessages{Console: k.console("消息", "/staff/messages"), Here: k.Request.URL.RequestURI(),
		Campaigns: campaignOptions(list, k.Query("c"), "全部活动"), Occasions: occasionOptions(list, q.Template),
		States: fateOptions(fates, k.Query("state")), Filtered: k.Request.URL.RawQuery != ""}
	for _, s := range sent {
		page.Rows = append(page.Rows, sentRow(s))
	}
	if next != 0 {
		again := k.Request.URL.Query()
		again.Set("before", strconv.FormatInt(next, 10))
		page.Next = "/staff/messages?" + again.Encode()
	}
	if k.Query("resent") != "" {
		page.Notice = &h5.Notice{Kind: h5.NoticeOK, Text: "已重新发送，结果见最上面的一条"}
	}
	return h.show(k, page)
}

func sentRow(s notice.Sent) h5.SentRow {
	r := h5.SentRow{Ref: s.Ref, Name: s.Name, Major: s.Major, What: s.Occasion(), Way: s.Way(), At: h5.Time(s.CreatedAt),
		State: s.State.Words(), Reason: s.Reason, CanResend: s.CanResend()}
	if s.Enrolment != "" {
		r.Href = "/staff/students/" + s.Enrolment
	} else {
		r.Major = "工作人员"
	}
	if s.Code != "" && s.Reason != "" && s.State != notice.Delivered {
		r.Reason += "（" + s.Code + "）"
	}
	switch s.State {
	case notice.Delivered:
		r.Kind = h5.NoticeOK
	case notice.Failed:
		r.Kind = h5.NoticeBad
	case notice.Unknown:
		r.Kind = h5.NoticeWarn
	}
	if s.Resent {
		r.Reason += "，已另发一条"
	}
	return r
}

// campaignOptions are the campaigns of a filter; all, where it is given, is
// the entry for every campaign.
func campaignOptions(list []*campaign.Campaign, chosen, all string) []h5.SelectOption {
	var out []h5.SelectOption
	if all != "" {
		out = append(out, h5.SelectOption{Label: all, Selected: chosen == ""})
	}
	for _, c := range list {
		out = append(out, h5.SelectOption{Value: c.Code, Label: c.Title, Selected: c.Code == chosen})
	}
	return out
}

func occasionOptions(list []*campaign.Campaign, chosen string) []h5.SelectOption {
	out := []h5.SelectOption{{Label: "全部事项", Selected: chosen == ""}}
	seen := map[string]bool{}
	for _, c := range list {
		for _, name := range c.Occasions() {
			if !seen[name] {
				seen[name] = true
				out = append(out, h5.SelectOption{Value: name, Label: notice.Occasion(name), Selected: name == chosen})
			}
		}
	}
	return out
}

func fateOptions(n map[notice.State]int, chosen string) []h5.SelectOption {
	n[notice.Queued] += n[notice.Sending]
	out := []h5.SelectOption{{Label: "全部结果", Selected: chosen == ""}}
	for _, s := range ledgerStates {
		out = append(out, h5.SelectOption{Value: string(s), Label: s.Words() + " " + strconv.Itoa(n[s]), Selected: string(s) == chosen})
	}
	return append(out, h5.SelectOption{Value: unreached, Label: "没有收到的学生", Selected: chosen == unreached})
}

// resendMessage sends a message that failed once more.
func (h *Handler) resendMessage(k *call) error {
	err := h.staffAct(k, func(ctx context.Context) (acted, error) {
		row, err := h.Ledger.Resend(ctx, k.staff.Scope(), k.Param("ref"))
		return acted{"message.resend", "message:" + row.Ref, "重发消息：" + notice.Occasion(row.Payload.TemplateName)}, err
	})
	if err != nil {
		return err
	}
	h.sendTo(k, backTo(k, "/staff/messages", "resent"))
	return nil
}

// backTo is the page of ours that a form came from, with a mark for its notice.
func backTo(k *call, path, mark string) string {
	u, err := url.Parse(k.PostForm("back"))
	if err != nil || !isLocal(k.PostForm("back")) || u.Path != path {
		return path + "?" + mark + "=1"
	}
	q := u.Query()
	q.Set(mark, "1")
	q.Del("before")
	return path + "?" + q.Encode()
}
