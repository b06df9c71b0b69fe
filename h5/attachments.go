package h5

import (
	"strings"
)

// Slot kinds.
const (
	SlotPhoto    = "photo"    // a photograph, shrunk to MaxBytes
	SlotPortrait = "portrait" // cropped to Width×Height and shrunk to MaxBytes
	SlotDocument = "document" // a PDF or a photograph
)

// Slot states.
const (
	SlotNone     = "none"
	SlotUploaded = "uploaded"
	SlotReturned = "returned" // staff ask for another; Error says why
)

// Attachments is GET C/attachments; POST C/attachments is 下一步.
//
// Files go one by one to Slot.Action as multipart: file, with type and
// verify_code where the slot has them, and original=1 when the browser could
// not fit the picture itself. A kind or code that changes after the upload is
// posted to the same address as a form without a file. Action + "/remove"
// removes an optional file.
type Attachments struct {
	Frame
	Slots   []Slot
	Prev    string
	Handoff bool     // 用手机拍 at each slot: POST Slot.Action + "/handoff"
	Missing []string // named by the server after a refused 下一步; "" entries are ignored
}

// PageName implements Page.
func (Attachments) PageName() string { return "attachments" }

// Slot is one thing to upload.
type Slot struct {
	Name     string
	Label    string
	Required bool
	Hint     string // "" is made from the limits: 每张不超过 500 KB
	Text     string // longer explanation under the title
	Kind     string // SlotPhoto, SlotPortrait or SlotDocument
	Accept   string // of the file input; "" is made from Kind
	MaxBytes int
	Width    int // pixels, of a portrait
	Height   int
	State    string // SlotNone, SlotUploaded or SlotReturned
	URL      string // of the stored file, authorised
	Error    string
	FileName string
	Bytes    int // of the stored file
	// Types are the kinds of proof to choose from; none hides the select.
	Types     []Option
	TypeValue string
	// Code asks for 在线验证码 beside the file.
	Code      bool
	CodeValue string
	// Group puts slots that follow each other in one card with this title,
	// 身份证正反面照片.
	Group string
	// Locked shows what was uploaded and lets nothing be changed.
	Locked bool
	// Action "" is C/attachments/<name>; an application's slot may differ.
	Action  string
	Handoff bool // 用手机拍 is offered, on a PC
}

// SlotGroup is one card.
type SlotGroup struct {
	Title    string
	Hint     string
	Text     string
	Required bool
	Slots    []Slot
	Grouped  bool // several small tiles beside each other
}

// Groups puts neighbouring slots of one group together.
func (a Attachments) Groups() []SlotGroup {
	var out []SlotGroup
	for _, s := range a.Slots {
		s.Handoff = a.Handoff
		if s.Action == "" {
			s.Action = a.Base() + "/attachments/" + s.Name
		}
		if n := len(out); s.Group != "" && n > 0 && out[n-1].Title == s.Group {
			out[n-1].join(s)
			continue
		}
		g := SlotGroup{Title: s.Group, Hint: s.Limits(), Text: s.Text, Required: s.Required, Slots: []Slot{s}}
		if s.Group == "" {
			g.Title = s.Label
		}
		out = append(out, g)
	}
	return out
}

// join adds a slot; from the second on the tiles stand beside each other and
// the limits are said of each.
func (g *SlotGroup) join(s Slot) {
	if first := g.Slots[0]; !g.Grouped && first.Hint == "" && first.MaxBytes > 0 {
		g.Hint = "每张" + g.Hint
	}
	g.Slots, g.Required, g.Grouped = append(g.Slots, s), g.Required || s.Required, true
}

// Names is the labels of what is still missing.
func (a Attachments) Names() []string {
	var out []string
	for _, s := range a.Slots {
		if s.Required && s.State != SlotUploaded {
			out = append(out, s.Label)
		}
	}
	return out
}

// Limits says what the file must be.
func (s Slot) Limits() string {
	if s.Hint != "" {
		return s.Hint
	}
	var parts []string
	if s.Width > 0 && s.Height > 0 {
		parts = append(parts, itoa(s.Width)+"×"+itoa(s.Height)+" 像素")
	}
	if s.Kind == SlotDocument {
		parts = append(parts, "JPG 或 PDF")
	}
	if s.MaxBytes > 0 {
		parts = append(parts, "不超过 "+Size(s.MaxBytes))
	}
	return strings.Join(parts, "，")
}

// Accepts is the file input's accept.
func (s Slot) Accepts() string {
	switch {
	case s.Accept != "":
		return s.Accept
	case s.Kind == SlotDocument:
		return "image/*,application/pdf"
	}
	return "image/*"
}

// IsPicture tells whether the stored file can be shown as a picture.
func (s Slot) IsPicture() bool {
	return s.URL != "" && !strings.HasSuffix(strings.ToLower(s.FileName), ".pdf")
}
