package tabular_test

import (
	"strings"
	"testing"

	"ruxue/service/tabular"
)

func TestDigitsUndoesWhatASpreadsheetDid(t *testing.T) {
	for in, want := range map[string]struct {
		out   string
		lossy bool
	}{
		"13800138000": {"13800138000", false}, "13800138000.0": {"13800138000", false}, "1.3800138001E+10": {"13800138001", false}, "1.3800138E+10": {"1.3800138E+10", true},
		"１２３": {"123", false}, "1.10101E+17": {"1.10101E+17", true}, "110101199001011000": {"110101199001011000", true},
		"110101199001011": {"110101199001011", false}, "11010119900101123X": {"11010119900101123X", false}, " 1 2 ": {"12", false},
		"1.5E+0": {"1.5E+0", true},
	} {
		if out, lossy := tabular.Digits(in); out != want.out || lossy != want.lossy {
			t.Errorf("%q: %q %v", in, out, lossy)
		}
	}
}

func TestTextPlainAndErrors(t *testing.T) {
	if s, literal := tabular.Text("\u200b '007 \n"); s != "007" || !literal {
		t.Errorf("%q %v", s, literal)
	}
	if s, literal := tabular.Text(" 张 三 "); s != "张 三" || literal {
		t.Errorf("%q %v", s, literal)
	}
	if s := tabular.Plain("Ａ Ｂ\u3000１"); s != "AB1" {
		t.Errorf("%q", s)
	}
	if !tabular.IsError("#N/A") || tabular.IsError("#1") || !tabular.IsDigits("007") || tabular.IsDigits("1.0") || tabular.IsDigits("") {
		t.Error("errors and digits are told wrongly")
	}
}

func TestPlacesAndHeadings(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA"} {
		if got := tabular.Letters(i); got != want {
			t.Errorf("%d: %s", i, got)
		}
	}
	for in, want := range map[string]string{" 姓 名*": "姓名", "学费（元）": "学费", "ＫＳＨ": "KSH", "票据-号码：": "票据号码"} {
		if got := tabular.Fold(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
	if tabular.Clip("一二三四", 3) != "一二…" || tabular.Clip("一二三", 3) != "一二三" {
		t.Error("clipped wrongly")
	}
	if got := tabular.FileName(`C:\temp/名单\2026.xlsx`); got != "2026.xlsx" {
		t.Errorf("a file's name: %q", got)
	}
	if !(tabular.Row{Cells: []string{" ", "\t"}}).Blank() || (tabular.Row{Cells: []string{"", "x"}}).Blank() {
		t.Error("blank rows are told wrongly")
	}
}

// Whatever a cell holds, reading it ends, and reading again what was read
// changes nothing more.
func FuzzCell(f *testing.F) {
	for _, s := range []string{"1.10101E+17", "'007", "１２３", "9e999", "1E1000", "\xff", "0.0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, lossy := tabular.Digits(s)
		if again, _ := tabular.Digits(once); !lossy && len(once) <= 15 && again != once && !strings.ContainsAny(once, "eE.") {
			t.Errorf("%q: %q, then %q", s, once, again)
		}
		tabular.Text(s)
		tabular.Fold(s)
	})
}
