package h5

// StaffOverview is GET /staff/overview?c=<code>.
type StaffOverview struct {
	Console
	Campaigns  []Option
	Campaign   string
	Total      int
	Registered int
	Paid       int
	Cases      int
	Hold       *StaffHold // nil where nobody lacks a fee
	Steps      []StaffBar
	Sites      []StaffGroup
	Majors     []StaffGroup
	Days       []StaffDay // oldest first
}

// StaffHold warns of students without a fee, who keep a campaign from starting.
type StaffHold struct {
	Students int
	Names    []string // some of them, for who may read names
	More     int      // those who are not named
	Due      bool     // the window has begun
}

// PageName implements Page.
func (StaffOverview) PageName() string { return "staffoverview" }

// StaffBar is one line of the funnel.
type StaffBar struct {
	Label string
	Value int
	Max   int
	Note  string
	Href  string // "" without a list
}

// Percent is the value's share of Max, rounded.
func (b StaffBar) Percent() int {
	if b.Max == 0 {
		return 0
	}
	return (b.Value*100 + b.Max/2) / b.Max
}

// StaffGroup is one line of a table of counts.
type StaffGroup struct {
	Name                           string
	Total, Registered, Paid, Bound int
	Href                           string
}

// StaffDay is what one day brought; Max is the longest bar.
type StaffDay struct {
	Day              string // 2026-11-21
	Registered, Paid int
	Max              int
}

// DayText is the day in words, 11月21日.
func (d StaffDay) DayText() string { return dayAs(d.Day, "1月2日") }
