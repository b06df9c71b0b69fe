package h5

// Apply is GET C/apply/<kind>, the deferral and waiver forms. It posts reason,
// statement and signature (the JSON that POST C/sign takes) to Action. The
// optional attachment goes to its slot's own address beforehand.
type Apply struct {
	Frame
	Heading   string // 放弃入学资格
	Action    string
	Warning   string // 提交后不能注册。老师审核通过前，您可以撤回。
	Rows      []Pair // who applies
	Reason    Input
	ReasonMax int    // runes; 0 is 200
	Statement string // the sentence to type; "" asks for none
	Typed     Input  // what was typed of it
	Signature Input  // Value is the strokes' JSON
	Slot      *Slot  // the attachment
	Prev      string
}

// PageName implements Page.
func (Apply) PageName() string { return "apply" }

// Max is the longest reason in runes.
func (a Apply) Max() int {
	if a.ReasonMax > 0 {
		return a.ReasonMax
	}
	return 200
}
