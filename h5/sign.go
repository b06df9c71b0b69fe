package h5

// Document is a text to be signed.
type Document struct {
	Code     string // of the address
	Title    string // 专升本人员诚信承诺书
	Version  string // 2026年2月20日版
	Sections []DocSection
	Sample   bool // the text is a sample and says so
}

// DocSection is a part of a document; Heading may be "".
type DocSection struct {
	Heading    string
	Paragraphs []string
}

// Sign is GET C/sign/<document>. With Handoff (a PC) the panel fetches a
// ticket from Action + "/handoff"; else the pad posts strokes to Action.
type Sign struct {
	Frame
	Document Document
	Action   string // "" is C/sign/<document>
	Consent  string // 我已阅读并同意《…》 when ""
	Greeting string // 您好：李*雯
	Sentence string // above the pad; a usual one when ""
	Handoff  bool
	// Confirm tells that 确认签署 follows the signature.
	Confirm bool
	// Submitted is a signature that waits for 确认签署 when the page is loaded.
	Submitted *Submitted
	Prev      string
}

// Submitted is a signature to look at before it becomes final.
type Submitted struct {
	Ref        string // names it to C/sign/<document>/confirm
	PictureURL string
	Signer     string
	SignedAt   string
}

// PageName implements Page.
func (Sign) PageName() string { return "sign" }

// Address is where strokes are posted.
func (s Sign) Address() string {
	if s.Action != "" {
		return s.Action
	}
	return s.Base() + "/sign/" + s.Document.Code
}

// ConsentText is the label of the consent box.
func (s Sign) ConsentText() string {
	if s.Consent != "" {
		return s.Consent
	}
	return "我已阅读并同意《" + s.Document.Title + "》"
}

// Instruction is the sentence above the pad.
func (s Sign) Instruction() string { return instruction(s.Sentence) }

func instruction(s string) string {
	if s != "" {
		return s
	}
	return "请仔细阅读上述条款内容，如果承诺接受上述全部要求与规定，请手写签名并提交。"
}
