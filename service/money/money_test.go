package money_test

import (
	"testing"

	"ruxue/service/money"
)

func TestAmountsAreExact(t *testing.T) {
	for fen, want := range map[int64][2]string{
		0: {"0.00", "¥0.00"}, 5: {"0.05", "¥0.05"}, 320000: {"3200.00", "¥3,200.00"}, 280050: {"2800.50", "¥2,800.50"},
		99999: {"999.99", "¥999.99"}, 123456789: {"1234567.89", "¥1,234,567.89"},
		1<<53 + 1: {"90071992547409.93", "¥90,071,992,547,409.93"},
	} {
		if plain, read := money.Plain(fen), money.Yuan(fen); plain != want[0] || read != want[1] {
			t.Errorf("%d fen are %s and %s, want %s", fen, plain, read, want)
		}
	}
	if got := money.Plain(-5); got != "-0.05" {
		t.Errorf("-5 fen are %s", got)
	}
}
