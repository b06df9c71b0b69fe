package h5

// Apply is GET C/apply/<kind>, the forms to keep, enter or give up a place. It posts reason,
// statement, and signature (the JSON that POST C/sign takes) or signed (the
// reference of what a phone wrote) to Action, the draft to Action + "/draft".
// Attachments go to their slots' own addresses beforehand.
type Apply struct {
	Frame
	Heading   string // 放弃入学资格
	Action    string
	Warning   string // 提交后不能注册。老师审核通过前，您可以撤回。
	Rows      []Pair // who applies, and for what
	Reason    Input
	ReasonMax int // runes; 0 is 200
	// ReasonLabel is what the reason is called; ReasonOptional lets it be empty.
	ReasonLabel    string
	ReasonOptional bool
	Statement      string // the sentence to type; "" asks for none
	Typed          Input  // what was typed of it
	Signature      Input  // Value is the strokes' JSON
	// Handoff (a PC) asks for a code at Action + "/handoff" with what was typed;
	// else the pad is on the page.
	Handoff   bool
	Submitted *Submitted // a phone's signature under exactly this text
	Slots     []Slot     // the attachments
	FilesHint string     // which papers help, ending in a comma; "" says nothing
	SavedAt   string     // 14:10, "" when nothing was saved
	Prev      string
}

// PageName implements Page.
func (Apply) PageName() string { return "apply" }

// Max is the longest reason in runes.
func (a Apply) Max() int {
	if a.ReasonMax > 0 {
		return a.ReasonMax
	}
	return 200
}

// Shown is how many attachment slots are seen: the filled ones and one more.
func (a Apply) Shown() int {
	n := 1
	for i, s := range a.Slots {
		if s.State != SlotNone {
			n = i + 2
		}
	}
	return n
}

// Applied is GET C/apply/<kind> once it was submitted.
type Applied struct {
	Frame
	Type        string // 放弃入学资格
	Name        string // 放弃入学资格申请
	SubmittedAt string
	DecidedAt   string // "" while it waits
	Text        string // what the approval means
	Office      string // who decides
	Reason      string // "" is not shown
	ReasonLabel string
	Statement   string // what was typed
	Files       []Action
	PictureURL  string // the signature
	Paper       string // the signed PDF, "" until it is made
	Withdraw    string // 撤回 posts there, "" when it is over
	Prev        string
}

// PageName implements Page.
func (Applied) PageName() string { return "applied" }
