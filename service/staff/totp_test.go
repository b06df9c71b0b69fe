package staff

import (
	"encoding/hex"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestTOTPVectors are those of RFC 6238, appendix B (SHA-1, eight digits).
func TestTOTPVectors(t *testing.T) {
	secret := []byte("12345678901234567890")
	for unix, want := range map[int64]string{59: "94287082", 1111111109: "07081804", 1111111111: "14050471",
		1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130"} {
		if got := hotp(secret, totpStep(time.Unix(unix, 0)), 8); got != want {
			t.Errorf("at %d: %s, want %s", unix, got, want)
		}
	}
}

// TestHOTPVectors are those of RFC 4226, appendix D.
func TestHOTPVectors(t *testing.T) {
	for i, want := range []string{"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"} {
		if got := hotp([]byte("12345678901234567890"), int64(i), 6); got != want {
			t.Errorf("counter %d: %s, want %s", i, got, want)
		}
	}
}

func TestACodeIsGoodOnceAndForAWhile(t *testing.T) {
	secret := []byte("12345678901234567890")
	now := time.Unix(1_700_000_010, 0)
	code := hotp(secret, totpStep(now), 6)
	step, ok := matchTOTP(secret, code, now, 0)
	if !ok || step != totpStep(now) {
		t.Fatal("the present code is refused")
	}
	for name, c := range map[string]struct {
		at   time.Duration
		last int64
		want bool
	}{"the same again": {0, step, false}, "a phone 30 s behind": {30 * time.Second, 0, true}, "a phone 30 s ahead": {-30 * time.Second, 0, true},
		"60 s late": {60 * time.Second, 0, false}, "after a later one": {0, step + 1, false}} {
		if _, ok := matchTOTP(secret, code, now.Add(c.at), c.last); ok != c.want {
			t.Errorf("%s: %v, want %v", name, ok, c.want)
		}
	}
	if _, ok := matchTOTP(secret, "", now, 0); ok {
		t.Error("no code at all is accepted")
	}
}

func TestTheAppsAddress(t *testing.T) {
	secret, _ := hex.DecodeString("48656c6c6f21deadbeef48656c6c6f21deadbeef")
	u, err := url.Parse(totpURI("河海大学 注册", "wang@hhu", secret))
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/河海大学 注册:wang@hhu" || q.Get("issuer") != "河海大学 注册" ||
		q.Get("period") != "30" || q.Get("digits") != "6" || strings.Contains(u.String(), "+") {
		t.Errorf("%s", u)
	}
	at := time.Unix(1_700_000_000, 0)
	if got, err := CodeOf(q.Get("secret"), at); err != nil || got != hotp(secret, totpStep(at), 6) {
		t.Errorf("the secret in the address gives %s, %v", got, err)
	}
	if _, err := CodeOf("not base32!", at); err == nil {
		t.Error("a broken secret is accepted")
	}
}
