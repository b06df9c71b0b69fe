package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"ruxue/service/audit"
	"ruxue/service/evidence"
	"ruxue/service/loop"
)

// sealEvery is how often new provable rows are chained.
const sealEvery = 5 * time.Second

// sealer chains the rows that must be provable until ctx ends, and signs the
// chain's head once a day where the institution's seal is there.
func (a *App) sealer(seal *evidence.Seal) func(ctx context.Context) {
	return func(ctx context.Context) {
		s := a.chain()
		loop.Every(ctx, a.log, "sealing failed", sealEvery, func(ctx context.Context) error {
			_, err := s.Tick(ctx)
			if seal != nil {
				a.signHead(ctx, seal)
			}
			return err
		})
	}
}

// signHead logs the signed head: a log that is kept elsewhere proves the chain
// even against who can write to the database.
func (a *App) signHead(ctx context.Context, seal *evidence.Seal) {
	h, signed, err := audit.SignHead(ctx, a.DB.Seals(), seal, a.now())
	if err != nil && ctx.Err() == nil {
		a.log.ErrorContext(ctx, "signing the chain's head failed", "error", err.Error())
	}
	if signed {
		a.log.InfoContext(ctx, "signed the chain's head", "day", h.Day, "seq", h.Seq, "hash", h.Hash, "signature", h.Signature)
	}
}

// sealAlarm warns and raises a gauge while provable rows are missing from the
// chain for longer than they may.
func (a *App) sealAlarm(ctx context.Context) {
	gauge := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "ruxue_unsealed_rows",
		Help: "Provable rows that are not in the seal chain after 60 s, by kind."}, []string{"kind"})
	a.registry.MustRegister(gauge)
	alarm := audit.NewAlarm(a.chain())
	loop.Every(ctx, a.log, "looking for unsealed rows failed", a.alarm, func(ctx context.Context) error {
		list, err := alarm.Check(ctx)
		for _, l := range list {
			gauge.WithLabelValues(l.Kind).Set(float64(l.Rows))
			if l.Rows > 0 {
				a.log.WarnContext(ctx, "rows are missing from the seal chain", "kind", l.Kind, "rows", l.Rows,
					"seconds", int(a.now().Sub(l.Since).Seconds()))
			}
		}
		return err
	})
}
