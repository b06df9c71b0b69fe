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
	flags.StringVar(&o.listen, "listen", "127.0.0.1:8080", "address of the product")
	flags.StringVar(&o.simulator, "simulator", "127.0.0.1:8090", "address of the simulator and the desk")
	flags.StringVar(&o.data, "data", ".data/demo", "folder that keeps the demonstration's data")
	flags.BoolVar(&o.embedded, "embedded", false, "use the embedded stand-ins even where MariaDB and Redis are installed")
	flags.BoolVar(&o.verbose, "verbose", false, "log every request")
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
