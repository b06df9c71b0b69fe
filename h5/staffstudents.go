package h5

// StaffStudents is GET /staff/students. Its form posts q and the filters there;
// the answer is an address in which the typed text is sealed.
type StaffStudents struct {
	Console
	Query     string
	Error     string // of the search text
	Campaigns []Option
	States    []Option
	Steps     []Option
	Sites     []Option
	Majors    []Option
	Campaign  string
	State     string
	Step      string
	Site      string
	Major     string
	Case      bool
	Cases     int // open ones in sight
	Total     int
	Rows      []StaffStudentRow
	Prev      string // addresses of the pages beside this one, "" for none
	Next      string
	PageText  string // 第 2 页，共 9 页
	Export    string // address of the export page with these filters, "" for who may not
	Filtered  bool
}

// PageName implements Page.
func (StaffStudents) PageName() string { return "staffstudents" }

// StaffStudentRow is one student of the list.
type StaffStudentRow struct {
	Href   string
	Name   string
	ID     string // masked
	Number string // 学号, or 考生号 with its word
	Site   string
	Course string // 层次 专业
	State  string
	Tag    string // tint of the state: ok, warn, mute
	Due    string // 停在 …
	Case   bool
}

// StaffStudent is GET /staff/students/<ref>.
type StaffStudent struct {
	Console
	Base     string // /staff/students/<ref>
	Student  string
	Campaign string
	State    string
	Tag      string
	Number   string
	Until    string // of an extended window, "" for none
	Data     []StaffDatum
	Revealed bool // hidden data stand open on this view
	Steps    []Step
	Due      string
	Sections []StaffSection
	Return   string // address of the page that sends sections back, "" for who may not
	Files    []StaffFile
	Face     string // how the face check stands
	Signed   []StaffSigned
	Bill     *StaffBill
	Messages []StaffTold
	Cases    []StaffCase
	Events   []StaffEvent
	Acts     []StaffAct // which the person may do
	Code     string     // a login code, shown this once
	CodeText string
}

// PageName implements Page.
func (StaffStudent) PageName() string { return "staffstudent" }

// StaffDatum is one value; Hidden ones show a mask, which the script puts back
// when Value stands open for a minute.
type StaffDatum struct {
	Label string
	Value string
	Mask  string // of a value that stands open, "" otherwise
}

// StaffSection is one page of the form.
type StaffSection struct {
	Title string
	Tag   string
	Kind  string
	Rows  []StaffDatum
	Open  bool // something of it stands open
}

// StaffFile is one attachment; Href "" for who may not open it.
type StaffFile struct {
	Label, Detail, Href, Tag, Kind string
	Remark                         string
}

// StaffSigned is one signed document.
type StaffSigned struct {
	Title, At, Picture, File string
}

// StaffBill is the bill with what happened to its money.
type StaffBill struct {
	Items []Pair
	Total string
	Tag   string
	Kind  string
	Lines []StaffLine // newest first
}

// StaffLine is one dated line.
type StaffLine struct{ At, Text string }

// StaffTold is one message to the student.
type StaffTold struct{ At, Title, State string }

// StaffCase is what she said is wrong, and the answer; Answer.Action is "" for
// one that is closed.
type StaffCase struct {
	At, Text, Answer, AnsweredAt string
	Reply                        *StaffAct
}

// StaffEvent is one line of the time line.
type StaffEvent struct{ At, Who, Text string }

// StaffAct is one form that does something to the student.
type StaffAct struct {
	Name    string // of the form; ids are made from it
	Title   string
	Text    string // what it does
	Warning string // what it affects
	Action  string
	Button  string
	Busy    string
	Fields  []Field
	Confirm string // label of a box that must be ticked, "" for none
	Error   string // of the whole form
	Open    bool
}
