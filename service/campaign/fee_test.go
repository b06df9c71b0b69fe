package campaign_test

import (
	"fmt"
	"testing"

	"ruxue/service/campaign"
)

func TestTheFirstMatchingFeeRuleCounts(t *testing.T) {
	own, zero := int64(12345), int64(0)
	rule := func(fen int64, when map[string]string) campaign.FeeRule {
		return campaign.FeeRule{When: when, Items: []campaign.FeeItem{{Name: "学费", Fen: fen}, {Name: "教材费", Fen: 1}}}
	}
	f := campaign.Fee{Rules: []campaign.FeeRule{
		rule(1, map[string]string{"level": "专升本", "site_code": "01"}), rule(2, map[string]string{"level": "专升本"}), rule(3, nil)}}
	for _, c := range []struct {
		what     string
		fee      campaign.Fee
		imported *int64
		facts    map[string]string
		fen      int64
		ok       bool
	}{
		{"both conditions hold", f, nil, map[string]string{"level": "专升本", "site_code": "01"}, 1, true},
		{"one of two holds", f, nil, map[string]string{"level": "专升本", "site_code": "02"}, 2, true},
		{"no condition", f, nil, map[string]string{"level": "高起专"}, 3, true},
		{"the list comes first", f, &own, map[string]string{"level": "专升本"}, own, true},
		{"the list says free", f, &zero, nil, 0, true},
		{"nothing says", campaign.Fee{Rules: f.Rules[:2]}, nil, map[string]string{"level": "高起专"}, 0, false},
		{"no rules", campaign.Fee{}, nil, nil, 0, false},
	} {
		items, ok := c.fee.Items(c.imported, c.facts)
		if ok != c.ok || (ok && items[0].Fen != c.fen) {
			t.Errorf("%s: %v %v", c.what, items, ok)
		}
	}
}

func TestNumbersFollowTheirPattern(t *testing.T) {
	n := campaign.NumberRule{Kind: "pattern", Prefix: "{grade}{site_code}{level_code}1", Digits: 4, Codes: map[string]string{"专升本": "CS"}}
	for grade, want := range map[string]string{"2023级": "23100CS1", "2023": "23100CS1", "23级": "23100CS1"} {
		got, err := n.PrefixFor(map[string]string{"grade": grade, "site_code": "100", "level": "专升本"})
		if err != nil || got != want {
			t.Errorf("%s: %q %v", grade, got, err)
		}
	}
	for i, want := range map[int64]string{1: "P0001", 9999: "P9999", 10000: "P10000"} {
		if got := n.Format("P", i); got != want {
			t.Errorf("number %d is %s", i, got)
		}
	}
}

func TestANumberIsNotGivenFromHalfAPattern(t *testing.T) {
	for _, c := range []struct {
		prefix string
		facts  map[string]string
	}{
		{"{grade}{year}", map[string]string{"grade": "2026级"}},
		{"{grade}1", map[string]string{}},
		{"{site_code}1", map[string]string{"grade": "2026级"}},
		{"{level_code}1", map[string]string{"level": "博士"}},
		{"{site_code}1", map[string]string{"site_code": "{grade}"}},
	} {
		n := campaign.NumberRule{Prefix: c.prefix, Codes: map[string]string{"专升本": "CS"}}
		if got, err := n.PrefixFor(c.facts); err == nil {
			t.Errorf("%s with %v gave %q", c.prefix, c.facts, got)
		}
	}
}

func ExampleNumberRule() {
	n := campaign.NumberRule{Prefix: "{grade}100CS1", Digits: 4}
	prefix, _ := n.PrefixFor(map[string]string{"grade": "2023级"})
	fmt.Println(n.Format(prefix, 5))
	// Output: 23100CS10005
}
