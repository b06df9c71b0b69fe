package h5

// States of a bill on the page.
const (
	PayUnpaid  = "unpaid"
	PayWaiting = "waiting" // an attempt was begun and WeChat's answer is not here yet
	PayPaid    = "paid"
	PayFree    = "free"   // the fee is 0; POST …/free completes the registration
	PayClosed  = "closed" // nothing to pay any more; ClosedText says why
)

// Ways of paying.
const (
	WayJSAPI    = "jsapi"    // inside WeChat
	WayNative   = "native"   // QR code on a PC
	WayInWeChat = "inwechat" // a phone's browser: copy the link
)

// Pay is GET /pay/<code>; POST /pay/<code>/attempt begins, GET …/state is
// polled, POST …/refresh asks WeChat now.
type Pay struct {
	Frame
	Address    string // /pay/<code>
	BillTitle  string // 2026级新生学费
	Line       string // 李晓雯，专升本 水利水电工程
	Items      []BillItem
	TotalFen   int64
	State      string // PayUnpaid, PayWaiting, PayPaid or PayClosed
	Since      string // 14:32, when the waiting attempt was begun
	Way        string // WayJSAPI, WayNative or WayInWeChat
	PageURL    string // absolute, to copy (inwechat)
	Next       string // after payment
	ClosedText string
	Prev       string
}

// BillItem is one line of the bill.
type BillItem struct {
	Name string
	Fen  int64
}

// PageName implements Page.
func (Pay) PageName() string { return "pay" }

// Done is GET C/done: the student number, or what it still waits for.
type Done struct {
	Frame
	Number      string // 26100CS10127
	Name        string
	Grade       string // 2026级
	Level       string // 专升本
	Form        string // 函授
	Major       string
	PaidAt      string // 2026年3月12日 14:33
	PaidFen     int64  // 0 hides it
	Refund      string // 已退款 ¥200.00，原路退回; "" hides it
	PortraitURL string
	StudentURL  string // 学生端登录地址
	ReceiptURL  string // 缴费凭证, "" hides it
	Fiscal      *FiscalReceipt
	Papers      []Action // signed papers to download
	FollowQR    string   // picture of the Official Account's code, "" hides it
	Pending     *Pending
}

// PageName implements Page.
func (Done) PageName() string { return "done" }

// Pending says why there is no number yet.
type Pending struct {
	Title    string // 已缴费，照片待审核
	Text     string // 审核通过后注册完成，并显示学号
	Timeline []TimelineItem
	PhotoURL string
	PhotoAt  string // 3月12日 14:12
	Retake   string // address of 重新拍摄, "" hides it
}

// TimelineItem is one point of the time line.
type TimelineItem struct {
	Label string
	Time  string // or a sentence: 3 个工作日内审核
	State string // StepDone, StepCurrent or StepTodo
}
