package admission

import (
	"slices"

	"ruxue/service/tabular"
)

// Report is what a dry run found, or an import did.
type Report struct {
	Sheet    string    `json:"sheet"` // "" for csv
	Headings []Heading `json:"headings"`
	Rows     int       `json:"rows"` // without headings and empty lines

	New     int `json:"new"`
	Updated int `json:"updated"`
	Same    int `json:"same"`
	Kept    int `json:"kept"`
	Bad     int `json:"bad"`

	Kinds   []tabular.KindCount `json:"kinds"`   // of the bad rows' problems
	Columns []ColumnCount       `json:"columns"` // of the updated rows' changes
	// NoFee are students for whom neither the list nor a rule says a fee;
	// NoFeeLine is the first. They block the campaign's start.
	NoFee     int `json:"no_fee"`
	NoFeeLine int `json:"no_fee_line"`

	// Problems and Changes are the first ones; the counts are of all.
	Problems []Problem `json:"-"`
	Changes  []Change  `json:"-"`
}

// How many problems and changes a report lists; the file of bad rows has all.
const (
	MaxProblems = 1000
	MaxChanges  = 1000
)

// ColumnCount is how many rows change a column.
type ColumnCount struct {
	Column Column `json:"column"`
	Count  int    `json:"count"`
}

// Unknown are the headings that are no known column.
func (r Report) Unknown() (out []Heading) {
	for _, h := range r.Headings {
		if h.Column == "" {
			out = append(out, h)
		}
	}
	return out
}

// clone is a report that can be gone on with, or thrown away.
func (r Report) clone() Report {
	r.Kinds, r.Columns = slices.Clone(r.Kinds), slices.Clone(r.Columns)
	r.Problems, r.Changes = slices.Clip(r.Problems), slices.Clip(r.Changes)
	return r
}

// note counts a row's decision.
func (r *Report) note(d Decision, rules Rules) {
	r.Rows++
	switch d.Outcome {
	case New:
		r.New++
	case Updated:
		r.Updated++
	case Same:
		r.Same++
	case Kept:
		r.Kept++
	case Bad:
		r.Bad++
	}
	for _, p := range d.Problems {
		r.Kinds = tabular.CountKind(r.Kinds, p.Kind)
		if len(r.Problems) < MaxProblems {
			r.Problems = append(r.Problems, p)
		}
	}
	for _, c := range d.Changes {
		r.column(c.Column)
		if len(r.Changes) < MaxChanges {
			r.Changes = append(r.Changes, c)
		}
	}
	if d.Outcome != Bad && !rules.owes(d) {
		if r.NoFee == 0 {
			r.NoFeeLine = d.Entry.Line
		}
		r.NoFee++
	}
}

func (r *Report) column(c Column) {
	for i := range r.Columns {
		if r.Columns[i].Column == c {
			r.Columns[i].Count++
			return
		}
	}
	r.Columns = append(r.Columns, ColumnCount{c, 1})
}
