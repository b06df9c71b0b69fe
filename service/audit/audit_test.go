package audit_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"ruxue/service/audit"
	"ruxue/service/fault"
)

func TestCanonIsUnambiguousAndFixed(t *testing.T) {
	at := time.Date(2026, 9, 1, 16, 0, 0, 123456789, time.FixedZone("CST", 8*3600))
	base := audit.NewCanon("x", 1).Text("a", "1").Text("b", "2").Sum()
	for name, other := range map[string]string{
		"kind":      audit.NewCanon("y", 1).Text("a", "1").Text("b", "2").Sum(),
		"version":   audit.NewCanon("x", 2).Text("a", "1").Text("b", "2").Sum(),
		"order":     audit.NewCanon("x", 1).Text("b", "2").Text("a", "1").Sum(),
		"injection": audit.NewCanon("x", 1).Text("a", "1\nb:1:2").Sum(),
		"fewer":     audit.NewCanon("x", 1).Text("a", "1").Sum(),
	} {
		if other == base {
			t.Errorf("%s makes no difference", name)
		}
	}
	if audit.NewCanon("x", 1).Time("t", at).Sum() != audit.NewCanon("x", 1).Time("t", at.UTC().Truncate(time.Microsecond)).Sum() {
		t.Error("a time read back from its row hashes differently")
	}
	// Evidence written today must verify in ten years: this value never changes.
	// printf 'ruxue/x/v1\na:1:1\nn:2:-5\nt:27:2026-09-01T08:00:00.123456Z\n' | sha256sum
	const fixed = "6461c163477b9a45e042d3347935a4e45a67ebb85813bf297b53daade35e2ee5"
	if got := audit.NewCanon("x", 1).Text("a", "1").Int("n", -5).Time("t", at).Sum(); got != fixed {
		t.Errorf("the encoding changed: %s", got)
	}
}

// memory is a chain and its rows without a database.
type memory struct {
	entries []audit.Entry
	seals   []audit.Seal
	heads   []audit.Head
	held    string
	err     error
}

func (m *memory) Insert(_ context.Context, e audit.Entry) error {
	e.ID = int64(len(m.entries) + 1)
	m.entries = append(m.entries, e)
	return m.err
}

func (m *memory) ByID(_ context.Context, id int64) (audit.Entry, error) {
	for i := range m.entries {
		if m.entries[i].ID == id {
			return m.entries[i], nil
		}
	}
	return audit.Entry{}, fault.New(fault.NotFound, "没有找到")
}

func (m *memory) Of(context.Context, string, int) ([]audit.Entry, error) { return m.entries, m.err }

func (m *memory) Hold(_ context.Context, _, holder string, _, _ time.Time) (bool, error) {
	return m.held == "" || m.held == holder, m.err
}

func (m *memory) Unsealed(_ context.Context, _ string, after int64, limit int) ([]audit.Row, error) {
	sealed := map[int64]bool{}
	for _, s := range m.seals {
		sealed[s.RowID] = true
	}
	var out []audit.Row
	for _, e := range m.entries {
		if e.ID > after && !sealed[e.ID] && len(out) < limit {
			out = append(out, audit.Row{ID: e.ID, RowHash: e.RowHash})
		}
	}
	return out, m.err
}

func (m *memory) MaxID(context.Context, string) (int64, error) { return int64(len(m.entries)), m.err }

func (m *memory) Append(_ context.Context, kind string, rows []audit.Row, at time.Time) error {
	for _, r := range rows {
		s := audit.Seal{Seq: int64(len(m.seals) + 1), Kind: kind, RowID: r.ID, RowHash: r.RowHash, PrevHash: audit.Genesis, At: at}
		if n := len(m.seals); n > 0 {
			s.PrevHash = m.seals[n-1].Hash
		}
		s.Hash = s.Link()
		m.seals = append(m.seals, s)
	}
	return m.err
}

func (m *memory) Seals(_ context.Context, after int64, limit int) ([]audit.Seal, error) {
	var out []audit.Seal
	for _, s := range m.seals {
		if s.Seq > after && len(out) < limit {
			out = append(out, s)
		}
	}
	return out, m.err
}

func (m *memory) RowHashes(_ context.Context, _ string, ids []int64) (map[int64]string, error) {
	out := map[int64]string{}
	for _, id := range ids {
		if e, err := m.ByID(context.Background(), id); err == nil {
			out[id] = e.RowHash
		}
	}
	return out, m.err
}

func TestEntryIsCutBeforeItIsHashed(t *testing.T) {
	m := &memory{}
	now := time.Date(2026, 9, 1, 8, 0, 0, 1234567, time.UTC)
	log := audit.NewLog(m, func() time.Time { return now })
	err := log.Add(t.Context(), audit.Entry{Actor: strings.Repeat("a", 70), Action: "x", Subject: "s", Detail: strings.Repeat("字", 1200) + "\xff"})
	if err != nil {
		t.Fatal(err)
	}
	e := m.entries[0]
	if len(e.Actor) != 64 || utf8.RuneCountInString(e.Detail) != 1000 || len(e.Ref) != 22 || e.At.Nanosecond()%1000 != 0 {
		t.Fatalf("%d, %d, %q, %v", len(e.Actor), utf8.RuneCountInString(e.Detail), e.Ref, e.At)
	}
	if e.RowHash != e.Hash() {
		t.Fatal("the hash is not that of what is stored")
	}
	m.err = errors.New("away")
	if err := log.Add(t.Context(), audit.Entry{Action: "x"}); !errors.Is(err, m.err) {
		t.Fatalf("a lost entry is silent: %v", err)
	}
}

// A row whose id is far behind the newest ones (a draft that became final late)
// is found by the sweep.
func TestLateRowsAreSwept(t *testing.T) {
	m := &memory{}
	now := time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)
	log := audit.NewLog(m, func() time.Time { return now })
	for range 5100 {
		if err := log.Add(t.Context(), audit.Entry{Action: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	s := audit.NewSealer(m, []audit.Provable{{Name: audit.Kind, Recompute: log.Recompute}}, "a", func() time.Time { return now })
	late := m.entries[2]
	m.entries = append(m.entries[:2:2], m.entries[3:]...)
	if n, err := s.Tick(t.Context()); n != 5099 || err != nil {
		t.Fatal(n, err)
	}
	m.entries = append(m.entries, late)
	if n, _ := s.Tick(t.Context()); n != 0 {
		t.Fatalf("a cheap tick looked at the whole table: %d", n)
	}
	now = now.Add(20 * time.Second)
	if n, _ := s.Tick(t.Context()); n != 1 {
		t.Fatalf("the sweep found %d", n)
	}
	if r, err := s.Verify(t.Context()); err != nil || r.Break != nil || r.Links != 5100 {
		t.Fatalf("%+v %v", r, err)
	}
}

func TestVerifyFindsALinkTornOut(t *testing.T) {
	m := &memory{}
	log := audit.NewLog(m, time.Now)
	for range 5 {
		_ = log.Add(t.Context(), audit.Entry{Action: "x"})
	}
	s := audit.NewSealer(m, []audit.Provable{{Name: audit.Kind}}, "a", time.Now)
	if _, err := s.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	kept := m.seals
	m.seals = append(kept[:1:1], kept[2:]...)
	r, err := s.Verify(t.Context())
	if err != nil || r.Break == nil || r.Break.String() != "link 2: the link is missing" {
		t.Fatalf("%v %v", r.Break, err)
	}
	// Renumbered and rehashed on its own, it still does not follow.
	forged := kept[2]
	forged.Seq, forged.Hash = 2, ""
	forged.Hash = forged.Link()
	m.seals = []audit.Seal{kept[0], forged}
	if r, _ := s.Verify(t.Context()); r.Break == nil || !strings.Contains(r.Break.String(), "link 2 (audit row 3): does not follow") {
		t.Fatalf("%v", r.Break)
	}
	m.err = errors.New("away")
	if _, err := s.Verify(t.Context()); err == nil {
		t.Fatal("an unreadable chain verified")
	}
}
