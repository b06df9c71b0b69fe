package tabular

import "io"

// Change is one datum that an import replaces. Values are masked where they are
// personal, apart from names.
type Change[C ~string] struct {
	Line   int    `json:"line"`
	Name   string `json:"name"`
	Column C      `json:"column"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// KindCount is how many problems are of a kind.
type KindCount struct {
	Kind  Kind `json:"kind"`
	Count int  `json:"count"`
}

// CountKind counts one more problem of the kind.
func CountKind(list []KindCount, k Kind) []KindCount {
	for i := range list {
		if list[i].Kind == k {
			list[i].Count++
			return list
		}
	}
	return append(list, KindCount{k, 1})
}

// BadFile writes the rows that an import refuses, each with why.
type BadFile interface {
	Begin(header []string) error
	Bad(row Row, problems []Problem) error
	Finish(out io.Writer) error
	Discard()
}
