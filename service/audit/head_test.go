package audit_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"ruxue/service/audit"
)

// key is an institution's key with a certificate that it made itself.
type key struct {
	signer crypto.Signer
	cert   *x509.Certificate
}

func (k key) Certificate() *x509.Certificate { return k.cert }

func (k key) Sign(text []byte) ([]byte, error) {
	sum := sha256.Sum256(text)
	return k.signer.Sign(rand.Reader, sum[:], crypto.SHA256)
}

func newKey(t testing.TB, signer crypto.Signer, err error) key {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "学院"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, signer.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return key{signer, c}
}

func ecdsaKey(t testing.TB) key {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	return newKey(t, k, err)
}

func (m *memory) AddHead(_ context.Context, h audit.Head) (bool, error) {
	if ok, _ := m.HasHead(context.Background(), h.Day); ok {
		return false, m.err
	}
	m.heads = append(m.heads, h)
	return true, m.err
}

func (m *memory) HasHead(_ context.Context, day string) (bool, error) {
	return slices.ContainsFunc(m.heads, func(h audit.Head) bool { return h.Day == day }), m.err
}

func (m *memory) Heads(context.Context) ([]audit.Head, error) { return slices.Clone(m.heads), m.err }

func (m *memory) Last(context.Context) (audit.Seal, bool, error) {
	if len(m.seals) == 0 {
		return audit.Seal{}, false, m.err
	}
	return m.seals[len(m.seals)-1], true, m.err
}

// chained is a chain of n links whose head was signed on two days.
func chained(t *testing.T, k key) (*memory, *audit.Sealer) {
	t.Helper()
	m := &memory{}
	log := audit.NewLog(m, time.Now)
	s := audit.NewSealer(m, []audit.Provable{{Name: audit.Kind, Recompute: log.Recompute}}, "a", time.Now)
	day := time.Date(2026, 9, 1, 15, 59, 59, 0, time.UTC) // 23:59:59 in Beijing
	for i := range 2 {
		for range 3 {
			if err := log.Add(t.Context(), audit.Entry{Action: "x"}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		h, signed, err := audit.SignHead(t.Context(), m, k, day.Add(time.Duration(i)*time.Second))
		if err != nil || !signed || h.Seq != int64(3*i+3) || h.Day != []string{"2026-09-01", "2026-09-02"}[i] {
			t.Fatalf("%+v %v %v", h, signed, err)
		}
	}
	return m, s
}

func TestTheHeadIsSignedOnceADay(t *testing.T) {
	k := ecdsaKey(t)
	if _, signed, err := audit.SignHead(t.Context(), &memory{}, k, time.Now()); signed || err != nil {
		t.Errorf("the head of an empty chain: %v %v", signed, err)
	}
	m, s := chained(t, k)
	if _, signed, err := audit.SignHead(t.Context(), m, k, time.Date(2026, 9, 2, 15, 59, 0, 0, time.UTC)); signed || err != nil {
		t.Errorf("a second head of the day: %v %v", signed, err)
	}
	r, err := s.VerifyHeads(t.Context(), m, []*x509.Certificate{k.cert})
	if err != nil || r.Break != nil || r.Links != 6 || r.Heads != 2 || r.Day != "2026-09-02" {
		t.Errorf("%+v %v %v", r, r.Break, err)
	}
	m.err = errors.New("away")
	if _, err := s.VerifyHeads(t.Context(), m, nil); !errors.Is(err, m.err) {
		t.Errorf("unreadable heads: %v", err)
	}
	if _, _, err := audit.SignHead(t.Context(), m, k, time.Now()); !errors.Is(err, m.err) {
		t.Errorf("an unreadable chain: %v", err)
	}
}

func TestRSASignsTheHead(t *testing.T) {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	institution := newKey(t, k, err)
	m, s := chained(t, institution)
	if r, err := s.VerifyHeads(t.Context(), m, []*x509.Certificate{institution.cert}); err != nil || r.Break != nil || r.Heads != 2 {
		t.Errorf("%+v %v", r, err)
	}
}

// TestACutChainIsFound: what Verify alone cannot see.
func TestACutChainIsFound(t *testing.T) {
	k, other := ecdsaKey(t), ecdsaKey(t)
	institution := []*x509.Certificate{k.cert}
	for name, c := range map[string]struct {
		do   func(m *memory)
		want string
	}{
		"cut off at its end":      {func(m *memory) { m.seals = m.seals[:4] }, "link 6: the link that was signed as head on 2026-09-02 is gone"},
		"emptied":                 {func(m *memory) { m.seals = nil }, "signed as head on 2026-09-01 is gone"},
		"a head changed":          {func(m *memory) { m.heads[0].Seq = 2 }, "the head of 2026-09-01: its signature is not valid"},
		"a head of another day":   {func(m *memory) { m.heads[0].Day = "2026-08-31" }, "its signature is not valid"},
		"a certificate is broken": {func(m *memory) { m.heads[1].Certificate = "AAAA" }, "cannot be read"},
		"signed by somebody else": {func(m *memory) {
			m.heads = m.heads[:1]
			_, _, err := audit.SignHead(t.Context(), m, other, time.Date(2026, 9, 2, 8, 0, 0, 0, time.UTC))
			if err != nil {
				t.Error(err)
			}
		}, "the head of 2026-09-02: it was signed with a key that is not the institution's"},
		"rebuilt from a link on": {func(m *memory) {
			for i := 1; i < len(m.seals); i++ { // every link holds, and no head does
				m.seals[i].RowHash, m.entries[i].Detail = "", "other"
				m.entries[i].RowHash = m.entries[i].Hash()
				m.seals[i].RowHash, m.seals[i].PrevHash = m.entries[i].RowHash, m.seals[i-1].Hash
				m.seals[i].Hash = m.seals[i].Link()
			}
		}, "link 3 (audit row 3): it is not the link that was signed as head on 2026-09-01"},
	} {
		m, s := chained(t, k)
		c.do(m)
		if name != "a certificate is broken" && strings.Contains(name, "cut") {
			if r, _ := s.Verify(t.Context()); r.Break != nil {
				t.Errorf("%s: the chain alone sees it: %v", name, r.Break)
			}
		}
		r, err := s.VerifyHeads(t.Context(), m, institution)
		if err != nil || r.Break == nil || !strings.Contains(r.Break.String(), c.want) {
			t.Errorf("%s: %v %v, want %s", name, r.Break, err, c.want)
		}
	}
}

// TestANotedHeadIsKept: the chain's end and its signed heads are both gone, and
// a head noted elsewhere still tells.
func TestANotedHeadIsKept(t *testing.T) {
	k := ecdsaKey(t)
	m, s := chained(t, k)
	noted, err := audit.ParseHead(m.heads[1].Day + ":6:" + strings.ToUpper(m.heads[1].Hash))
	if err != nil {
		t.Fatal(err)
	}
	verify := func() string {
		t.Helper()
		r, err := s.VerifyHeads(t.Context(), m, []*x509.Certificate{k.cert}, noted)
		if err != nil {
			t.Fatal(err)
		}
		if r.Break == nil {
			return ""
		}
		return r.Break.String()
	}
	if why := verify(); why != "" {
		t.Errorf("the whole chain: %s", why)
	}
	m.seals, m.heads = m.seals[:5], m.heads[:1]
	if why := verify(); why != "link 6: the link that was signed as head on 2026-09-02 is gone" {
		t.Errorf("cut off: %q", why)
	}
	noted.Seq, noted.Hash = 4, audit.Genesis
	if why := verify(); !strings.Contains(why, "link 4 (audit row 4): it is not the link") {
		t.Errorf("another link: %q", why)
	}
}

func FuzzParseHead(f *testing.F) {
	f.Add("2026-09-01:3:" + audit.Genesis)
	for _, bad := range []string{"", "x", "2026-09-01:0:" + audit.Genesis, "2026-09-31:3:" + audit.Genesis, "2026-09-01:3:abcd", "2026-09-01:3"} {
		if _, err := audit.ParseHead(bad); err == nil {
			f.Errorf("%q is a head", bad)
		}
		f.Add(bad)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := audit.ParseHead(text)
		if err == nil && (h.Seq < 1 || len(h.Hash) != 64 || len(h.Day) != 10) {
			t.Errorf("%q: %+v", text, h)
		}
	})
}
