package student

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Cost of one hash: OWASP's first choice for argon2id, 19 MiB and two passes.
const (
	argonMemory = 19 * 1024 // KiB
	argonTime   = 2
	argonBytes  = 32
	saltBytes   = 16
)

// Argon hashes passwords with argon2id, a bounded number at a time: each takes
// 19 MiB and some 30 ms of a core, which a crowd at the login page must not
// multiply without end.
type Argon struct {
	slots chan struct{}
	rand  io.Reader
	dummy []byte // salt of the comparisons that compare nothing
}

// NewArgon returns an Argon that computes so many hashes at a time.
func NewArgon(concurrent int, rand io.Reader) *Argon {
	return &Argon{slots: make(chan struct{}, max(concurrent, 1)), rand: rand, dummy: make([]byte, saltBytes)}
}

// Hash returns the password's hash in the PHC string format.
func (a *Argon) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(a.rand, salt); err != nil {
		return "", fmt.Errorf("drawing a salt: %w", err)
	}
	sum, err := a.compute(ctx, password, salt, argonMemory, argonTime)
	if err != nil {
		return "", err
	}
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, argonMemory, argonTime,
		enc.EncodeToString(salt), enc.EncodeToString(sum)), nil
}

// Verify reports whether the hash is the password's.
func (a *Argon) Verify(ctx context.Context, hash, password string) (bool, error) {
	h, err := parseHash(hash)
	if err != nil {
		return false, err
	}
	sum, err := a.compute(ctx, password, h.salt, h.memory, h.time)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(sum, h.sum) == 1, nil
}

// Dummy costs what Verify costs, for accounts without a hash.
func (a *Argon) Dummy(ctx context.Context, password string) error {
	_, err := a.compute(ctx, password, a.dummy, argonMemory, argonTime)
	return err
}

// compute waits for its turn as long as the request lives.
func (a *Argon) compute(ctx context.Context, password string, salt []byte, memory, passes uint32) ([]byte, error) {
	select {
	case a.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting to hash a password: %w", ctx.Err())
	}
	defer func() { <-a.slots }()
	return argon2.IDKey([]byte(password), salt, passes, memory, 1, argonBytes), nil
}

type argonHash struct {
	memory, time uint32
	salt, sum    []byte
}

// parseHash reads a hash of any cost that this program may have used; what
// would cost more is refused, so that a changed row cannot stall the server.
func parseHash(s string) (argonHash, error) {
	bad := errors.New("reading a password's hash: it is none")
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return argonHash{}, bad
	}
	var h argonHash
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=1", &h.memory, &h.time); err != nil ||
		parts[3] != fmt.Sprintf("m=%d,t=%d,p=1", h.memory, h.time) {
		return argonHash{}, bad
	}
	var err1, err2 error
	enc := base64.RawStdEncoding.Strict()
	h.salt, err1 = enc.DecodeString(parts[4])
	h.sum, err2 = enc.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(h.salt) < 8 || len(h.sum) != argonBytes ||
		h.memory < 8 || h.memory > 256*1024 || h.time < 1 || h.time > 16 {
		return argonHash{}, bad
	}
	return h, nil
}
