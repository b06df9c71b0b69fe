package h5

// Login is GET C/login. Its form posts id_number, name, phone, code and
// consent ("1") to C/login; 获取验证码 posts phone to C/sms. With ByPassword it
// posts phone, password and consent instead.
type Login struct {
	Frame
	IDNumber     Input
	Name         Input
	Phone        Input
	Code         Input
	ByPassword   bool
	Password     Input // its value is never sent back
	Consent      bool
	ConsentError string
	WindowLabel  string     // 新生实名制注册时间
	WindowText   string     // 2026年3月1日 至 2026年12月31日 23:59
	NoticeHref   string     // of 查看通知
	Preparation  []Material // what to have at hand
	Tips         []string   // sentences under it
	Minutes      int        // the whole thing takes about so long
	FirstVisit   bool       // the notes are open
	Closed       string     // a sentence when it is outside the window; the form is not shown
	OpenInWeChat bool       // a phone's browser: 复制链接，在微信中打开; going on stays possible
	LoginURL     string     // absolute, what is copied
	PCQR         string     // data:image/png;…, continues on the phone
}

// PageName implements Page.
func (Login) PageName() string { return "login" }

// Input is a fixed field's value and its error sentence.
type Input struct {
	Value string
	Error string
}

// Material icons.
const (
	MaterialCard     = "card"     // identity card
	MaterialPortrait = "portrait" // a person's photo
	MaterialDiploma  = "diploma"
	MaterialFile     = "file"
)

// Material is one thing to prepare.
type Material struct {
	Icon  string // "" is MaterialFile
	Title string
	Text  string
}

// IconName is the icon's name in part/icon.tmpl.
func (m Material) IconName() string {
	switch m.Icon {
	case MaterialCard, MaterialPortrait, MaterialDiploma:
		return m.Icon
	}
	return MaterialFile
}

// Errors counts the fields to change.
func (l Login) Errors() int {
	n := 0
	for _, e := range []string{l.IDNumber.Error, l.Name.Error, l.Phone.Error, l.Code.Error, l.Password.Error, l.ConsentError} {
		if e != "" {
			n++
		}
	}
	return n
}
