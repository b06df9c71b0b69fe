package fault_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"ruxue/service/fault"
)

func TestKindSurvivesWrapping(t *testing.T) {
	cause := errors.New("dial tcp: refused")
	err := fmt.Errorf("sending the code: %w", fault.Wrap(fault.Unavailable, "短信暂时发不出去", cause))
	if got := fault.KindOf(err); got != fault.Unavailable {
		t.Fatalf("kind = %v, want unavailable", got)
	}
	if !errors.Is(err, cause) {
		t.Fatal("the cause was lost")
	}
	f, _ := fault.As(err)
	if strings.Contains(f.Sentence, "dial") {
		t.Fatal("the sentence shows the cause")
	}
}

func TestUnclassifiedIsInternal(t *testing.T) {
	if got := fault.KindOf(errors.New("x")); got != fault.Internal {
		t.Fatalf("kind = %v, want internal", got)
	}
	if fault.Is(errors.New("x"), fault.Internal) {
		t.Fatal("Is must only answer for faults")
	}
}

func TestOnAndAfterCopy(t *testing.T) {
	base := fault.New(fault.TooMany, "请稍后再试")
	got := base.On("phone").After(52 * time.Second)
	if base.Field != "" || base.RetryAfter != 0 {
		t.Fatal("the original changed")
	}
	if got.Field != "phone" || got.RetryAfter != 52*time.Second {
		t.Fatalf("got %+v", got)
	}
}

func TestKindNames(t *testing.T) {
	seen := map[string]bool{}
	for k := fault.Internal; k <= fault.TooLarge; k++ {
		if seen[k.String()] {
			t.Errorf("name %q is used twice", k)
		}
		seen[k.String()] = true
	}
	if fault.Kind(99).String() != "internal" {
		t.Error("an unknown kind must read as internal")
	}
}
