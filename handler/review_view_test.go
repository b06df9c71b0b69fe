package handler

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/review"
)

func TestTheQueueSaysHowLongACaseWaits(t *testing.T) {
	now := time.Date(2026, 8, 30, 4, 0, 0, 0, time.UTC)
	h := &Handler{Deps: Deps{Now: func() time.Time { return now }}}
	for ago, want := range map[time.Duration]string{
		-time.Second: "刚刚", 59 * time.Second: "刚刚", time.Minute: "1 分钟", time.Hour - time.Second: "59 分钟", time.Hour: "等了 1 小时",
		24*time.Hour - time.Second: "等了 23 小时", 24 * time.Hour: "等了 1 天", 80 * time.Hour: "等了 3 天",
	} {
		if got := h.waited(now.Add(-ago)); got != want {
			t.Errorf("%v ago is %s, want %s", ago, got, want)
		}
	}
}

func TestWhyACaseCannotBeDecidedIsSaid(t *testing.T) {
	at := time.Date(2026, 8, 30, 1, 5, 0, 0, time.UTC)
	decided := func(state review.State, approve bool) *review.Decision {
		return &review.Decision{By: review.By{Name: "王老师"}, State: state, Approve: approve, Reason: "面部被遮挡", DecidedAt: at}
	}
	for name, x := range map[string]struct {
		c    review.Case
		want string
	}{
		"it waits":                        {review.Case{Open: true}, ""},
		"sent in again":                   {review.Case{Open: true, Last: decided(review.Done, false)}, ""},
		"somebody decides this very time": {review.Case{Open: true, Last: decided(review.Waiting, true)}, "已由 王老师 处理：通过"},
		"somebody decided":                {review.Case{Last: decided(review.Done, false)}, "已由 王老师 于 8月30日 09:05 处理：退回，面部被遮挡"},
		"the student moved on":            {review.Case{}, "学生已重新提交或撤回，这一条不用再审核"},
	} {
		if got := closedWords(x.c); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

// TestTheNextCaseIsNobodyElses, unless each has somebody.
func TestTheNextCaseIsNobodyElses(t *testing.T) {
	busy := func(href string) h5.ReviewItem { return h5.ReviewItem{Href: href, Looking: "王老师正在查看"} }
	for want, rest := range map[string][]h5.ReviewItem{"": nil, "/a": {{Href: "/a"}, {Href: "/b"}}, "/c": {busy("/a"), busy("/b"), {Href: "/c"}},
		"/x": {busy("/x"), busy("/y")}} {
		if got := nextHref(rest); got != want {
			t.Errorf("of %v the next is %q, want %q", rest, got, want)
		}
	}
}

func TestACaseSentInAgainSaysSo(t *testing.T) {
	c := &campaign.Campaign{}
	for rejected, want := range map[int]string{0: "存档照片", 1: "存档照片，第 2 次", 4: "存档照片，第 5 次"} {
		if got := caseTitle(c, review.Case{Kind: review.Photo, Rejected: rejected}); got != want {
			t.Errorf("after %d refusals: %s, want %s", rejected, got, want)
		}
	}
}

// TestEachReasonShowsItsSentence: the first nine have a key; staff's own words
// stand where they write them.
func TestEachReasonShowsItsSentence(t *testing.T) {
	reasons := make([]review.Reason, 0, 11)
	for range 10 {
		reasons = append(reasons, review.Reason{Label: "面部被遮挡", Fact: "面部被遮挡", Ask: "重新拍摄"})
	}
	views := reasonViews("存档照片", review.Photo, append(reasons, review.Reason{Label: review.Other, Fact: "需要修改：", Ask: "重新拍摄", Own: true}), true)
	if first := views[0]; first.Key != "1" || first.Sentence != "您的存档照片面部被遮挡，请重新拍摄。已填内容和缴费都有效。" {
		t.Errorf("the first: %+v", first)
	}
	if views[8].Key != "9" || views[9].Key != "" {
		t.Errorf("keys %q and %q, want 9 and none", views[8].Key, views[9].Key)
	}
	if last := views[10]; !last.Own || last.Value != review.Other || !strings.Contains(last.Sentence, "需要修改：{}，请重新拍摄") {
		t.Errorf("the last: %+v", last)
	}
}

// TestAPlaceInTheQueueSurvivesItsAddress: filter and cursor come back as they
// went out; what is unknown is left out.
func TestAPlaceInTheQueueSurvivesItsAddress(t *testing.T) {
	now := time.Date(2026, 8, 30, 4, 0, 0, 0, time.UTC)
	h := &Handler{Deps: Deps{Now: func() time.Time { return now }}}
	q, err := h.reviewQuery(nil, url.Values{"kind": {"photo"}, "site": {"北站 1"}, "wait": {"24h"}, "x": {"y"}, "major": {strings.Repeat("长", 100)}})
	if err != nil || q.filter.Kind != review.Photo || q.filter.Site != "北站 1" || q.filter.Major != "" || !q.filter.Before.Equal(now.Add(-24*time.Hour)) {
		t.Fatalf("%+v, %v", q, err)
	}
	end := review.Cursor{Since: time.UnixMicro(1788062400000001), Subject: "ab-cd"}
	u, err := url.Parse(q.page(&end))
	if err != nil {
		t.Fatal(err)
	}
	again, err := h.reviewQuery(nil, u.Query())
	if err != nil || again.filter != q.filter || !again.after.Since.Equal(end.Since) || again.after.Subject != end.Subject {
		t.Errorf("%s is read as %+v, %v", u, again, err)
	}
	if q.page(nil) != "" || q.values.Has("after") {
		t.Errorf("the last page leads on to %q", q.page(nil))
	}
	for _, bad := range []string{"", "x-y", "-"} {
		if got, err := h.reviewQuery(nil, url.Values{"after": {bad}}); err != nil || got.after != (review.Cursor{}) || got.with("/staff/review") != "/staff/review" {
			t.Errorf("after %q: %+v, %v", bad, got, err)
		}
	}
}
