package campaign_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"ruxue/service/campaign"
)

type rollOf struct {
	kin    []campaign.Kin
	number int
	err    error
}

func (r rollOf) WithoutFee(context.Context, int64) ([]campaign.Kin, error) { return r.kin, r.err }
func (r rollOf) NamesOf(context.Context, int64, map[string]string, int) ([]string, error) {
	return nil, r.err
}
func (r rollOf) EnteredSince(context.Context, int64, time.Time) (bool, error) { return false, r.err }
func (r rollOf) WithoutNumber(context.Context, int64) (int, error)            { return r.number, r.err }

func TestWhatBlocksTheStart(t *testing.T) {
	kin := func() []campaign.Kin {
		return []campaign.Kin{{Facts: map[string]string{"level": "专升本", "major": "会计学"}, Students: 3},
			{Facts: map[string]string{"level": "专升本", "major": "土木工程"}, Students: 4}, {Facts: map[string]string{"level": "本科"}, Students: 5}}
	}
	pays := []campaign.Step{{Kind: "pay"}}
	rules := func(when ...map[string]string) campaign.Fee {
		var f campaign.Fee
		for _, w := range when {
			f.Rules = append(f.Rules, campaign.FeeRule{When: w, Items: []campaign.FeeItem{{Name: "学费", Fen: 1}}})
		}
		return f
	}
	for name, x := range map[string]struct {
		c    campaign.Campaign
		want string
	}{
		"a rule for everybody":       {campaign.Campaign{Steps: pays, Fee: rules(nil)}, ""},
		"nothing is paid":            {campaign.Campaign{}, ""},
		"no rule":                    {campaign.Campaign{Steps: pays}, "12 名学生没有学费"},
		"by level":                   {campaign.Campaign{Steps: pays, Fee: rules(map[string]string{"level": "专升本"})}, "5 名学生没有学费"},
		"by major, as who registers": {campaign.Campaign{Steps: pays, Fee: rules(map[string]string{"major": "会计学", "choice": "register"})}, "9 名学生没有学费"},
		"numbers come from the list": {campaign.Campaign{Number: campaign.NumberRule{Kind: "imported"}}, "7 名学生没有学号"},
		"both are missing":           {campaign.Campaign{Steps: pays, Number: campaign.NumberRule{Kind: "imported"}}, "12 名学生没有学费，7 名学生没有学号"},
	} {
		m, err := x.c.Missing(t.Context(), rollOf{kin: kin(), number: 7})
		if err != nil || m.Sentence() != x.want {
			t.Errorf("%s: %q %v", name, m.Sentence(), err)
		}
	}
	broken := rollOf{err: errors.New("down")}
	if _, err := (&campaign.Campaign{Steps: pays}).Missing(t.Context(), broken); err == nil {
		t.Error("a list that cannot be read blocks nothing")
	}
}
