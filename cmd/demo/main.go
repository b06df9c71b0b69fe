// Command demo runs the whole product on one machine: the production server on
// private or embedded engines, with the providers' simulator, the sample
// campaign and 30 sample students. Nothing in the product knows that it is
// being demonstrated; only addresses differ.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	o := options{}
	// Its own set: libraries of the embedded engines add flags to the global one.
	flags := flag.NewFlagSet("demo", flag.ExitOnError)
	flags.StringVar(&o.listen, "listen", "127.0.0.1:8080", "产品的`地址`")
	flags.StringVar(&o.simulator, "simulator", "127.0.0.1:8090", "模拟器和演示台的`地址`")
	flags.StringVar(&o.data, "data", ".data/demo", "保存演示数据的`文件夹`")
	flags.BoolVar(&o.embedded, "embedded", false, "装有 MariaDB 和 Redis 时也用内置替身")
	flags.BoolVar(&o.verbose, "verbose", false, "记录每个请求")
	_ = flags.Parse(os.Args[1:]) // ExitOnError
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

type options struct {
	listen, simulator, data string
	embedded, verbose       bool
}
