// Package admission owns the admitted list: which columns it has and by what
// names, what is wrong with a row and how to mend it, what importing it again
// changes, and the jobs that check and apply a file. It sees rows of text; who
// reads xlsx and csv, and who stores students, stand behind its interfaces.
package admission

import "ruxue/service/student"

// BatchRows is how many rows are looked up and stored at a time: enough to make
// a round trip cheap, few enough that a student who logs in never waits long.
const BatchRows = 500

// MaxRows bounds a list; a college has some ten thousand freshmen a year.
const MaxRows = 200_000

// Row is one line of a table. Merged and Formula name a cell (or range) in the
// row that cannot be read as it is seen: part of a merged range, or a formula
// whose result the file does not hold.
type Row struct {
	Line    int // as the spreadsheet numbers it, from 1
	Cells   []string
	Merged  string
	Formula string
}

// Table is a file being read row by row.
type Table interface {
	// Next returns the next row, io.EOF after the last one, or a fault whose
	// sentence says why the file cannot be read on.
	Next() (Row, error)
	// Rows is about how many there are, for a progress bar.
	Rows() int
	// Sheet is the name of the worksheet read, "" for a file without.
	Sheet() string
	Close() error
}

// Entry is what a row says about a student, and where it says so.
type Entry struct {
	Line int
	student.Admission
}
