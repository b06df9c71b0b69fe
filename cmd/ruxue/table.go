package main

import (
	"fmt"
	"io"
	"strings"
)

// column is the head of a table's column.
type column struct {
	title string
	right bool // aligned as numbers are
}

// printTable prints rows under a head, each column as wide as its widest cell.
// What is left of a row after its last cell that says something stays empty.
func printTable(w io.Writer, head []column, rows [][]string) error {
	titles, wide := make([]string, len(head)), make([]int, len(head))
	for i, c := range head {
		titles[i] = c.title
	}
	all := append([][]string{titles}, rows...)
	for _, row := range all {
		for i, cell := range row {
			wide[i] = max(wide[i], width(cell))
		}
	}
	var out strings.Builder
	for _, row := range all {
		var line strings.Builder
		for i, cell := range row {
			gap := strings.Repeat(" ", wide[i]-width(cell))
			if head[i].right {
				line.WriteString(gap + cell)
			} else {
				line.WriteString(cell + gap)
			}
			line.WriteString("  ")
		}
		out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	if _, err := io.WriteString(w, out.String()); err != nil {
		return fmt.Errorf("printing a table: %w", err)
	}
	return nil
}
