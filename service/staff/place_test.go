package staff

import (
	"context"
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"ruxue/service/fault"
)

// memory counts tries as Redis does, without forgetting by time.
type memory map[string]int

func (m memory) Take(_ context.Context, key string, limit int, window time.Duration) (int, time.Duration, error) {
	if m[key] >= limit {
		return -1, window, nil
	}
	m[key]++
	return limit - m[key], 0, nil
}

func (m memory) Clear(_ context.Context, key string) error {
	delete(m, key)
	return nil
}

// openHasher takes the password itself for its hash.
type openHasher struct{}

func (openHasher) Hash(_ context.Context, p string) (string, error)    { return p, nil }
func (openHasher) Verify(_ context.Context, h, p string) (bool, error) { return h == p, nil }
func (openHasher) Dummy(context.Context, string) error                 { return nil }

// oneStore holds one account; nothing else of a Store is asked for.
type oneStore struct {
	Store
	a *Account
}

func (o oneStore) ByLogin(_ context.Context, login string) (*Account, error) {
	if login != o.a.Login {
		return nil, fault.New(fault.NotFound, "")
	}
	return o.a, nil
}

func (o oneStore) UseBackupCode(context.Context, int64, string) (bool, error) { return false, nil }

func gate(a *Account) (*Service, memory) {
	m := memory{}
	return New(Options{Store: oneStore{a: a}, Hasher: openHasher{}, Tries: m, Cipher: plainCipher{}, Now: time.Now, Rand: rand.Reader}), m
}

// TestAStrangerTypesNoCounterOfAnother: what is typed as a login may look like
// the name of somebody's network.
func TestAStrangerTypesNoCounterOfAnother(t *testing.T) {
	s, _ := gate(&Account{Login: "wang", PasswordHash: "right"})
	for range 4 * Tries {
		for _, typed := range []string{"wang:10.0.0.1", "10.0.0.1:wang", "wang|10.0.0.1", "10.0.0.1|wang", "wang-network:10.0.0.1"} {
			_, _ = s.Login(t.Context(), typed, "wrong", Place{Network: "203.0.113.9"})
		}
	}
	if _, err := s.Login(t.Context(), "wang", "right", Place{Network: "10.0.0.1"}); err != nil {
		t.Error(err)
	}
}

// TestStrangersDoNotLockAKnownDeviceOut: neither from many networks, nor in the
// holder's own; the device's own mistakes are bounded all the same.
func TestStrangersDoNotLockAKnownDeviceOut(t *testing.T) {
	a := &Account{Login: "wang", PasswordHash: "right"}
	s, _ := gate(a)
	cookie, err := s.NewDevice(a)
	if err != nil {
		t.Fatal(err)
	}
	campus := Place{Network: "10.0.0.1"}
	for n := range AccountTries + 10 {
		_, _ = s.Login(t.Context(), "wang", "wrong", Place{Network: fmt.Sprint("203.0.113.", n)})
	}
	for range Tries {
		_, _ = s.Login(t.Context(), "wang", "wrong", campus)
	}
	if _, err := s.Login(t.Context(), "wang", "right", campus); !fault.Is(err, fault.TooMany) {
		t.Errorf("an unknown device is not bound: %v", err)
	}
	for name, device := range map[string]string{"another's": sealedDevice(t, s, "zhao"), "made up": "AAAA", "long": string(make([]byte, 2000))} {
		if _, err := s.Login(t.Context(), "wang", "right", Place{campus.Network, device}); !fault.Is(err, fault.TooMany) {
			t.Errorf("by %s cookie: %v", name, err)
		}
	}
	mine := Place{campus.Network, cookie}
	if _, err := s.Login(t.Context(), "wang", "right", mine); err != nil {
		t.Errorf("the holder's own device is locked out: %v", err)
	}
	for range Tries {
		_, _ = s.Login(t.Context(), "wang", "wrong", mine)
	}
	if _, err := s.Login(t.Context(), "wang", "right", mine); !fault.Is(err, fault.TooMany) {
		t.Errorf("a known device guesses without end: %v", err)
	}
}

func sealedDevice(t *testing.T, s *Service, login string) string {
	t.Helper()
	c, err := s.NewDevice(&Account{Login: login})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestAPasswordMakesNoDeviceForCodes: who has the password alone gets no count
// of tries at the second factor for each device that she invents.
func TestAPasswordMakesNoDeviceForCodes(t *testing.T) {
	at := time.Now()
	a := &Account{Login: "wang", PasswordHash: "right"}
	s, _ := gate(a)
	old := sealedDevice(t, s, "wang") // from before the second factor
	a.FactorAt = &at
	if s.KnowsDevice(a, old) {
		t.Error("a device without the second factor counts as known")
	}
	proven, err := s.NewDevice(a)
	if err != nil || !s.KnowsDevice(a, proven) {
		t.Fatal(err)
	}
	for n := range AccountTries {
		_ = s.ProveFactor(t.Context(), a, "abcdefghij", Place{fmt.Sprint("203.0.113.", n), old})
	}
	if err := s.ProveFactor(t.Context(), a, "abcdefghij", Place{"198.51.100.1", old}); !fault.Is(err, fault.TooMany) {
		t.Errorf("codes are tried without end: %v", err)
	}
	if err := s.ProveFactor(t.Context(), a, "abcdefghij", Place{"198.51.100.1", proven}); !fault.Is(err, fault.Unauthorized) {
		t.Errorf("the holder's own device: %v", err)
	}
	s.now = func() time.Time { return at.Add(DeviceLife + time.Hour) }
	if s.KnowsDevice(a, proven) {
		t.Error("a device is known for ever")
	}
}
