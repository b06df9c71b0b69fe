package mysql_test

import (
	"strings"
	"sync"
	"testing"

	"ruxue/config/campaigns"
	"ruxue/service/campaign"
	"ruxue/service/fault"
)

func sample(t *testing.T, edits ...string) (*campaign.Campaign, []byte) {
	t.Helper()
	raw, err := campaigns.Files.ReadFile("hhu.yaml")
	if err != nil {
		t.Fatal(err)
	}
	body := []byte(strings.NewReplacer(edits...).Replace(string(raw)))
	c, err := campaign.Parse(body)
	if err != nil {
		t.Fatal(err)
	}
	return c, body
}

func TestAFileIsTheNextVersionOnce(t *testing.T) {
	r := newRoll(t)
	s := r.db.Campaigns()
	edit := []string{"minutes: 15", "minutes: 20"}
	if v := r.apply(1); v != 1 {
		t.Errorf("the same file made version %d", v)
	}
	if v := r.apply(1, edit...); v != 2 {
		t.Errorf("an edited file made version %d", v)
	}
	if v := r.apply(1, edit...); v != 2 { // applied again after a lost answer
		t.Errorf("the same file from an older base made version %d", v)
	}
	all, err := s.All(t.Context())
	if err != nil || len(all) != 1 || all[0].Version != 2 || all[0].Minutes != 20 || all[0].ID != r.c.ID {
		t.Fatalf("%+v %v", all, err)
	}
	if v, err := s.Versions(t.Context()); err != nil || len(v) != 1 || v["hhu"] != 2 {
		t.Errorf("%v %v", v, err)
	}
	if n := r.count("campaign_version"); n != 2 {
		t.Errorf("%d versions kept", n)
	}
}

func TestAFileDoesNotOverwriteWhatWasEditedSince(t *testing.T) {
	r := newRoll(t)
	r.apply(1, "minutes: 15", "minutes: 20")
	c, body := sample(t, "minutes: 15", "minutes: 25")
	for _, base := range []int{0, 1, 3} {
		if _, err := r.db.Campaigns().Apply(t.Context(), c, body, base, "test"); !fault.Is(err, fault.Conflict) {
			t.Errorf("base %d: %v", base, err)
		}
	}
	if v, err := r.db.Campaigns().Apply(t.Context(), c, body, -1, "test"); err != nil || v != 3 {
		t.Errorf("whatever is current: %d %v", v, err)
	}
	c, body = sample(t, "code: hhu", "code: other")
	if _, err := r.db.Campaigns().Apply(t.Context(), c, body, 1, "test"); !fault.Is(err, fault.Conflict) {
		t.Errorf("a base that never was: %v", err)
	}
	if n := r.count("campaign"); n != 1 {
		t.Error("the refused campaign left a row behind")
	}
}

func TestFilesAppliedAtOnceGetOneVersionEach(t *testing.T) {
	r := newRoll(t)
	var wg sync.WaitGroup
	for i := range 10 {
		c, body := sample(t, "code: hhu", "code: fresh", "minutes: 15", "minutes: 1"+string(rune('0'+i)))
		wg.Go(func() {
			if _, err := r.db.Campaigns().Apply(t.Context(), c, body, -1, "test"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if v, err := r.db.Campaigns().Versions(t.Context()); err != nil || v["fresh"] != 10 {
		t.Errorf("versions %v, %v", v, err)
	}
}

func TestTheApplicationOfOneBaseHasOneWinner(t *testing.T) {
	r := newRoll(t)
	var mu sync.Mutex
	won := 0
	var wg sync.WaitGroup
	for i := range 10 {
		c, body := sample(t, "minutes: 15", "minutes: 2"+string(rune('0'+i)))
		wg.Go(func() {
			_, err := r.db.Campaigns().Apply(t.Context(), c, body, 1, "test")
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if !fault.Is(err, fault.Conflict) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d files were made from version 1", won)
	}
}
