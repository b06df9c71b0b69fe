package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// usage is cobra's template in the language of everything else that the
// program prints.
const usage = `用法：
  {{if .HasAvailableSubCommands}}{{.CommandPath}} 命令{{else}}{{.UseLine}}{{end}}{{if .HasAvailableFlags}} [选项]{{end}}
{{- if .HasExample}}

示例：
{{indent .Example}}{{end}}
{{- if .HasAvailableSubCommands}}

命令：{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}
{{- if .HasAvailableLocalFlags}}

选项：
{{options .LocalFlags}}{{end}}
{{- if .HasAvailableInheritedFlags}}

所有命令都有的选项：
{{options .InheritedFlags}}{{end}}
{{- if .HasAvailableSubCommands}}

{{.CommandPath}} 命令 --help 说明一个命令{{end}}
`

// speak makes cobra speak Chinese: help, flags, and what was typed wrong.
func speak(root *cobra.Command) {
	cobra.AddTemplateFunc("options", options)
	cobra.AddTemplateFunc("indent", func(s string) string { return "  " + strings.ReplaceAll(s, "\n", "\n  ") })
	root.SetUsageTemplate(usage)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagWords(err) })
	root.SetHelpCommand(&cobra.Command{Use: "help", Hidden: true, DisableFlagsInUseLine: true, RunE: func(cmd *cobra.Command, args []string) error {
		asked, rest, err := cmd.Root().Find(args)
		if err != nil {
			return err
		}
		if len(rest) > 0 {
			return unknown(asked, rest)
		}
		return asked.Help()
	}})
	root.CompletionOptions.HiddenDefaultCmd = true
	each(root)
}

// each prepares a command and those below it.
func each(c *cobra.Command) {
	c.DisableFlagsInUseLine = true
	c.InitDefaultHelpFlag()
	c.Flags().Lookup("help").Usage = "显示帮助"
	if c.HasSubCommands() && !c.Runnable() {
		c.Args = unknown
		c.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	} else if demand := c.Args; demand != nil {
		c.Args = func(cmd *cobra.Command, args []string) error { return arguments(cmd, args, demand) }
	}
	for _, sub := range c.Commands() {
		each(sub)
	}
}

// arguments says what is missing, or there are too many of.
func arguments(cmd *cobra.Command, args []string, demand cobra.PositionalArgs) error {
	if err := demand(cmd, args); err != nil {
		usage := cmd.UseLine()
		if first, _, _ := strings.Cut(cmd.Example, "\n"); first != "" {
			usage = first // it shows the options that are due as well
		}
		return fmt.Errorf("收到 %d 个参数，与用法不符，例如：%s", len(args), usage)
	}
	var missing []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if must := f.Annotations[cobra.BashCompOneRequiredFlag]; len(must) == 1 && must[0] == "true" && !f.Changed {
			missing = append(missing, "--"+f.Name)
		}
	})
	if len(missing) > 0 {
		return fmt.Errorf("缺少选项 %s，说明见 %s --help", strings.Join(missing, "、"), cmd.CommandPath())
	}
	return nil
}

// unknown refuses the name of a command that is not there.
func unknown(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2
	near := ""
	if names := cmd.SuggestionsFor(args[0]); len(names) > 0 {
		near = "，是不是 " + strings.Join(names, "、")
	}
	return fmt.Errorf("没有命令“%s”%s；全部命令见 %s --help", args[0], near, cmd.CommandPath())
}

// flagWords says what is wrong with a flag.
func flagWords(err error) error {
	var (
		name  *pflag.NotExistError
		value *pflag.InvalidValueError
		empty *pflag.ValueRequiredError
	)
	switch {
	case errors.As(err, &name) && name.GetSpecifiedShortnames() != "":
		return fmt.Errorf("没有选项 -%s", name.GetSpecifiedShortnames())
	case errors.As(err, &name):
		return fmt.Errorf("没有选项 --%s", name.GetSpecifiedName())
	case errors.As(err, &value):
		return fmt.Errorf("选项 --%s 的值“%s”不对，应为%s", value.GetFlag().Name, value.GetValue(), kinds[value.GetFlag().Value.Type()])
	case errors.As(err, &empty):
		return fmt.Errorf("选项 --%s 后面缺少值", empty.GetFlag().Name)
	}
	return fmt.Errorf("选项写错了：%w", err)
}

// kinds are the words for the types of flags.
var kinds = map[string]string{"string": "文字", "int": "整数", "int64": "整数", "stringSlice": "文字", "duration": "时长，如 10m", "bool": "true 或 false"}

// options lists flags with what they are for; the word in backquotes of a
// flag's usage is what its value is.
func options(flags *pflag.FlagSet) string {
	var left, right []string
	longest := 0
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		line := "      --" + f.Name
		if f.Shorthand != "" {
			line = "  -" + f.Shorthand + ", --" + f.Name
		}
		value, words := pflag.UnquoteUsage(f)
		if f.Value.Type() != "bool" {
			if !strings.Contains(f.Usage, "`") {
				value = kinds[f.Value.Type()]
			}
			line += " " + value
			if f.DefValue != "" && f.DefValue != "0" && f.DefValue != "[]" {
				words += "（默认 " + f.DefValue + "）"
			}
		}
		left, right = append(left, line), append(right, words)
		longest = max(longest, width(line))
	})
	var out strings.Builder
	for i, line := range left {
		out.WriteString(line + strings.Repeat(" ", longest-width(line)+3) + right[i] + "\n")
	}
	return strings.TrimRight(out.String(), "\n")
}

// width is how many columns a terminal gives a text; Han characters take two.
func width(s string) (n int) {
	for _, r := range s {
		n++
		if r > 0x2E7F {
			n++
		}
	}
	return n
}
