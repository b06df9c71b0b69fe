package h5

// StaffReview is GET /staff/review and /staff/review/<kind>/<subject>: the queue,
// one case, and the decision about it. The script swaps the parts marked
// data-part for those of the next page, so that nothing reloads.
type StaffReview struct {
	Console
	AtCase  bool // a case was asked for: the phone shows it instead of the queue; Focus is the same
	Filters []ReviewFilter
	Clear   string // address without filters, "" when none is set
	Walls   []Action
	Total   int // waiting cases under the filter
	Label   string
	Queue   []ReviewItem
	More    string // address of the next page of the queue
	List    string // address of the queue itself
	Handled string // address of what was done
	Case    *ReviewCase
	Undo    *ReviewUndo
	Today   int
}

// PageName implements Page.
func (StaffReview) PageName() string { return "staffreview" }

// ReviewFilter is one select of the queue's filter.
type ReviewFilter struct {
	Name    string
	Label   string
	Value   string
	Options []Option
}

// ReviewItem is one case in the queue.
type ReviewItem struct {
	Href    string
	Name    string
	Text    string // 存档照片，第 2 次
	Wait    string // 等了 2 小时
	Looking string // 王老师正在查看, "" without others
	Current bool
}

// ReviewCase is one case.
type ReviewCase struct {
	Action   string // of the decision's form
	Query    string // the filter, which the form hands on
	Question string // 是同一人吗？
	Name     string
	Line     string // 2026级 专升本 水利水电工程
	Site     string
	What     string // 存档照片，第 2 次
	Position string // 第 1 条，共 7 条
	Pictures []ReviewPicture
	Rows     []ReviewRow
	Checks   []ReviewCheck // of the face, the newest first
	Reasons  []ReviewReason
	// Closed says why nothing can be decided; "" while it can.
	Closed string
	// Looking says who else has it open; "" without others.
	Looking string
	Prev    string
	Next    string
	// Error is about the reason; Reason and Own are what was chosen and typed.
	Error  string
	Reason string
	Own    string
}

// Main are the pictures that stand side by side, Others those below.
func (c ReviewCase) Main() []ReviewPicture { return c.Pictures[:min(2, len(c.Pictures))] }

// Others are the further pictures.
func (c ReviewCase) Others() []ReviewPicture { return c.Pictures[min(2, len(c.Pictures)):] }

// ReviewPicture is one picture of a case, or a paper to download.
type ReviewPicture struct {
	Label string
	Note  string
	URL   string // "" says that there is none; Note tells why
	File  bool   // no picture: it is downloaded
}

// ReviewRow is one line of what is known.
type ReviewRow struct {
	Label string
	Value string
	Link  Action // Label "" shows none
}

// ReviewCheck is one face check: what came of it, and 相似度 87 where the
// provider gave one.
type ReviewCheck struct {
	At, Words, Score string
}

// ReviewReason is one reason to send the case back.
type ReviewReason struct {
	Value    string
	Key      string // 1 to 9, "" without one
	Sentence string // what the student gets; of Own, with {} for what staff write
	Own      bool
}

// ReviewUndo is the decision that may still be withdrawn.
type ReviewUndo struct {
	Ref   string
	Text  string // 李晓雯：通过
	Until int64  // Unix time in milliseconds
	Left  int    // seconds
	Query string // the filter, which the form hands on
}

// StaffWall is GET /staff/review/wall: pictures of one kind together. Ticked
// ones are sent back, the others approved.
type StaffWall struct {
	Console
	Item    string // the slot
	Heading string
	Total   int
	Tiles   []WallTile
	Reasons []ReviewReason
	Error   string
	List    string
	Undo    *ReviewUndo
	Today   int
}

// PageName implements Page.
func (StaffWall) PageName() string { return "staffwall" }

// WallTile is one picture of the wall.
type WallTile struct {
	Subject string
	Name    string
	Line    string
	URL     string
	Href    string // of the case alone
	Ticked  bool
}

// StaffHandled is GET /staff/review/done: what was decided lately.
type StaffHandled struct {
	Console
	Mine bool
	Rows []HandledRow
	List string
}

// PageName implements Page.
func (StaffHandled) PageName() string { return "staffhandled" }

// HandledRow is one decision.
type HandledRow struct {
	Name  string
	What  string
	Words string // 通过
	By    string
	At    string
	State string // 已生效
	Kind  string // of the tag: ok, warn, bad or ""
	Href  string
}

// StaffReturn is GET /staff/students/<ref>/return: pages of a form are sent back
// though nobody asked. Its form posts section (several), reason, own and save.
type StaffReturn struct {
	Console
	Action   string
	Back     string // of the student
	Student  string
	Closed   string // why nothing can be sent back, "" while something can
	Open     bool   // a page can be sent back
	Sections []ReturnSection
	Reasons  []ReviewReason // their sentences hold {title}
	// Error is about the reason, SectionError about the pages; Reason and Own are
	// what was chosen and typed.
	Error        string
	SectionError string
	Reason       string
	Own          string
	Undo         *ReviewUndo
}

// PageName implements Page.
func (StaffReturn) PageName() string { return "staffreturn" }

// ReturnSection is one page of the form; Note says why one that is not Open
// cannot be sent back.
type ReturnSection struct {
	Name, Title, Note string
	Open, Ticked      bool
}
