package campaign

import (
	"slices"
	"strconv"
	"strings"
)

// Clash is a field that somebody else changed meanwhile, and that reads
// otherwise in an edit of an older version.
type Clash struct {
	Field     string // its name in the form: to, office-0, text-pledge
	Mine      string
	Theirs    string
	Untouched bool // only they changed it
}

// Clashes compares an edit field by field with the newest version; base is the
// version that it was made from. A contact is one field. What the edit alone
// changes is no clash.
func Clashes(base, mine, theirs Edit) []Clash {
	var out []Clash
	old, typed, saved := base.fields(), mine.fields(), theirs.fields()
	for _, name := range editNames(mine, theirs) {
		if typed[name] != saved[name] && saved[name] != old[name] {
			out = append(out, Clash{Field: name, Mine: typed[name], Theirs: saved[name], Untouched: typed[name] == old[name]})
		}
	}
	return out
}

// Take is the edit with the newest version's words in the named fields.
func (e Edit) Take(theirs Edit, fields []string) Edit {
	out := e
	out.Contacts, out.Documents = slices.Clone(e.Contacts), slices.Clone(e.Documents)
	for _, f := range fields {
		out.take(theirs, f)
	}
	return out
}

func (e *Edit) take(theirs Edit, field string) {
	what, which, _ := strings.Cut(field, "-")
	switch field {
	case "label":
		e.Window.Label = theirs.Window.Label
	case "from":
		e.Window.From = theirs.Window.From
	case "to":
		e.Window.To = theirs.Window.To
	case "notice_title":
		e.Notice.Title = theirs.Notice.Title
	case "notice":
		e.Notice.Paragraphs = theirs.Notice.Paragraphs
	case "notice_sample":
		e.Notice.Sample = theirs.Notice.Sample
	}
	if i, err := strconv.Atoi(which); what == "office" && err == nil && i >= 0 && i < max(len(e.Contacts), len(theirs.Contacts)) {
		for len(e.Contacts) <= i {
			e.Contacts = append(e.Contacts, Contact{})
		}
		e.Contacts[i] = contactAt(theirs.Contacts, i)
	}
	for i := range e.Documents {
		j := slices.IndexFunc(theirs.Documents, func(d DocumentEdit) bool { return d.Name == which })
		if d := &e.Documents[i]; d.Name == which && j >= 0 {
			d.take(theirs.Documents[j], what)
		}
	}
}

func (d *DocumentEdit) take(theirs DocumentEdit, what string) {
	switch what {
	case "title":
		d.Title = theirs.Title
	case "consent":
		d.Consent = theirs.Consent
	case "sample":
		d.Sample = theirs.Sample
	case "text":
		d.Text = theirs.Text
	}
}

func contactAt(list []Contact, i int) Contact {
	if i < len(list) {
		return list[i]
	}
	return Contact{}
}

// editNames are the fields of both, in the form's order.
func editNames(a, b Edit) []string {
	out := []string{"label", "from", "to", "notice_title", "notice", "notice_sample"}
	for i := range max(len(a.Contacts), len(b.Contacts)) {
		out = append(out, "office-"+strconv.Itoa(i))
	}
	for _, d := range a.Documents {
		out = append(out, "title-"+d.Name, "consent-"+d.Name, "text-"+d.Name, "sample-"+d.Name)
	}
	return out
}

// fields are what the fields read as, by their names; blanks that nobody sees
// make no difference.
func (e Edit) fields() map[string]string {
	sample := map[bool]string{true: "标为样文", false: "不标为样文"}
	out := map[string]string{"label": oneLine(e.Window.Label), "from": strings.TrimSpace(e.Window.From), "to": strings.TrimSpace(e.Window.To),
		"notice_title": oneLine(e.Notice.Title), "notice": strings.Join(Paragraphs(strings.Join(e.Notice.Paragraphs, "\n")), "\n"),
		"notice_sample": sample[e.Notice.Sample]}
	for i, x := range e.Contacts {
		out["office-"+strconv.Itoa(i)] = x.line()
	}
	for _, d := range e.Documents {
		out["title-"+d.Name], out["consent-"+d.Name], out["sample-"+d.Name] = oneLine(d.Title), oneLine(d.Consent), sample[d.Sample]
		out["text-"+d.Name] = Document{Sections: ParseText(strings.Join(Paragraphs(d.Text), "\n"))}.Text()
	}
	return out
}

// line is the contact in one line.
func (x Contact) line() string {
	return strings.Join(strings.Fields(strings.Join([]string{x.Office, x.Person, x.Phone, x.Hours, x.Mail, x.QQ}, " ")), " ")
}
