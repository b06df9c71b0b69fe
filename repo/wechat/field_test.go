package wechat_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"ruxue/repo/wechat"
)

func TestCutField(t *testing.T) {
	long := strings.Repeat("汉", 25)
	tests := []struct{ field, in, want string }{
		{"thing2", "新生实名制注册", "新生实名制注册"},
		{"thing2", long, strings.Repeat("汉", 19) + "…"},
		{"thing20", strings.Repeat("汉", 20), strings.Repeat("汉", 20)},
		{"thing2", "第一行\n第二行\t完", "第一行 第二行 完"},
		{"thing2", "恭喜😀入学", "恭喜入学"},
		{"thing2", "", "无"},
		{"thing2", " \n ", "无"},
		{"character_string1", "2026 0700 01", "2026070001"},
		{"character_string1", "学号2026-07", "2026-07"},
		{"character_string1", strings.Repeat("9", 40), strings.Repeat("9", 32)},
		{"character_string1", "学号", "-"},
		{"phrase3", "已通过审核了", "已通过审核"},
		{"phrase3", "OK通过!", "通过"},
		{"phrase3", "pass", "无"},
		{"name1", "买买提·阿不都热依木江", "买买提·阿不都热依木"},
		{"name1", "Christopher Alexander Smith", "Christopher Alexande"},
		{"name1", "陈立川", "陈立川"},
		{"time4", "2026年3月31日 23:59", "2026年3月31日 23:59"},
		{"date4", "2026年3月31日", "2026年3月31日"},
		{"const5", "审核通过", "审核通过"},
		{"amount6", "¥3200.00", "¥3200.00"},
		{"number7", "共12人", "12"},
		{"number7", "", "0"},
		{"letter8", "ab1c", "abc"},
		{"phone_number9", "138 0013 8000", "13800138000"},
		{"thing2", "a\xffb", "ab"},
	}
	for _, tt := range tests {
		if got := wechat.CutField(tt.field, tt.in); got != tt.want {
			t.Errorf("CutField(%q, %q) = %q, want %q", tt.field, tt.in, got, tt.want)
		}
	}
}

func FuzzCutField(f *testing.F) {
	f.Add("thing2", "新生")
	f.Add("phrase1", "\x00\xff😀")
	limits := map[string]int{"thing": 20, "character_string": 32, "phrase": 5, "name": 20, "number": 32, "letter": 32}
	f.Fuzz(func(t *testing.T, field, value string) {
		got := wechat.CutField(field, value)
		if !utf8.ValidString(got) {
			t.Fatalf("%q is no UTF-8", got)
		}
		if n, ok := limits[strings.TrimRight(field, "0123456789")]; ok && utf8.RuneCountInString(got) > n {
			t.Fatalf("%q is longer than %d", got, n)
		}
	})
}
