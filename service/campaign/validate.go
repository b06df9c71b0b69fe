package campaign

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

var codeRule = regexp.MustCompile(`^[a-z][a-z0-9-]{1,31}$`)

var (
	stepKinds  = []string{"captcha", "password", "approval", "choice", "face", "check", "form", "attachments", "sign", "pay", "application", "done", "home"}
	fieldKinds = []string{"text", "textarea", "tel", "mobile", "email", "postcode", "year", "date", "select", "number"}
	loginKinds = []string{"sms", "password"}
	slotKinds  = []string{"photo", "portrait", "document"}
	// factNames are what a condition may ask about a student.
	factNames = []string{"choice", "level", "major", "site", "site_code", "grade", "study_form", "device"}
)

// Parse reads a campaign file and reports every mistake it holds at once.
// A key that the format does not know is a mistake too.
func Parse(body []byte) (*Campaign, error) {
	var c Campaign
	dec := yaml.NewDecoder(bytes.NewReader(body))
	dec.KnownFields(true)
	err := dec.Decode(&c)
	var unreadable *yaml.TypeError
	switch {
	case errors.As(err, &unreadable): // unknown keys and wrong types; the rest was read
		return nil, errors.Join(fmt.Errorf("reading the campaign file: %w", err), c.Validate())
	case err != nil:
		return nil, fmt.Errorf("reading the campaign file: %w", err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("reading the campaign file: it holds more than one document")
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return &c, nil
}

// Validate reports every mistake at once, each with its place.
func (c *Campaign) Validate() error {
	v := &problems{}
	v.check(c.Schema == Schema, "schema: this program reads schema %d, the file has %d", Schema, c.Schema)
	v.check(codeRule.MatchString(c.Code), "code: %q must be 2–32 of a–z, 0–9 and -", c.Code)
	for _, s := range [][2]string{{"title", c.Title}, {"platform", c.Platform}, {"institution", c.Institution},
		{"short_name", c.ShortName}, {"menu_label", c.MenuLabel}} {
		v.check(strings.TrimSpace(s[1]) != "", "%s: is empty", s[0])
	}
	v.check(c.Theme == "blue" || c.Theme == "green", "theme: %q is neither blue nor green", c.Theme)
	v.check(len(c.Contacts) > 0, "contacts: at least one office is needed")
	for _, e := range c.Entries {
		v.check(strings.HasPrefix(e, "/") && !strings.ContainsAny(e, ":*?#"), "entries: %q is not a plain path", e)
	}
	if from, to, err := c.Window.Bounds(); err != nil {
		v.check(false, "window: %v", err)
	} else {
		v.check(from.Before(to), "window: it ends before it begins")
	}
	c.validateLogin(v)
	c.validateAdmission(v)
	c.validateSteps(v)
	c.validateForms(v)
	c.validateUploads(v)
	c.validateMoney(v)
	return errors.Join(v.list...)
}

// validateLogin also demands that an initial password, which others can know,
// is replaced before anything else is open.
func (c *Campaign) validateLogin(v *problems) {
	v.check(slices.Contains(loginKinds, c.Login.Kind), "login.kind: %q is not known", c.Login.Kind)
	v.check(c.Login.Kind != "password" || c.hasStep("password"), "steps: login.kind password needs a step of kind password")
	v.check(c.PhoneEntry == "" || slices.Contains(c.Entries, c.PhoneEntry), "phone_entry: %q is none of the entries", c.PhoneEntry)
	for i, l := range c.Links {
		known := strings.HasPrefix(l.URL, "https://") || strings.HasPrefix(l.URL, "http://") || strings.HasPrefix(l.URL, "/")
		v.check(l.Label != "" && known, "links[%d]: needs a label and an address", i)
	}
}

func (c *Campaign) validateAdmission(v *problems) {
	codes, names := map[string]bool{}, map[string]bool{}
	for i, s := range c.Admission.Sites {
		v.check(s.Code != "" && s.Name != "", "admission.sites[%d]: lacks code or name", i)
		v.unique(codes, "admission.sites: code", s.Code)
		v.unique(names, "admission.sites: name", s.Name)
	}
}

func (c *Campaign) hasStep(kind string) bool {
	return slices.ContainsFunc(c.Steps, func(s Step) bool { return s.Kind == kind })
}

func (c *Campaign) validateSteps(v *problems) {
	v.check(len(c.Steps) > 0, "steps: there are none")
	for i, s := range c.Steps {
		at := fmt.Sprintf("steps[%d]", i)
		v.check(slices.Contains(stepKinds, s.Kind), "%s: kind %q is not known", at, s.Kind)
		v.when(at, s.When)
		switch s.Kind {
		case "form":
			_, ok := c.Section(s.Name)
			v.check(ok, "%s: there is no section %q", at, s.Name)
		case "sign":
			_, ok := c.Document(s.Name)
			v.check(ok, "%s: there is no document %q", at, s.Name)
		case "application":
			v.check(s.Name == "defer" || s.Name == "waive", "%s: application %q is neither defer nor waive", at, s.Name)
		}
	}
	for i, ch := range c.Choices {
		v.check(slices.Contains([]string{"register", "defer", "waive"}, ch.Code), "choices[%d]: %q is not known", i, ch.Code)
	}
}

func (c *Campaign) validateForms(v *problems) {
	names := map[string]bool{}
	for i, s := range c.Sections {
		at := fmt.Sprintf("sections[%d] %s", i, s.Name)
		v.check(codeRule.MatchString(s.Name), "%s: the name is not usable", at)
		v.unique(names, "section", s.Name)
		v.check(len(s.Fields) > 0, "%s: has no fields", at)
		fields := map[string]bool{}
		v.check(!s.Repeated || (s.Max > 0 && s.Min <= s.Max), "%s: a repeated section needs max ≥ min", at)
		for _, f := range s.Fields {
			v.unique(fields, at+": field", f.Name)
			v.when(at+"."+f.Name, f.When, fieldNames(s)...)
			v.check(f.Name != "" && f.Label != "", "%s: a field lacks name or label", at)
			v.check(slices.Contains(fieldKinds, f.Kind), "%s.%s: kind %q is not known", at, f.Name, f.Kind)
			v.check(f.Kind != "select" || len(f.Options) > 0, "%s.%s: a select needs options", at, f.Name)
		}
	}
}

func (c *Campaign) validateUploads(v *problems) {
	slots, documents := map[string]bool{}, map[string]bool{}
	for i, s := range c.Attachments {
		at := fmt.Sprintf("attachments[%d] %s", i, s.Name)
		v.unique(slots, "attachment", s.Name)
		v.when(at, s.When)
		v.check(slices.Contains(slotKinds, s.Kind), "%s: kind %q is not known", at, s.Kind)
		v.check(s.MaxBytes > 0, "%s: max_bytes is missing", at)
		v.check(s.Kind != "portrait" || (s.Width > 0 && s.Height > 0), "%s: a portrait needs width and height", at)
	}
	for i, d := range c.Documents {
		v.unique(documents, "document", d.Name)
		v.check(d.Name != "" && d.Title != "", "documents[%d]: lacks name or title", i)
		v.check(d.Text() != "", "documents[%d] %s: has no text", i, d.Name)
	}
}

func fieldNames(s Section) []string {
	var out []string
	for _, f := range s.Fields {
		out = append(out, f.Name)
	}
	return out
}

func (c *Campaign) validateMoney(v *problems) {
	for i, r := range c.Fee.Rules {
		v.when(fmt.Sprintf("fee.rules[%d]", i), r.When)
		for _, it := range r.Items {
			v.check(it.Name != "" && it.Fen >= 0, "fee.rules[%d]: an item lacks a name or is negative", i)
		}
	}
	switch c.Number.Kind {
	case "": // nobody is registered and nothing is paid: no number is given
		v.check(!c.hasStep("pay") && !c.hasStep("done"), "number.kind: is empty, and a step pay or done needs a number")
	case "imported":
	case "pattern":
		v.check(c.Number.Digits >= 3 && c.Number.Digits <= 10, "number.digits: must be 3 to 10")
		v.check(c.Number.Prefix != "", "number.prefix: is empty")
	default:
		v.check(false, "number.kind: %q is neither imported nor pattern", c.Number.Kind)
	}
}

type problems struct{ list []error }

func (p *problems) check(ok bool, format string, args ...any) {
	if !ok {
		p.list = append(p.list, fmt.Errorf(format, args...))
	}
}

// when refuses a condition on what no student has: it would never hold.
func (p *problems) when(at string, when map[string]string, also ...string) {
	for _, k := range slices.Sorted(maps.Keys(when)) {
		p.check(slices.Contains(factNames, k) || slices.Contains(also, k), "%s: a condition asks for %q, which is not known", at, k)
	}
}

// unique refuses a name that was seen before: only the first would be found.
func (p *problems) unique(seen map[string]bool, what, name string) {
	p.check(!seen[name], "%s %q is there twice", what, name)
	seen[name] = true
}
