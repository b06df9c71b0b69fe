package evidence

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/reference"
	"ruxue/service/sealed"
	"ruxue/service/signing"
	"ruxue/service/student"
)

// Options are what a Service needs.
type Options struct {
	Store      Store
	Signatures Signatures
	Students   Students
	Campaigns  Campaigns
	Files      sealed.Files
	Printer    *Printer
	Seal       *Seal  // nil: rows wait until the institution has one
	BaseURL    string // of the verification page's address
	Holder     string // names this process among the replicas
	Now        func() time.Time
	Log        *slog.Logger
	Every      time.Duration // how often due rows are looked for, default 2 s
}

// Service makes evidence and tells whether it holds.
type Service struct{ Options }

// New returns a service that makes nothing until Tick or Run.
func New(o Options) *Service {
	if o.Every <= 0 {
		o.Every = 2 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{o}
}

const (
	batch     = 16
	leaseTime = 2 * time.Minute
)

// Run makes what is due until ctx ends. At its start it queues final
// signatures that have no row, those from before there was evidence.
func (s *Service) Run(ctx context.Context) {
	filled := false
	for {
		var n int
		var err error
		if !filled {
			err = s.fill(ctx)
			filled = err == nil
		}
		if err == nil && s.Seal != nil {
			n, err = s.Tick(ctx)
		}
		wait := s.Every
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			s.Log.ErrorContext(ctx, "making evidence failed", "error", err.Error())
			wait = 10 * s.Every
		case n == batch:
			wait = 0
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

func (s *Service) fill(ctx context.Context) error {
	for after := int64(0); ; {
		ids, err := s.Store.Missing(ctx, after, 200)
		if err != nil {
			return fmt.Errorf("looking for signatures without evidence: %w", err)
		}
		for _, id := range ids {
			if err := s.Store.Queue(ctx, id, NewNumber()); err != nil {
				return err
			}
			after = id
		}
		if len(ids) == 0 {
			return nil
		}
	}
}

// Tick makes the PDFs that are due, at most one batch, and returns how many
// rows it claimed. A row that fails is tried again later, ever more rarely, and
// does not hold up the others.
func (s *Service) Tick(ctx context.Context) (int, error) {
	if s.Seal == nil {
		return 0, errors.New("making evidence: the institution's seal is not configured")
	}
	now := s.Now()
	rows, err := s.Store.Claim(ctx, s.Holder, now, now.Add(leaseTime), batch)
	if err != nil {
		return 0, fmt.Errorf("claiming evidence: %w", err)
	}
	for _, r := range rows {
		err := ctx.Err()
		if err == nil {
			err = s.make(ctx, r)
		}
		if err == nil {
			continue
		}
		again := s.Now()
		if ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "evidence was not made", "evidence", r.ID, "tries", r.Tries+1, "error", err.Error())
			again = again.Add(min(time.Minute<<min(r.Tries, 6), time.Hour))
		}
		if err := s.Store.Postpone(context.WithoutCancel(ctx), r.ID, s.Holder, again); err != nil {
			return len(rows), err
		}
	}
	return len(rows), nil
}

// make prints, seals and keeps one PDF. Each making has a key of its own: who
// lost the lease overwrites nothing.
func (s *Service) make(ctx context.Context, r Record) error {
	paper, err := s.paper(ctx, r)
	if err != nil {
		return err
	}
	file, err := s.Printer.Print(paper)
	if err != nil {
		return err
	}
	now := s.Now().UTC().Truncate(time.Microsecond)
	if file, err = s.Seal.Apply(file, now); err != nil {
		return err
	}
	r.State, r.SHA256, r.Bytes, r.BlobKey, r.MadeAt = Made, sum(file), int64(len(file)), "evidence/"+reference.Key(), now
	r.RowHash = r.Hash()
	if err := s.Files.Put(ctx, r.BlobKey, fileAD(r.Number), file); err != nil {
		return err
	}
	won, err := s.Store.Finish(ctx, r, s.Holder)
	if err != nil {
		return err
	}
	if !won { // another replica made it meanwhile
		return s.Files.Delete(ctx, r.BlobKey)
	}
	return nil
}

// source reads what a row is about.
type source struct {
	signature signing.Signature
	document  signing.DocumentVersion
	signer    *student.Enrolment
	campaign  *campaign.Campaign
}

func (s *Service) source(ctx context.Context, r Record) (o source, err error) {
	if o.signature, err = s.Signatures.ByID(ctx, r.SignatureID); err != nil {
		return o, fmt.Errorf("reading the signature: %w", err)
	}
	if o.document, err = s.Signatures.Document(ctx, o.signature.DocumentVersionID); err != nil {
		return o, fmt.Errorf("reading the document: %w", err)
	}
	if o.signer, err = s.Students.Enrolment(ctx, o.signature.EnrolmentID); err != nil {
		return o, fmt.Errorf("reading the signer: %w", err)
	}
	if o.campaign, err = s.Campaigns.ByID(ctx, o.document.CampaignID); err != nil {
		return o, fmt.Errorf("reading the campaign: %w", err)
	}
	return o, nil
}

// paper gathers what the PDF says. A signature whose evidence does not fit
// together is not certified.
func (s *Service) paper(ctx context.Context, r Record) (Paper, error) {
	o, err := s.source(ctx, r)
	if err != nil {
		return Paper{}, err
	}
	if why := signing.Check(o.signature, o.document); why != "" {
		return Paper{}, fmt.Errorf("certifying signature %s: %s", o.signature.Ref, why)
	}
	d, _ := o.campaign.Document(o.document.Name)
	idType := o.signer.Person.IDType
	if idType == "" {
		idType = "证件号码"
	}
	return Paper{Institution: o.campaign.Institution, Title: o.document.Title, Sections: campaign.ParseText(o.document.Body),
		Sample: d.Sample, Name: o.signer.Person.Name, IDType: idType, IDMasked: student.MaskID(o.signer.Person.IDNumber),
		Picture: o.signature.Picture, SignedAt: o.signature.SignedAt, FinalAt: o.signature.FinalAt,
		Hash: o.signature.RowHash, Number: r.Number, URL: s.BaseURL + "/v/" + r.Number}, nil
}
