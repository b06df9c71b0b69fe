package redis_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"ruxue/repo/redis"
	"ruxue/repo/repotest"
	"ruxue/service/fault"
	"ruxue/service/signing"
)

// clock is a time that the test moves.
type clock struct{ ms atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.ms.Store(time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC).UnixMilli())
	return c
}
func (c *clock) now() time.Time      { return time.UnixMilli(c.ms.Load()) }
func (c *clock) add(d time.Duration) { c.ms.Add(d.Milliseconds()) }

const (
	enrolment = 7
	mine      = "oMine-000001"
	theirs    = "oTheirs-0002"
)

func input(kind signing.Kind, subject string) signing.HandoffInput {
	return signing.HandoffInput{Kind: kind, EnrolmentID: enrolment, EnrolmentRef: "ref-of-enrolment-00007", CampaignID: 1,
		CampaignCode: "wust", Subject: subject, SessionHash: "session-a", StudentMasked: "张*", DocumentVersionID: 3, Confirm: true}
}

func bridge(t testing.TB) (*signing.Handoffs, *clock, goredis.UniversalClient) {
	rdb, c := repotest.Redis(t), newClock()
	return signing.NewHandoffs(redis.NewHandoffs(rdb), c.now, rand.Reader), c, rdb
}

func create(t testing.TB, h *signing.Handoffs) (string, signing.Handoff) {
	t.Helper()
	return createFor(t, h, signing.KindSign)
}

func createFor(t testing.TB, h *signing.Handoffs, kind signing.Kind) (string, signing.Handoff) {
	t.Helper()
	ticket, ho, err := h.Create(t.Context(), input(kind, "agreement"))
	if err != nil {
		t.Fatal(err)
	}
	return ticket, ho
}

func TestTicketIsKeptOnlyByItsHash(t *testing.T) {
	h, c, rdb := bridge(t)
	ticket, ho := create(t, h)
	if len(ticket) != 43 || len(ho.Ref) != 22 || len(ho.Code) != 2 || strings.Trim(ho.Code, "0123456789") != "" {
		t.Fatalf("ticket of %d, ref of %d characters, code %q", len(ticket), len(ho.Ref), ho.Code)
	}
	if ho.State != signing.Waiting || ho.ExpiresIn(c.now()) != 5*time.Minute {
		t.Fatalf("%s for %v", ho.State, ho.ExpiresIn(c.now()))
	}
	keys, err := rdb.Keys(t.Context(), "*").Result()
	if err != nil || len(keys) != 4 {
		t.Fatalf("keys %q, %v", keys, err)
	}
	for _, k := range keys {
		dump, _ := rdb.Dump(t.Context(), k).Result()
		if strings.Contains(k+dump, ticket) {
			t.Errorf("%s holds the ticket", k)
		}
		if ttl, _ := rdb.PTTL(t.Context(), k).Result(); ttl <= 0 || ttl > 3*time.Hour {
			t.Errorf("%s lives %v", k, ttl)
		}
	}
}

func TestHandoffBelongsToItsEnrolment(t *testing.T) {
	h, _, _ := bridge(t)
	_, ho := create(t, h)
	for name, err := range map[string]error{
		"state":        second(h.State(t.Context(), ho.Ref, enrolment+1)),
		"cancel":       second(h.Cancel(t.Context(), ho.Ref, enrolment+1)),
		"confirm":      second(h.Confirmed(t.Context(), ho.Ref, enrolment+1)),
		"watch":        second(h.Watch(t.Context(), ho.Ref, enrolment+1)),
		"other ticket": second(h.Scan(t.Context(), strings.Repeat("A", 43), mine)),
	} {
		if !errors.Is(err, signing.ErrUnknown) || !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := h.Renew(t.Context(), ho.Ref, enrolment, "session-b"); !errors.Is(err, signing.ErrUnknown) {
		t.Errorf("renewed by another session: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestActivityExtendsUpToTwoHours(t *testing.T) {
	h, c, _ := bridge(t)
	ticket, ho := create(t, h)
	if _, err := h.Scan(t.Context(), ticket, mine); err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		c.add(19 * time.Minute)
		if _, err := h.Activate(t.Context(), ticket, mine); err != nil {
			t.Fatalf("after %d × 19 minutes: %v", i+1, err)
		}
	}
	c.add(7 * time.Minute)
	if _, err := h.Activate(t.Context(), ticket, mine); !errors.Is(err, signing.ErrExpired) {
		t.Fatalf("after two hours: %v", err)
	}
	if got, _ := h.State(t.Context(), ho.Ref, enrolment); got.State != signing.Expired || got.ExpiresIn(c.now()) != 0 {
		t.Fatalf("the PC sees %s", got.State)
	}
}

func TestAWaitingOneExpiresAfterFiveMinutes(t *testing.T) {
	h, c, _ := bridge(t)
	ticket, _ := create(t, h)
	c.add(5*time.Minute - time.Millisecond)
	if got, err := h.Peek(t.Context(), ticket); err != nil || got.State != signing.Waiting {
		t.Fatal(got.State, err)
	}
	c.add(time.Millisecond)
	_, err := h.Scan(t.Context(), ticket, mine)
	if f, _ := fault.As(err); !errors.Is(err, signing.ErrExpired) || !strings.Contains(f.Sentence, "二维码已过期") || f.Kind != fault.Gone {
		t.Fatal(err)
	}
}

func TestANewOneCancelsTheOld(t *testing.T) {
	h, _, _ := bridge(t)
	old, _ := create(t, h)
	if _, err := h.Scan(t.Context(), old, mine); err != nil {
		t.Fatal(err)
	}
	other, _, err := h.Create(t.Context(), input(signing.KindUpload, "id_front"))
	if err != nil {
		t.Fatal(err)
	}
	fresh, ho := create(t, h)
	if _, err := h.ByTicket(t.Context(), old, mine); !errors.Is(err, signing.ErrCancelled) {
		t.Errorf("the old one: %v", err)
	}
	for _, ticket := range []string{other, fresh} {
		if got, err := h.Peek(t.Context(), ticket); err != nil || got.State != signing.Waiting {
			t.Errorf("another subject's or the new one: %s, %v", got.State, err)
		}
	}
	renewed, again, err := h.Renew(t.Context(), ho.Ref, enrolment, "session-a")
	if err != nil || again.Subject != "agreement" || again.DocumentVersionID != 3 || renewed == fresh {
		t.Fatalf("renewed: %+v, %v", again, err)
	}
	if _, err := h.Scan(t.Context(), fresh, mine); !errors.Is(err, signing.ErrCancelled) {
		t.Errorf("the renewed one's predecessor: %v", err)
	}
}

func TestADoneOneStaysDoneWhenRenewed(t *testing.T) {
	h, _, _ := bridge(t)
	ticket, _ := create(t, h)
	if _, err := h.Scan(t.Context(), ticket, mine); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Done(t.Context(), ticket, mine); err != nil {
		t.Fatal(err)
	}
	create(t, h)
	if _, err := h.Scan(t.Context(), ticket, theirs); !errors.Is(err, signing.ErrDone) {
		t.Fatal(err)
	}
}

// 二维码 on a projector: of 200 phones at once one gets it, 199 are told.
func TestTwoHundredPhonesOneWinner(t *testing.T) {
	h, _, _ := bridge(t)
	ticket, ho := create(t, h)
	var won, told atomic.Int32
	var winner atomic.Value
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range 200 {
		wg.Go(func() {
			openid := fmt.Sprintf("oPhone-%03d", i)
			<-start
			_, err := h.Scan(t.Context(), ticket, openid)
			switch {
			case err == nil:
				won.Add(1)
				winner.Store(openid)
			case errors.Is(err, signing.ErrTaken):
				told.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	close(start)
	wg.Wait()
	got, err := h.State(t.Context(), ho.Ref, enrolment)
	if won.Load() != 1 || told.Load() != 199 || err != nil || got.OpenID != winner.Load() {
		t.Fatalf("%d won, %d were told, bound to %q, %v", won.Load(), told.Load(), got.OpenID, err)
	}
	if user := got.User(); user == "" || strings.Contains(user, "oPhone") {
		t.Errorf("the PC is shown %q", user)
	}
}

func TestManyTabsLeaveOneHandoff(t *testing.T) {
	h, _, _ := bridge(t)
	tickets := make([]string, 12)
	var wg sync.WaitGroup
	for i := range tickets {
		wg.Go(func() {
			var err error
			if tickets[i], _, err = h.Create(t.Context(), input(signing.KindSign, "agreement")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	alive := 0
	for _, ticket := range tickets {
		if got, err := h.Peek(t.Context(), ticket); err != nil {
			t.Error(err)
		} else if got.State == signing.Waiting {
			alive++
		}
	}
	if alive != 1 {
		t.Fatalf("%d of %d are alive", alive, len(tickets))
	}
}

func TestLateComersGetTheirSentenceForAWhile(t *testing.T) {
	h, _, rdb := bridge(t)
	ticket, ho := create(t, h)
	if _, err := h.Cancel(t.Context(), ho.Ref, enrolment); err != nil {
		t.Fatal(err)
	}
	keys, err := rdb.Keys(t.Context(), "handoff:{7}:r:*").Result()
	if err != nil || len(keys) != 1 {
		t.Fatal(keys, err)
	}
	if ttl := rdb.PTTL(t.Context(), keys[0]).Val(); ttl < 5*time.Minute || ttl > 15*time.Minute {
		t.Errorf("an ended record lives %v", ttl)
	}
	rdb.Del(t.Context(), keys[0])
	if _, err := h.Scan(t.Context(), ticket, mine); !errors.Is(err, signing.ErrUnknown) {
		t.Errorf("after that: %v", err)
	}
}
