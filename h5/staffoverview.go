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
	Steps      []StaffBar
	Sites      []StaffGroup
	Majors     []StaffGroup
	Days       []StaffDay // oldest first
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
	Day              string
	Registered, Paid int
	Max              int
}
