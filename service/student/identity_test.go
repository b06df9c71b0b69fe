package student_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"ruxue/service/fault"
	"ruxue/service/student"
)

// complete appends the GB 11643 check character, computed the long way: the
// weight of place i is 2^(17-i) mod 11.
func complete(first17 string) string {
	sum := 0
	for i, d := range first17 {
		sum += int(d-'0') * ((1 << (17 - i)) % 11)
	}
	return first17 + string("0123456789X"[(12-sum%11)%11])
}

func refusal(t *testing.T, err error, field string) string {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.Invalid || f.Field != field || f.Sentence == "" {
		t.Fatalf("want a sentence at %s, got %v", field, err)
	}
	return f.Sentence
}

func TestCitizenNumbersPassTheirChecksum(t *testing.T) {
	for _, id := range []string{
		"11010519491231002X", // the standard's own example
		"440524188001010014", // its other example: born 1880, see below
		complete("11011019980909004"), complete("32010220000229123"), complete("65010119701231888"),
	} {
		err := student.CheckIDNumber(id)
		if old := id[6:10] < "1900"; (err != nil) != old {
			t.Errorf("%s: %v", id, err)
		}
	}
}

func TestEveryWrongCheckCharacterIsRefused(t *testing.T) {
	right := complete("11011019980909004")
	for _, c := range "0123456789X" {
		id := right[:17] + string(c)
		if err := student.CheckIDNumber(id); (err == nil) != (id == right) {
			t.Errorf("%s: %v", id, err)
		}
	}
	for i := range 17 { // one digit mistyped, or two neighbours swapped
		b := []byte(right)
		b[i] = '0' + (b[i]-'0'+1)%10
		if student.CheckIDNumber(string(b)) == nil {
			t.Errorf("%s passes with place %d mistyped", b, i+1)
		}
	}
}

func TestWrongCitizenNumbersSayWhatIsWrong(t *testing.T) {
	for id, want := range map[string]string{
		"":                            "现在是 0 位",
		"1101011990010112":            "现在是 16 位",
		"110101199001011":             "应为 18 位",
		"1101011990010112345":         "现在是 19 位",
		"11010119900101123字":          "身份证",
		"字10101199001011234":          "前 17 位应为数字",
		"1101011990O1011234":          "前 17 位应为数字",
		"X10101199001011234":          "前 17 位应为数字",
		strings.Repeat("军", 18):       "前 17 位应为数字",
		strings.Repeat("\xff", 18):    "前 17 位应为数字",
		complete("11010119900231123"): "出生日期",
		complete("11010119901301123"): "出生日期",
		complete("11010119900100123"): "出生日期",
		complete("11010119000229123"): "出生日期", // 1900 was no leap year
		complete("11010100000101123"): "出生日期",
		"11010519491231002x":          "身份证号有误", // a small x is normalised before
	} {
		got := refusal(t, student.CheckIDNumber(id), "id_number")
		if !strings.Contains(got, want) {
			t.Errorf("%q: %q does not say %q", id, got, want)
		}
	}
}

func TestIDNumbersAreTypedInManyWays(t *testing.T) {
	const id = "11010519491231002X"
	for _, typed := range []string{
		id, "11010519491231002x", " 110105 19491231 002x ", "\t110105194912\u300031002X\n", "１１０１０５１９４９１２３１００２ｘ",
		"\u200b11010519491231002X\ufeff", "\u202d11010519491231002X\u202c", "110105\u00a01949\u00a01231002X",
	} {
		if got := student.NormalizeIDNumber(typed); got != id {
			t.Errorf("%q became %q", typed, got)
		}
	}
	if got := student.NormalizeIDNumber("h1234 5678"); got != "H12345678" {
		t.Errorf("a Hong Kong document became %q", got)
	}
}

func TestNamesAreUnified(t *testing.T) {
	for typed, want := range map[string]string{
		" 李雯雯 ": "李雯雯", "李 雯　雯": "李雯雯", "李\u200b雯\ufeff": "李雯", "\u202d李雯\u202c": "李雯", "李雯\ufe0f": "李雯",
		"王𬭩": "王𬭩", "𠮷田": "𠮷田", "⼭": "山",
		"阿卜杜拉•买买提": "阿卜杜拉·买买提", "阿卜杜拉‧买买提": "阿卜杜拉·买买提", "阿卜杜拉・买买提": "阿卜杜拉·买买提",
		"阿卜杜拉･买买提": "阿卜杜拉·买买提", "阿卜杜拉·买买提": "阿卜杜拉·买买提", "阿卜杜拉.买买提": "阿卜杜拉·买买提",
		"阿卜杜拉．买买提": "阿卜杜拉·买买提", "阿卜杜拉 · 买买提": "阿卜杜拉·买买提", "阿卜杜拉∙买买提": "阿卜杜拉·买买提",
		"Maria  Garcia ": "Maria Garcia", "Ｍaria": "Maria", "Jose\u0301": "José",
	} {
		got := student.NormalizeName(typed)
		if got != want {
			t.Errorf("%q became %q, want %q", typed, got, want)
		}
		if err := student.CheckName(got); err != nil {
			t.Errorf("%q: %v", got, err)
		}
	}
}

func TestWhatCannotBeANameIsRefused(t *testing.T) {
	for name, want := range map[string]string{
		"": "请输入", "   ": "请输入", "\u200b": "请输入", "李😀": "不能使用", "李👨‍👩‍👧": "不能使用", "李1": "不能使用", "李\x00雯": "不能使用",
		"<b>李</b>": "不能使用", "李；雯": "不能使用", "李\xff": "不能使用", "１２３": "不能使用",
		strings.Repeat("李", 61): "现在是 61 个字", strings.Repeat("李", 10_000): "现在是 10000 个字",
	} {
		if got := refusal(t, student.CheckName(student.NormalizeName(name)), "name"); !strings.Contains(got, want) {
			t.Errorf("%.20q: %q does not say %q", name, got, want)
		}
	}
}

func TestPhonesAreTypedInManyWays(t *testing.T) {
	for _, typed := range []string{"13800138000", "+8613800138000", "8613800138000", "+86 138-0013-8000", "138 0013 8000",
		"１３８００１３８０００", "＋86 138 0013 8000", "008613800138000", "138–0013—8000", "\u202a+86 138 0013 8000\u202c"} {
		got := student.NormalizePhone(typed)
		if got != "13800138000" || student.CheckPhone(got) != nil {
			t.Errorf("%q became %q", typed, got)
		}
	}
}

func TestWrongPhonesSayWhatIsWrong(t *testing.T) {
	for phone, want := range map[string]string{
		"": "请输入", "1380013800": "现在是 10 位", "138001380001": "现在是 12 位", "12800138000": "13 至 19", "23800138000": "13 至 19",
		"1380013800O": "11 位数字", "+1 202 555 0100": "11 位数字", "025-83787964": "13 至 19", "一三八": "11 位数字",
	} {
		if got := refusal(t, student.CheckPhone(student.NormalizePhone(phone)), "phone"); !strings.Contains(got, want) {
			t.Errorf("%q: %q does not say %q", phone, got, want)
		}
	}
}

func FuzzIDNumber(f *testing.F) {
	for _, s := range []string{"11010519491231002X", "字", strings.Repeat("军", 18), "\xff", "１１０１０５", "军字第2001988号", "ﷺ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id := student.NormalizeIDNumber(s)
		if again := student.NormalizeIDNumber(id); again != id {
			t.Fatalf("%q became %q, then %q", s, id, again)
		}
		if err := student.CheckIDNumber(id); err != nil {
			refusal(t, err, "id_number")
			return
		}
		if complete(id[:17]) != id {
			t.Fatalf("%q passed", id)
		}
		if _, err := time.Parse("20060102", id[6:14]); err != nil || len(id) != 18 {
			t.Fatalf("%q passed: %v", id, err)
		}
	})
}

func FuzzName(f *testing.F) {
	for _, s := range []string{"李雯", "阿·买", "a \u0301李", "…", "\u00a8", "李\u200b", "\xff", "ﷺ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := student.NormalizeName(s)
		if again := student.NormalizeName(n); again != n {
			t.Fatalf("%q became %q, then %q", s, n, again)
		}
		if student.CheckName(n) == nil && (!utf8.ValidString(n) || n != strings.TrimSpace(n) || utf8.RuneCountInString(n) > 60) {
			t.Fatalf("%q passed", n)
		}
	})
}

func FuzzPhone(f *testing.F) {
	for _, s := range []string{"+8613800138000", "８６１", "字", "++86+86", "8686"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := student.NormalizePhone(s)
		if student.CheckPhone(p) == nil && (len(p) != 11 || student.NormalizePhone(p) != p) {
			t.Fatalf("%q passed as %q", s, p)
		}
	})
}
