package payment

import (
	"testing"

	"ruxue/service/fault"
)

// TestAmountsAsFinanceTypesThem: what the eye reads as an amount is taken, and
// nothing is guessed.
func TestAmountsAsFinanceTypesThem(t *testing.T) {
	for name, c := range map[string]struct {
		typed string
		fen   int64
	}{
		"whole yuan":                        {"3200", 320000},
		"with fen":                          {"3200.05", 320005},
		"one decimal":                       {"0.5", 50},
		"as it stands on the page":          {"¥3,200.00", 320000},
		"copied with blanks around":         {" 3200.00\n", 320000},
		"a blank behind the sign":           {"¥ 3200", 320000},
		"a blank before 元":                  {"3200 元", 320000},
		"by a Chinese keyboard":             {"￥３，２００．５０", 320050},
		"a million in thousands":            {"1,000,000元", 100000000},
		"zero, which each form refuses":     {"0.00", 0},
		"more zeros than fen, nothing else": {"3200.000", 320000},
	} {
		if got, err := ParseYuan(c.typed); err != nil || got != c.fen {
			t.Errorf("%s: %q is %d fen, want %d; %v", name, c.typed, got, c.fen, err)
		}
	}
	for name, typed := range map[string]string{
		"nothing": "", "a sign alone": "¥", "words": "三千二", "half a fen": "3200.005", "negative": "-1", "a plus": "+1",
		"no digit before the point": ".50", "a comma meant as a point": "3,50", "a comma at the end": "3200,", "commas out of place": "32,00",
		"two points": "3.200.00", "a full stop as a point": "3200。50", "two numbers": "3元2", "hexadecimal": "0x10", "an exponent": "3e3",
		"more than any bill": "99999999999",
	} {
		got, err := ParseYuan(typed)
		f, ok := fault.As(err)
		if !ok || f.Kind != fault.Invalid || f.Field != "amount" || f.Sentence == "" {
			t.Errorf("%s: %q is taken for %d fen; %v", name, typed, got, err)
		}
	}
}

func FuzzParseYuan(f *testing.F) {
	f.Add("¥ 3,200.00 元")
	f.Add("-0.01")
	f.Fuzz(func(t *testing.T, typed string) {
		if fen, err := ParseYuan(typed); fen < 0 || (err != nil && !fault.Is(err, fault.Invalid)) {
			t.Fatalf("%q is %d fen, %v", typed, fen, err)
		}
	})
}
