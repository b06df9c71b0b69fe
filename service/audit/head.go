package audit

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Head is the chain's head as the institution signed it on a day. Verify sees
// by it that the chain was not cut off at its end.
type Head struct {
	Day         string // 2026-11-22 in Beijing; one a day
	Seq         int64
	Hash        string // of link Seq
	At          time.Time
	Certificate string // base64 of the DER of who signed
	Signature   string // base64; RSA PKCS #1 v1.5 or ECDSA, over SHA-256 of Text
}

// Text is what is signed.
func (h Head) Text() string {
	return NewCanon("seal-head", 1).Text("day", h.Day).Int("seq", h.Seq).Text("hash", h.Hash).Time("at", h.At).
		Text("certificate", h.Certificate).Sum()
}

// HeadSigner is the institution's key. Sign signs the SHA-256 of text.
type HeadSigner interface {
	Certificate() *x509.Certificate
	Sign(text []byte) ([]byte, error)
}

// HeadStore keeps signed heads. AddHead does nothing when the day has one.
type HeadStore interface {
	AddHead(ctx context.Context, h Head) (bool, error)
	HasHead(ctx context.Context, day string) (bool, error)
	// Heads returns all heads, oldest first: one a day.
	Heads(ctx context.Context) ([]Head, error)
	// Last returns the newest link, false while the chain is empty.
	Last(ctx context.Context) (Seal, bool, error)
}

// beijing is where the day of a head begins.
var beijing = time.FixedZone("CST", 8*60*60)

// SignHead signs the chain's head unless that was done today, and returns what
// it signed. Any number of replicas may call it; the store keeps one a day.
func SignHead(ctx context.Context, store HeadStore, key HeadSigner, now time.Time) (Head, bool, error) {
	now = now.UTC().Truncate(time.Microsecond)
	day := now.In(beijing).Format(time.DateOnly)
	if done, err := store.HasHead(ctx, day); err != nil || done {
		return Head{}, false, err
	}
	last, ok, err := store.Last(ctx)
	if err != nil || !ok {
		return Head{}, false, err
	}
	h := Head{Day: day, Seq: last.Seq, Hash: last.Hash, At: now,
		Certificate: base64.StdEncoding.EncodeToString(key.Certificate().Raw)}
	signature, err := key.Sign([]byte(h.Text()))
	if err != nil {
		return h, false, fmt.Errorf("signing the chain's head: %w", err)
	}
	h.Signature = base64.StdEncoding.EncodeToString(signature)
	added, err := store.AddHead(ctx, h)
	return h, added, err
}

// Check returns why the signature does not hold, "" when it does: made with the
// key of the head's own certificate, which is one of the institution's.
func (h Head) Check(institution []*x509.Certificate) string {
	der, err := base64.StdEncoding.DecodeString(h.Certificate)
	if err != nil {
		return "its certificate cannot be read"
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return "its certificate cannot be read"
	}
	signature, err := base64.StdEncoding.DecodeString(h.Signature)
	if err != nil || c.CheckSignature(algorithm(c), []byte(h.Text()), signature) != nil {
		return "its signature is not valid"
	}
	for _, known := range institution {
		if samePublicKey(known, c) {
			return ""
		}
	}
	return "it was signed with a key that is not the institution's"
}

func algorithm(c *x509.Certificate) x509.SignatureAlgorithm {
	if c.PublicKeyAlgorithm == x509.RSA {
		return x509.SHA256WithRSA
	}
	return x509.ECDSAWithSHA256
}

// samePublicKey lets a certificate be renewed for the same key.
func samePublicKey(a, b *x509.Certificate) bool {
	k, ok := a.PublicKey.(interface{ Equal(x crypto.PublicKey) bool })
	return ok && k.Equal(b.PublicKey)
}

// ParseHead reads a head that was noted from the log as "day:seq:hash".
func ParseHead(text string) (Head, error) {
	parts := strings.Split(text, ":")
	if len(parts) != 3 {
		return Head{}, errors.New("reading a noted head: it is not day:seq:hash")
	}
	seq, err := strconv.ParseInt(parts[1], 10, 64)
	if _, e := time.Parse(time.DateOnly, parts[0]); e != nil || err != nil || seq < 1 {
		return Head{}, errors.New("reading a noted head: it is not day:seq:hash")
	}
	if raw, err := hex.DecodeString(parts[2]); err != nil || len(raw) != 32 {
		return Head{}, errors.New("reading a noted head: the hash has 64 hexadecimal digits")
	}
	return Head{Day: parts[0], Seq: seq, Hash: strings.ToLower(parts[2])}, nil
}

// headsBySeq are heads by the link they name.
func headsBySeq(heads []Head) map[int64][]Head {
	out := map[int64][]Head{}
	for _, h := range heads {
		out[h.Seq] = append(out[h.Seq], h)
	}
	return out
}
