// Package campaign owns what a college configures for one round of
// registration: texts, window, steps, forms, documents, fees and numbers.
// A campaign is data; no code names one.
package campaign

import (
	"maps"
	"slices"
)

// Schema is the version of the campaign file's format that this program reads.
const Schema = 1

// Campaign is one validated version of a campaign.
type Campaign struct {
	ID      int64 `yaml:"-"`
	Version int   `yaml:"-"`

	Schema      int      `yaml:"schema"`
	Code        string   `yaml:"code"`        // in addresses: /c/<code>
	Title       string   `yaml:"title"`       // 2026级新生注册
	Platform    string   `yaml:"platform"`    // 高等学历继续教育平台
	Institution string   `yaml:"institution"` // 河海大学远程与继续教育学院
	ShortName   string   `yaml:"short_name"`  // 河海大学
	Theme       string   `yaml:"theme"`       // blue or green
	MenuLabel   string   `yaml:"menu_label"`  // the button in the account's menu
	Entries     []string `yaml:"entries"`     // the addresses that manuals print
	PhoneEntry  string   `yaml:"phone_entry"` // the one that the PC login's QR code holds; "" is the login page

	Window      Window     `yaml:"window"`
	Notice      Text       `yaml:"notice"`
	Privacy     Text       `yaml:"privacy"`
	Preparation []string   `yaml:"preparation"`
	Minutes     int        `yaml:"minutes"` // about how long it takes
	Contacts    []Contact  `yaml:"contacts"`
	FAQ         []QA       `yaml:"faq"`
	Login       Login      `yaml:"login"`
	Admission   Admission  `yaml:"admission"`
	Choices     []Choice   `yaml:"choices"`
	Steps       []Step     `yaml:"steps"`
	Sections    []Section  `yaml:"sections"`
	Attachments []Slot     `yaml:"attachments"`
	Documents   []Document `yaml:"documents"`
	Fee         Fee        `yaml:"fee"`
	Number      NumberRule `yaml:"number"`
	Face        FacePolicy `yaml:"face"`
	StudentURL  string     `yaml:"student_url"` // 学生端登录地址
	Links       []Link     `yaml:"links"`       // of the home page
	Templates   Templates  `yaml:"templates"`
	Retention   Retention  `yaml:"retention"`
}

// Text is a titled text of paragraphs. Sample marks a passage that was
// invented for the demonstration and must be replaced by the college.
type Text struct {
	Title      string   `yaml:"title"`
	Paragraphs []string `yaml:"paragraphs"`
	Sample     bool     `yaml:"sample"`
}

// Contact is an office a student can turn to.
type Contact struct {
	Office string `yaml:"office"`
	Person string `yaml:"person"` // 胡老师
	Phone  string `yaml:"phone"`
	Hours  string `yaml:"hours"`
	Mail   string `yaml:"mail"`
	QQ     string `yaml:"qq"`
}

// Link leads from the home page to another site or page.
type Link struct {
	Label string `yaml:"label"`
	URL   string `yaml:"url"`
}

// QA is a question students ask, with its answer.
type QA struct {
	Question string `yaml:"question"`
	Answer   string `yaml:"answer"`
}

// Login says how students prove who they are.
type Login struct {
	// Kind is "sms": ID number, name, phone and a code sent to it; or
	// "password": the listed phone and a password, at first the last six
	// characters of the ID number.
	Kind string `yaml:"kind"`
	// StrictPhone demands that the phone is the listed one; otherwise the
	// proven phone replaces it.
	StrictPhone bool `yaml:"strict_phone"`
}

// Admission says what the admitted list may hold. Without levels or study forms
// the usual ones are accepted, without sites any site is.
type Admission struct {
	Levels     []string `yaml:"levels"`
	StudyForms []string `yaml:"study_forms"`
	Sites      []Site   `yaml:"sites"`
}

// Site is a teaching site (教学点).
type Site struct {
	Code string `yaml:"code"`
	Name string `yaml:"name"`
}

// Choice is one of the doors after login.
type Choice struct {
	Code   string `yaml:"code"` // register, defer or waive
	Title  string `yaml:"title"`
	Text   string `yaml:"text"`
	Button string `yaml:"button"`
}

// Step is one duty of the journey. Kind is one of the kinds of design §4;
// Name is what follows the colon (form:<section>, sign:<document>).
type Step struct {
	Kind  string            `yaml:"kind"`
	Name  string            `yaml:"name"`
	Label string            `yaml:"label"`
	When  map[string]string `yaml:"when"` // all must hold
}

// Section is one page of the registration form.
type Section struct {
	Name     string  `yaml:"name"`
	Title    string  `yaml:"title"`
	Fields   []Field `yaml:"fields"`
	Repeated bool    `yaml:"repeated"` // a list of items, each with the fields
	Min      int     `yaml:"min"`
	Max      int     `yaml:"max"`
	AddLabel string  `yaml:"add_label"`
	ItemName string  `yaml:"item_name"`
}

// Field is one input. Kind is one of text, textarea, tel, mobile, email,
// postcode, year, date, select, number; MaxLength counts characters.
type Field struct {
	Name         string            `yaml:"name"`
	Label        string            `yaml:"label"`
	Kind         string            `yaml:"kind"`
	Required     bool              `yaml:"required"`
	MaxLength    int               `yaml:"max_length"`
	Options      []string          `yaml:"options"`
	Hint         string            `yaml:"hint"`
	Placeholder  string            `yaml:"placeholder"`
	Autocomplete string            `yaml:"autocomplete"`
	From         string            `yaml:"from"` // admission datum that fills it: level, phone
	ReadOnly     bool              `yaml:"read_only"`
	When         map[string]string `yaml:"when"`
}

// Slot is one attachment. Kind is photo (any picture, fitted to MaxBytes),
// portrait (exactly Width×Height) or document (a photo, or a PDF ≤ MaxPDF).
type Slot struct {
	Name       string            `yaml:"name"`
	Label      string            `yaml:"label"`
	Group      string            `yaml:"group"`
	Kind       string            `yaml:"kind"`
	Hint       string            `yaml:"hint"`
	Required   bool              `yaml:"required"`
	MaxBytes   int               `yaml:"max_bytes"`
	MaxPDF     int               `yaml:"max_pdf_bytes"`
	Width      int               `yaml:"width"`
	Height     int               `yaml:"height"`
	Types      []string          `yaml:"types"`       // one must be named
	VerifyCode string            `yaml:"verify_code"` // label of the code that goes with it, "" for none
	Review     bool              `yaml:"review"`      // staff look at it once the student has paid
	When       map[string]string `yaml:"when"`
}

// FacePolicy says how strictly the face check is applied.
type FacePolicy struct {
	Tries   int  `yaml:"tries"`   // per login session
	Archive bool `yaml:"archive"` // 拍照存档 is offered after a failure
}

// Templates are the Official Account's message templates by our name of the
// occasion: student_number, review_result, reminder ….
type Templates map[string]Template

// Occasions are our names of the campaign's templates, sorted.
func (c *Campaign) Occasions() []string { return slices.Sorted(maps.Keys(c.Templates)) }

// Template is one of them: its id, and which of our values (name, number,
// major, time …) stands in which of its fields (thing1 …). SMS, where it is
// given, goes to students whom WeChat does not reach.
type Template struct {
	ID     string            `yaml:"id"`
	Fields map[string]string `yaml:"fields"`
	SMS    *SMSTemplate      `yaml:"sms"`
}

// SMSTemplate is an approved text message: its id, and which of our values
// stand in {1}, {2} ….
type SMSTemplate struct {
	ID     string   `yaml:"id"`
	Params []string `yaml:"params"`
}

// Retention is how many days personal material is kept after the window.
type Retention struct {
	FaceDays int `yaml:"face_days"`
}

// Section returns the named section.
func (c *Campaign) Section(name string) (Section, bool) {
	for _, s := range c.Sections {
		if s.Name == name {
			return s, true
		}
	}
	return Section{}, false
}

// Slot returns the named attachment slot.
func (c *Campaign) Slot(name string) (Slot, bool) {
	for _, s := range c.Attachments {
		if s.Name == name {
			return s, true
		}
	}
	return Slot{}, false
}

// Document returns the named document.
func (c *Campaign) Document(name string) (Document, bool) {
	for _, d := range c.Documents {
		if d.Name == name {
			return d, true
		}
	}
	return Document{}, false
}

// Matches reports whether every condition holds for the facts. No condition
// always holds.
func Matches(when, facts map[string]string) bool {
	for k, v := range when {
		if facts[k] != v {
			return false
		}
	}
	return true
}
