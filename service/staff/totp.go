package staff

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Parameters of the codes, those that every authenticator app knows.
const (
	totpPeriod = 30 * time.Second
	totpDigits = 6
	totpBytes  = 20 // of a secret, RFC 4226 §4 R6
	totpSkew   = 1  // periods that the phone's clock may be off
)

var totpBase32 = base32.StdEncoding.WithPadding(base32.NoPadding)

// totpStep is the period of RFC 6238 that the time falls into.
func totpStep(t time.Time) int64 { return t.Unix() / int64(totpPeriod/time.Second) }

// hotp is RFC 4226: the code of a counter, as so many digits.
func hotp(secret []byte, counter int64, digits int) string {
	m := hmac.New(sha1.New, secret)
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(counter))
	m.Write(b[:])
	sum := m.Sum(nil)
	offset := sum[len(sum)-1] & 15
	n := binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff
	mod := uint32(1)
	for range digits {
		mod *= 10
	}
	return fmt.Sprintf("%0*d", digits, n%mod)
}

// matchTOTP returns the step whose code was typed, of those near now and after
// last: a code is good once.
func matchTOTP(secret []byte, code string, now time.Time, last int64) (step int64, ok bool) {
	for s := totpStep(now) - totpSkew; s <= totpStep(now)+totpSkew; s++ {
		if same := subtle.ConstantTimeCompare([]byte(hotp(secret, s, totpDigits)), []byte(code)) == 1; same && s > last {
			step, ok = s, true
		}
	}
	return step, ok
}

// CodeOf is the code that an authenticator app shows at the time for a secret
// in base32, as a person sees it.
func CodeOf(secret string, at time.Time) (string, error) {
	raw, err := totpBase32.DecodeString(strings.ToUpper(strings.ReplaceAll(secret, " ", "")))
	if err != nil {
		return "", fmt.Errorf("reading an authenticator's secret: %w", err)
	}
	return hotp(raw, totpStep(at), totpDigits), nil
}

// totpURI is what the QR code for an authenticator app holds.
func totpURI(issuer, login string, secret []byte) string {
	label := strings.ReplaceAll(url.QueryEscape(issuer+":"+login), "+", "%20")
	q := url.Values{"secret": {totpBase32.EncodeToString(secret)}, "issuer": {issuer}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}
	return "otpauth://totp/" + label + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}
