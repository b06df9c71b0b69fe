package audit

import (
	"context"
	"crypto/x509"
	"fmt"
	"slices"

	"ruxue/service/fault"
)

// Report is what Verify found.
type Report struct {
	Links int64  // links that hold, up to the first break
	Head  string // hash of the last good link; Genesis when the chain is empty
	Heads int    // signed heads that hold
	Day   string // of the newest of them, "" without one
	Break *Break // nil when everything holds
}

// Break names the first link that does not hold, and why.
type Break struct {
	Seq   int64
	Kind  string
	RowID int64
	Why   string
}

// String says it in one line for the operator.
func (b *Break) String() string {
	if b.Kind == "" {
		return fmt.Sprintf("link %d: %s", b.Seq, b.Why)
	}
	return fmt.Sprintf("link %d (%s row %d): %s", b.Seq, b.Kind, b.RowID, b.Why)
}

// Verify walks the whole chain: numbering, links, that every sealed row is
// there with the hash that was sealed, and that its content still has that
// hash. It stops at the first break. What it cannot see by itself is a chain
// cut off at its end; that is what signing the head daily is for: see VerifyHeads.
func (s *Sealer) Verify(ctx context.Context) (Report, error) {
	return s.walk(ctx, func(Seal) string { return "" })
}

// VerifyHeads is Verify with the daily heads: each is signed by one of the
// institution's certificates and names a link that the chain still has. noted
// are heads that were kept elsewhere, in a log: who cuts off the chain's end and
// its signed heads with it cannot reach those.
func (s *Sealer) VerifyHeads(ctx context.Context, store HeadStore, institution []*x509.Certificate, noted ...Head) (Report, error) {
	heads, err := store.Heads(ctx)
	if err != nil {
		return Report{}, fmt.Errorf("reading the signed heads: %w", err)
	}
	for _, h := range heads {
		if why := h.Check(institution); why != "" {
			return Report{Head: Genesis, Break: &Break{Seq: h.Seq, Why: "the head of " + h.Day + ": " + why}}, nil
		}
	}
	named := headsBySeq(slices.Concat(noted, heads))
	r, err := s.walk(ctx, func(l Seal) string {
		for _, h := range named[l.Seq] {
			if h.Hash != l.Hash {
				return "it is not the link that was signed as head on " + h.Day
			}
		}
		return ""
	})
	if err != nil || r.Break != nil {
		return r, err
	}
	for _, h := range slices.Concat(noted, heads) {
		if h.Seq > r.Links {
			r.Break = &Break{Seq: h.Seq, Why: "the link that was signed as head on " + h.Day + " is gone"}
			return r, nil
		}
	}
	if r.Heads = len(heads); r.Heads > 0 {
		r.Day = heads[r.Heads-1].Day
	}
	return r, nil
}

// walk follows the whole chain; also says what else is wrong with a link, "" for
// nothing.
func (s *Sealer) walk(ctx context.Context, also func(l Seal) string) (Report, error) {
	kinds := map[string]Provable{}
	for _, k := range s.kinds {
		kinds[k.Name] = k
	}
	r := Report{Head: Genesis}
	for {
		seals, err := s.store.Seals(ctx, r.Links, batch)
		if err != nil {
			return r, fmt.Errorf("reading the chain: %w", err)
		}
		if len(seals) == 0 {
			return r, nil
		}
		hashes, err := s.rows(ctx, seals)
		if err != nil {
			return r, err
		}
		for _, l := range seals {
			why := link(l, r)
			if why == "" {
				why = also(l)
			}
			if why == "" {
				why, err = content(ctx, l, hashes[l.Kind], kinds[l.Kind])
				if err != nil {
					return r, fmt.Errorf("checking link %d: %w", l.Seq, err)
				}
			}
			if why != "" {
				r.Break = &Break{Seq: l.Seq, Kind: l.Kind, RowID: l.RowID, Why: why}
				if l.Seq > r.Links+1 { // the one that is missing, not the one after it
					r.Break = &Break{Seq: r.Links + 1, Why: why}
				}
				return r, nil
			}
			r.Links, r.Head = l.Seq, l.Hash
		}
	}
}

func (s *Sealer) rows(ctx context.Context, seals []Seal) (map[string]map[int64]string, error) {
	ids := map[string][]int64{}
	for _, l := range seals {
		ids[l.Kind] = append(ids[l.Kind], l.RowID)
	}
	out := map[string]map[int64]string{}
	for kind, list := range ids {
		m, err := s.store.RowHashes(ctx, kind, list)
		if err != nil {
			return nil, fmt.Errorf("reading the %s rows: %w", kind, err)
		}
		out[kind] = m
	}
	return out, nil
}

func link(l Seal, before Report) string {
	switch {
	case l.Seq != before.Links+1:
		return "the link is missing"
	case l.PrevHash != before.Head:
		return "does not follow the link before it"
	case l.Hash != l.Link():
		return "the link's own hash is wrong"
	}
	return ""
}

func content(ctx context.Context, l Seal, stored map[int64]string, k Provable) (string, error) {
	have, ok := stored[l.RowID]
	switch {
	case !ok:
		return "the row is gone", nil
	case have != l.RowHash:
		return "the row's hash is not the one that was sealed", nil
	case k.Recompute == nil:
		return "", nil
	}
	now, err := k.Recompute(ctx, l.RowID)
	if fault.Is(err, fault.NotFound) {
		return "the row is gone", nil
	}
	if err != nil {
		return "", err
	}
	if now != l.RowHash {
		return "the row's content was changed", nil
	}
	return "", nil
}
