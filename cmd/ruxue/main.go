// Command ruxue is the production binary: the server and the operator's tools.
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"ruxue/config"
	"ruxue/service/fault"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := root().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "ruxue:", said(err))
		stop()
		os.Exit(1)
	}
}

// said is an error in the operator's words: the sentence of one that was
// foreseen, without the name of its kind.
func said(err error) string {
	if f, ok := fault.As(err); ok && f.Sentence != "" && (f.Unwrap() == nil || forOperator[f.Kind]) && f.Kind != fault.Internal {
		return f.Sentence
	}
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		switch {
		case errors.Is(p, fs.ErrNotExist) && p.Path == configFile:
			return "没有配置文件 " + p.Path + "：用 --config 指定，内容参照 config/example.yaml"
		case errors.Is(p, fs.ErrNotExist) && !there(filepath.Dir(p.Path)):
			return "没有文件夹 " + filepath.Dir(p.Path)
		case errors.Is(p, fs.ErrNotExist):
			return "没有文件 " + p.Path
		case errors.Is(p, fs.ErrPermission):
			return "没有权限打开 " + p.Path
		}
	}
	return err.Error()
}

func there(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// forOperator are the kinds whose sentence says all that can be done; of the
// others an operator needs the cause too.
var forOperator = map[fault.Kind]bool{fault.Invalid: true, fault.Conflict: true, fault.NotFound: true, fault.TooLarge: true}

// configFile is the --config of every command that needs one.
var configFile string

func root() *cobra.Command {
	c := &cobra.Command{Use: "ruxue", Short: "入学：继续教育学院新生注册平台", SilenceUsage: true, SilenceErrors: true}
	c.PersistentFlags().StringVar(&configFile, "config", "config.yaml", "配置`文件`")
	c.AddCommand(serve(), migrate(), keys(), rekeyCommand(), campaignCommand(), menuCommand(), doctorCommand(), verifySignatures(), verifyAudit(), staffCommand(), importCommand(), receiptsCommand(), reconcile())
	speak(c)
	return c
}

// load reads the configuration, or says which file is wrong.
func load() (config.Config, error) {
	c, err := config.Load(configFile)
	if err != nil {
		return c, fmt.Errorf("配置 %s 有误：\n%w", configFile, err)
	}
	return c, nil
}
