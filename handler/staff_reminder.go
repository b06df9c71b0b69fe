package handler

import (
	"context"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/reminder"
	"ruxue/service/roster"
	"ruxue/service/staff"
)

// Reminders are 催办.
type Reminders interface {
	Preview(ctx context.Context, c *campaign.Campaign, step string) (reminder.Preview, error)
	Start(ctx context.Context, by staff.Actor, c *campaign.Campaign, step string) (reminder.Reminder, error)
	Progress(ctx context.Context, c *campaign.Campaign, ref string) (reminder.Progress, error)
	Newest(ctx context.Context, c *campaign.Campaign) ([]reminder.Progress, error)
}

// chosenCampaign is the campaign of ?c=, the first one without it.
func (h *Handler) chosenCampaign(k *call, code string) (*campaign.Campaign, []*campaign.Campaign, error) {
	list, err := h.Campaigns.List(k.ctx())
	if err != nil {
		return nil, nil, err
	}
	for _, c := range list {
		if c.Code == code || code == "" {
			return c, list, nil
		}
	}
	return nil, nil, fault.New(fault.NotFound, "没有这个活动")
}

// staffReminders counts whom each step waits for; with a step chosen it shows
// the message before anything is sent.
func (h *Handler) staffReminders(k *call) error {
	c, list, err := h.chosenCampaign(k, k.Query("c"))
	if err != nil {
		return err
	}
	page := h5.StaffReminders{Console: k.console("催办", "/staff/messages"), Campaign: c.Code,
		Campaigns: campaignOptions(list, c.Code, "")}
	for _, d := range reminder.Steps(c) {
		page.Steps = append(page.Steps, h5.SelectOption{Value: d.Key, Label: standing(c, d.Key), Selected: d.Key == k.Query("step")})
	}
	if step := k.Query("step"); step != "" {
		p, err := h.Reminders.Preview(k.ctx(), c, step)
		if err != nil {
			return err
		}
		page.Preview = &h5.ReminderPreview{Step: p.Step, Where: standing(c, p.Step), To: reminder.SampleName, Count: p.Count, Today: p.Today, NoText: p.NoText}
		for _, l := range p.Text {
			page.Preview.Lines = append(page.Preview.Lines, h5.Pair{Label: l.Label, Value: l.Value})
		}
	}
	rounds, err := h.Reminders.Newest(k.ctx(), c)
	if err != nil {
		return err
	}
	for _, r := range rounds {
		page.Rounds = append(page.Rounds, h5.ReminderRound{Ref: r.Ref, Step: roster.DueLabel(c, r.Step), At: h5.Time(r.CreatedAt),
			Total: r.Total, Sent: r.Sent, Failed: r.Failed, Percent: r.Percent()})
	}
	return h.show(k, page)
}

// standing says where the students of a step are: 停在“缴费”.
func standing(c *campaign.Campaign, step string) string {
	if step == roster.KeyLogin {
		return "还没有登录过"
	}
	return "停在“" + roster.DueLabel(c, step) + "”"
}

// startReminder begins a round and goes back to the page that shows its progress.
func (h *Handler) startReminder(k *call) error {
	c, _, err := h.chosenCampaign(k, k.PostForm("c"))
	if err != nil {
		return err
	}
	if _, err := h.Reminders.Start(k.ctx(), *k.staff, c, k.PostForm("step")); err != nil {
		return err
	}
	h.sendTo(k, "/staff/reminders?c="+c.Code)
	return nil
}

// reminderState tells the page's script how far a round is.
func (h *Handler) reminderState(k *call) error {
	c, _, err := h.chosenCampaign(k, k.Query("c"))
	if err != nil {
		return err
	}
	p, err := h.Reminders.Progress(k.ctx(), c, k.Param("ref"))
	if err != nil {
		return err
	}
	return h.ok(k, gin.H{"total": p.Total, "sent": p.Sent, "failed": p.Failed, "percent": p.Percent(), "done": p.DoneAt != nil && p.Percent() == 100})
}
