package enrolment

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"ruxue/service/campaign"
)

// Check validates a section's values and returns them normalized, with the
// fields that do not apply left out and the read-only ones from the admission
// list. errs holds a sentence for each field that breaks a rule, by its name
// or ItemKey; the section's own name stands for the list as a whole. The keys count the items as given,
// also where empty ones are dropped.
func Check(s campaign.Section, v Values, in Info, now time.Time) (clean Values, errs map[string]string) {
	errs = map[string]string{}
	if !s.Repeated {
		clean.Fields = checkFields(s.Fields, v.Fields, in, now, func(name, sentence string) { errs[name] = sentence })
		return clean, errs
	}
	filled := 0
	for _, item := range v.Items {
		if !blank(s.Fields, item) {
			filled++
		}
	}
	name := s.ItemName
	if name == "" {
		name = s.Title
	}
	if s.Max > 0 && filled > s.Max {
		errs[s.Name] = fmt.Sprintf("%s最多填写 %d 项，现在有 %d 项，请删去多余的", name, s.Max, filled)
	}
	if len(v.Items) < s.Min {
		errs[s.Name] = fmt.Sprintf("%s至少填写 %d 项，请点“%s”", name, s.Min, addLabel(s))
	}
	missing := s.Min - filled // so many empty items are due
	for i, item := range v.Items {
		if blank(s.Fields, item) {
			if missing <= 0 {
				continue
			}
			missing--
		}
		clean.Items = append(clean.Items, checkFields(s.Fields, item, in, now, func(name, sentence string) {
			errs[ItemKey(i, name)] = sentence
		}))
	}
	return clean, errs
}

func addLabel(s campaign.Section) string {
	if s.AddLabel != "" {
		return s.AddLabel
	}
	return "添加"
}

// blank reports whether nothing was typed into an item.
func blank(fields []campaign.Field, item map[string]string) bool {
	for _, f := range fields {
		if !f.ReadOnly && strings.TrimSpace(item[f.Name]) != "" {
			return false
		}
	}
	return true
}

func checkFields(fields []campaign.Field, typed map[string]string, in Info, now time.Time, fail func(name, sentence string)) map[string]string {
	out := map[string]string{}
	known := maps.Clone(typed)
	if known == nil {
		known = map[string]string{}
	}
	for _, f := range fields {
		if f.ReadOnly {
			known[f.Name] = in.Admission[f.From]
		} else {
			known[f.Name] = normalize(f, known[f.Name])
		}
	}
	for _, f := range fields {
		if !in.Applies(f, known) {
			continue
		}
		value := known[f.Name]
		if !f.ReadOnly {
			if sentence := checkField(f, value, now); sentence != "" {
				fail(f.Name, sentence)
			}
		}
		if value != "" {
			out[f.Name] = value
		}
	}
	return out
}
