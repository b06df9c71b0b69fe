package alert

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"ruxue/service/review"
)

func TestWhatAMessageSays(t *testing.T) {
	for want, c := range map[string]struct {
		counts review.Counts
		digest bool
	}{
		"存档照片 1 件待审核":  {review.Counts{review.Photo: 1, review.Waive: 0}, false},
		"存档照片等 5 件待审核": {review.Counts{review.Photo: 2, review.Attachment: 3}, false},
		"今日待办：附件 12 件": {review.Counts{review.Attachment: 12}, true},
	} {
		if got := item(c.counts, c.digest); got != want {
			t.Errorf("%v: %s, want %s", c.counts, got, want)
		}
	}
	all := review.Counts{}
	for _, k := range review.Kinds {
		if words[k] == "" {
			t.Errorf("%s has no word", k)
		}
		all[k] = 20000
	}
	for _, digest := range []bool{true, false} {
		if got := item(all, digest); utf8.RuneCountInString(got) > 20 {
			t.Errorf("%s is longer than WeChat allows", got)
		}
	}
	if got := who("陈立川", 3); strings.Contains(got, "立") || !strings.HasSuffix(got, "等") {
		t.Errorf("the student is named %s", got)
	}
}

func TestTheDaysDigest(t *testing.T) {
	s := New(Options{DigestHour: 8})
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for name, c := range map[string]struct{ now, had, want string }{
		"before the hour":           {"2026-03-12T07:59:00+08:00", "2026-03-11", ""},
		"at the hour":               {"2026-03-12T00:00:00Z", "2026-03-11", "2026-03-12"},
		"after it was told":         {"2026-03-12T09:00:00+08:00", "2026-03-12", ""},
		"never told":                {"2026-03-12T23:00:00+08:00", "", "2026-03-12"},
		"by Beijing's day, not UTC": {"2026-03-12T23:30:00Z", "2026-03-12", ""},
	} {
		if got := s.digest(Reviewer{DigestDay: c.had}, at(c.now)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
