package h5

// SelectOption is one entry of a select.
type SelectOption struct {
	Value, Label string
	Selected     bool
}

// StaffMessages is GET /staff/messages, the ledger: who was told what, when,
// and its fate. Its filter form gets c, what and state; a row's form posts back
// to /staff/messages/<ref>/resend.
type StaffMessages struct {
	Console
	Here      string // this page's own address
	Campaigns []SelectOption
	Occasions []SelectOption
	States    []SelectOption
	Rows      []SentRow
	Next      string // of the next page, "" on the last
	Filtered  bool
}

// SentRow is one message.
type SentRow struct {
	Ref       string
	Name      string
	Href      string // of the student's page; "" for staff
	Major     string
	What      string // 注册结果通知
	Way       string // 微信 or 短信
	At        string
	State     string // 已送达
	Kind      string // NoticeOK, NoticeBad, NoticeWarn or "" (on its way)
	Reason    string
	CanResend bool
}

// PageName implements Page.
func (StaffMessages) PageName() string { return "staffmessages" }

// StaffReminders is GET /staff/reminders, 催办. Choosing a step shows whom it
// would reach and the message; its form posts c and step. The script asks
// /staff/reminders/<ref> for how far a round is.
type StaffReminders struct {
	Console
	Campaign  string
	Campaigns []SelectOption
	Steps     []SelectOption
	Preview   *ReminderPreview
	Rounds    []ReminderRound
}

// ReminderPreview is a reminder before it is sent.
type ReminderPreview struct {
	Step   string
	Where  string // 停在“缴费”
	To     string // 张*丰, to whom the message is made out
	Count  int
	Lines  []Pair // of the message
	Today  bool   // the step had one today
	NoText bool   // the campaign has no template for it
}

// ReminderRound is one that was sent.
type ReminderRound struct {
	Ref, Step, At       string
	Total, Sent, Failed int
	Percent             int
}

// PageName implements Page.
func (StaffReminders) PageName() string { return "staffreminders" }
