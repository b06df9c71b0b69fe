package app

import (
	"encoding/base64"
	"fmt"
	"time"

	"ruxue/config"
	"ruxue/repo/keyring"
)

// probeFor is how long a mark of Probe counts, and how far the clocks of the
// doctor's machine and the server's may lie apart.
const probeFor = time.Minute

// probePlace binds a mark to its purpose: no other sealed value is one.
const probePlace = "doctor.probe"

// Probe makes the mark by which a server of the same keys knows the doctor's
// request.
func Probe(cfg config.Config, now time.Time) (string, error) {
	ring, err := keyring.New(cfg.Keys.Keyset, cfg.Keys.Lookup)
	if err != nil {
		return "", fmt.Errorf("reading the keys: %w", err)
	}
	sealed, err := ring.Seal([]byte(now.UTC().Format(time.RFC3339)), probePlace)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

// probed reports whether a request's mark was made by the doctor just now.
func (a *App) probed(mark string) bool {
	sealed, err := base64.RawURLEncoding.DecodeString(mark)
	if err != nil {
		return false
	}
	plain, err := a.ring.Open(sealed, probePlace)
	if err != nil {
		return false
	}
	at, err := time.Parse(time.RFC3339, string(plain))
	return err == nil && a.now().Sub(at).Abs() <= probeFor
}
