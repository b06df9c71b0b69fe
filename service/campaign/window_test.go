package campaign_test

import (
	"strings"
	"testing"
	"time"

	"ruxue/service/campaign"
)

var spring = campaign.Window{Label: "新生实名制注册时间", From: "2026-03-01", To: "2026-03-31"}

func TestTheWindowHoldsBothDaysInBeijingTime(t *testing.T) {
	for utc, open := range map[string]bool{
		"2026-02-28T15:59:59.999999999Z": false, "2026-02-28T16:00:00Z": true, "2026-03-15T00:00:00Z": true,
		"2026-03-31T15:59:59Z": true, "2026-03-31T15:59:59.999999999Z": true, "2026-03-31T16:00:00Z": false,
	} {
		now, err := time.Parse(time.RFC3339Nano, utc)
		if err != nil {
			t.Fatal(err)
		}
		if got := spring.Open(now); got != open {
			t.Errorf("at %s open is %v", utc, got)
		}
		if got := spring.ClosedSentence(now); (got == "") != open {
			t.Errorf("at %s the door says %q", utc, got)
		}
	}
}

func TestAOneDayWindow(t *testing.T) {
	w := campaign.Window{From: "2026-03-01", To: "2026-03-01"}
	if !w.Open(time.Date(2026, 3, 1, 23, 59, 59, 0, campaign.Shanghai)) || w.Open(time.Date(2026, 3, 2, 0, 0, 0, 0, campaign.Shanghai)) {
		t.Error("one day is from 0:00:00 through 23:59:59")
	}
}

func TestTheDoorSaysWhyItIsShut(t *testing.T) {
	before := spring.ClosedSentence(time.Date(2026, 2, 1, 0, 0, 0, 0, campaign.Shanghai))
	after := spring.ClosedSentence(time.Date(2026, 4, 1, 0, 0, 0, 0, campaign.Shanghai))
	for _, s := range []string{before, after} {
		if !strings.Contains(s, "2026年3月1日至2026年3月31日") {
			t.Errorf("%q does not name the dates", s)
		}
	}
	if !strings.Contains(before, "还没有开始") || !strings.Contains(after, "已经结束") {
		t.Errorf("%q, %q", before, after)
	}
	if got := spring.Text(); got != "新生实名制注册时间 2026年3月1日 至 2026年3月31日 23:59" {
		t.Errorf("%q", got)
	}
}

func TestABrokenWindowIsShut(t *testing.T) {
	for _, w := range []campaign.Window{{}, {From: "2026-3-1", To: "2026-03-31"}, {From: "2026-03-01", To: "2026-02-30"}} {
		if _, _, err := w.Bounds(); err == nil || w.Open(time.Now()) {
			t.Errorf("%+v: %v", w, err)
		}
	}
}

func TestDatesAreWrittenInBeijingTime(t *testing.T) {
	at := time.Date(2026, 3, 31, 15, 59, 0, 0, time.UTC)
	if d, dt := campaign.Date(at.Add(time.Minute)), campaign.DateTime(at); d != "2026年4月1日" || dt != "2026年3月31日 23:59" {
		t.Errorf("%s, %s", d, dt)
	}
}
