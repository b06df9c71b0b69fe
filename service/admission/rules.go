package admission

import (
	"slices"
	"strings"

	"ruxue/service/campaign"
	"ruxue/service/student"
)

// Rules are what a campaign asks of its list.
type Rules struct {
	Levels, StudyForms []string
	Sites              []campaign.Site
	Need               []Column // no row may lack them
	Number             campaign.NumberRule
	Fee                campaign.Fee
	Pays               bool // a student without a fee blocks the start
	Approves           bool // the list may say who still waits for approval
	PhoneIsAccount     bool // a listed phone is what the student logs in with
}

// The usual values, where a campaign names none (教育部 成人高等教育 wording).
var (
	usualLevels = []string{"高起专", "高起本", "专升本", "专科", "本科", "硕士", "博士"}
	usualForms  = []string{"函授", "业余", "脱产", "夜大学", "网络教育", "开放教育", "自学考试", "同等学力", "全日制", "非全日制"}
	idTypes     = []string{student.IDCard, "护照", "港澳居民来往内地通行证", "台湾居民来往大陆通行证", "港澳台居民居住证",
		"外国人永久居留身份证", "军官证", "士兵证", "户口簿", "其他"}
)

// RulesOf derives the rules from a campaign.
func RulesOf(c *campaign.Campaign) Rules {
	r := Rules{Levels: c.Admission.Levels, StudyForms: c.Admission.StudyForms, Sites: c.Admission.Sites,
		Number: c.Number, Fee: c.Fee}
	if len(r.Levels) == 0 {
		r.Levels = usualLevels
	}
	if len(r.StudyForms) == 0 {
		r.StudyForms = usualForms
	}
	r.Need = []Column{Name, IDNumber}
	asked := map[string]bool{}
	for _, s := range c.Steps {
		r.Pays = r.Pays || s.Kind == "pay"
		r.Approves = r.Approves || s.Kind == "approval"
		for k := range s.When {
			asked[k] = true
		}
	}
	for _, rule := range c.Fee.Rules {
		for k := range rule.When {
			asked[k] = true
		}
	}
	if c.Login.Kind == "password" || c.Login.StrictPhone {
		r.PhoneIsAccount = true
		r.Need = append(r.Need, Phone)
	}
	switch c.Number.Kind {
	case "imported":
		r.Need = append(r.Need, Number)
	case "pattern":
		for placeholder, fact := range map[string]string{"{grade}": "grade", "{site_code}": "site_code", "{level_code}": "level"} {
			asked[fact] = asked[fact] || strings.Contains(c.Number.Prefix, placeholder)
		}
	}
	for _, col := range []Column{Level, Major, StudyForm, Grade, SiteCode, Site} {
		if asked[string(col)] {
			r.Need = append(r.Need, col)
		}
	}
	return r
}

// needs reports whether the column may not be empty. A site's name finds its
// code, and the other way round, where the campaign lists the sites.
func (r Rules) needs(c Column) bool { return slices.Contains(r.Need, c) }

// needed are the columns that a file must have.
func (r Rules) needed(hs []Heading) []Column {
	have := func(c Column) bool { return slices.ContainsFunc(hs, func(h Heading) bool { return h.Column == c }) }
	var out []Column
	for _, c := range r.Need {
		other := map[Column]Column{SiteCode: Site, Site: SiteCode}[c]
		if len(r.Sites) > 0 && other != "" && have(other) {
			continue
		}
		out = append(out, c)
	}
	return out
}
