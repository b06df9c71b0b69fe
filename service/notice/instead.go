package notice

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"ruxue/service/campaign"
	"ruxue/service/reference"
)

// ForCampaign fills the campaign's template of an occasion with our values,
// the text message in its place included. false when the campaign has no such
// template: then nothing is to be sent.
func ForCampaign(c *campaign.Campaign, occasion string, ours map[string]string) (Message, bool) {
	t, ok := c.Templates[occasion]
	if !ok {
		return Message{}, false
	}
	m := Message{Kind: KindTemplate, TemplateName: occasion, TemplateID: t.ID, Values: map[string]string{}}
	for field, name := range t.Fields {
		m.Values[field] = ours[name]
	}
	if t.SMS != nil {
		m.Instead = &Instead{TemplateID: t.SMS.ID}
		for _, name := range t.SMS.Params {
			m.Instead.Params = append(m.Instead.Params, ours[name])
		}
	}
	return m, true
}

// errNoFollower is a person whom the Official Account cannot reach.
type errNoFollower struct{ errNowhere }

// unreachable are WeChat's codes for the same: no follower, and one who
// refuses messages (facts: 43004, 43101; 40003 is an openid of another account).
var unreachable = map[string]bool{"43004": true, "43101": true, "40003": true}

// instead queues the text message of a template message that WeChat will not
// bring to its student. It is written before the failure is recorded: should
// this process die between the two, the dedupe key keeps it from being told twice.
func (w *Worker) instead(ctx context.Context, row Row, why error) error {
	_, code, _ := classOf(why)
	var nobody errNoFollower
	if row.Kind != KindTemplate || row.Payload.Instead == nil || (!errors.As(why, &nobody) && !unreachable[code]) {
		return nil
	}
	sms := Row{Ref: reference.New(), Kind: KindSMS, EnrolmentID: row.EnrolmentID, StaffID: row.StaffID, DedupeKey: "instead:" + row.Ref,
		Payload: Payload{TemplateName: row.Payload.TemplateName, TemplateID: row.Payload.Instead.TemplateID, Values: map[string]string{}},
		State:   Queued, NotBefore: w.Now(), CreatedAt: w.Now()}
	for i, p := range row.Payload.Instead.Params {
		sms.Payload.Values[strconv.Itoa(i+1)] = p
	}
	if _, err := w.Store.Insert(ctx, sms); err != nil {
		return fmt.Errorf("queueing a text message instead: %w", err)
	}
	return nil
}
