package notice_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/notice"
)

func TestTellSpeaksPlainWords(t *testing.T) {
	c := &campaign.Campaign{Templates: campaign.Templates{"student_number": {ID: "x",
		Fields: map[string]string{"thing1": "name", "character_string2": "number", "time4": "time"}}}}
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		payload notice.Payload
		title   string
		lines   []notice.Line
	}{
		"the campaign's template": {notice.Payload{TemplateName: "student_number", TemplateID: "x",
			Values: map[string]string{"time4": "2026年3月1日", "character_string2": "26100CS10001", "thing1": "李*雯"}},
			"注册结果通知", []notice.Line{{"姓名", "李*雯"}, {"学号", "26100CS10001"}, {"时间", "2026年3月1日"}}},
		"our own names": {notice.Payload{TemplateName: "reminder", Values: map[string]string{"deadline": "3月31日", "item": "缴费"}},
			"办理提醒", []notice.Line{{"事项", "缴费"}, {"截止时间", "3月31日"}}},
		"an unknown template": {notice.Payload{TemplateName: "news", Values: map[string]string{"b": "二", "a": "一", "c": " "}},
			"学校通知", []notice.Line{{"", "一"}, {"", "二"}}},
		"nothing": {notice.Payload{}, "学校通知", nil},
	} {
		got := notice.Tell(c, notice.Row{Payload: test.payload, NotBefore: at, State: notice.Failed})
		if got.Title != test.title || !reflect.DeepEqual(got.Lines, test.lines) || got.At != at || got.State != notice.Failed {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

type told struct {
	limit int
	err   error
}

func (m *told) OfEnrolment(_ context.Context, id int64, _ time.Time, limit int) ([]notice.Row, error) {
	m.limit = limit
	return []notice.Row{{EnrolmentID: id, Payload: notice.Payload{TemplateName: "refund"}}}, m.err
}

func TestHistoryIsBounded(t *testing.T) {
	m := &told{}
	h := notice.NewHistory(m, time.Now)
	list, err := h.Of(t.Context(), &campaign.Campaign{}, 7)
	if err != nil || len(list) != 1 || list[0].Title != "退款通知" || m.limit != 20 {
		t.Errorf("%+v %v, at most %d", list, err, m.limit)
	}
	m.err = errors.New("away")
	if _, err := h.Of(t.Context(), &campaign.Campaign{}, 7); !errors.Is(err, m.err) {
		t.Errorf("lost messages are silent: %v", err)
	}
}
