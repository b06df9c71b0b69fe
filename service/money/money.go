// Package money owns how an amount is written for people and their files:
// everywhere else it is whole fen.
package money

import (
	"fmt"
	"strconv"
)

// Yuan writes fen as staff read it: ¥3,200.00. It is not negative.
func Yuan(fen int64) string {
	whole := strconv.FormatInt(fen/100, 10)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return fmt.Sprintf("¥%s.%02d", whole, fen%100)
}

// Plain writes fen as a table holds it: 3200.00, "-" in front when negative.
func Plain(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "-", -fen
	}
	return fmt.Sprintf("%s%d.%02d", sign, fen/100, fen%100)
}
