// Package admission owns the admitted list: which columns it has and by what
// names, what is wrong with a row and how to mend it, what importing it again
// changes, and the jobs that check and apply a file. It sees rows of text; who
// reads xlsx and csv, and who stores students, stand behind its interfaces.
package admission

import (
	"ruxue/service/student"
	"ruxue/service/tabular"
)

// BatchRows is how many rows are looked up and stored at a time: enough to make
// a round trip cheap, few enough that a student who logs in never waits long.
const BatchRows = 500

// MaxRows bounds a list; a college has some ten thousand freshmen a year.
const MaxRows = 200_000

// Row is one line of a table.
type Row = tabular.Row

// Table is a list being read row by row.
type Table = tabular.Table

// Entry is what a row says about a student, and where it says so.
type Entry struct {
	Line int
	student.Admission
}
