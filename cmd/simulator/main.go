// Command simulator runs the providers' simulator alone, for a staging server
// or anybody's client.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"ruxue/repo/simulator"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8090", "address to listen on")
	product := flag.String("product", "http://127.0.0.1:8080", "base URL of the product, for callbacks and pushed messages")
	certificates := flag.Bool("platform-certificates", false, "be an old merchant: serve /v3/certificates, sign by the certificate unless asked for the public key")
	state := flag.String("state", "", "folder that keeps keys and orders over restarts (none: fresh ones at each start)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *listen, *product, *state, *certificates); err != nil {
		fmt.Fprintln(os.Stderr, "simulator:", err)
		os.Exit(1)
	}
}

// run serves until the context ends.
func run(ctx context.Context, listen, product, state string, certificates bool) error {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s is taken by another program; choose another with --listen", listen)
	}
	if err != nil {
		return fmt.Errorf("listening on %s: %w", listen, err)
	}
	base := "http://" + l.Addr().String()
	sim, err := simulator.New(simulator.Options{
		Product: product, Base: base, StateDir: state, PlatformCertificates: certificates,
		Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		l.Close()
		return err
	}
	server := &http.Server{Handler: sim.Handler(), ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	fmt.Printf("simulator on %s for the product at %s\n  desk:   %s/desk\n  config: %s/_sim/config\n", base, product, base, base)
	select {
	case err := <-failed:
		sim.Close()
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	sim.Close() // first: it ends the requests that a fault holds
	end, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(end); err != nil {
		server.Close()
	}
	fmt.Println("simulator stopped")
	return nil
}
