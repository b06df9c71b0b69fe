package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"ruxue/config"
	"ruxue/h5"
	"ruxue/repo/redis"
	"ruxue/service/application"
	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/evidence"
	"ruxue/service/reference"
	"ruxue/service/review"
	"ruxue/service/signing"
)

// wireSigning adds the bridge to the phone, the signatures and the PDFs that
// prove them, and the workers that carry, make and seal them.
func (a *App) wireSigning(b *built) (err error) {
	d, store := &b.deps, redis.NewHandoffs(a.rdb)
	d.Handoffs = signing.NewHandoffs(store, a.now, rand.Reader)
	d.Signing = signing.New(a.DB.Signatures(), d.Handoffs, d.Registration, a.now)
	if d.Evidence, err = a.evidence(d.Campaigns); err != nil {
		return err
	}
	b.workers = append(b.workers, store.Run, d.Evidence.Run, a.sealer(d.Evidence.Seal), a.sealAlarm)
	return nil
}

// evidence builds the service that makes and checks the sealed PDFs.
func (a *App) evidence(campaigns *campaign.Service) (*evidence.Service, error) {
	o := evidence.Options{Store: a.DB.Evidence(), Signatures: a.DB.Signatures(), Students: a.DB.Students(),
		Campaigns: campaigns, Files: a.files(), Printer: evidence.NewPrinter(h5.Font()),
		BaseURL: a.cfg.BaseURL, Holder: reference.New(), Now: a.now, Log: a.log}
	if a.cfg.Seal.PrivateKey != "" {
		seal, err := evidence.NewSeal(a.cfg.Seal.Certificate, a.cfg.Seal.PrivateKey)
		if err != nil {
			return nil, err
		}
		o.Seal = seal
	}
	return evidence.New(o), nil
}

// chain is the sealer over every provable kind.
func (a *App) chain() *audit.Sealer {
	log := a.audit()
	sign := signing.New(a.DB.Signatures(), nil, nil, a.now)
	proofs := evidence.New(evidence.Options{Store: a.DB.Evidence()})
	return audit.NewSealer(a.DB.Seals(), []audit.Provable{
		{Name: "audit", Recompute: log.Recompute},
		{Name: signing.EvidenceKind, Recompute: sign.Recompute},
		{Name: "payment", Recompute: a.DB.Payments().Recompute},
		{Name: evidence.Kind, Recompute: proofs.Recompute},
		{Name: review.SealKind, Recompute: a.DB.Reviews().Recompute},
		{Name: application.EvidenceKind, Recompute: application.New(application.Options{Store: a.DB.Applications()}).Recompute},
	}, reference.New(), a.now)
}

// Verification is what VerifySignatures found.
type Verification struct {
	Signatures int   // that hold, up to the first that fails
	Links      int64 // of the seal chain, that hold
	Heads      int   // of that chain, signed one a day
	HeadDay    string
	Failed     string
}

// VerifySignatures checks every final signature with its picture, document and
// PDF, then the whole seal chain with its signed heads and those that were
// noted elsewhere, and stops at the first that fails.
func VerifySignatures(ctx context.Context, cfg config.Config, now func() time.Time, noted ...audit.Head) (v Verification, err error) {
	a, done, err := offline(ctx, cfg, now)
	if err != nil {
		return v, err
	}
	defer done()
	return a.verify(ctx, noted)
}

func (a *App) verify(ctx context.Context, noted []audit.Head) (v Verification, err error) {
	proofs, err := a.evidence(nil)
	if err != nil {
		return v, err
	}
	before := a.now().Add(-audit.SealedWithin)
	for after := int64(0); ; {
		list, err := a.DB.Signatures().Provable(ctx, after, 200)
		if err != nil {
			return v, err
		}
		if len(list) == 0 {
			break
		}
		for _, g := range list {
			why, err := proofs.Check(ctx, g.ID)
			if err != nil {
				return v, err
			}
			if why == "" && !g.Sealed && g.FinalAt.Before(before) {
				why = "it is not in the seal chain"
			}
			if why != "" {
				v.Failed = fmt.Sprintf("signature %s (row %d): %s", g.Ref, g.ID, why)
				return v, nil
			}
			v.Signatures++
			after = g.ID
		}
	}
	institution, err := evidence.Certificates(a.cfg.Seal.Certificate + "\n" + a.cfg.Seal.EarlierCertificates)
	if err != nil {
		return v, err
	}
	report, err := a.chain().VerifyHeads(ctx, a.DB.Seals(), institution, noted...)
	v.Links, v.Heads, v.HeadDay = report.Links, report.Heads, report.Day
	if report.Break != nil {
		v.Failed = report.Break.String()
	}
	return v, err
}
