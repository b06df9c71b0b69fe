package mysql_test

import (
	"fmt"
	"testing"
	"time"

	"ruxue/service/notice"
)

// TestAStudentsMessages: the newest first, bounded, only her own, and none
// before its time.
func TestAStudentsMessages(t *testing.T) {
	p := newPost(t, 2)
	o := notice.NewOutbox(p.db.Outbox(), p.clock)
	add := func(student int64, name string, after time.Duration) {
		t.Helper()
		err := o.Add(t.Context(), notice.Message{Kind: notice.KindTemplate, EnrolmentID: student, DedupeKey: fmt.Sprint(student, name),
			TemplateName: name, Values: map[string]string{"remark": name}, NotBefore: p.clock().Add(after)})
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 {
		add(p.ids[0], fmt.Sprintf("m%d", i), 0)
		p.pass(time.Minute)
	}
	add(p.ids[0], "tomorrow", 24*time.Hour)
	add(p.ids[1], "hers", 0)
	if err := o.Add(t.Context(), notice.Message{Kind: notice.KindSMS, EnrolmentID: p.ids[0], DedupeKey: "instead:m2",
		TemplateName: "m2", Values: map[string]string{"remark": "m2 once more"}}); err != nil {
		t.Fatal(err)
	}
	read := func(limit int) (out string) {
		t.Helper()
		list, err := p.db.Outbox().OfEnrolment(t.Context(), p.ids[0], p.clock(), limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list {
			out += r.Payload.Values["remark"] + " "
		}
		return out
	}
	if got := read(20); got != "m2 m1 m0 " {
		t.Errorf("the messages are %s", got)
	}
	if got := read(2); got != "m2 m1 " {
		t.Errorf("at most two are %s", got)
	}
	p.pass(25 * time.Hour)
	if got := read(1); got != "tomorrow " {
		t.Errorf("a day later the newest is %s", got)
	}
}
