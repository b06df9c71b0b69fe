package main

import (
	"strings"
	"testing"
)

// TestCampaignFiles: what is in force is exported with its version, an edited
// file is compared line by line before it is applied, and one that was made from
// another version is refused.
func TestCampaignFiles(t *testing.T) {
	s := settings(t, 1)
	campaign := func(code int, args ...string) ran {
		t.Helper()
		return s.command(t, code, append([]string{"campaign"}, args...)...)
	}
	out := campaign(0, "export", "hhu")
	if !strings.Contains(out.stdout, "minutes: 15\n") {
		t.Fatalf("exported: %.300s", out.stdout)
	}
	file := written(t, "hhu.yaml", out.stdout)
	if r := campaign(0, "apply", file, "--base", "1"); r.stdout != "与第 1 版相同\nhhu 第 1 版\n" {
		t.Errorf("the same file: %s", r.stdout)
	}
	file = written(t, "hhu.yaml", strings.Replace(out.stdout, "minutes: 15\n", "minutes: 20\n", 1))
	r := campaign(0, "apply", file, "--base", "1")
	for _, want := range []string{"与第 1 版的差别：\n", "\n- minutes: 15\n+ minutes: 20\n", "hhu 第 2 版\n"} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("applying does not say %q: %s", want, r.stdout)
		}
	}
	if strings.Contains(r.stdout, "schema:") || strings.Count(r.stdout, "\n") > 10 {
		t.Errorf("what stays is printed too: %.500s", r.stdout)
	}
	file = written(t, "hhu.yaml", strings.Replace(out.stdout, "minutes: 15\n", "minutes: 25\n", 1))
	if r := campaign(1, "apply", file, "--base", "1"); r.stderr != "ruxue: 配置已被修改到第 2 版，文件基于第 1 版。用 ruxue campaign export 取出当前版本，并入修改，再以它的版本为 --base 应用\n" {
		t.Errorf("from an older version: %s", r.stderr)
	}
	if r := s.command(t, 1, "campaign", "apply", file); !strings.Contains(r.stderr, "活动已有第 2 版，没有写明文件基于哪一版。") {
		t.Errorf("without a version: %s", r.stderr)
	}
	if r := campaign(1, "export", "nothing"); r.stderr != "ruxue: 没有活动“nothing”，现有的活动：\n  hhu  2026级新生注册\n  wust  同等学力申硕学生登录\n" || r.stdout != "" {
		t.Errorf("a campaign that is not there: %s", r.stderr)
	}
}
