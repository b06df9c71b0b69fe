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
	Name         Input // shown once it was asked for: students who share a phone
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
	Tips  []string // of the login page, which lies behind the dialog
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
