package h5

import "slices"

// StaffImport is GET /staff/import?c=<code>: a list is uploaded, and earlier
// ones are listed. Its form posts file to /staff/import?c=<code>.
type StaffImport struct {
	Console
	Campaigns []Option
	Campaign  string
	Error     string // at the file
	MaxMB     int
	History   []StaffImportRow
	// Earlier are the campaigns whose kept places can be carried over, at
	// CarryPath; empty hides the card.
	Earlier   []Option
	CarryPath string
}

// PageName implements Page.
func (StaffImport) PageName() string { return "staffimport" }

// StaffImportRow is one earlier list.
type StaffImportRow struct {
	Href, File, By, At, State, Tag, Text string
}

// StaffCarry is GET /staff/import/carry?c=<code>&from=<code>&grade=: which places
// kept in an earlier campaign can be carried over. Its form posts the same to
// Action.
type StaffCarry struct {
	Console
	Action, Back     string
	Campaign, Title  string
	From, FromTitle  string
	Grade            string
	Refusal          string // why nothing can be carried
	AtGrade          bool   // the refusal belongs to the field
	Checked          bool
	Kept             int // places kept in the earlier campaign
	New, Listed      int
	Joined           int
	There, Bad       int
	Moves            int // what carrying would change
	NoFee, NoNumber  int
	People, Problems []StaffCarryLine
	MorePeople       bool
	MoreProblems     bool
}

// PageName implements Page.
func (StaffCarry) PageName() string { return "staffcarry" }

// StaffCarryLine is one student whose place was kept.
type StaffCarryLine struct {
	Href, Name, ID, Site, Course, Grade, Reason, Suggestion string
}

// StaffImportJob is GET /staff/import/job/<ref>: what the check found, and the
// way to import. While Busy its script asks Base/state.
type StaffImportJob struct {
	Console
	Base, Back, CampaignTitle   string
	File, Sheet, By, At         string
	State, Words, Tag, Sentence string
	Busy                        bool
	Done, Total                 int
	Rows, New, Updated, Same    int
	Kept, Bad, Good             int
	NoFee, NoFeeLine            int
	BadFile, Teachable          bool
	Kinds, Columns              []StaffImportCount
	Problems                    []StaffImportProblem
	Changes                     []StaffImportChange
	MoreProblems, MoreChanges   bool
	Headings                    []StaffImportHeading
}

// PageName implements Page.
func (StaffImportJob) PageName() string { return "staffimportjob" }

// Unknown reports whether a heading is still to be named.
func (p StaffImportJob) Unknown() bool {
	for _, h := range p.Headings {
		if h.Options != nil {
			return true
		}
	}
	return false
}

// Over reports whether the list was imported: what its columns stood for is no
// question any more.
func (p StaffImportJob) Over() bool { return p.State == "applied" }

// Figures are the numbers of the list; once it is imported, of what there was.
func (p StaffImportJob) Figures() []StaffImportCount {
	all := []StaffImportCount{{Label: "新增", Count: p.New}, {Label: "更新", Count: p.Updated}, {Label: "不变", Count: p.Same},
		{Label: "不改动", Count: p.Kept}, {Label: "需要修改", Count: p.Bad, Bad: true}}
	return slices.DeleteFunc(all, func(c StaffImportCount) bool { return p.Over() && c.Count == 0 })
}

// StaffImportCount is a number with its word.
type StaffImportCount struct {
	Label string
	Count int
	Bad   bool // of what is wrong
}

// StaffImportProblem is one thing wrong with a row.
type StaffImportProblem struct {
	Line                                    int
	Cell, Column, Value, Reason, Suggestion string
}

// StaffImportChange is one datum that the list replaces.
type StaffImportChange struct {
	Line                        int
	Name, Column, Before, After string
}

// StaffImportHeading is a heading of the file; Options are offered where nobody
// knows what it stands for.
type StaffImportHeading struct {
	Name, Text, Column string
	Options            []Option
}
