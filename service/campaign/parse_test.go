package campaign_test

import (
	"strings"
	"testing"

	"ruxue/config/campaigns"
	"ruxue/service/campaign"
)

func hhu(t testing.TB) (body string, c *campaign.Campaign) {
	t.Helper()
	raw, err := campaigns.Files.ReadFile("hhu.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, err = campaign.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw), c
}

func TestEveryShippedCampaignParses(t *testing.T) {
	entries, err := campaigns.Files.ReadDir(".")
	if err != nil || len(entries) == 0 {
		t.Fatal(entries, err)
	}
	for _, e := range entries {
		raw, err := campaigns.Files.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		c, err := campaign.Parse(raw)
		if err != nil {
			t.Errorf("%s: %v", e.Name(), err)
		} else if e.Name() != c.Code+".yaml" {
			t.Errorf("%s holds %s", e.Name(), c.Code)
		}
	}
}

func TestEveryMistakeIsReportedAtOnce(t *testing.T) {
	const body = `
schema: 2
code: Bad Code
theme: pink
entries: ["/a", "https://x.example/a", "/c/:x"]
window: {from: "2026-03-31", to: "2026-03-01"}
login: {kind: password-less}
colour: blue
steps:
  - {kind: dance}
  - {kind: form, name: nowhere}
  - {kind: sign, name: nothing}
choices: [{code: postpone}]
sections:
  - {name: basic, title: 一, max_lenth: 3, fields: [{name: a, label: 甲, kind: colour}, {name: b, label: 乙, kind: select}, {kind: text}]}
  - {name: basic, title: 二, repeated: true, fields: [{name: a, label: 甲, kind: text}, {name: a, label: 乙, kind: text}]}
attachments: [{name: x, kind: film}, {name: x, kind: portrait, max_bytes: 5}]
documents: [{name: d, title: 一}, {name: d, title: 二}]
fee: {rules: [{items: [{name: 学费, fen: -1}]}]}
number: {kind: random}
`
	_, err := campaign.Parse([]byte(body))
	if err == nil {
		t.Fatal("passes")
	}
	for _, want := range []string{
		"schema", "code：", "title：没有填", "institution", "menu_label", "theme", "contacts", "https://x.example/a", "/c/:x",
		"window：结束早于开始", "login.kind", "colour", "max_lenth", "dance", "nowhere", "nothing", "postpone",
		"select 要有 options", "缺少 name 或 label", "max ≥ min", "film", "max_bytes", "width 和 height",
		"fee.rules[0]", "number.kind", `表单 "basic" 重复`, `字段 "a" 重复`,
		`附件 "x" 重复`, `文书 "d" 重复`, "没有正文",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("nothing about %q", want)
		}
	}
	if t.Failed() {
		t.Log(err)
	}
}

func TestOneChangeIsOneMistake(t *testing.T) {
	body, _ := hhu(t)
	for _, c := range []struct{ old, new, want string }{
		{"code: hhu", "code: h", "code"},
		{"theme: blue", "theme: red", "theme"},
		{"schema: 1", "schema: 1\nsurprise: 1", "第 4 行：没有“surprise”这一项"},
		{`to: "2026-12-31"`, `to: "2026-02-30"`, "window"},
		{"kind: sms", "kind: qq", "login.kind"},
		{"digits: 4", "digits: 2", "number.digits"},
		{"digits: 4", "digits: four", "值“four”的类型不对"},
		{"kind: portrait, required: true, max_bytes: 50000, width: 480", "kind: portrait, required: true, max_bytes: 50000", "portrait 要有"},
		{"{kind: choice, label: 选择}", "{kind: choice, label: 选择, when: {niveau: 本科}}", "niveau"},
		{"    when: {level: 专升本}", "    when: {lvl: 专升本}", "lvl"},
		{"- when: {level: 专升本}", "- when: {lvl: 专升本}", "lvl"},
	} {
		changed := strings.Replace(body, c.old, c.new, 1)
		if changed == body {
			t.Fatalf("%q is not in the file", c.old)
		}
		if _, err := campaign.Parse([]byte(changed)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.new, err)
		}
	}
}

func TestWhatIsNoCampaignIsAnError(t *testing.T) {
	body, _ := hhu(t)
	for _, s := range []string{"", "x", "[]", "a: [", "\x00", body + "\n---\n" + body} {
		if c, err := campaign.Parse([]byte(s)); err == nil {
			t.Errorf("%.20q parses as %+v", s, c.Code)
		}
	}
}

func FuzzParse(f *testing.F) {
	body, _ := hhu(f)
	f.Add(body)
	f.Add("schema: 1\nsteps: [{kind: form}]\n")
	f.Add("window: {from: 1, to: []}")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := campaign.Parse([]byte(s))
		if err == nil && (c.Code == "" || len(c.Steps) == 0) {
			t.Fatalf("%q passed", s)
		}
	})
}
