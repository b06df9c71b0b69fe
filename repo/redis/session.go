package redis

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"ruxue/service/fault"
	"ruxue/service/student"
)

// SessionLife is how long a session lives after its last use.
const SessionLife = 2 * time.Hour

// Sessions keeps students' sessions, each under the SHA-256 of its cookie: who
// reads Redis learns no cookie.
type Sessions struct{ rdb redis.UniversalClient }

// NewSessions returns the session store.
func NewSessions(rdb redis.UniversalClient) *Sessions { return &Sessions{rdb} }

// NewToken returns a cookie value: 32 random bytes in base64url.
func NewToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func sessionHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Get returns the session of the cookie and slides its life; ok is false when
// there is none.
func (s *Sessions) Get(ctx context.Context, token string) (student.Session, bool, error) {
	return s.read(token, func(key string) *redis.StringCmd { return s.rdb.GetEx(ctx, key, SessionLife) })
}

// Peek is Get that does not slide the session's life: what a page's script asks
// by itself is no use of it.
func (s *Sessions) Peek(ctx context.Context, token string) (student.Session, bool, error) {
	return s.read(token, func(key string) *redis.StringCmd { return s.rdb.Get(ctx, key) })
}

func (s *Sessions) read(token string, get func(key string) *redis.StringCmd) (sess student.Session, ok bool, err error) {
	if len(token) != 43 {
		return sess, false, nil
	}
	h := sessionHash(token)
	raw, err := get("session:" + h).Bytes()
	if errors.Is(err, redis.Nil) {
		return sess, false, nil
	}
	if err != nil {
		return sess, false, fmt.Errorf("reading a session: %w", err)
	}
	if err := json.Unmarshal(raw, &sess); err != nil {
		return sess, false, fmt.Errorf("decoding a session: %w", err)
	}
	sess.Hash = h
	return sess, true, nil
}

// Put stores the session under the cookie. One that was read by Get is only
// replaced: a request that was still under way when its session ended (its
// face check takes seconds) must not bring the session back; it gets
// fault.Unauthorized.
func (s *Sessions) Put(ctx context.Context, token string, sess student.Session) error {
	raw, err := json.Marshal(sess)
	if err != nil {
		return fmt.Errorf("encoding a session: %w", err)
	}
	args := redis.SetArgs{TTL: SessionLife}
	if sess.Hash != "" {
		args.Mode = "XX"
	}
	err = s.rdb.SetArgs(ctx, "session:"+sessionHash(token), raw, args).Err()
	switch {
	case errors.Is(err, redis.Nil):
		return fault.New(fault.Unauthorized, "")
	case err != nil:
		return fmt.Errorf("storing a session: %w", err)
	}
	return nil
}

// Rename stores the session under a new cookie and forgets the old one, so
// that an id known before login is worth nothing after it.
func (s *Sessions) Rename(ctx context.Context, old string, sess student.Session) (token string, err error) {
	token = NewToken()
	if err := s.Put(ctx, token, sess); err != nil {
		return "", err
	}
	return token, s.Delete(ctx, old)
}

// Delete ends the session.
func (s *Sessions) Delete(ctx context.Context, token string) error {
	if err := s.rdb.Del(ctx, "session:"+sessionHash(token)).Err(); err != nil {
		return fmt.Errorf("ending a session: %w", err)
	}
	return nil
}
