package campaign

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"ruxue/service/fault"
)

// Store is what the service needs of the records.
type Store interface {
	All(ctx context.Context) ([]*Campaign, error)
	Versions(ctx context.Context) (map[string]int, error)
}

// freshFor is how old the cached versions may be: an edit in one replica
// reaches the others within it.
const freshFor = 2 * time.Second

// Service gives the current version of every campaign, cached.
type Service struct {
	store Store
	now   func() time.Time

	mu       sync.Mutex
	byCode   map[string]*Campaign
	versions map[string]int
	checked  time.Time
	looking  bool
}

// NewService returns a Service that reads the store lazily.
func NewService(store Store, now func() time.Time) *Service {
	return &Service{store: store, now: now}
}

// ByCode returns the campaign, or fault.NotFound.
func (s *Service) ByCode(ctx context.Context, code string) (*Campaign, error) {
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	if c := all[code]; c != nil {
		return c, nil
	}
	return nil, fault.New(fault.NotFound, "没有这个注册活动，请核对网址")
}

// ByID returns the campaign with the internal id, or fault.NotFound.
func (s *Service) ByID(ctx context.Context, id int64) (*Campaign, error) {
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if c.ID == id {
			return c, nil
		}
	}
	return nil, fault.New(fault.NotFound, "没有这个注册活动，请核对网址")
}

// List returns every campaign by code.
func (s *Service) List(ctx context.Context) ([]*Campaign, error) {
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]*Campaign, 0, len(all))
	for _, code := range slices.Sorted(maps.Keys(all)) {
		out = append(out, all[code])
	}
	return out, nil
}

// ByEntry returns the campaign whose manual prints the address.
func (s *Service) ByEntry(ctx context.Context, path string) (*Campaign, bool) {
	all, err := s.all(ctx)
	if err != nil {
		return nil, false
	}
	for _, c := range all {
		if slices.Contains(c.Entries, path) {
			return c, true
		}
	}
	return nil, false
}

// all returns the cached campaigns, re-read when a version changed. No lock is
// held while the records are read: a caller inside a transaction must not wait
// for one that waits for a connection. Meanwhile others get the cached ones.
func (s *Service) all(ctx context.Context) (map[string]*Campaign, error) {
	s.mu.Lock()
	byCode, known := s.byCode, s.versions
	if byCode != nil && (s.looking || s.now().Sub(s.checked) < freshFor) {
		s.mu.Unlock()
		return byCode, nil
	}
	s.looking = true
	s.mu.Unlock()

	byCode, versions, err := s.look(ctx, byCode, known)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looking = false
	if err != nil {
		return nil, err
	}
	s.byCode, s.versions, s.checked = byCode, versions, s.now()
	return byCode, nil
}

// refresh makes the next question look at the records, after an edit here.
func (s *Service) refresh() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.checked = time.Time{}
}

// look returns the newest campaigns: the ones given when no version changed.
func (s *Service) look(ctx context.Context, have map[string]*Campaign, known map[string]int) (map[string]*Campaign, map[string]int, error) {
	versions, err := s.store.Versions(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("looking for new campaign versions: %w", err)
	}
	if have != nil && maps.Equal(versions, known) {
		return have, versions, nil
	}
	list, err := s.store.All(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("loading the campaigns: %w", err)
	}
	byCode := make(map[string]*Campaign, len(list))
	for _, c := range list {
		byCode[c.Code] = c
	}
	return byCode, versions, nil
}
