// Command bench puts load on a running App over private engines and the
// providers' simulator, and measures a floor beside it in the same run: the
// same work at the same concurrency without our code. A rate says little on an
// unknown machine; the ratio to the floor says what our code costs.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := root().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

func root() *cobra.Command {
	c := &cobra.Command{Use: "bench", Short: "Load on a running App beside a floor", SilenceUsage: true, SilenceErrors: true}
	c.AddCommand(callbacks())
	return c
}
