package h5

// StaffExports is GET /staff/exports. Its form posts c, kind, format, columns
// (several), preset, full, reason and the filters there; a job's state is JSON
// under /staff/exports/<ref>.
type StaffExports struct {
	Console
	Campaigns, States, Steps, Sites, Majors []Option
	Campaign, State, Step, Site, Major      string
	Kinds                                   []ExportKind
	Kind                                    string
	Format                                  string // xlsx or csv
	Columns                                 []ExportColumn
	Full                                    bool // who may have full numbers
	FullChosen                              bool
	Reason                                  string
	Error                                   string
	ErrorField                              string // columns, reason, …; "" of the whole form
	Jobs                                    []ExportJob
}

// PageName implements Page.
func (StaffExports) PageName() string { return "staffexports" }

// ExportKind is one thing to take away.
type ExportKind struct{ Value, Label, Text string }

// ExportColumn is one column to choose; Preset ones belong to 学信网's table.
type ExportColumn struct {
	Key, Label string
	Preset     bool
	Chosen     bool
}

// ExportJob is one file that was ordered.
type ExportJob struct {
	Ref, Name, At, Text string
	Total, Done         int
	Live                bool   // still being made
	Href                string // of the file, "" until it is there
}
