package h5

// StaffAudit is GET /staff/audit, the log of who did what. Its filter form gets
// who, what, from, to (2026-03-12) and subject.
type StaffAudit struct {
	Console
	Actors   []SelectOption
	Actions  []SelectOption
	From, To string
	Subject  string
	Rows     []AuditRow
	Next     string // of the next page, "" on the last
	Filtered bool
}

// AuditRow is one entry.
type AuditRow struct {
	At      string
	Who     string // a name, or 系统
	Kind    string // 工作人员, 学生 or ""
	What    string
	Detail  string
	Subject string // enrolment:<ref>
	Href    string // of the student that it is about; "" for none
}

// PageName implements Page.
func (StaffAudit) PageName() string { return "staffaudit" }
