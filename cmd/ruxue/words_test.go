package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestWhatIsTypedWrong: the operator is told in one language, and nothing is done.
func TestWhatIsTypedWrong(t *testing.T) {
	for typed, want := range map[string]string{
		"impor":                       "没有命令“impor”，是不是 import；全部命令见 ruxue --help",
		"campaign aply":               "没有命令“aply”，是不是 apply；全部命令见 ruxue campaign --help",
		"help nothing":                "没有命令“nothing”；全部命令见 ruxue --help",
		"campaign apply":              "收到 0 个参数，与用法不符，例如：ruxue campaign apply config/campaigns/hhu.yaml",
		"serve here":                  "收到 1 个参数，与用法不符，例如：ruxue serve --config config.yaml",
		"import list.xlsx":            "缺少选项 --campaign，说明见 ruxue import --help",
		"serve --foo":                 "没有选项 --foo",
		"serve -x":                    "没有选项 -x",
		"campaign apply f --base one": "选项 --base 的值“one”不对，应为整数",
		"campaign apply f --base":     "选项 --base 后面缺少值",
	} {
		r := run(t, strings.Fields(typed)...)
		if r.code != 1 || r.stderr != "ruxue: "+want+"\n" || r.stdout != "" {
			t.Errorf("%s: exit %d, %q%q, want %q", typed, r.code, r.stdout, r.stderr, want)
		}
	}
}

var english = regexp.MustCompile(`(?i)\b(usage|available|commands?:|flags?:|help (for|about)|use "|default|strings?|ints?|file for|folder|before)\b`)

var placeholder = regexp.MustCompile(`[A-Z]{2,}`)

// exampleWorks types each line of a command's example: it has to be the command
// itself, with options and arguments that it takes.
func exampleWorks(t *testing.T, c *cobra.Command, help string) {
	t.Helper()
	if c.Example == "" || !strings.Contains(help, "\n示例：\n  "+c.CommandPath()) {
		t.Errorf("%s: the help has no example:\n%s", c.CommandPath(), help)
	}
	for line := range strings.Lines(c.Example) {
		typed, _, _ := strings.Cut(line, " >")
		fresh := root()
		found, rest, err := fresh.Find(strings.Fields(typed)[1:])
		if err == nil {
			err = found.ParseFlags(rest)
		}
		if err == nil {
			err = found.ValidateArgs(found.Flags().Args())
		}
		if err != nil || found.CommandPath() != c.CommandPath() {
			t.Errorf("the example %q: %v", line, err)
		}
	}
}

// TestHelpIsOneLanguage walks every command's help.
func TestHelpIsOneLanguage(t *testing.T) {
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Hidden || c.Name() == "completion" {
			return
		}
		var out strings.Builder
		c.SetOut(&out)
		if err := c.Help(); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), "用法：\n  "+c.CommandPath()) || !strings.Contains(out.String(), "显示帮助") {
			t.Errorf("%s:\n%s", c.CommandPath(), out.String())
		}
		if found := english.FindString(out.String()); found != "" {
			t.Errorf("%s says %q:\n%s", c.CommandPath(), found, out.String())
		}
		if placeholder.MatchString(c.Use) {
			t.Errorf("the usage line is in two languages: %s", c.UseLine())
		}
		if c.Runnable() && !c.HasSubCommands() {
			exampleWorks(t, c, out.String())
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if kinds[f.Value.Type()] == "" {
				t.Errorf("%s --%s: a %s has no word", c.CommandPath(), f.Name, f.Value.Type())
			}
		})
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(root())
	if r := run(t, "campaign"); r.code != 0 || !strings.Contains(r.stdout, "export") {
		t.Errorf("a group without a command: %d %s", r.code, r.stdout)
	}
}
