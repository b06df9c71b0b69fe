package application_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"ruxue/service/application"
)

const sentence = "本人自愿放弃入学资格，愿承担由此带来的后果。"

func TestCompareSaysWhereTheSentenceDiffers(t *testing.T) {
	for _, test := range []struct {
		typed string
		at    int
		says  string
	}{
		{sentence, 22, ""},
		{" \n\t" + sentence + "\u3000\n", 22, ""},
		{"", 0, "请把上面那句话输入完整"},
		{"  ", 0, "请把上面那句话输入完整"},
		{"本人自愿", 4, "还没有输完，接下来是“放”"},
		{strings.TrimSuffix(sentence, "。"), 21, "还没有输完，接下来是中文句号“。”"},
		{sentence + "。", 22, "句子后面多了中文句号“。”，请删去"},
		{strings.Replace(sentence, "，", ",", 1), 10, "第 11 个字应为中文逗号“，”，您输入的是英文逗号“,”"},
		{strings.Replace(sentence, "，", "", 1), 10, "第 11 个字中文逗号“，”漏了"},
		{strings.Replace(sentence, "自愿", "自 愿", 1), 3, "第 4 个字空格是多余的，请删去"},
		{strings.Replace(sentence, "自愿", "自\u200b愿", 1), 3, "第 4 个字看不见的字符是多余的，请删去"},
		{strings.Replace(sentence, "后果", "後果", 1), 19, "第 20 个字应为“后”，您输入的是“後”"},
		{strings.Replace(sentence, "承担", "", 1), 12, "第 13 个字应为“承”，您输入的是“由”"},
		{"我自愿放弃", 0, "第 1 个字应为“本”，您输入的是“我”"},
		{"\xff", 0, "第 1 个字应为“本”，您输入的是“\ufffd”"},
	} {
		if d := application.Compare(sentence, test.typed); d.At != test.at || d.Sentence != test.says {
			t.Errorf("%q: %d %q, want %d %q", test.typed, d.At, d.Sentence, test.at, test.says)
		}
	}
}

// FuzzCompare: only the sentence itself passes, whatever is typed, and what is
// said is always readable.
func FuzzCompare(f *testing.F) {
	for _, s := range []string{sentence, sentence + "x", "本人", "", "\u200b", "本人自愿放弃入学资格,愿", "\xff\xfe", " " + sentence} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		d := application.Compare(sentence, typed)
		if d.Same() != (strings.TrimSpace(typed) == sentence) {
			t.Errorf("%q: same is %v", typed, d.Same())
		}
		if !utf8.ValidString(d.Sentence) || d.At < 0 || d.At > utf8.RuneCountInString(sentence) {
			t.Errorf("%q: %+v", typed, d)
		}
		if d.Same() && len(application.Check(application.Waive, "原因", typed)) > 0 {
			t.Errorf("%q compares and is refused", typed)
		}
	})
}
