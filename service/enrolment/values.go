package enrolment

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ruxue/service/campaign"
)

// Values are what was typed into a section: Fields by name, or for a repeated
// section one map for each item.
type Values struct {
	Fields map[string]string   `json:"fields,omitempty"`
	Items  []map[string]string `json:"items,omitempty"`
}

// maxItems bounds the items taken from a form, whatever the section allows.
const maxItems = 200

// ItemKey is the name of an item's field in forms and in field errors:
// "item.<i>.<name>", counted from 0.
func ItemKey(i int, name string) string { return "item." + strconv.Itoa(i) + "." + name }

// FromForm picks the section's fields out of a form. Items are taken in the
// order of their numbers, which may have gaps, and counted anew from 0. Names
// that the section does not know are left out; nothing is checked or changed.
func FromForm(s campaign.Section, form url.Values) Values {
	if !s.Repeated {
		return Values{Fields: pick(s.Fields, "", form)}
	}
	numbers := map[int]bool{}
	for key := range form {
		rest, ok := strings.CutPrefix(key, "item.")
		number, _, dot := strings.Cut(rest, ".")
		if i, err := strconv.Atoi(number); ok && dot && err == nil && i >= 0 && i < 10_000 && number == strconv.Itoa(i) {
			numbers[i] = true
		}
	}
	v := Values{Items: []map[string]string{}}
	for _, i := range slices.SortedFunc(maps.Keys(numbers), cmp.Compare[int]) {
		if len(v.Items) == maxItems {
			break
		}
		if item := pick(s.Fields, "item."+strconv.Itoa(i)+".", form); item != nil {
			v.Items = append(v.Items, item)
		}
	}
	return v
}

func pick(fields []campaign.Field, prefix string, form url.Values) map[string]string {
	var out map[string]string
	for _, f := range fields {
		if v, ok := form[prefix+f.Name]; ok && len(v) > 0 {
			if out == nil {
				out = map[string]string{}
			}
			out[f.Name] = strings.ToValidUTF8(v[0], "\uFFFD")
		}
	}
	return out
}

// size is the length of everything typed, in bytes.
func (v Values) size() (n int) {
	count := func(m map[string]string) {
		for name, value := range m {
			n += len(name) + len(value)
		}
	}
	count(v.Fields)
	for _, item := range v.Items {
		count(item)
	}
	return n
}

// sameAs reports whether v says the same as w, apart from spelling that
// submitting would unify, empty fields and items, and what is read only.
func (v Values) sameAs(w Values, s campaign.Section) bool {
	v, w = settled(s, v), settled(s, w)
	return maps.Equal(v.Fields, w.Fields) && slices.EqualFunc(v.Items, w.Items, maps.Equal[map[string]string])
}

func settled(s campaign.Section, v Values) (out Values) {
	settle := func(m map[string]string) map[string]string {
		n := map[string]string{}
		for _, f := range s.Fields {
			if value := normalize(f, m[f.Name]); !f.ReadOnly && value != "" {
				n[f.Name] = value
			}
		}
		return n
	}
	out.Fields = settle(v.Fields)
	for _, item := range v.Items {
		if !blank(s.Fields, item) {
			out.Items = append(out.Items, settle(item))
		}
	}
	return out
}

// Info is what the form needs to know about the student.
type Info struct {
	// Facts decide conditions (Field.When): level, choice, ….
	Facts map[string]string
	// Admission holds the data that Field.From names: level, phone, ….
	Admission map[string]string
}

// Applies reports whether the field is asked of the student who typed values:
// conditions may name facts or other fields of the same section.
func (in Info) Applies(f campaign.Field, values map[string]string) bool {
	for k, want := range f.When {
		have, ok := in.Facts[k]
		if !ok {
			have = values[k]
		}
		if have != want {
			return false
		}
	}
	return true
}

// Shown returns typed values as a page shows them again: read-only fields,
// which a form does not send, get what the admission list knows.
func Shown(s campaign.Section, v Values, in Info) Values { return prefill(s, v, true, in) }

// prefill returns the values to show: what the admission list knows in fields
// that are read only, and in all others where nothing was saved yet.
func prefill(s campaign.Section, v Values, saved bool, in Info) Values {
	fill := func(m map[string]string) map[string]string {
		m = maps.Clone(m)
		if m == nil {
			m = map[string]string{}
		}
		for _, f := range s.Fields {
			if f.From != "" && (f.ReadOnly || !saved) {
				m[f.Name] = in.Admission[f.From]
			}
		}
		return m
	}
	if !s.Repeated {
		return Values{Fields: fill(v.Fields)}
	}
	out := Values{}
	for _, item := range v.Items {
		out.Items = append(out.Items, fill(item))
	}
	for !saved && len(out.Items) < s.Min {
		out.Items = append(out.Items, fill(nil))
	}
	return out
}
