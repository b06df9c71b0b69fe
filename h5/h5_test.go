package h5_test

import (
	"strings"
	"testing"

	"ruxue/h5"
)

func newSet(t testing.TB) *h5.Set {
	t.Helper()
	set, err := h5.New()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestEveryPageRendersOnEveryDevice(t *testing.T) {
	set := newSet(t)
	for _, device := range []string{h5.DeviceWeChat, h5.DevicePhone, h5.DevicePC} {
		for _, s := range gallery(device) {
			var out strings.Builder
			if err := set.Render(&out, s.page); err != nil {
				t.Errorf("%s on %s: %v", s.name, device, err)
				continue
			}
			if i := strings.Index(out.String(), "ZgotmplZ"); i >= 0 {
				t.Errorf("%s: a value was refused by its context near %q", s.name, out.String()[max(0, i-80):i])
			}
		}
	}
}
