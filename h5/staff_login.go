package h5

// Kept is a form that was sent after its session had ended; the login carries
// it along, and StaffResume sends it again. A field's Label is its name.
type Kept struct {
	Action string
	Fields []Pair
}

// StaffLogin is GET /staff/login. Its form posts login, password and next there.
type StaffLogin struct {
	Console
	Next     string
	Login    Input
	Password Input // its value is never sent back
	Kept     *Kept // nil without one
}

// PageName implements Page.
func (StaffLogin) PageName() string { return "stafflogin" }

// StaffPassword is GET /staff/password: the one-time password is replaced, or
// the own one changed. Its form posts password and again, with AskOld old too.
type StaffPassword struct {
	Console
	AskOld          bool
	Old, New, Again Input
}

// PageName implements Page.
func (StaffPassword) PageName() string { return "staffpassword" }

// StaffResume offers to send a kept form again, after the login.
type StaffResume struct {
	Console
	Kept *Kept
}

// PageName implements Page.
func (StaffResume) PageName() string { return "staffresume" }

// StaffFactor is GET /staff/factor, the second step of a login. Its form posts
// code and next there.
type StaffFactor struct {
	Console
	Next string
	App  bool // an authenticator app shows codes
	Scan bool // the bound WeChat may scan instead
	Code Input
	Kept *Kept
}

// PageName implements Page.
func (StaffFactor) PageName() string { return "stafffactor" }

// CodeLabel names the code that is typed.
func (s StaffFactor) CodeLabel() string {
	if s.App {
		return "验证码"
	}
	return "备用码"
}

// StaffSetup is GET /staff/factor/setup: an authenticator app is set up, or the
// bound WeChat made a second factor. Its form posts sealed, code and, with
// AskPassword, password there.
type StaffSetup struct {
	Console
	Must        bool   // nothing else is open before
	QR          string // data:image/png;…
	Secret      string // for typing
	Sealed      string
	AskPassword bool
	Bound       bool // a WeChat is bound
	Scan        bool // it is a second factor already
	Code        Input
	Password    Input
}

// PageName implements Page.
func (StaffSetup) PageName() string { return "staffsetup" }

// SecretGroups is the secret in groups of four, which people can type.
func (s StaffSetup) SecretGroups() []string {
	var out []string
	for i := 0; i < len(s.Secret); i += 4 {
		out = append(out, s.Secret[i:min(i+4, len(s.Secret))])
	}
	return out
}

// StaffCodes shows new backup codes, once.
type StaffCodes struct {
	Console
	Codes []string
	Next  string
}

// PageName implements Page.
func (StaffCodes) PageName() string { return "staffcodes" }
