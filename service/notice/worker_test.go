package notice_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"ruxue/service/notice"
)

func TestTemplateGoesOut(t *testing.T) {
	o := newOffice(t, notice.Message{})
	o.box.row.Payload.Values = map[string]string{"name": "陈立川", "number": "1"}
	o.tick(t)
	if len(o.line.templates) != 1 || o.last(t).State != notice.Accepted {
		t.Fatalf("%+v %+v", o.line.templates, o.box.fates)
	}
	m := o.line.templates[0]
	if m.OpenID != "o1" || m.TemplateID != "T1" || m.ClientMsgID != o.box.row.Ref || len(m.Data) != 1 || m.Data["thing1"] != "陈立川" {
		t.Errorf("%+v", m)
	}
}

// A campaign names the account's template itself; its values then are the
// template's own fields.
func TestTemplateOfTheCampaign(t *testing.T) {
	m := notice.Message{EnrolmentID: 1, DedupeKey: "k", TemplateName: "anything", TemplateID: "T9", Values: map[string]string{"thing4": "x"}}
	o := newOffice(t, m)
	o.tick(t)
	if got := o.line.templates[0]; got.TemplateID != "T9" || got.Data["thing4"] != "x" {
		t.Errorf("%+v", got)
	}
	m.Kind, m.Values = notice.KindSMS, map[string]string{"1": "a", "2": "b", "x": "c"}
	o = newOffice(t, m)
	o.tick(t)
	if got := o.line.texts[0]; got.TemplateID != "T9" || len(got.Params) != 2 || got.Params[1] != "b" || got.Phone != "13800138000" {
		t.Errorf("%+v", got)
	}
}

func TestFates(t *testing.T) {
	lost := errors.New("the connection failed")
	next := time.Date(2026, 3, 12, 16, 5, 0, 0, time.UTC) // 00:05 on the 13th in Beijing
	tests := []struct {
		name      string
		kind      notice.Kind
		change    func(*office)
		state     notice.State
		reason    string
		at        time.Time // when it is tried again
		uncertain bool
	}{
		{name: "refused", change: func(o *office) { o.line.err = refusal{notice.Permanent, "43004"} }, state: notice.Failed, reason: "原因43004"},
		{name: "later", change: func(o *office) { o.line.err = refusal{notice.Temporary, "40001"} }, state: notice.Queued, reason: "原因40001"},
		{name: "quota", change: func(o *office) { o.line.err = refusal{notice.Quota, "45009"} }, state: notice.Queued, reason: "原因45009", at: next},
		{name: "lost", change: func(o *office) { o.line.err = lost }, state: notice.Queued, reason: "发送接口没有应答", uncertain: true},
		{name: "busy", change: func(o *office) { o.line.err = refusal{notice.Uncertain, "-1"} }, state: notice.Queued, reason: "原因-1", uncertain: true},
		{name: "nobody", change: func(o *office) { o.line.openID = "" }, state: notice.Failed, reason: "接收人未在微信中登录过"},
		{name: "database", change: func(o *office) { o.line.findErr = lost }, state: notice.Queued, reason: "暂时无法查到接收人"},
		{name: "no template", change: func(o *office) { o.Templates = nil }, state: notice.Failed, reason: "未配置消息模板"},
		{name: "SMS lost", kind: notice.KindSMS, change: func(o *office) { o.line.err = lost }, state: notice.Unknown, reason: "发送接口没有应答"},
		{name: "SMS refused", kind: notice.KindSMS, change: func(o *office) { o.line.err = refusal{notice.Permanent, "x"} }, state: notice.Failed, reason: "原因x"},
		{name: "SMS nobody", kind: notice.KindSMS, change: func(o *office) { o.line.phone = "" }, state: notice.Failed, reason: "接收人没有登记手机号"},
		{name: "SMS no template", kind: notice.KindSMS, change: func(o *office) { o.Templates = nil }, state: notice.Failed, reason: "未配置短信模板"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t, notice.Message{Kind: tt.kind})
			tt.change(o)
			o.tick(t)
			f := o.last(t)
			if f.State != tt.state || f.Reason != tt.reason {
				t.Errorf("%+v", f)
			}
			if tt.state != notice.Queued {
				return
			}
			if !tt.at.IsZero() && !o.box.at.Equal(tt.at) || !o.box.at.After(o.now) {
				t.Errorf("tried again at %v", o.box.at)
			}
			if (o.box.row.UncertainSince != nil) != tt.uncertain {
				t.Errorf("uncertain since %v", o.box.row.UncertainSince)
			}
		})
	}
}

// Tries grow rarer, and after ten uncertain minutes they end.
func TestUncertainEnds(t *testing.T) {
	o := newOffice(t, notice.Message{})
	o.line.err = errors.New("no answer")
	start := o.now
	for o.box.row.State == notice.Queued && o.now.Sub(start) < time.Hour {
		o.tick(t)
		o.now = o.now.Add(5 * time.Second)
	}
	if o.box.row.State != notice.Unknown || o.now.Sub(start) > 15*time.Minute {
		t.Errorf("%s after %v", o.box.row.State, o.now.Sub(start))
	}
	if n := len(o.line.templates); n < 5 || n > 10 {
		t.Errorf("%d tries", n)
	}
}

// Something refused for the time being is given up one day, with its reason.
func TestTemporaryEnds(t *testing.T) {
	o := newOffice(t, notice.Message{})
	o.line.err = refusal{notice.Quota, "45009"}
	start := o.now
	for o.box.row.State == notice.Queued && o.now.Sub(start) < 30*24*time.Hour {
		o.tick(t)
		o.now = o.now.Add(time.Hour)
	}
	if f := o.last(t); f.State != notice.Failed || f.Reason != "原因45009" || o.now.Sub(start) > 4*24*time.Hour {
		t.Errorf("%+v after %v", f, o.now.Sub(start))
	}
}

// WeChat's report may come before the worker noted the id, or after.
func TestReports(t *testing.T) {
	for status, want := range map[string]notice.Fate{
		"success":               {State: notice.Delivered},
		"failed:user block":     {State: notice.Failed, Code: "user block", Reason: "用户拒收公众号消息"},
		"failed: system failed": {State: notice.Failed, Code: "system failed", Reason: "微信系统原因未送达"},
		"new words":             {State: notice.Failed, Code: "system failed", Reason: "微信系统原因未送达"},
	} {
		for _, early := range []bool{true, false} {
			o := newOffice(t, notice.Message{})
			d := notice.NewDeliveries(o.box)
			if early {
				if err := d.Delivered(t.Context(), "77", status); err != nil {
					t.Fatal(err)
				}
			}
			o.tick(t)
			if !early {
				if err := d.Delivered(t.Context(), "77", status); err != nil {
					t.Fatal(err)
				}
			}
			if got := o.last(t); got != want {
				t.Errorf("%q, early %v: %+v", status, early, got)
			}
		}
	}
	b := &box{fail: errors.New("away")}
	if err := notice.NewDeliveries(b).Delivered(t.Context(), "77", "success"); err == nil {
		t.Error("a report that is not kept must be sent again")
	}
	if err := notice.NewDeliveries(b).Delivered(t.Context(), "", "success"); err != nil {
		t.Error("a push without an id is nothing to us", err)
	}
}

func TestRun(t *testing.T) {
	o := newOffice(t, notice.Message{})
	o.Every = time.Hour
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { o.Run(ctx); close(done) }()
	o.Wake()
	o.Wake() // never blocks
	time.Sleep(50 * time.Millisecond)
	stop()
	<-done
	if len(o.line.templates) != 1 {
		t.Errorf("%d were sent", len(o.line.templates))
	}
	o.box.fail = errors.New("the database is away")
	if _, err := o.Tick(t.Context()); err == nil {
		t.Error("a tick that cannot claim must say so")
	}
}

// A worker that stops gives back what it has not begun.
func TestStopGivesBack(t *testing.T) {
	o := newOffice(t, notice.Message{})
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := o.Tick(ctx); err != nil {
		t.Fatal(err)
	}
	if len(o.line.templates) != 0 || o.box.row.State != notice.Queued || o.box.row.UncertainSince != nil {
		t.Errorf("%d were sent, %+v", len(o.line.templates), o.box.row)
	}
	o.tick(t)
	if len(o.line.templates) != 1 {
		t.Error("it was not sent afterwards")
	}
}

func TestWords(t *testing.T) {
	for s, want := range map[notice.State]string{notice.Queued: "待发送", notice.Sending: "待发送", notice.Accepted: "已提交",
		notice.Delivered: "已送达", notice.Failed: "发送失败", notice.Unknown: "结果未知"} {
		if s.Words() != want {
			t.Errorf("%s is %s", s, s.Words())
		}
	}
}
