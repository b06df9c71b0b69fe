package audit

import (
	"context"
	"fmt"
	"time"
)

// Seal is one link of the chain. Seq starts at 1 and has no gaps.
type Seal struct {
	Seq      int64
	Kind     string
	RowID    int64
	RowHash  string
	PrevHash string
	Hash     string
	At       time.Time
}

// Genesis is the PrevHash of the first link.
const Genesis = "0000000000000000000000000000000000000000000000000000000000000000"

// Link returns the link's hash: SHA-256 over seq, kind, row hash and the hash
// before it.
func (s Seal) Link() string {
	return NewCanon("seal", 1).Int("seq", s.Seq).Text("kind", s.Kind).
		Text("row_hash", s.RowHash).Text("prev_hash", s.PrevHash).Sum()
}

// Row is a provable row as the chain sees it.
type Row struct {
	ID      int64
	RowHash string
}

// SealStore keeps the chain and shows the rows to be sealed. A kind is a table
// with id and row_hash; rows whose row_hash is NULL are not evidence yet.
type SealStore interface {
	// Hold takes or prolongs the named lease until the given time; false when
	// another holder has it.
	Hold(ctx context.Context, name, holder string, now, until time.Time) (bool, error)
	// Unsealed returns at most limit unsealed rows of the kind with id > after,
	// in order of id.
	Unsealed(ctx context.Context, kind string, after int64, limit int) ([]Row, error)
	// MaxID returns the greatest id of the kind's rows, 0 without any.
	MaxID(ctx context.Context, kind string) (int64, error)
	// Append adds the rows after the chain's head in one transaction.
	Append(ctx context.Context, kind string, rows []Row, at time.Time) error
	// Seals returns at most limit links with seq > after, in order.
	Seals(ctx context.Context, after int64, limit int) ([]Seal, error)
	// RowHashes returns the row hashes of those ids that exist.
	RowHashes(ctx context.Context, kind string, ids []int64) (map[int64]string, error)
}

// Provable is a kind that the sealer looks after. Recompute returns the hash
// that the row's content has now; nil checks only the stored hash.
type Provable struct {
	Name      string
	Recompute func(ctx context.Context, id int64) (string, error)
}

// Sealer appends unsealed rows to the chain. Any number of replicas may tick;
// the lease lets one of them work.
type Sealer struct {
	store  SealStore
	kinds  []Provable
	holder string
	now    func() time.Time
	swept  map[string]time.Time
}

const (
	leaseName = "sealer"
	leaseTime = 30 * time.Second
	batch     = 200
	// A row normally gets sealed seconds after it got its id, so most ticks
	// look at the newest ids only; a draft signature that turns final late has
	// an old id, and the sweep over the whole table finds it well within the
	// 60 seconds after which an unsealed row is an alarm.
	recent     = 5000
	sweepEvery = 20 * time.Second
)

// NewSealer returns a sealer of the kinds; holder names this process.
func NewSealer(store SealStore, kinds []Provable, holder string, now func() time.Time) *Sealer {
	return &Sealer{store: store, kinds: kinds, holder: holder, now: now, swept: map[string]time.Time{}}
}

// Tick seals what is unsealed and returns how many rows; 0 when another replica
// holds the lease. One goroutine calls it.
func (s *Sealer) Tick(ctx context.Context) (int, error) {
	total := 0
	for _, k := range s.kinds {
		n, err := s.seal(ctx, k.Name)
		total += n
		if err != nil {
			return total, fmt.Errorf("sealing %s: %w", k.Name, err)
		}
	}
	return total, nil
}

func (s *Sealer) seal(ctx context.Context, kind string) (int, error) {
	top, err := s.store.MaxID(ctx, kind)
	if err != nil {
		return 0, err
	}
	start, after := s.now(), max(0, top-recent)
	sweep := start.Sub(s.swept[kind]) >= sweepEvery
	if sweep {
		after = 0
	}
	total := 0
	for {
		held, err := s.store.Hold(ctx, leaseName, s.holder, s.now(), s.now().Add(leaseTime))
		if err != nil || !held {
			return total, err
		}
		rows, err := s.store.Unsealed(ctx, kind, after, batch)
		if err != nil {
			return total, err
		}
		if len(rows) == 0 {
			break
		}
		if err := s.store.Append(ctx, kind, rows, s.now()); err != nil {
			return total, err
		}
		total += len(rows)
		after = rows[len(rows)-1].ID
	}
	if sweep {
		s.swept[kind] = start
	}
	return total, nil
}
