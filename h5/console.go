package h5

// Console is what stands around a page of staff.
type Console struct {
	Title       string
	Institution string
	ShortName   string // for the narrow bar
	Theme       string // ThemeBlue or ThemeGreen
	Device      string // DeviceWeChat, DevicePhone or DevicePC
	Staff       string // 学籍管理部 王老师; "" when nobody is logged in
	Ref         string // of the account
	ReviewOnly  bool   // a template message's link was opened: no account menu
	Focus       bool   // one thing is shown: on a phone the bar is that page's own, without the navigation
	Nav         []NavItem
	Notice      *Notice // on top of the page's content
}

// NavItem is one entry of the console's navigation.
type NavItem struct {
	Label   string
	Href    string
	Current bool
	Count   int // of what waits there; 0 shows none
}

// Layout names the template around the page.
func (Console) Layout() string { return "console" }

// ThemeClass is the class of <html> that sets the accent.
func (c Console) ThemeClass() string { return Frame{Theme: c.Theme}.ThemeClass() }

// Mark names the icon in the institution's round mark.
func (c Console) Mark() string { return Frame{Theme: c.Theme}.Mark() }

// BarName is the institution's name in the bar.
func (c Console) BarName() string {
	if c.ShortName != "" {
		return c.ShortName
	}
	return c.Institution
}

// Home is where the institution's name leads.
func (c Console) Home() string {
	if c.ReviewOnly && len(c.Nav) > 0 {
		return c.Nav[0].Href
	}
	return "/staff"
}

// CurrentLabel is the navigation's entry that the page belongs to.
func (c Console) CurrentLabel() string {
	for _, n := range c.Nav {
		if n.Current {
			return n.Label
		}
	}
	return ""
}

// StaffMessage says one thing to staff: an error, or that nothing is to do.
type StaffMessage struct {
	Console
	Kind      string // NoticeInfo, NoticeOK, NoticeWarn or NoticeBad
	Heading   string
	Text      string
	Reference string // of an error in the log
	Action    Action // Label "" shows none
}

// PageName implements Page.
func (StaffMessage) PageName() string { return "staffmessage" }
