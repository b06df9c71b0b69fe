package campaign

import (
	"fmt"
	"strings"
)

// Fee says what a student owes; the first rule whose conditions all hold
// counts. A fee in the imported list comes before every rule.
type Fee struct {
	Rules []FeeRule `yaml:"rules"`
}

// FeeRule is the items of the bill for the students it matches.
type FeeRule struct {
	When  map[string]string `yaml:"when"`
	Items []FeeItem         `yaml:"items"`
}

// FeeItem is one line of a bill, in fen.
type FeeItem struct {
	Name string `yaml:"name"`
	Fen  int64  `yaml:"fen"`
}

// NumberRule says where student numbers come from. Kind "imported" reveals the
// listed one; "pattern" allots Prefix + counter of Digits digits. Prefix may
// hold {grade} {site_code} {level_code}.
type NumberRule struct {
	Kind   string            `yaml:"kind"`
	Prefix string            `yaml:"prefix"`
	Digits int               `yaml:"digits"`
	Codes  map[string]string `yaml:"level_codes"`
}

// Items returns the bill's items for a student: the imported fee where there
// is one (fen), else the first matching rule. ok is false when nothing says
// what the student owes: such a student blocks the campaign's start.
func (f Fee) Items(imported *int64, facts map[string]string) (items []FeeItem, ok bool) {
	if imported != nil {
		return []FeeItem{{Name: "学费", Fen: *imported}}, true
	}
	for _, r := range f.Rules {
		if Matches(r.When, facts) {
			return r.Items, true
		}
	}
	return nil, false
}

// PrefixFor fills the pattern's placeholders from the student's facts. A fact
// that is missing is an error: a number once given cannot be taken back.
func (n NumberRule) PrefixFor(facts map[string]string) (string, error) {
	grade := strings.TrimSuffix(facts["grade"], "级")
	if len(grade) == 4 {
		grade = grade[2:]
	}
	p := n.Prefix
	for name, value := range map[string]string{"{grade}": grade, "{site_code}": facts["site_code"],
		"{level_code}": n.Codes[facts["level"]]} {
		if !strings.Contains(n.Prefix, name) {
			continue
		}
		if value == "" || strings.ContainsAny(value, "{}") {
			return "", fmt.Errorf("the student has nothing for %s of the number pattern %q", name, n.Prefix)
		}
		p = strings.ReplaceAll(p, name, value)
	}
	if strings.ContainsAny(p, "{}") {
		return "", fmt.Errorf("the number pattern %q has an unknown placeholder", n.Prefix)
	}
	return p, nil
}

// Format writes the n-th number under a prefix.
func (n NumberRule) Format(prefix string, i int64) string {
	return fmt.Sprintf("%s%0*d", prefix, n.Digits, i)
}
