package reply_test

import (
	"strings"
	"testing"

	"ruxue/service/reply"
)

var rules = reply.Rules{Follow: "欢迎", Other: "请点击菜单", Keywords: []reply.Keyword{
	{Words: []string{"学号", "查学号"}, Text: "登录后可见学号"},
	{Words: []string{"缴费"}, Text: "去缴费"},
	{Words: []string{"缴费没更新"}, Text: "点“钱付了没更新”"},
	{Words: []string{"QQ"}, Exact: true, Text: "群号"},
}}

func TestToText(t *testing.T) {
	for text, want := range map[string]struct {
		answer string
		known  bool
	}{
		"学号":          {"登录后可见学号", true},
		" 查学号 ":       {"登录后可见学号", true},
		"我的学号是多少":     {"登录后可见学号", true},
		"缴费没更新怎么办":    {"点“钱付了没更新”", true},
		"怎么缴费":        {"去缴费", true},
		"qq":          {"群号", true},
		"加QQ群":        {"请点击菜单", false},
		"":            {"请点击菜单", false},
		"\xff缴费\x00":  {"去缴费", true},
		"谢谢":          {"请点击菜单", false},
		"我要查学号，也要缴费没": {"登录后可见学号", true},
	} {
		if a, known := rules.ToText(text); a != want.answer || known != want.known {
			t.Errorf("%q: %q %v", text, a, known)
		}
	}
	if a, known := (reply.Rules{}).ToText("学号"); a != "" || known {
		t.Errorf("no rules answered %q", a)
	}
	if _, ok := (reply.Rules{}).ToFollow(); ok {
		t.Error("no rules greeted")
	}
}

func TestCheck(t *testing.T) {
	if err := rules.Check(); err != nil {
		t.Fatal(err)
	}
	bad := reply.Rules{Follow: strings.Repeat("很", 700), Keywords: []reply.Keyword{
		{Words: []string{"学号"}, Text: "一"}, {Words: []string{" 学号"}, Text: "二"}, {Text: "三"}, {Words: []string{"空"}}}}
	err := bad.Check()
	if err == nil {
		t.Fatal("bad rules were taken")
	}
	for _, want := range []string{"follow: the text has 2100 bytes", "keywords[1]", "keywords[2]", "keywords[3]"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not reported in %v", want, err)
		}
	}
}
