package campaign

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"ruxue/service/fault"
)

// Edit is what staff may change of a campaign in the console.
type Edit struct {
	Window    Window
	Notice    Text
	Contacts  []Contact
	Documents []DocumentEdit // every document of the campaign, by name
}

// DocumentEdit is a document as it is typed: Text is what Document.Text writes.
type DocumentEdit struct {
	Name    string
	Title   string
	Consent string
	Sample  bool
	Text    string
}

// EditOf is the campaign as it stands.
func EditOf(c *Campaign) Edit {
	e := Edit{Window: c.Window, Notice: c.Notice, Contacts: slices.Clone(c.Contacts)}
	for _, d := range c.Documents {
		e.Documents = append(e.Documents, DocumentEdit{d.Name, d.Title, d.Consent, d.Sample, d.Text()})
	}
	return e
}

const (
	maxTitle = 100    // runes of a title or one datum of a contact
	maxText  = 30_000 // runes of a text
)

// Apply returns the campaign with the edit, or the first mistake at its field.
func (e Edit) Apply(c *Campaign) (*Campaign, error) {
	out := *c
	out.Documents = slices.Clone(c.Documents)
	if err := e.window(&out); err != nil {
		return nil, err
	}
	if err := e.notice(&out); err != nil {
		return nil, err
	}
	if err := e.contacts(&out); err != nil {
		return nil, err
	}
	for _, d := range e.Documents {
		if err := d.apply(&out); err != nil {
			return nil, err
		}
	}
	if err := out.Validate(); err != nil {
		return nil, fault.Wrap(fault.Invalid, "修改后的活动不完整，请检查各项内容", err)
	}
	return &out, nil
}

func (e Edit) window(c *Campaign) error {
	w := Window{Label: oneLine(e.Window.Label), From: strings.TrimSpace(e.Window.From), To: strings.TrimSpace(e.Window.To)}
	_, errFrom := time.ParseInLocation(time.DateOnly, w.From, Shanghai)
	_, errTo := time.ParseInLocation(time.DateOnly, w.To, Shanghai)
	switch {
	case w.Label == "" || utf8.RuneCountInString(w.Label) > maxTitle:
		return fault.New(fault.Invalid, "请输入时间的名称，不超过 100 个字").On("label")
	case errFrom != nil:
		return fault.New(fault.Invalid, "请输入开始日期，如 2026-03-01").On("from")
	case errTo != nil:
		return fault.New(fault.Invalid, "请输入结束日期，如 2026-03-31").On("to")
	case w.To < w.From:
		return fault.New(fault.Invalid, "结束日期不能早于开始日期").On("to")
	}
	c.Window = w
	return nil
}

func (e Edit) notice(c *Campaign) error {
	title, paragraphs := oneLine(e.Notice.Title), Paragraphs(strings.Join(e.Notice.Paragraphs, "\n"))
	switch {
	case title == "" || utf8.RuneCountInString(title) > maxTitle:
		return fault.New(fault.Invalid, "请输入通知标题，不超过 100 个字").On("notice_title")
	case len(paragraphs) == 0:
		return fault.New(fault.Invalid, "请输入通知内容").On("notice")
	case utf8.RuneCountInString(strings.Join(paragraphs, "")) > maxText:
		return fault.New(fault.Invalid, "通知内容太长，请精简").On("notice")
	}
	c.Notice = Text{Title: title, Paragraphs: paragraphs, Sample: e.Notice.Sample}
	return nil
}

// Paragraphs splits what was typed: every line that is not blank is one.
func Paragraphs(typed string) []string {
	var out []string
	for line := range strings.Lines(typed) {
		if line = oneLine(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func (e Edit) contacts(c *Campaign) error {
	var list []Contact
	for i, x := range e.Contacts {
		n := Contact{oneLine(x.Office), oneLine(x.Person), oneLine(x.Phone), oneLine(x.Hours), oneLine(x.Mail), oneLine(x.QQ)}
		if n == (Contact{}) {
			continue
		}
		at := fmt.Sprintf("office-%d", i)
		switch {
		case n.Office == "":
			return fault.New(fault.Invalid, "请输入部门名称").On(at)
		case n.Phone == "" && n.Mail == "" && n.QQ == "":
			return fault.New(fault.Invalid, "电话、邮箱、QQ 至少填一项").On(at)
		case slices.ContainsFunc([]string{n.Office, n.Person, n.Phone, n.Hours, n.Mail, n.QQ}, func(s string) bool { return utf8.RuneCountInString(s) > maxTitle }):
			return fault.New(fault.Invalid, "每项不超过 100 个字").On(at)
		}
		list = append(list, n)
	}
	if len(list) == 0 {
		return fault.New(fault.Invalid, "至少保留一个联系部门").On("office-0")
	}
	c.Contacts = list
	return nil
}

func (d DocumentEdit) apply(c *Campaign) error {
	i := slices.IndexFunc(c.Documents, func(x Document) bool { return x.Name == d.Name })
	if i < 0 {
		return fault.New(fault.Invalid, "活动里没有这份文件，请刷新页面")
	}
	x := c.Documents[i]
	title, consent := oneLine(d.Title), oneLine(d.Consent)
	sections := ParseText(strings.Join(Paragraphs(d.Text), "\n"))
	switch {
	case title == "" || utf8.RuneCountInString(title) > maxTitle:
		return fault.New(fault.Invalid, "请输入文件标题，不超过 100 个字").On("title-" + d.Name)
	case utf8.RuneCountInString(consent) > maxTitle:
		return fault.New(fault.Invalid, "勾选语不超过 100 个字").On("consent-" + d.Name)
	case consent == "" && x.Consent != "":
		return fault.New(fault.Invalid, "请输入学生签字前勾选的话").On("consent-" + d.Name)
	case utf8.RuneCountInString(d.Text) > maxText:
		return fault.New(fault.Invalid, "文件内容太长，请精简").On("text-" + d.Name)
	}
	x.Title, x.Consent, x.Sample = title, consent, d.Sample
	if (Document{Sections: sections}).Text() != x.Text() {
		x.Sections = sections
	}
	if x.Text() == "" {
		return fault.New(fault.Invalid, "请输入文件内容").On("text-" + d.Name)
	}
	c.Documents[i] = x
	return nil
}

// Part is one part of a campaign as an editor compares it.
type Part struct {
	Title string // 通知
	Lines []DiffLine
}

// Compare returns the editable parts that differ, in plain words.
func Compare(before, after *Campaign) []Part {
	a, b := parts(before), parts(after)
	var out []Part
	for i := range b {
		if i < len(a) && a[i][1] != b[i][1] {
			out = append(out, Part{b[i][0], Changed(Diff(a[i][1], b[i][1]), 1)})
		}
	}
	return out
}

// parts are the editable parts as title and text. Two versions of a campaign
// have the same documents here: the console neither adds nor removes one.
func parts(c *Campaign) [][2]string {
	sample := map[bool]string{true: "（样文）"}
	var offices []string
	for _, x := range c.Contacts {
		offices = append(offices, x.line())
	}
	out := [][2]string{{"开放时间", c.Window.Label + "\n" + c.Window.Dates()},
		{"通知", c.Notice.Title + sample[c.Notice.Sample] + "\n" + strings.Join(c.Notice.Paragraphs, "\n")},
		{"联系方式", strings.Join(offices, "\n")}}
	for _, d := range c.Documents {
		out = append(out, [2]string{"《" + d.Title + "》", d.Title + sample[d.Sample] + "\n" + d.Consent + "\n" + d.Text()})
	}
	return out
}
