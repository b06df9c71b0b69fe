// Command ruxue is the production binary: the server and the operator's tools.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
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
	if f, ok := fault.As(err); ok && f.Sentence != "" && f.Kind != fault.Internal && f.Unwrap() == nil {
		return f.Sentence
	}
	return err.Error()
}

// configFile is the --config of every command that needs one.
var configFile string

func root() *cobra.Command {
	c := &cobra.Command{Use: "ruxue", Short: "入学：继续教育学院新生注册平台", SilenceUsage: true, SilenceErrors: true}
	c.PersistentFlags().StringVar(&configFile, "config", "config.yaml", "配置文件")
	c.AddCommand(serve(), migrate(), keys(), rekeyCommand(), campaignCommand(), menuCommand(), doctorCommand(), verifySignatures(), verifyAudit(), staffCommand(), importCommand(), receiptsCommand(), reconcile())
	speak(c)
	return c
}

func load() (config.Config, error) { return config.Load(configFile) }
