package campaign_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/fault"
)

// shelf counts how often the records are read, which no database tells.
type shelf struct {
	mu              sync.Mutex
	campaigns       []*campaign.Campaign
	err             error
	loads, versions int
}

func (s *shelf) All(context.Context) ([]*campaign.Campaign, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loads++
	return append([]*campaign.Campaign(nil), s.campaigns...), s.err
}

func (s *shelf) Versions(context.Context) (map[string]int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.versions++
	out := map[string]int{}
	for _, c := range s.campaigns {
		out[c.Code] = c.Version
	}
	return out, s.err
}

func newShelf() (*shelf, *campaign.Service, *time.Time) {
	s := &shelf{campaigns: []*campaign.Campaign{
		{ID: 2, Code: "wust", Version: 1}, {ID: 1, Code: "hhu", Version: 1, Entries: []string{"/ws/app/login/toRegister"}}}}
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	return s, campaign.NewService(s, func() time.Time { return now }), &now
}

func TestANewVersionIsNoticedWithinSeconds(t *testing.T) {
	s, svc, now := newShelf()
	version := func() int {
		c, err := svc.ByCode(t.Context(), "hhu")
		if err != nil {
			t.Fatal(err)
		}
		return c.Version
	}
	if version() != 1 {
		t.Fatal("the first version")
	}
	s.campaigns[1] = &campaign.Campaign{ID: 1, Code: "hhu", Version: 2}
	*now = now.Add(time.Second)
	if got := version(); got != 1 || s.versions != 1 {
		t.Errorf("version %d after a second, %d looks", got, s.versions)
	}
	*now = now.Add(time.Second)
	if got := version(); got != 2 {
		t.Errorf("version %d after two seconds", got)
	}
	s.campaigns = append(s.campaigns, &campaign.Campaign{ID: 3, Code: "new", Version: 1})
	*now = now.Add(2 * time.Second)
	if _, err := svc.ByCode(t.Context(), "new"); err != nil {
		t.Errorf("a new campaign: %v", err)
	}
}

func TestBodiesAreLoadedOnlyWhenAVersionChanged(t *testing.T) {
	s, svc, now := newShelf()
	if _, err := svc.List(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		*now = now.Add(3 * time.Second)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if _, err := svc.ByID(t.Context(), 1); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	if s.loads != 1 || s.versions != 11 {
		t.Errorf("%d loads, %d looks for versions", s.loads, s.versions)
	}
}

// slowShelf answers a look for versions when it is let.
type slowShelf struct {
	*shelf
	asked, answer chan struct{}
}

func (s *slowShelf) Versions(ctx context.Context) (map[string]int, error) {
	select {
	case s.asked <- struct{}{}:
		<-s.answer
	default:
	}
	return s.shelf.Versions(ctx)
}

// Transactions ask for campaigns too. Were they to wait for a page that looks
// for new versions and itself waits for one of their connections, none would
// ever go on.
func TestNobodyWaitsForASlowLook(t *testing.T) {
	plain, _, _ := newShelf()
	s := &slowShelf{shelf: plain, answer: make(chan struct{})}
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	svc := campaign.NewService(s, func() time.Time { return now })
	if _, err := svc.List(t.Context()); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Minute)
	s.asked = make(chan struct{})
	looked := make(chan error, 1)
	go func() { _, err := svc.ByCode(context.Background(), "hhu"); looked <- err }()
	<-s.asked
	served := make(chan error, 1)
	go func() { _, err := svc.ByID(context.Background(), 1); served <- err }()
	select {
	case err := <-served:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Error("it waits")
	}
	close(s.answer)
	if err := <-looked; err != nil {
		t.Error(err)
	}
}

func TestAnOutageIsAnErrorAndPasses(t *testing.T) {
	s, svc, _ := newShelf()
	s.err = errors.New("gone away")
	if _, err := svc.ByCode(t.Context(), "hhu"); !errors.Is(err, s.err) || fault.KindOf(err) != fault.Internal {
		t.Errorf("got %v", err)
	}
	if _, ok := svc.ByEntry(t.Context(), "/ws/app/login/toRegister"); ok {
		t.Error("found without records")
	}
	s.err = nil
	if _, err := svc.ByCode(t.Context(), "hhu"); err != nil {
		t.Error("after the outage:", err)
	}
}

func TestCampaignsAreFound(t *testing.T) {
	_, svc, _ := newShelf()
	if c, err := svc.ByID(t.Context(), 2); err != nil || c.Code != "wust" {
		t.Error(c, err)
	}
	if c, ok := svc.ByEntry(t.Context(), "/ws/app/login/toRegister"); !ok || c.Code != "hhu" {
		t.Error("the manual's address is not found")
	}
	for _, path := range []string{"", "/", "/ws/app/login", "/ws/app/login/toRegister/"} {
		if c, ok := svc.ByEntry(t.Context(), path); ok {
			t.Errorf("%q leads to %s", path, c.Code)
		}
	}
	if list, err := svc.List(t.Context()); err != nil || len(list) != 2 || list[0].Code != "hhu" || list[1].Code != "wust" {
		t.Error(list, err)
	}
	_, byCode := svc.ByCode(t.Context(), "HHU")
	_, byID := svc.ByID(t.Context(), 99)
	for _, err := range []error{byCode, byID} {
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("got %v", err)
		}
	}
}

func TestConditionsMustAllHold(t *testing.T) {
	facts := map[string]string{"choice": "register", "level": "专升本"}
	for _, c := range []struct {
		when map[string]string
		want bool
	}{
		{nil, true}, {map[string]string{"choice": "register"}, true}, {map[string]string{"choice": "register", "level": "专升本"}, true},
		{map[string]string{"choice": "register", "level": "本科"}, false}, {map[string]string{"device": "pc"}, false},
	} {
		if got := campaign.Matches(c.when, facts); got != c.want {
			t.Errorf("%v: %v", c.when, got)
		}
	}
}
