package h5

// Choices is GET C/choices. A card's button posts choice=<code> to C/choices;
// 重新选择 posts choice="".
type Choices struct {
	Frame
	Greeting string // 李晓雯，您好
	Deadline string // 请在 2026年3月31日 23:59 前办理
	Cards    []Choice
	Chosen   string // code of the card in progress, "" when none is
	CanReset bool   // 重新选择 is allowed
	Foot     string // 完成某一项后，其他两项将无法操作或申请。 when ""
}

// PageName implements Page.
func (Choices) PageName() string { return "choices" }

// Choice is one card.
type Choice struct {
	Code   string // register, defer or waive
	Title  string
	Text   string
	Detail string // 已完成人脸识别，下一步：家庭成员
	Button string // 去申请, 继续注册, 查看申请; "" shows no button
	Tag    string // one of the seven status words
	Locked bool
	Why    string // why it is locked
	// Withdraw shows 撤回, which posts to this address, for an application
	// that waits for its review; "" hides it.
	Withdraw string
}

// TagKind is the tag's tint: mute, accent, warn, bad or ok.
func (c Choice) TagKind() string { return tagKind(c.Tag) }

// tagKind gives each of the product's seven status words its tint.
func tagKind(tag string) string {
	switch tag {
	case "填写中":
		return "accent"
	case "待审核", "待缴费":
		return "warn"
	case "需修改":
		return "bad"
	case "已通过", "注册完成":
		return "ok"
	}
	return "mute"
}

// Verify is GET C/verify, 身份信息核对; POST C/verify goes on.
type Verify struct {
	Frame
	Rows []Pair
	Prev string
	Next string // set when the check was done already: a link instead of the form
	// What she said is wrong posts text to C/verify/wrong; while one waits for
	// its answer the form is not shown.
	Cases   []VerifyCase // newest first
	Waiting bool
	Wrong   Field
}

// VerifyCase is what the student said is wrong, and the office's answer.
type VerifyCase struct {
	At, Text   string
	Answer     string // "" while it waits
	AnsweredAt string
}

// PageName implements Page.
func (Verify) PageName() string { return "verify" }
