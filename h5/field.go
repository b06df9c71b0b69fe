package h5

import "strings"

// Kinds of form fields.
const (
	FieldText     = "text"
	FieldTel      = "tel"
	FieldEmail    = "email"
	FieldSelect   = "select"
	FieldTextarea = "textarea"
	FieldNumber   = "number"
	FieldYear     = "year" // four digits
	FieldDate     = "date" // 2006-01-02
	FieldReadonly = "readonly"
)

// Field is one control with its label. The zero Kind is FieldText. A readonly
// field is shown and not sent.
type Field struct {
	Name         string // of the form value; inside an item the bare name
	Form         string // tells equal names apart where a page has several forms
	Label        string
	Kind         string
	Required     bool
	Value        string
	Error        string // a sentence; "" when there is nothing to change
	Hint         string
	Placeholder  string // "" becomes 请输入
	Options      []Option
	MaxLength    int    // runes, 0 is none
	InputMode    string // of the phone's keyboard: numeric, tel, …
	Autocomplete string // "" is off
	Width        string // "full" or "half" (the default) of a PC's form
}

// Option is one choice of a select.
type Option struct {
	Value string
	Label string
}

// ID is the control's id in the page.
func (f Field) ID() string {
	if f.Form != "" {
		return "f-" + f.Form + "-" + f.Name
	}
	return "f-" + f.Name
}

// Describe lists the ids that explain the control, for aria-describedby.
func (f Field) Describe() string {
	var ids []string
	if f.Error != "" {
		ids = append(ids, f.ID()+"-error")
	}
	if f.Hint != "" {
		ids = append(ids, f.ID()+"-hint")
	}
	return strings.Join(ids, " ")
}

// Text is the placeholder that the page shows.
func (f Field) Text() string {
	if f.Placeholder != "" {
		return f.Placeholder
	}
	return "请输入"
}

// Display is the value as a person reads it: the option's label of a select.
func (f Field) Display() string {
	for _, o := range f.Options {
		if o.Value == f.Value {
			return o.Label
		}
	}
	return f.Value
}

// Type is the input's type. A year and a number are text with a numeric
// keyboard: browsers change what is typed into number inputs.
func (f Field) Type() string {
	switch f.Kind {
	case FieldTel, FieldEmail, FieldDate:
		return f.Kind
	}
	return "text"
}

// Mode is the input's keyboard.
func (f Field) Mode() string {
	if f.InputMode != "" {
		return f.InputMode
	}
	switch f.Kind {
	case FieldNumber, FieldYear:
		return "numeric"
	case FieldTel, FieldEmail:
		return f.Kind
	}
	return "text"
}
