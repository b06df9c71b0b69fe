package redis_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"ruxue/service/fault"
	"ruxue/service/signing"
)

// reach brings a new handoff into a state by what people do.
func reach(t *testing.T, h *signing.Handoffs, c *clock, kind signing.Kind, s signing.State) (string, signing.Handoff) {
	t.Helper()
	ticket, ho := createFor(t, h, kind)
	ctx := t.Context()
	must := func(got signing.Handoff, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("reaching %s: %v", s, err)
		}
		ho = got
	}
	if s != signing.Waiting && s != signing.Cancelled {
		must(h.Scan(ctx, ticket, mine))
	}
	switch s {
	case signing.Active:
		must(h.Activate(ctx, ticket, mine))
	case signing.Submitted:
		must(h.Submitted(ctx, ticket, mine))
	case signing.Done:
		must(h.Done(ctx, ticket, mine))
	case signing.Cancelled:
		must(h.Scan(ctx, ticket, mine))
		must(h.Cancel(ctx, ho.Ref, enrolment))
	case signing.Expired:
		c.add(20 * time.Minute)
		must(h.State(ctx, ho.Ref, enrolment))
	}
	if ho.State != s {
		t.Fatalf("reached %s, want %s", ho.State, s)
	}
	return ticket, ho
}

var refusals = map[string]error{"ErrDone": signing.ErrDone, "ErrTaken": signing.ErrTaken, "ErrExpired": signing.ErrExpired,
	"ErrCancelled": signing.ErrCancelled, "ErrNotYours": signing.ErrNotYours}

// cell is one place of the tables in the package's documentation.
type cell struct{ event, who, state string }

// tables reads the documentation: the first table is of every kind, a later one
// is headed by the kind whose rows it replaces.
func tables(t *testing.T) map[signing.Kind]map[cell]string {
	t.Helper()
	doc, err := os.ReadFile("../../service/signing/doc.go")
	if err != nil {
		t.Fatal(err)
	}
	out := map[signing.Kind]map[cell]string{signing.KindSign: {}, signing.KindFace: {}, signing.KindUpload: {}}
	var states []string
	kinds := []signing.Kind{signing.KindSign, signing.KindFace, signing.KindUpload}
	for line := range strings.Lines(string(doc)) {
		f := strings.Fields(strings.TrimPrefix(line, "//\t"))
		if !strings.HasPrefix(line, "//\t") {
			continue
		}
		if f[1] == "waiting" {
			if states = f[1:]; f[0] != "event" {
				kinds = []signing.Kind{signing.Kind(f[0])}
			}
			continue
		}
		if len(f)-2 != len(states) {
			t.Fatalf("row %q has %d cells, want %d", line, len(f)-2, len(states))
		}
		for i, want := range f[2:] {
			for _, kind := range kinds {
				out[kind][cell{strings.TrimSuffix(f[0], ","), f[1], states[i]}] = want
			}
		}
	}
	return out
}

// The tables are those of the package's documentation: what is written there is
// what is tried here, every state with every event for every kind, against a
// real Redis.
func TestTableOfStatesAndEvents(t *testing.T) {
	h, c, _ := bridge(t)
	for kind, table := range tables(t) {
		tried := 0
		for at, want := range table {
			if want == "—" { // nobody is the own one before the first scan
				continue
			}
			tried++
			t.Run(fmt.Sprintf("%s: %s by %s in %s", kind, at.event, at.who, at.state), func(t *testing.T) {
				ticket, before := reach(t, h, c, kind, signing.State(at.state))
				c.add(time.Minute)
				after, err := happen(t, h, ticket, before.Ref, at.event, at.who)
				judge(t, h, c, before, after, err, want)
			})
		}
		if tried != 66 { // 10 rows, 7 states, 4 that cannot be
			t.Errorf("%s: %d cells were found", kind, tried)
		}
	}
}

func happen(t *testing.T, h *signing.Handoffs, ticket, ref, event, who string) (signing.Handoff, error) {
	openid := map[string]string{"own": mine, "other": theirs}[who]
	ctx := t.Context()
	switch event {
	case "scan":
		return h.Scan(ctx, ticket, openid)
	case "activate":
		return h.Activate(ctx, ticket, openid)
	case "submit":
		return h.Submitted(ctx, ticket, openid)
	case "finish":
		return h.Done(ctx, ticket, openid)
	case "confirm":
		return h.Confirmed(ctx, ref, enrolment)
	case "cancel":
		return h.Cancel(ctx, ref, enrolment)
	}
	t.Fatalf("the table names an unknown event %q", event)
	return signing.Handoff{}, nil
}

func judge(t *testing.T, h *signing.Handoffs, c *clock, before, after signing.Handoff, err error, want string) {
	t.Helper()
	stored, serr := h.State(t.Context(), before.Ref, enrolment)
	if serr != nil {
		t.Fatal(serr)
	}
	if refusal, ok := refusals[want]; ok {
		f, _ := fault.As(err)
		if !errors.Is(err, refusal) || f.Sentence == "" {
			t.Fatalf("answer %v, want %s", err, want)
		}
		if stored.Rev != before.Rev || stored.OpenID != before.OpenID {
			t.Fatal("a refused event changed the record")
		}
		return
	}
	state, star := strings.CutSuffix(want, "*")
	if err != nil || after.State != signing.State(state) || stored.State != after.State || stored.Rev != after.Rev {
		t.Fatalf("became %s (stored %s), %v; want %s", after.State, stored.State, err, state)
	}
	wrote := stored.Rev != before.Rev
	if moves := before.State != after.State; wrote != (star || moves) {
		t.Fatalf("wrote: %v, want %v", wrote, star || moves)
	}
	if star && (after.State != signing.Submitted || after.Kind == signing.KindUpload) && stored.ExpiresIn(c.now()) != 20*time.Minute {
		t.Fatalf("activity left %v", stored.ExpiresIn(c.now()))
	}
}
