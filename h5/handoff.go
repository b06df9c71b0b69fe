package h5

// Handoff is GET /h/<ticket> on the phone that scanned to sign. Its frame has
// no Student, so that nobody switches students on a borrowed phone; so have
// those of the other pages here.
type Handoff struct {
	Frame
	Address   string // /h/<ticket>; /active and /sign follow
	User      string // masked name
	Code      string // two digits, also on the PC
	Sentence  string
	Document  Document
	Confirm   bool   // the PC asks for 确认签署 afterwards
	Submitted bool   // came back after submitting
	Finish    string // the PC's last button; 确认签署 when ""
}

// PageName implements Page.
func (Handoff) PageName() string { return "handoff" }

// Instruction is the sentence above the pad.
func (h Handoff) Instruction() string { return instruction(h.Sentence) }

// After is what to do when the signature is submitted.
func (h Handoff) After() string {
	if h.Confirm {
		finish := "确认签署"
		if h.Finish != "" {
			finish = h.Finish
		}
		return "请回到电脑，核对签名后点击“" + finish + "”"
	}
	return "请回到电脑继续"
}

// HandoffFace is GET /h/<ticket> on the phone that lends its camera to the face
// check of a PC: the face page, with the two digits.
type HandoffFace struct {
	Face
	User string // masked name
	Code string // two digits, also on the PC
}

// PageName implements Page.
func (HandoffFace) PageName() string { return "handoffface" }

// HandoffUpload is GET /h/<ticket> on the phone that photographs a document for
// a PC's form. Slot.Action takes the file; Address + "/active" is told when one
// is chosen.
type HandoffUpload struct {
	Frame
	Address  string // /h/<ticket>
	User     string // masked name
	Code     string // two digits, also on the PC
	Slot     Slot
	Group    string // what the slot is a part of, "" or 身份证正反面照片
	Uploaded bool   // came back after a photo was stored
}

// PageName implements Page.
func (HandoffUpload) PageName() string { return "handoffupload" }

// Slots is the one card of the page.
func (h HandoffUpload) Slots() SlotGroup {
	return SlotGroup{Title: h.Slot.Label, Hint: h.Slot.Limits(), Text: h.Slot.Text, Slots: []Slot{h.Slot}}
}

// HandoffEnd is a ticket that cannot be used: taken, expired, used, cancelled,
// or opened outside WeChat.
type HandoffEnd struct {
	Frame
	Kind    string // a Notice kind; "" is NoticeWarn
	Heading string
	Text    string
}

// PageName implements Page.
func (HandoffEnd) PageName() string { return "handoffend" }
