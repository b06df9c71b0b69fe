package h5

import (
	"strconv"
	"strings"
)

// Form is GET C/form/<section>. It posts to Action; its script saves drafts at
// Action + "/draft". A plain section has Fields, a repeated one Items.
type Form struct {
	Frame
	Action string // C/form/<section>
	// Section is the heading, 家庭成员; Frame.Title is the whole form's name,
	// 新生入学登记表.
	Section string
	Intro   string
	Fields  []Field

	Repeated bool
	// Items hold fields with bare names; the page sends item.<i>.<name>.
	Items [][]Field
	// Blank are the fields of an empty item, with bare names.
	Blank     []Field
	ItemLabel string // 家庭成员
	AddLabel  string // 添加家庭成员
	Min, Max  int    // number of items; Max 0 is no limit

	Prev    string // address of 上一步
	SavedAt string // 14:10
	// ReadOnly shows what was typed as text, with no button but 上一步 and Next.
	ReadOnly bool
	Next     string
}

// PageName implements Page.
func (Form) PageName() string { return "form" }

// Errors counts the fields to change.
func (f Form) Errors() int {
	n := 0
	for _, list := range append([][]Field{f.Fields}, f.Items...) {
		for _, x := range list {
			if x.Error != "" {
				n++
			}
		}
	}
	return n
}

// FormItem is one item as the template shows it.
type FormItem struct {
	Index   string // "0", or "__i__" in the blank one
	Number  string // "1", or "__n__"
	Fields  []Field
	Open    bool
	Summary string // 王秀兰，母亲
	Form    Form
}

// Shown is Fields as they may be typed, or as text on a read-only page.
func (f Form) Shown() []Field { return f.shown(f.Fields) }

func (f Form) shown(fields []Field) []Field {
	if !f.ReadOnly {
		return fields
	}
	out := make([]Field, len(fields))
	for i, x := range fields {
		if x.Kind = FieldReadonly; x.Value == "" {
			x.Value = "未填写"
		}
		out[i] = x
	}
	return out
}

// ItemList is the items with qualified names. The first one, those in error
// and those still empty are open.
func (f Form) ItemList() []FormItem {
	out := make([]FormItem, 0, len(f.Items))
	for i, fields := range f.Items {
		item := f.item(strconv.Itoa(i), strconv.Itoa(i+1), fields)
		item.Open = item.Open || i == 0
		out = append(out, item)
	}
	return out
}

// BlankItem is what the script clones; __i__ and __n__ stand for the index and
// the number.
func (f Form) BlankItem() FormItem {
	item := f.item("__i__", "__n__", f.Blank)
	item.Open = true
	return item
}

func (f Form) item(index, number string, fields []Field) FormItem {
	item := FormItem{Index: index, Number: number, Form: f}
	var said []string
	for _, x := range fields {
		if v := x.Display(); x.Value != "" && len(said) < 2 {
			said = append(said, v)
		}
		if x.Error != "" {
			item.Open = true
		}
		x.Name = "item." + index + "." + x.Name
		item.Fields = append(item.Fields, x)
	}
	item.Fields = f.shown(item.Fields)
	item.Summary = strings.Join(said, "，")
	if len(said) == 0 {
		item.Open = true
	}
	return item
}
