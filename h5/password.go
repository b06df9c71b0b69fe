package h5

// Password is GET C/password, where a logged-in student sets a new password,
// and with Forgot GET C/forgot, where a code by SMS proves the phone first. Its
// form posts password and again, with AskOld old too; with Forgot phone, code
// and consent ("1") too.
type Password struct {
	Frame
	Forgot       bool
	AskOld       bool
	Phone        Input
	Code         Input
	Old          Input
	New          Input
	Again        Input
	Consent      bool
	ConsentError string
	Back         string // "" where there is no way around
}

// PageName implements Page.
func (Password) PageName() string { return "password" }

// Action is where the form goes.
func (p Password) Action() string {
	if p.Forgot {
		return p.Base() + "/forgot"
	}
	return p.Base() + "/password"
}

// SMS is where 获取验证码 goes.
func (p Password) SMS() string { return p.Base() + "/sms" }

// Captcha is GET C/captcha: the slider, fetched from C/captcha/new; its
// position posts id and x to C/captcha. The second way posts code there.
type Captcha struct {
	Frame
	Phone string // masked, where the code goes
	Code  Input
}

// PageName implements Page.
func (Captcha) PageName() string { return "captcha" }

// SMS is where 获取验证码 goes.
func (c Captcha) SMS() string { return c.Base() + "/captcha/sms" }

// Waiting is GET C/approval: nothing to do until staff have decided.
type Waiting struct {
	Frame
	Heading string
	Text    string
}

// PageName implements Page.
func (Waiting) PageName() string { return "waiting" }

// Home is GET C/home, 系统首页.
type Home struct {
	Frame
	Greeting string
	Rows     []Pair
	Signed   []SignedDocument
	Links    []Action
	Password string // of 修改密码, "" hides it
}

// PageName implements Page.
func (Home) PageName() string { return "home" }

// SignedDocument is one final signature.
type SignedDocument struct {
	Title string
	At    string // 2026年3月31日 14:32
	Href  string // of the document with its evidence, "" for none
}
