package campaign

import (
	"slices"
	"strings"
)

// DiffLine is one line of a comparison: Op is '+' for one that is new, '-' for
// one that goes, ' ' for one that stays.
type DiffLine struct {
	Op   byte
	Text string
}

// maxDiff bounds the lines that are compared one with another on each side;
// beyond it everything between the common ends counts as replaced.
const maxDiff = 2000

// Diff compares two texts line by line, by their longest common subsequence.
func Diff(before, after string) []DiffLine {
	a, b := lines(before), lines(after)
	var head, tail []DiffLine
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		head, a, b = append(head, DiffLine{' ', a[0]}), a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		tail, a, b = append(tail, DiffLine{' ', a[len(a)-1]}), a[:len(a)-1], b[:len(b)-1]
	}
	out := append(head, middle(a, b)...)
	for _, t := range slices.Backward(tail) {
		out = append(out, t)
	}
	return out
}

func lines(s string) []string {
	if s = strings.TrimRight(s, "\n"); s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

func middle(a, b []string) []DiffLine {
	var out []DiffLine
	i, j := 0, 0
	if len(a) <= maxDiff && len(b) <= maxDiff {
		common := subsequences(a, b)
		for i < len(a) && j < len(b) {
			switch {
			case a[i] == b[j]:
				out = append(out, DiffLine{' ', a[i]})
				i, j = i+1, j+1
			case common[i+1][j] >= common[i][j+1]:
				out = append(out, DiffLine{'-', a[i]})
				i++
			default:
				out = append(out, DiffLine{'+', b[j]})
				j++
			}
		}
	}
	for ; i < len(a); i++ {
		out = append(out, DiffLine{'-', a[i]})
	}
	for ; j < len(b); j++ {
		out = append(out, DiffLine{'+', b[j]})
	}
	return out
}

// subsequences is how long the longest common subsequence of a[i:] and b[j:] is.
func subsequences(a, b []string) [][]int {
	out := make([][]int, len(a)+1)
	for i := range out {
		out[i] = make([]int, len(b)+1)
	}
	for i, line := range slices.Backward(a) {
		for j := len(b) - 1; j >= 0; j-- {
			if line == b[j] {
				out[i][j] = out[i+1][j+1] + 1
			} else {
				out[i][j] = max(out[i+1][j], out[i][j+1])
			}
		}
	}
	return out
}

// Changed keeps what changed, with so many lines around it. An Op of 0 stands
// for lines left out.
func Changed(d []DiffLine, around int) []DiffLine {
	show := make([]bool, len(d))
	for i, l := range d {
		if l.Op == ' ' {
			continue
		}
		for k := max(0, i-around); k <= min(len(d)-1, i+around); k++ {
			show[k] = true
		}
	}
	var out []DiffLine
	gap := false
	for i, l := range d {
		if !show[i] {
			gap = true
			continue
		}
		if gap && len(out) > 0 {
			out = append(out, DiffLine{})
		}
		gap = false
		out = append(out, l)
	}
	return out
}
