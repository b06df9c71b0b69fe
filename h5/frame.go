package h5

// Devices that a page is made for.
const (
	DeviceWeChat = "wechat" // WeChat on a phone
	DevicePhone  = "phone"  // another browser on a phone
	DevicePC     = "pc"     // a computer, desktop WeChat included
)

// Themes: one accent per campaign. An empty theme is ThemeBlue.
const (
	ThemeBlue  = "blue"  // #11509B
	ThemeGreen = "green" // #0E6251
)

// Notice kinds; each has its own tint and icon.
const (
	NoticeInfo = "info"
	NoticeOK   = "ok"
	NoticeWarn = "warn" // attention, waiting
	NoticeBad  = "bad"
)

// Step states.
const (
	StepDone    = "done"
	StepCurrent = "current"
	StepTodo    = "todo"
)

// Frame is what stands around every page.
type Frame struct {
	Title         string    // of the document, which WeChat shows in its bar
	Campaign      string    // code; "" on pages of no campaign: no help link, no switch
	Institution   string    // 河海大学远程与继续教育学院
	ShortName     string    // 河海大学, for the phone's narrow bar
	PlatformTitle string    // 高等学历继续教育平台
	Theme         string    // ThemeBlue or ThemeGreen
	Device        string    // DeviceWeChat, DevicePhone or DevicePC
	Student       string    // masked name; "" when nobody is logged in
	Contacts      []Contact // the office first
	Notice        *Notice   // on top of the page's content
	Steps         []Step    // of the form; none hides the row
	Live          bool      // waits for somebody else: the page shows by itself what changes
}

// Contact is one way to reach a person.
type Contact struct {
	Office string // 学籍管理部
	Person string // 胡老师
	Phone  string // 025-83787964
	Hours  string // 工作日 8:30—17:00
	Mail   string
	QQ     string // number of a QQ group
}

// Notice is one tinted block; Title may be "".
type Notice struct {
	Kind  string // NoticeInfo, NoticeOK, NoticeWarn or NoticeBad
	Title string
	Text  string
}

// Step is one circle of the row of steps; Href "" makes it plain text.
type Step struct {
	Label string
	State string // StepDone, StepCurrent or StepTodo
	Href  string
}

// Action is a link that looks like a button.
type Action struct {
	Label string
	Href  string
}

// Pair is a read-only line.
type Pair struct {
	Label string
	Value string
}

// Base is the address of the campaign, "/c/<code>".
func (f Frame) Base() string { return "/c/" + f.Campaign }

// ThemeClass is the class of <html> that sets the accent.
func (f Frame) ThemeClass() string {
	if f.Theme == ThemeGreen {
		return "theme-green"
	}
	return "theme-blue"
}

// Mark names the icon in the institution's round mark.
func (f Frame) Mark() string {
	if f.Theme == ThemeGreen {
		return "book"
	}
	return "wave"
}

// IsPC tells whether the page is for a computer.
func (f Frame) IsPC() bool { return f.Device == DevicePC }

// Contact is the first contact, the one that error sentences name.
func (f Frame) Contact() Contact {
	if len(f.Contacts) == 0 {
		return Contact{}
	}
	return f.Contacts[0]
}

// StepNumber is the current step, counted from 1; 0 without one.
func (f Frame) StepNumber() int {
	for i, s := range f.Steps {
		if s.State == StepCurrent {
			return i + 1
		}
	}
	return 0
}

// StepLabel is the label of the current step.
func (f Frame) StepLabel() string {
	if n := f.StepNumber(); n > 0 {
		return f.Steps[n-1].Label
	}
	return ""
}

// StepsLong tells that the labels do not fit beside each other on a phone of
// 360 px at 15 px a character, so that "第 2 步，共 4 步" stands instead.
func (f Frame) StepsLong() bool {
	runes := 0
	for _, s := range f.Steps {
		runes += len([]rune(s.Label))
	}
	return runes*15+(len(f.Steps)-1)*8 > 328
}
