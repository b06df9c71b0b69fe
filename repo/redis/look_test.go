package redis_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ruxue/repo/redis"
	"ruxue/repo/repotest"
	"ruxue/service/review"
	"ruxue/service/staff"
)

func TestLooksFollowEachMemberOfStaff(t *testing.T) {
	rdb := repotest.Redis(t)
	l := redis.NewLooks(rdb)
	now := time.Date(2026, 3, 12, 6, 0, 0, 0, time.UTC)
	wang, li := review.By{Ref: "w-1", Name: "王 老师"}, review.By{Ref: "l-2", Name: "李老师"}
	look := func(by review.By, key string) {
		t.Helper()
		if err := l.Look(t.Context(), key, by, now); err != nil {
			t.Fatal(err)
		}
	}
	want := func(who string, a, b []review.By) {
		t.Helper()
		got, err := l.At(t.Context(), []string{"photo:a", "photo:none", "photo:b"}, now)
		if err != nil || len(got) != 3 || got[1] != nil || !slices.Equal(got[0], a) || !slices.Equal(got[2], b) {
			t.Errorf("%s: %v %v", who, got, err)
		}
	}
	want("at first", nil, nil)
	look(wang, "photo:a")
	want("one looks", []review.By{wang}, nil)
	now = now.Add(time.Second)
	look(li, "photo:a")
	want("two look", []review.By{wang, li}, nil)
	now = now.Add(time.Second)
	look(wang, "photo:b")
	want("one went on", []review.By{li}, []review.By{wang})
	now = now.Add(review.LookFor - 2*time.Second)
	look(wang, "photo:b") // the page renews
	now = now.Add(3 * time.Second)
	want("one went away", nil, []review.By{wang})
	if got, err := l.At(t.Context(), nil, now); err != nil || len(got) != 0 {
		t.Errorf("of nothing: %v %v", got, err)
	}
	for _, k := range rdb.Keys(t.Context(), "*").Val() {
		if life := rdb.PTTL(t.Context(), k).Val(); life <= 0 || life > review.LookFor {
			t.Errorf("%s lives %s", k, life)
		}
	}
}

// However many look, few are named, and the set keeps no one for ever.
func TestLooksAreBounded(t *testing.T) {
	l := redis.NewLooks(repotest.Redis(t))
	now := time.Now()
	for i := range 30 {
		if err := l.Look(t.Context(), "waive:x", review.By{Ref: fmt.Sprint("r", i), Name: "老师"}, now); err != nil {
			t.Fatal(err)
		}
	}
	got, err := l.At(t.Context(), []string{"waive:x"}, now)
	if err != nil || len(got) != 1 || len(got[0]) != 9 {
		t.Errorf("%d are named: %v", len(got[0]), err)
	}
}

func TestASessionRemembersWhatItSaw(t *testing.T) {
	rdb := repotest.Redis(t)
	l := redis.NewLooks(rdb)
	if err := l.MarkSeen(t.Context(), "s1", "photo:a"); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		session, key string
		want         bool
	}{{"s1", "photo:a", true}, {"s1", "attachment:a", false}, {"s2", "photo:a", false}} {
		if got, err := l.Seen(t.Context(), x.session, x.key); err != nil || got != x.want {
			t.Errorf("%s has seen %s: %v %v", x.session, x.key, got, err)
		}
	}
	for _, k := range rdb.Keys(t.Context(), "*").Val() {
		if life := rdb.PTTL(t.Context(), k).Val(); life <= 0 || life > staff.Longest {
			t.Errorf("%s lives %s", k, life)
		}
	}
}
