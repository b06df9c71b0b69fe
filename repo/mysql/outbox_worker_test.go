package mysql_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"ruxue/repo/redis"
	"ruxue/repo/repotest"
	"ruxue/repo/simulator"
	"ruxue/repo/sms"
	"ruxue/repo/wechat"
	"ruxue/service/notice"
)

// counter is everything between the outbox and the phone: real database, real
// clients, the simulated providers, and the product's message address.
type counter struct {
	*post
	sim  *simulator.Simulator
	opts notice.WorkerOptions
}

const (
	simStudent  = "oSim0student1xChenLiChuan000"
	simStranger = "oSim0stranger1xZhouMing00000"
)

func newCounter(t *testing.T) *counter {
	t.Helper()
	c := &counter{post: newPost(t, 2)}
	c.now = time.Now().UTC().Truncate(time.Microsecond) // Tencent Cloud's SDK signs with the wall clock
	sim, err := simulator.New(simulator.Options{Clock: c.clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	srv := httptest.NewServer(sim.Handler())
	t.Cleanup(srv.Close)
	sim.SetBase(srv.URL)
	c.sim = sim
	k := sim.Config()
	wx, err := wechat.New(wechat.Config{AppID: k.AppID, AppSecret: k.AppSecret, Token: k.Token, EncodingAESKey: k.EncodingAESKey,
		APIBase: srv.URL, Timeout: 500 * time.Millisecond, Now: c.clock}, redis.NewWechatCache(repotest.Redis(t), "wx:"))
	if err != nil {
		t.Fatal(err)
	}
	texts, err := sms.New(sms.Config{SecretID: k.CloudSecretID, SecretKey: k.CloudSecretKey, BaseURL: srv.URL,
		SDKAppID: k.SMSAppID, SignName: k.SMSSign, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	c.receive(t, wx)
	c.raw.MustExec(`DELETE FROM person_openid`)
	c.raw.MustExec(`INSERT INTO person_openid VALUES (1, ?, ?, NOW(6), NOW(6)), (2, ?, ?, NOW(6), NOW(6))`, k.AppID, simStudent, k.AppID, simStranger)
	c.opts = notice.WorkerOptions{
		Store: c.db.Outbox(), Recipients: c.db.Recipients(k.AppID), WeChat: wx, SMS: texts, Now: c.clock,
		Templates: map[string]notice.Spec{
			"registered": {ID: k.Templates[0].ID, Fields: map[string]string{"thing1": "name", "character_string2": "number", "thing3": "major", "time4": "time"}},
			"text":       {ID: k.SMSTemplates[1].ID, Params: []string{"name", "number"}},
		},
	}
	return c
}

// receive is the product's message address, as the handler does it.
func (c *counter) receive(t *testing.T, wx *wechat.Client) {
	deliveries := notice.NewDeliveries(c.db.Outbox())
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, err := wx.ParsePush(r)
		if err == nil {
			err = deliveries.Delivered(context.WithoutCancel(r.Context()), p.MsgID, p.Status)
		}
		if err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(srv.Close)
	c.sim.SetProduct(srv.URL)
}

func (c *counter) add(t *testing.T, m notice.Message) {
	t.Helper()
	if m.Values == nil {
		m.Values = map[string]string{"name": "陈*川", "number": "2026070001", "major": "土木工程", "time": "2026年3月31日 23:59"}
	}
	if err := c.outbox().Add(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

func (c *counter) tick(t *testing.T) int {
	t.Helper()
	n, err := notice.NewWorker(c.opts).Tick(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (c *counter) row(t *testing.T, id int64) notice.Row {
	t.Helper()
	rows, err := c.db.Outbox().Of(t.Context(), id, 1)
	if err != nil || len(rows) != 1 {
		t.Fatal(len(rows), err)
	}
	return rows[0]
}

func (c *counter) until(t *testing.T, id int64, want notice.State) notice.Row {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if r := c.row(t, id); r.State == want {
			return r
		}
	}
	t.Fatalf("the message is %+v, not %s", c.row(t, id), want)
	return notice.Row{}
}

func registered(id int64, key string) notice.Message {
	return notice.Message{Kind: notice.KindTemplate, EnrolmentID: id, DedupeKey: key, TemplateName: "registered"}
}

func TestTemplateIsDelivered(t *testing.T) {
	c := newCounter(t)
	c.add(t, registered(1, "a"))
	c.add(t, registered(2, "b"))
	if n := c.tick(t); n != 2 {
		t.Fatalf("%d were claimed", n)
	}
	r := c.until(t, 1, notice.Delivered)
	if r.MessageID == "" || r.DoneAt == nil || r.Reason != "" || len(c.sim.Messages(simStudent)) != 1 {
		t.Errorf("%+v", r)
	}
	if r := c.row(t, 2); r.State != notice.Failed || r.Code != "43004" || r.Reason != "未关注公众号" {
		t.Errorf("a stranger's: %+v", r)
	}
	if n := c.tick(t); n != 0 {
		t.Errorf("%d were claimed again", n)
	}
}

func TestTemplateIsBlocked(t *testing.T) {
	c := newCounter(t)
	if _, err := c.sim.AddUser(simulator.User{OpenID: simStudent, Follower: true, Refuses: true}); err != nil {
		t.Fatal(err)
	}
	c.add(t, registered(1, "a"))
	c.tick(t)
	if r := c.until(t, 1, notice.Failed); r.Reason != "用户拒收公众号消息" {
		t.Errorf("%+v", r)
	}
}

// An answer that was lost is asked for again under the same client_msg_id: the
// student is told once.
func TestTemplateAnswerLost(t *testing.T) {
	c := newCounter(t)
	if err := c.sim.AddFault(simulator.Fault{API: "template", Mode: "drop", Count: 2}); err != nil {
		t.Fatal(err)
	}
	c.add(t, registered(1, "a"))
	c.tick(t)
	if r := c.row(t, 1); r.State != notice.Queued || r.UncertainSince == nil || r.Tries != 1 {
		t.Fatalf("%+v", r)
	}
	if n := c.tick(t); n != 0 {
		t.Error("it was tried again without waiting")
	}
	for range 2 {
		c.pass(time.Minute)
		c.tick(t)
	}
	c.until(t, 1, notice.Delivered)
	if n := len(c.sim.Messages(simStudent)); n != 1 {
		t.Errorf("the student was told %d times", n)
	}
}

// After ten minutes a repetition might be told twice: the fate is unknown.
func TestTemplateUnknown(t *testing.T) {
	c := newCounter(t)
	if err := c.sim.AddFault(simulator.Fault{API: "template", Mode: "drop", Count: -1}); err != nil {
		t.Fatal(err)
	}
	c.add(t, registered(1, "a"))
	for range 13 {
		c.tick(t)
		c.pass(time.Minute)
	}
	r := c.row(t, 1)
	if r.State != notice.Unknown || r.Reason == "" {
		t.Errorf("%+v", r)
	}
	c.sim.ClearFaults()
	c.pass(time.Hour)
	if c.tick(t) != 0 || len(c.sim.Messages(simStudent)) != 1 {
		t.Errorf("the student was told %d times", len(c.sim.Messages(simStudent)))
	}
}

func TestSMSAtMostOnce(t *testing.T) {
	c := newCounter(t)
	m := notice.Message{Kind: notice.KindSMS, EnrolmentID: 1, TemplateName: "text"}
	if err := c.sim.AddFault(simulator.Fault{API: "sms", Mode: "drop"}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []notice.State{notice.Unknown, notice.Accepted} {
		m.DedupeKey = fmt.Sprint("sms", i)
		c.add(t, m)
		c.tick(t)
		if r := c.row(t, 1); r.State != want {
			t.Errorf("%+v, want %s", r, want)
		}
		c.pass(time.Minute)
		c.tick(t)
	}
	if n := len(c.sim.SMS("13800130000")); n != 2 {
		t.Errorf("%d SMS arrived", n)
	}
	if err := c.sim.AddFault(simulator.Fault{API: "sms", Mode: "error", Code: "LimitExceeded.PhoneNumberDailyLimit"}); err != nil {
		t.Fatal(err)
	}
	m.DedupeKey = "sms2"
	c.add(t, m)
	c.tick(t)
	if r := c.row(t, 1); r.State != notice.Failed || r.Reason != "短信发送次数已达上限" {
		t.Errorf("%+v", r)
	}
}

// Three replicas and many messages: everybody is told once.
func TestWorkersShare(t *testing.T) {
	c := newCounter(t)
	for i := range 100 {
		c.add(t, registered(1, fmt.Sprint("m", i)))
	}
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 3 {
		o := c.opts
		o.Every = 20 * time.Millisecond
		w := notice.NewWorker(o)
		wg.Go(func() { w.Run(ctx) })
	}
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if c.count(t, "outbox WHERE state='delivered'") == 100 {
			break
		}
	}
	stop()
	wg.Wait()
	if n, m := c.count(t, "outbox WHERE state='delivered' AND tries=1"), len(c.sim.Messages(simStudent)); n != 100 || m != 100 {
		t.Errorf("%d delivered at the first try, %d arrived", n, m)
	}
}
