package audit_test

import (
	"context"
	"testing"

	"ruxue/service/audit"
)

func TestWords(t *testing.T) {
	for action, want := range map[string]string{"staff.unmask": "查看完整信息", "staff.something": "账号", "review.photo": "审核",
		"payment.refund.approve": "缴费", "nobody.named": "nobody.named", "": ""} {
		if got := audit.Words(action); got != want {
			t.Errorf("%q reads %q", action, got)
		}
	}
	for _, g := range audit.Groups() {
		if audit.Words(g) == g {
			t.Errorf("the group %q has no words", g)
		}
	}
}

// many is a log of n entries, newest first.
type many int64

func (n many) Search(_ context.Context, q audit.Query, limit int) ([]audit.Named, error) {
	var out []audit.Named
	for id := int64(n); id > 0 && len(out) < limit; id-- {
		if q.Before == 0 || id < q.Before {
			out = append(out, audit.Named{Entry: audit.Entry{ID: id}})
		}
	}
	return out, nil
}

func TestPage(t *testing.T) {
	q, seen := audit.Query{}, 0
	for {
		list, next, err := audit.Page(t.Context(), many(120), q)
		if err != nil {
			t.Fatal(err)
		}
		if seen += len(list); next == 0 {
			break
		}
		q.Before = next
	}
	if seen != 120 {
		t.Errorf("%d entries on all pages", seen)
	}
}
