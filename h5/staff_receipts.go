package h5

// StaffReceipts is GET /staff/payments/receipts?c=<code>: a list of fiscal
// receipts is uploaded, and earlier ones are listed. Its form posts file to the
// same address.
type StaffReceipts struct {
	Console
	Campaigns []Option
	Campaign  string
	Error     string // at the file
	MaxMB     int
	MaxRows   int
	Columns   []Pair // what a list holds
	History   []StaffImportRow
}

// PageName implements Page.
func (StaffReceipts) PageName() string { return "staffreceipts" }

// StaffReceiptList is GET /staff/payments/receipts/list/<ref>: what the check
// of a list found, and the way to import it.
type StaffReceiptList struct {
	Console
	Base, Campaign, CampaignTitle string
	File, Sheet, By, At           string
	Words, Tag                    string
	Applied                       bool
	Rows, New, Changed, Same, Bad int
	BadFile                       bool
	Unread                        string // headings of columns that are not read
	Kinds                         []StaffImportCount
	Problems                      []StaffImportProblem
	Changes                       []StaffImportChange
	More                          bool // not all are listed
}

// PageName implements Page.
func (StaffReceiptList) PageName() string { return "staffreceiptlist" }

// Good is how many rows an import would write.
func (p StaffReceiptList) Good() int { return p.New + p.Changed }

// FiscalReceipt is a 财政电子票据 as its student and finance see it.
type FiscalReceipt struct {
	Code   string // 票据代码, "" hides it
	Number string // 票据号码
	Check  string // 校验码, "" hides it
	Issued string // 2026年11月21日, "" hides it
	Link   string // https
	Host   string // of the link
	Back   string // 已退费, 已退费 ¥200.00; "" for nothing
}
