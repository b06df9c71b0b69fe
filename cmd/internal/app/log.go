package app

import (
	"context"
	"log/slog"

	"ruxue/handler"
)

// scrubber takes out of errors, whoever logs them, what could be a personal
// number, a token or a key: a database repeats the value that it refused, a
// provider the request.
type scrubber struct{ slog.Handler }

// Handle implements slog.Handler.
func (s scrubber) Handle(ctx context.Context, r slog.Record) error {
	clean := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(scrubbed(a))
		return true
	})
	return s.Handler.Handle(ctx, clean) //nolint:wrapcheck // a wrapper of one method
}

// WithAttrs implements slog.Handler.
func (s scrubber) WithAttrs(attrs []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = scrubbed(a)
	}
	return scrubber{s.Handler.WithAttrs(clean)}
}

// WithGroup implements slog.Handler.
func (s scrubber) WithGroup(name string) slog.Handler { return scrubber{s.Handler.WithGroup(name)} }

func scrubbed(a slog.Attr) slog.Attr {
	_, isError := a.Value.Any().(error)
	if isError || a.Key == "error" || a.Key == "err" {
		return slog.String(a.Key, handler.Scrub(a.Value.String()))
	}
	return a
}
