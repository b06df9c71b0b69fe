package mysql_test

import (
	"fmt"
	"testing"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/notice"
)

func withInstead(c *counter, id int64, key string) notice.Message {
	m := registered(id, key)
	m.Instead = &notice.Instead{TemplateID: c.sim.Config().SMSTemplates[1].ID, Params: []string{"陈*川", "2026070001"}}
	return m
}

// Who follows no account gets the text message, once, however often the worker
// dies before it has recorded why.
func TestSMSInstead(t *testing.T) {
	c := newCounter(t)
	c.add(t, withInstead(c, 2, "a")) // a stranger to the account
	c.add(t, withInstead(c, 1, "b")) // a follower
	c.tick(t)
	c.tick(t)
	if n := len(c.sim.SMS("13800130001")); n != 1 {
		t.Fatalf("%d SMS arrived", n)
	}
	if n := len(c.sim.SMS("13800130000")); n != 0 {
		t.Errorf("a follower got %d SMS too", n)
	}
	if r := c.row(t, 2); r.Kind != notice.KindSMS || r.State != notice.Accepted {
		t.Errorf("%+v", r)
	}
	// The fate is lost with its worker; the message is tried again.
	c.raw.MustExec(`UPDATE outbox SET state='queued', done_at=NULL, lease_until=created_at, uncertain_since=NULL WHERE enrolment_id=2 AND kind='template'`)
	c.pass(time.Minute)
	c.tick(t)
	c.tick(t)
	if n := len(c.sim.SMS("13800130001")); n != 1 {
		t.Errorf("%d SMS arrived", n)
	}
	// Who never logged in in WeChat has no openid at all.
	c.raw.MustExec(`DELETE FROM person_openid WHERE person_id=2`)
	c.add(t, withInstead(c, 2, "c"))
	c.tick(t)
	c.pass(31 * time.Second)
	c.tick(t)
	if n := len(c.sim.SMS("13800130001")); n != 2 {
		t.Errorf("%d SMS arrived", n)
	}
}

func TestForCampaign(t *testing.T) {
	c := &campaign.Campaign{Templates: campaign.Templates{"review_result": {ID: "T1", Fields: map[string]string{"thing1": "name", "thing2": "result"},
		SMS: &campaign.SMSTemplate{ID: "S1", Params: []string{"result", "name"}}}}}
	m, ok := notice.ForCampaign(c, "review_result", map[string]string{"name": "陈*川", "result": "通过"})
	if !ok || m.TemplateID != "T1" || m.Values["thing2"] != "通过" || m.Instead.TemplateID != "S1" || fmt.Sprint(m.Instead.Params) != "[通过 陈*川]" {
		t.Errorf("%+v %v", m, ok)
	}
	if _, ok := notice.ForCampaign(c, "reminder", nil); ok {
		t.Error("a template that the campaign lacks was filled")
	}
}
