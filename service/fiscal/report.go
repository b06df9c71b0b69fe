package fiscal

import "ruxue/service/tabular"

// Report is what a dry run found, or an import did.
type Report struct {
	Sheet    string    `json:"sheet"` // "" for csv
	Headings []Heading `json:"headings"`
	Rows     int       `json:"rows"` // without headings and empty lines
	New      int       `json:"new"`
	Changed  int       `json:"changed"`
	Same     int       `json:"same"`
	Bad      int       `json:"bad"`

	Kinds []tabular.KindCount `json:"kinds"` // of the bad rows' problems
	// Problems and Changes are the first ones; the counts are of all.
	Problems []tabular.Problem `json:"-"`
	Changes  []Change          `json:"-"`
}

// Listed is how many problems and changes a report lists of each; the file of
// bad rows has all.
const Listed = 500

// Unread are the headings of columns that are not read.
func (r Report) Unread() (out []string) {
	for _, h := range r.Headings {
		if h.Column == "" {
			out = append(out, h.Text)
		}
	}
	return out
}

// note counts a row's decision.
func (r *Report) note(d decision) {
	r.Rows++
	switch d.outcome {
	case New:
		r.New++
	case Changed:
		r.Changed++
	case Same:
		r.Same++
	case Bad:
		r.Bad++
	}
	for _, p := range d.problems {
		r.Kinds = tabular.CountKind(r.Kinds, p.Kind)
	}
	r.Problems = append(r.Problems, d.problems[:min(len(d.problems), max(0, Listed-len(r.Problems)))]...)
	r.Changes = append(r.Changes, d.changes[:min(len(d.changes), max(0, Listed-len(r.Changes)))]...)
}
