package app_test

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/app"
	"ruxue/service/audit"
)

// metric reads a metric from the server's /metrics, its values by a label.
func (w *world) metric(t testing.TB, name, label string) map[string]string {
	t.Helper()
	res, err := http.Get("http://" + w.cfg.MetricsListen + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(body)) {
		if rest, ok := strings.CutPrefix(line, name+"{"+label+`="`); ok {
			value, n, _ := strings.Cut(rest, `"} `)
			out[value] = strings.TrimSpace(n)
		}
	}
	return out
}

// heads waits until the chain's head is signed for so many days and returns
// them as they are noted from the log.
func (w *world) heads(t testing.TB, days int) []audit.Head {
	t.Helper()
	var list []audit.Head
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		var err error
		if list, err = w.store(t).Seals().Heads(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(list) >= days {
			return list
		}
	}
	t.Fatalf("%d heads were signed, want %d", len(list), days)
	return nil
}

// TestServerSignsTheHeadEveryDay lets a running server live into its second
// day: a second head is signed, by the log it can be noted, and both prove the
// chain. A head that somebody noted and the chain does not lead to is told.
func TestServerSignsTheHeadEveryDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	on(t, w.phone()).until(w.student(0), "choose") // a login is a row of the audit log
	first := w.heads(t, 1)[0]
	w.clock.move(24 * time.Hour)
	on(t, w.phone()).until(w.student(1), "choose")
	list := w.heads(t, 2)
	day, err := time.Parse(time.DateOnly, first.Day)
	if err != nil {
		t.Fatal(err)
	}
	if want := day.AddDate(0, 0, 1).Format(time.DateOnly); len(list) != 2 || list[0].Day != first.Day || list[1].Day != want {
		t.Errorf("the days signed are %s … of %d, want %s and %s", list[len(list)-1].Day, len(list), first.Day, want)
	}
	w.sealed(t)
	w.stop()
	for _, h := range list {
		if log := w.logs.String(); !strings.Contains(log, `"msg":"signed the chain's head","day":"`+h.Day+`"`) || !strings.Contains(log, h.Hash) {
			t.Errorf("the log does not tell the head of %s", h.Day)
		}
	}
	v, err := app.VerifySignatures(t.Context(), w.cfg, w.clock.now, list...)
	if err != nil || v.Failed != "" || v.Heads != 2 || v.HeadDay != list[1].Day {
		t.Errorf("verify-signatures with both noted heads: %+v, %v", v, err)
	}
	forged := list[1]
	forged.Hash = strings.Repeat("0", 64)
	if v, err = app.VerifySignatures(t.Context(), w.cfg, w.clock.now, forged); err != nil || v.Failed == "" {
		t.Errorf("a noted head that the chain does not lead to: %+v, %v", v, err)
	}
}

// TestUnsealedRowsRaiseTheGauge takes the sealer's lease away, as a process that
// hangs with it does: what is not sealed within a minute raises the gauge that
// an operator watches, and the gauge falls when the chain has caught up.
func TestUnsealedRowsRaiseTheGauge(t *testing.T) {
	t.Parallel()
	w := prepareWorld(t, 2)
	w.cfg.MetricsListen = free(t)
	w.start()
	gauge := func() map[string]string { return w.metric(t, "ruxue_unsealed_rows", "kind") }
	await := func(what string, ok func(map[string]string) bool) {
		t.Helper()
		for deadline := time.Now().Add(patience); !ok(gauge()); time.Sleep(100 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s: the gauge says %v", what, gauge())
			}
		}
	}
	still := func(g map[string]string) bool {
		return len(g) == 6 && !slices.ContainsFunc(slices.Collect(maps.Values(g)), func(n string) bool { return n != "0" })
	}
	on(t, w.phone()).until(w.student(0), "choose")
	w.sealed(t)
	await("a chain that keeps up", still)
	w.exec(t, "UPDATE lease SET holder='hangs', `until`='2099-01-01' WHERE name='sealer'")
	on(t, w.phone()).until(w.student(1), "choose")
	await("the sealer hangs", func(g map[string]string) bool {
		w.clock.move(audit.SealedWithin)
		return g["audit"] != "0"
	})
	if g := gauge(); g["signature"] != "0" || g["payment"] != "0" {
		t.Errorf("kinds without such rows are raised too: %v", g)
	}
	if !strings.Contains(w.logs.String(), "rows are missing from the seal chain") {
		t.Error("the log does not warn")
	}
	w.exec(t, "UPDATE lease SET `until`='2000-01-01' WHERE name='sealer'")
	await("the sealer works again", still)
}
