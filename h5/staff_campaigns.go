package h5

import "strings"

// StaffCampaigns is GET /staff/campaigns.
type StaffCampaigns struct {
	Console
	Rows []CampaignRow
}

// CampaignRow is one campaign.
type CampaignRow struct {
	Href, Title, Platform, Window string
	Open                          bool // students may log in today
	Version                       int
	Feeless                       int // students without a fee, who keep it from starting
	Samples                       int // invented texts that are to be replaced
}

// PageName implements Page.
func (StaffCampaigns) PageName() string { return "staffcampaigns" }

// StaffCampaign is GET /staff/campaigns/<code>. Its form posts to itself: base,
// label, from, to, notice_title, notice, notice_sample, office-0, person-0,
// phone-0, hours-0, mail-0, qq-0 and on, and of each document title-<name>,
// consent-<name>, text-<name>, sample-<name>; save=1 stores it.
type StaffCampaign struct {
	Console
	Hold         *StaffHold // nil where nobody lacks a fee
	Code         string
	Base         int // version that the form was made from
	Label        Input
	From, To     Input // 2026-03-01
	NoticeTitle  Input
	NoticeText   Input
	NoticeSample bool
	Offices      []Office
	Documents    []DocumentEdit
	Previewed    bool
	Changes      []ChangedPart
	Clashes      []Clash // with what somebody else saved meanwhile
}

// Clash is a field that somebody else saved otherwise; take=<Field> takes that.
type Clash struct {
	Field     string // as it is posted; office-0 is the whole contact
	Theirs    string
	Untouched bool          // only they changed it: theirs is proposed
	Lines     []ChangedLine // from what is typed to theirs
}

// Long reports whether the difference is shown line by line.
func (c Clash) Long() bool { return len(c.Lines) > 2 || strings.Contains(c.Theirs, "\n") }

// Clash is the clash at the field, nil for none.
func (p StaffCampaign) Clash(field string) *Clash {
	for i := range p.Clashes {
		if p.Clashes[i].Field == field {
			return &p.Clashes[i]
		}
	}
	return nil
}

// Office is one contact; an empty one is left out.
type Office struct {
	Number                                 string
	Office, Person, Phone, Hours, Mail, QQ Input
}

// DocumentEdit is one document as it is typed.
type DocumentEdit struct {
	Name                   string
	Heading, Consent, Text Input
	Sample                 bool
}

// ChangedPart is one part that an edit changes, line by line.
type ChangedPart struct {
	Title string
	Lines []ChangedLine
}

// ChangedLine is a new line, one that goes, or one that stays; Gap stands for
// lines that were left out.
type ChangedLine struct {
	New, Old, Gap bool
	Text          string
}

// PageName implements Page.
func (StaffCampaign) PageName() string { return "staffcampaign" }

// Field returns the input with that name, nil for none.
func (p *StaffCampaign) Field(name string) *Input {
	switch name {
	case "label":
		return &p.Label
	case "from":
		return &p.From
	case "to":
		return &p.To
	case "notice_title":
		return &p.NoticeTitle
	case "notice":
		return &p.NoticeText
	}
	what, which, _ := strings.Cut(name, "-")
	for i := range p.Offices {
		if what == "office" && p.Offices[i].Number == which {
			return &p.Offices[i].Office
		}
	}
	for i := range p.Documents {
		d := &p.Documents[i]
		if in := map[string]*Input{"title": &d.Heading, "consent": &d.Consent, "text": &d.Text}[what]; in != nil && d.Name == which {
			return in
		}
	}
	return nil
}
