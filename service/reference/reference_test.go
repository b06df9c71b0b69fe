package reference_test

import (
	"regexp"
	"testing"

	"ruxue/service/reference"
)

func TestRefsAreOneOfAKind(t *testing.T) {
	for name, c := range map[string]struct {
		make func() string
		form string
	}{
		"a reference fits its column and an address": {reference.New, `^[A-Za-z0-9_-]{22}$`},
		"a key suits a store of files":               {reference.Key, `^[0-9a-f]{32}$`},
	} {
		t.Run(name, func(t *testing.T) {
			form, seen := regexp.MustCompile(c.form), map[string]bool{}
			for range 1000 {
				s := c.make()
				if !form.MatchString(s) || seen[s] {
					t.Fatalf("%q does not match %s, or was seen before", s, c.form)
				}
				seen[s] = true
			}
		})
	}
}
