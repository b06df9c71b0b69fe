package mysql_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"ruxue/repo/simulator"
	"ruxue/service/notice"
)

// mortalLine and mortalBox are a worker's hands in a process that is killed:
// before a message is handed over, after WeChat has it, before its fate is
// recorded, or after.
type mortalLine struct {
	notice.TemplateSender
	p *process
}

func (l mortalLine) SendTemplate(ctx context.Context, t notice.Template) (string, error) {
	if err := l.p.act(); err != nil {
		return "", err
	}
	id, err := l.TemplateSender.SendTemplate(ctx, t)
	return id, l.p.after(err)
}

type mortalBox struct {
	notice.Store
	p *process
}

func (b mortalBox) Finish(ctx context.Context, ref, holder string, f notice.Fate) (bool, error) {
	if err := b.p.act(); err != nil {
		return false, err
	}
	ok, err := b.Store.Finish(ctx, ref, holder, f)
	return ok, b.p.after(err)
}

func (b mortalBox) Postpone(ctx context.Context, ref, holder string, at time.Time, uncertain *time.Time, f notice.Fate) error {
	if err := b.p.act(); err != nil {
		return err
	}
	return b.p.after(b.Store.Postpone(ctx, ref, holder, at, uncertain, f))
}

func (b mortalBox) Receipt(ctx context.Context, id string) (string, bool, error) {
	if b.p.dead.Load() {
		return "", false, errKilled
	}
	return b.Store.Receipt(ctx, id)
}

// The acts of a worker with one message.
const (
	beforeSend = 1 + iota
	afterSend
	beforeRecord
	afterRecord
)

// dies lets a worker begin with what is due and be killed at its nth act.
func (c *counter) dies(t *testing.T, act int64) {
	t.Helper()
	p := &process{}
	p.left.Store(act)
	o := c.opts
	o.Parallel, o.WeChat, o.Store = 1, mortalLine{o.WeChat, p}, mortalBox{o.Store, p}
	if _, err := notice.NewWorker(o).Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !p.dead.Load() {
		t.Fatalf("the worker lives after %d acts", act)
	}
	c.reported(t)
}

// reported waits until WeChat has reported on everything that was shown: a
// report is signed with its time, and the test's clock runs in leaps.
func (c *counter) reported(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if c.count(t, "outbox_receipt") == len(c.sim.Messages(simStudent)) && c.count(t, "outbox WHERE state='accepted'") == 0 {
			return
		}
	}
	t.Fatalf("%d were shown, %d reported", len(c.sim.Messages(simStudent)), c.count(t, "outbox_receipt"))
}

// settle lets workers come by until every message has a fate.
func (c *counter) settle(t *testing.T) {
	t.Helper()
	const open = "outbox WHERE state IN ('queued','sending')"
	for range 60 {
		c.tick(t)
		c.reported(t)
		step := time.Minute
		if c.count(t, open) == c.count(t, "outbox WHERE state='queued' AND (tries>8 OR not_before > ?)", c.clock().Add(30*time.Minute)) {
			step = 6 * time.Hour // a quota waits for the next day, a refusal is given up after two
		}
		c.pass(step)
		if c.count(t, open) == 0 {
			break
		}
	}
}

// wantFates demands that each of n messages ended in a recorded fate that agrees
// with what the student was shown, and that the fates are these.
func (c *counter) wantFates(t *testing.T, n int, fates string) {
	t.Helper()
	shown := map[string]int{}
	for _, m := range c.sim.Messages(simStudent) {
		for i := range n {
			if strings.Contains(fmt.Sprint(m.Lines), numberOf(i)) {
				shown[fmt.Sprint("m", i)]++
			}
		}
	}
	rows, err := c.db.Outbox().Of(t.Context(), 1, 10*n)
	if err != nil || len(rows) != n {
		t.Fatalf("%d rows of %d messages: %v", len(rows), n, err)
	}
	ended := map[notice.State]int{}
	for _, r := range rows {
		ended[r.State]++
		times := shown[r.DedupeKey]
		switch {
		case r.State == notice.Delivered && times == 1:
		case r.State == notice.Failed && times == 0 && r.Reason != "" && r.DoneAt != nil:
		case r.State == notice.Unknown && times <= 1 && r.Reason != "" && r.DoneAt != nil:
		default:
			t.Errorf("%s was shown %d times and is %s after %d tries: %q", r.DedupeKey, times, r.State, r.Tries, r.Reason)
		}
	}
	if got := strings.TrimPrefix(fmt.Sprint(ended), "map"); got != fates {
		t.Errorf("the fates are %s, want %s", got, fates)
	}
}

// numberOf is what only the ith message says.
func numberOf(i int) string { return fmt.Sprintf("20260700%02d", i) }

// TestOutboxUnderFaults: whatever WeChat does, every message ends in a recorded
// fate, none is lost, and no template message is shown twice; nor where the first
// worker is killed between sending and recording. What it may have sent, and
// WeChat then does not take within the time in which it drops a repetition, is
// of unknown fate: it is not sent the next day.
func TestOutboxUnderFaults(t *testing.T) {
	const all = "[delivered:4]"
	for _, x := range []struct {
		api, mode, code string
		count           int
		fates, killed   string
	}{
		{"template", "timeout", "", 2, all, all}, {"template", "timeout", "", -1, "[unknown:4]", "[unknown:4]"},
		{"template", "500", "", 3, all, all}, {"template", "500", "", -1, "[unknown:4]", "[unknown:4]"},
		{"template", "drop", "", 1, all, all}, {"template", "drop", "", -1, "[unknown:4]", "[unknown:4]"},
		{"template", "slow", "", 4, all, all}, {"push", "duplicate", "", 4, all, all},
		{"template", "error", "40001", 2, all, all}, {"template", "error", "40001", -1, "[failed:4]", "[unknown:4]"},
		{"template", "error", "45009", 4, all, "[delivered:1 unknown:3]"}, {"template", "error", "-1", 2, all, all},
		{"template", "error", "43004", 1, "[delivered:3 failed:1]", all},
	} {
		for _, killed := range []bool{false, true} {
			t.Run(fmt.Sprint(x.mode, x.code, x.count, " killed ", killed), func(t *testing.T) {
				t.Parallel()
				c, fates := newCounter(t), x.fates
				c.addNumbered(t, 4)
				if err := c.sim.AddFault(simulator.Fault{API: x.api, Mode: x.mode, Code: x.code, Count: x.count}); err != nil {
					t.Fatal(err)
				}
				if killed {
					fates = x.killed
					c.dies(t, beforeRecord)
				}
				c.settle(t)
				c.wantFates(t, 4, fates)
			})
		}
	}
}

// addNumbered queues n messages that can be told apart.
func (c *counter) addNumbered(t *testing.T, n int) {
	t.Helper()
	for i := range n {
		m := registered(1, fmt.Sprint("m", i))
		m.Values = map[string]string{"name": "陈*川", "number": numberOf(i), "major": "土木工程", "time": "2026年3月31日 23:59"}
		c.add(t, m)
	}
}

// TestOutboxWorkersKilled kills workers at every act of theirs; the leases end,
// others go on, and everybody is told once. Where the killing goes on beyond the
// time in which WeChat drops a repetition, nobody is told again.
func TestOutboxWorkersKilled(t *testing.T) {
	for _, x := range []struct {
		name  string
		acts  []int64 // at which one worker after the other is killed
		fates string
	}{
		{"before it is handed over", []int64{beforeSend}, "[delivered:3]"},
		{"after it is handed over", []int64{afterSend}, "[delivered:3]"},
		{"before it is recorded", []int64{beforeRecord}, "[delivered:3]"},
		{"after it is recorded", []int64{afterRecord}, "[delivered:3]"},
		{"at the second message", []int64{4 + beforeRecord}, "[delivered:3]"},
		{"at the last message", []int64{8 + afterSend}, "[delivered:3]"},
		{"twice", []int64{beforeRecord, beforeRecord}, "[delivered:3]"},
		{"for ten minutes", []int64{beforeRecord, beforeRecord, beforeRecord, beforeRecord}, "[unknown:3]"},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			c := newCounter(t)
			c.addNumbered(t, 3)
			for _, act := range x.acts {
				c.dies(t, act)
				if n := c.tick(t); n != 0 {
					t.Errorf("%d messages are taken while their worker may live", n)
				}
				c.pass(3*time.Minute + time.Second) // the lease
			}
			c.settle(t)
			c.wantFates(t, 3, x.fates)
		})
	}
}

// An SMS whose worker is killed while it hands it over is of unknown fate, and
// never sent again.
func TestSMSOfAKilledWorker(t *testing.T) {
	c := newCounter(t)
	c.add(t, notice.Message{Kind: notice.KindSMS, EnrolmentID: 1, TemplateName: "text", DedupeKey: "sms"})
	c.dies(t, 1) // recording is the first act: the line of SMS is not mortal
	c.pass(4 * time.Minute)
	if n := c.tick(t); n != 0 {
		t.Errorf("%d were taken again", n)
	}
	if r := c.row(t, 1); r.State != notice.Unknown || r.Reason != "发送中断，不知是否送达" {
		t.Errorf("%+v", r)
	}
	if n := len(c.sim.SMS("13800130000")); n != 1 {
		t.Errorf("%d SMS arrived", n)
	}
}
