package mysql_test

import (
	"fmt"
	"testing"
	"time"

	"ruxue/repo/simulator"
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

// TestOutboxUnderFaults: whatever WeChat does, every message ends in a recorded
// fate, none is lost, and no template message is shown twice.
func TestOutboxUnderFaults(t *testing.T) {
	for _, f := range []simulator.Fault{
		{Mode: "timeout", Count: 2}, {Mode: "timeout", Count: -1},
		{Mode: "500", Count: 3}, {Mode: "500", Count: -1},
		{Mode: "drop", Count: 1}, {Mode: "slow", Count: 4}, {API: "push", Mode: "duplicate", Count: 4},
		{Mode: "error", Code: "40001", Count: 2}, {Mode: "error", Code: "40001", Count: -1},
		{Mode: "error", Code: "45009", Count: 4}, {Mode: "error", Code: "-1", Count: 2},
		{Mode: "error", Code: "43004", Count: 1},
	} {
		t.Run(fmt.Sprint(f.Mode, f.Code, f.Count), func(t *testing.T) {
			t.Parallel()
			c := newCounter(t)
			if f.API == "" {
				f.API = "template"
			}
			if err := c.sim.AddFault(f); err != nil {
				t.Fatal(err)
			}
			for i := range 4 {
				c.add(t, registered(1, fmt.Sprint("m", i)))
			}
			// A worker dies between handing over and recording: its lease runs out.
			killed := true
			for range 40 {
				c.tick(t)
				if killed {
					c.raw.MustExec(`UPDATE outbox SET state='queued', lease_until=created_at, done_at=NULL, message_id='' WHERE state='accepted' LIMIT 1`)
					killed = false
				}
				step := time.Minute
				if c.count(t, "outbox WHERE state='queued' AND (tries>8 OR not_before > ?)", c.clock().Add(30*time.Minute)) > 0 {
					step = 6 * time.Hour // a quota waits for the next day, a refusal for two
				}
				c.pass(step)
				if c.count(t, "outbox WHERE state IN ('queued','sending')") == 0 {
					break
				}
			}
			deadline := time.Now().Add(5 * time.Second)
			for c.count(t, "outbox WHERE state='accepted'") > 0 && time.Now().Before(deadline) {
				time.Sleep(10 * time.Millisecond) // the delivery is reported behind the answer
			}
			if n := c.count(t, "outbox WHERE state IN ('queued','sending')"); n != 0 {
				t.Errorf("%d messages have no fate", n)
			}
			if n := c.count(t, "outbox WHERE state IN ('failed','unknown') AND reason=''"); n != 0 {
				t.Errorf("%d messages failed without a reason", n)
			}
			shown := map[string]int{}
			for _, m := range c.sim.Messages(simStudent) {
				if shown[m.ClientID]++; shown[m.ClientID] > 1 {
					t.Errorf("the student was shown one message %d times", shown[m.ClientID])
				}
			}
			if d := c.count(t, "outbox WHERE state='delivered'"); d > len(shown) {
				t.Errorf("%d are called delivered, %d were shown", d, len(shown))
			}
		})
	}
}
