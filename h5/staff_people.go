package h5

// StaffAccount is GET /staff/account: one's own account.
type StaffAccount struct {
	Console
	Rows          []Pair
	App           bool // an authenticator app is set up
	Scan          bool // the bound WeChat is a second factor
	HasFactor     bool
	CodesLeft     int
	Bound         bool
	BoundAt       string
	Administrator bool   // one second factor must stay
	Open          string // route of the form that was refused
}

// PageName implements Page.
func (StaffAccount) PageName() string { return "staffaccount" }

// None is an empty field.
func (StaffAccount) None() Input { return Input{} }

// StaffPeople is GET /staff/people?page=.
type StaffPeople struct {
	Console
	Rows  []StaffRow
	Total int
	Page  int // from 1
	Pages int
}

// PageName implements Page.
func (StaffPeople) PageName() string { return "staffpeople" }

// StaffRow is one account in the list.
type StaffRow struct {
	Href, Name, Login, Office, Role, Sites, LastLogin string
	Disabled, Bound, Factor                           bool
}

// StaffPerson is GET /staff/people/new or /staff/people/<ref>. Its form posts
// name, login (of a new one), office, role, site (any number) and sites (other
// codes, divided by blanks) to Action.
type StaffPerson struct {
	Console
	Ref        string // "" for a new account
	Action     string
	Name       Input
	Login      Input
	Office     Input
	Roles      []StaffOption
	RoleError  string
	Sites      []StaffOption
	OtherSites string
	SitesError string
	Disabled   bool
	Self       bool // one's own account: it cannot be shut or reset here
	HasFactor  bool
	Bound      bool
}

// PageName implements Page.
func (StaffPerson) PageName() string { return "staffperson" }

// StaffOption is one thing to choose.
type StaffOption struct {
	Value, Label, Text string
	Checked            bool
}

// StaffOneTime shows a one-time password, once.
type StaffOneTime struct {
	Console
	Name, Login, Password string
	Address               string // of the console
	Next                  string
}

// PageName implements Page.
func (StaffOneTime) PageName() string { return "staffonetime" }
