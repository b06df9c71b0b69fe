package h5

// Notes is GET C/notice, the campaign's notice and notes in full.
type Notes struct {
	Frame
	Paragraphs []string
	Back       string
}

// PageName implements Page.
func (Notes) PageName() string { return "notice" }

// Help is GET C/help: the frame's contacts and questions.
type Help struct {
	Frame
	FAQ  []QA
	Back string
}

// PageName implements Page.
func (Help) PageName() string { return "help" }

// QA is one question with its answer.
type QA struct {
	Question string
	Answer   string
}

// Privacy is GET C/privacy, 个人信息处理说明.
type Privacy struct {
	Frame
	Paragraphs []string
	Sample     bool // the text is a sample and says so
	Back       string
}

// PageName implements Page.
func (Privacy) PageName() string { return "privacy" }

// Error is any failed request. Heading says what happened, Text what is kept
// and what to do; both are safe to show.
type Error struct {
	Frame
	Heading   string
	Text      string
	Reference string // 7K3M-20Q8, "" hides it
	Phone     string // "" takes the first contact's
	Action    Action // an empty label hides it
}

// PageName implements Page.
func (Error) PageName() string { return "error" }

// Message is a plain page with one thing to say (login at WeChat cancelled,
// a snapshot page, nothing to do here).
type Message struct {
	Frame
	Kind    string // a Notice kind, decides the icon; "" is NoticeInfo
	Heading string
	Text    string
	Action  Action
	Second  Action // a quiet second way
	CopyURL string // 复制链接 copies this absolute address when it is set
}

// PageName implements Page.
func (Message) PageName() string { return "message" }

// Index is GET /, the list of campaigns.
type Index struct {
	Frame
	Campaigns []CampaignLink
}

// PageName implements Page.
func (Index) PageName() string { return "index" }

// CampaignLink is one campaign of the list.
type CampaignLink struct {
	Title       string
	Institution string
	Href        string
	WindowText  string
}
