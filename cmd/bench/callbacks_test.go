package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ruxue/repo/local"
)

// engines skips a test where no real database and Redis are, unless they are
// demanded.
func engines(t *testing.T) {
	t.Helper()
	if !local.HaveMySQL() || !local.HaveRedis() {
		if os.Getenv("RUXUE_TEST_REQUIRE") != "" {
			t.Fatal("MariaDB or Redis is not installed")
		}
		t.Skip("MariaDB or Redis is not installed")
	}
}

// TestCallbacks runs the command with small numbers: every answer and every
// record is checked by the command itself.
func TestCallbacks(t *testing.T) {
	engines(t)
	var out bytes.Buffer
	c := root()
	c.SetOut(&out)
	c.SetArgs([]string{"callbacks", "--bills", "40", "--rounds", "1", "--concurrency", "8"})
	if err := c.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"40 bills", "round 1: App ", "ratio ", "all answers and records right"} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("the report lacks %q: %s", part, out.String())
		}
	}
}

// A machine that is busy for one round must not decide: each round's rates are
// compared with one another, and the middle of that counts.
func TestRatioIsTheMedianOfTheRounds(t *testing.T) {
	o := outcome{app: []float64{90, 20, 180, 95}, floor: []float64{100, 25, 190, 100}}
	if got := o.ratio(); got < 0.923 || got > 0.924 {
		t.Errorf("%f", got)
	}
}

func TestSillyNumbersAreRefused(t *testing.T) {
	for _, args := range []string{"--bills 0", "--rounds 0", "--concurrency 0", "--forged 101", "--duplicates -1"} {
		c := root()
		c.SetArgs(append([]string{"callbacks"}, strings.Fields(args)...))
		if err := c.ExecuteContext(t.Context()); err == nil {
			t.Errorf("%s was accepted", args)
		}
	}
}

// TestPrepared shares one prepared world between the tests of the parts.
func TestPrepared(t *testing.T) {
	engines(t)
	ctx, bills := t.Context(), 20
	w, err := newWorld(ctx, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.close(); err != nil {
			t.Error(err)
		}
	})
	r := &rounds{plan: plan{bills: bills, concurrency: 1}, world: w}
	notify, err := w.serve(ctx, &r.box)
	if err != nil {
		t.Fatal(err)
	}
	if r.db, err = w.open(ctx); err != nil {
		t.Fatal(err)
	}
	if r.orders, err = w.prepare(ctx, r.db, bills, notify); err != nil {
		t.Fatal(err)
	}
	if err := reset(ctx, r.db); err != nil {
		t.Fatal(err)
	}
	if err := w.startApp(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := r.round(ctx, w.base+"/pay/notify"); err != nil { // the campaigns are read, messages are written
		t.Fatal(err)
	}
	t.Run("the floor runs the same statements", r.sameStatements)
	t.Run("the mix holds what it says", r.mixed)
	t.Run("wrong records are noticed", r.wrongRecords)
	t.Run("wrong answers are noticed", r.wrongAnswers)
}

// sameStatements lets the App and the floor take the same callbacks and
// compares what the database was asked by the first, word by word.
func (r *rounds) sameStatements(t *testing.T) {
	ctx, w := t.Context(), r.world
	app := r.heard(ctx, t, w.base+"/pay/notify")
	f, err := newFloor(ctx, r.db, w.sim.Config())
	if err != nil {
		t.Fatal(err)
	}
	bare, err := w.serve(ctx, f)
	if err != nil {
		t.Fatal(err)
	}
	floor := r.heard(ctx, t, bare)
	if len(app) != 18 || !slices.Equal(app, floor) {
		t.Errorf("the App sent %d statements, the floor %d:\n%s\n\n%s", len(app), len(floor), strings.Join(app, "\n"), strings.Join(floor, "\n"))
	}
}

// heard are the statements of one settling callback, without their values: what
// the connection said that inserted the payment, and the look before.
func (r *rounds) heard(ctx context.Context, t *testing.T, address string) []string {
	t.Helper()
	for _, s := range []string{`SET GLOBAL log_output='TABLE'`, `TRUNCATE mysql.general_log`, `SET GLOBAL general_log=1`} {
		if _, err := r.db.ExecContext(ctx, s); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.round(ctx, address); err != nil {
		t.Fatal(err)
	}
	if _, err := r.db.ExecContext(ctx, `SET GLOBAL general_log=0`); err != nil {
		t.Fatal(err)
	}
	var all []struct {
		Thread int64     `db:"thread_id"`
		At     time.Time `db:"event_time"`
		Text   string    `db:"argument"`
	}
	if err := r.db.SelectContext(ctx, &all, `SELECT thread_id, event_time, CONVERT(argument USING utf8mb4) AS argument
		FROM mysql.general_log WHERE command_type='Query'`); err != nil {
		t.Fatal(err)
	}
	look, begin, commit := -1, -1, -1
	for i, q := range all {
		switch text := shape(q.Text); {
		case look < 0 && text == shape(sqlAttempt):
			look = i
		case begin < 0 && strings.HasPrefix(text, "SELECT state FROM enrolment"):
			begin = i
		case begin >= 0 && commit < 0 && q.Thread == all[begin].Thread && text == "COMMIT":
			commit = i
		}
	}
	if look < 0 || begin < 0 || commit < 0 {
		t.Fatalf("no settling callback among %d statements", len(all))
	}
	out := []string{shape(all[look].Text)}
	for i := look + 1; i <= commit; i++ {
		if all[i].Thread == all[begin].Thread {
			out = append(out, shape(all[i].Text))
		}
	}
	return out
}

// value is a literal in a statement: a text, a number, NULL or a ?.
var value = regexp.MustCompile(`'([^'\\\\]|\\\\.)*'|\b\d+\b|\bNULL\b|\?`)

// shape is a statement with a ? for every value and plain spaces.
// What follows the first bytes, a message, may be any.
func shape(s string) string {
	s, _, _ = strings.Cut(s, "_binary'")
	return value.ReplaceAllString(strings.Join(strings.Fields(s), " "), "?")
}

func (r *rounds) mixed(t *testing.T) {
	all, err := r.box.mix(r.sim, r.orders, 10, 5, 1)
	if err != nil {
		t.Fatal(err)
	}
	count := map[int]int{}
	bodies := map[string]int{}
	for _, d := range all {
		count[d.want]++
		bodies[string(d.body)]++
	}
	if count[http.StatusNoContent] != 22 || count[http.StatusUnauthorized] != 1 || len(bodies) != 21 {
		t.Errorf("%v, %d different bodies", count, len(bodies))
	}
}

// wrongRecords shows that each truth can fail.
func (r *rounds) wrongRecords(t *testing.T) {
	ctx := t.Context()
	if err := reset(ctx, r.db); err != nil {
		t.Fatal(err)
	}
	for _, truth := range truths {
		var n int
		if err := r.db.GetContext(ctx, &n, truth.query); err != nil && truth.what != "the last number" {
			t.Errorf("%s: %v", truth.what, err)
		}
		if (n == r.bills) != (truth.what == "nothing else") {
			t.Errorf("%s: %d after a reset", truth.what, n)
		}
	}
	if err := right(ctx, r.db, r.bills); err == nil {
		t.Error("unpaid bills pass for paid ones")
	}
}

func (r *rounds) wrongAnswers(t *testing.T) {
	all := []delivery{{header: http.Header{}, body: []byte("{}"), want: http.StatusNoContent},
		{header: http.Header{}, body: []byte("{}"), want: http.StatusUnauthorized}}
	_, err := deliver(t.Context(), r.base+"/pay/notify", all, 1)
	if err == nil || !strings.Contains(err.Error(), "1 of 2 answers are wrong") {
		t.Error(err)
	}
}
