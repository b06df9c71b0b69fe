package staff

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Place is where a password or a code comes from.
type Place struct {
	Network string // what counts as one place on the net
	Device  string // the cookie of NewDevice, "" without one
}

// DeviceLife is how long a device stays known after a complete login on it.
const DeviceLife = 180 * 24 * time.Hour

const deviceAD = "staff.device"

// device is what a device's cookie says.
type device struct {
	Login   string `json:"l"`
	ID      string `json:"d"`
	Factor  bool   `json:"f"` // a second factor was proven on it
	Expires int64  `json:"e"` // unix seconds
}

// NewDevice is a cookie for a device on which the account's login was completed.
// Wrong tries from there are counted by themselves: strangers who guess at the
// account, in their own network or in hers, do not lock its holder out of it.
func (s *Service) NewDevice(a *Account) (string, error) {
	id := make([]byte, 16)
	if _, err := io.ReadFull(s.rand, id); err != nil {
		return "", fmt.Errorf("naming a device: %w", err)
	}
	raw, err := json.Marshal(device{a.Login, hex.EncodeToString(id), a.DemandsFactor(), s.now().Add(DeviceLife).Unix()})
	if err != nil {
		return "", fmt.Errorf("naming a device: %w", err)
	}
	sealed, err := s.cipher.Seal(raw, deviceAD)
	if err != nil {
		return "", fmt.Errorf("naming a device: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

// KnowsDevice reports whether the cookie is of a device that the account knows,
// with all that its login demands now.
func (s *Service) KnowsDevice(a *Account, cookie string) bool {
	return s.device(a.Login, cookie, a.DemandsFactor()) != ""
}

// device names the device that the login knows by the cookie, "" for none.
func (s *Service) device(login, cookie string, factor bool) string {
	if cookie == "" || len(cookie) > 1000 {
		return ""
	}
	raw, err := base64.RawURLEncoding.DecodeString(cookie)
	if err == nil {
		raw, err = s.cipher.Open(raw, deviceAD)
	}
	var d device
	if err != nil || json.Unmarshal(raw, &d) != nil || d.Login != login || s.now().Unix() >= d.Expires || factor && !d.Factor {
		return ""
	}
	return d.ID
}

// secret is one thing that may be guessed.
type secret struct {
	login  string
	factor bool // the second factor, else the password
}

func (x secret) kind() string {
	if x.factor {
		return "staff-factor"
	}
	return "staff"
}

// counter is one count of wrong tries.
type counter struct {
	key   string
	limit int
	lock  time.Duration
}

// counters are those that a try from the place counts against. The login stands
// last in each key: it is as somebody typed it, and may hold any separator.
func (s *Service) counters(x secret, at Place) []counter {
	if id := s.device(x.login, at.Device, x.factor); id != "" {
		return []counter{{x.kind() + "-device:" + id + ":" + x.login, Tries, Lock}}
	}
	return []counter{{x.kind() + "-network:" + at.Network + "|" + x.login, Tries, Lock}, {x.kind() + ":" + x.login, AccountTries, AccountLock}}
}

// take counts a try before it is compared, so that tries at the same moment
// cannot exceed the bounds.
func (s *Service) take(ctx context.Context, x secret, at Place, field string) (left int, err error) {
	for i, c := range s.counters(x, at) {
		n, wait, err := s.tries.Take(ctx, c.key, c.limit, c.lock)
		if err != nil {
			return 0, fmt.Errorf("counting a try: %w", err)
		}
		if n < 0 {
			return 0, locked(wait, field)
		}
		if i == 0 {
			left = n
		}
	}
	return left, nil
}

func (s *Service) forget(ctx context.Context, x secret, at Place) error {
	for _, c := range s.counters(x, at) {
		if err := s.tries.Clear(ctx, c.key); err != nil {
			return fmt.Errorf("forgetting tries: %w", err)
		}
	}
	return nil
}
