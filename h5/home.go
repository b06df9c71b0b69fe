package h5

// Home is GET C/home, 系统首页.
type Home struct {
	Frame
	Greeting string
	Status   HomeStatus
	Rows     []Pair
	Paid     *HomePayment // nil before the tuition is paid
	Signed   []SignedDocument
	Messages []HomeMessage // newest first
	Links    []Action
	Password string // of 修改密码, "" hides it
}

// PageName implements Page.
func (Home) PageName() string { return "home" }

// HomeStatus is how things stand.
type HomeStatus struct {
	Tag  string // one of the seven status words
	Text string
}

// Kind is the tag's tint.
func (s HomeStatus) Kind() string { return tagKind(s.Tag) }

// SignedDocument is one final signature.
type SignedDocument struct {
	Title string
	At    string // 2026年3月31日 14:32
	Href  string // of the document with its evidence, "" until that is made
}

// HomeMessage is something the student was told.
type HomeMessage struct {
	Title string
	At    string // 2026年3月31日 14:32
	Rows  []Pair // a Label may be ""
}

// HomePayment is the tuition that was paid.
type HomePayment struct {
	Fen        int64
	At         string // 2026年3月31日 14:32
	ReceiptURL string // 缴费凭证
	Refund     string // 已退款 ¥200.00，原路退回; "" hides it
	Fiscal     *FiscalReceipt
}
