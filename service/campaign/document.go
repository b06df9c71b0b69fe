package campaign

import "strings"

// Document is a text that students sign by hand.
type Document struct {
	Name     string       `yaml:"name"`
	Title    string       `yaml:"title"`
	Consent  string       `yaml:"consent"` // label of the check box, "" for none
	Confirm  bool         `yaml:"confirm"` // a second act makes the signature final
	Sample   bool         `yaml:"sample"`
	Sections []DocSection `yaml:"sections"`
}

// DocSection is a headed part of a document.
type DocSection struct {
	Heading    string   `yaml:"heading"`
	Paragraphs []string `yaml:"paragraphs"`
}

const headingMark = "## "

// Text is the document's wording as it is hashed and signed: a heading is a
// line that begins with "## ", every paragraph is a line. Blanks that nobody
// sees on the page change nothing.
func (d Document) Text() string {
	var lines []string
	for _, s := range d.Sections {
		if h := oneLine(s.Heading); h != "" {
			lines = append(lines, headingMark+h)
		}
		for _, p := range s.Paragraphs {
			if p = oneLine(p); p != "" {
				lines = append(lines, p)
			}
		}
	}
	return strings.Join(lines, "\n")
}

// ParseText reads what Text wrote, so that a pinned version is shown in its
// own words even after the campaign changed.
func ParseText(body string) []DocSection {
	var out []DocSection
	for line := range strings.SplitSeq(body, "\n") {
		heading, ok := strings.CutPrefix(line, headingMark)
		switch {
		case ok && heading == "":
		case ok:
			out = append(out, DocSection{Heading: heading})
		case line == "":
		case len(out) == 0:
			out = append(out, DocSection{Paragraphs: []string{line}})
		default:
			last := &out[len(out)-1]
			last.Paragraphs = append(last.Paragraphs, line)
		}
	}
	return out
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
