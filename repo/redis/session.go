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

// Put stores a new session under the cookie.
func (s *Sessions) Put(ctx context.Context, token string, sess student.Session) error {
	raw, err := json.Marshal(sess)
	if err != nil {
		return fmt.Errorf("encoding a session: %w", err)
	}
	if err := s.rdb.Set(ctx, "session:"+sessionHash(token), raw, SessionLife).Err(); err != nil {
		return fmt.Errorf("storing a session: %w", err)
	}
	return nil
}

// Edit changes the session of the cookie and returns it as it is then; change
// may run again on what another request of the session wrote meanwhile. One
// that ended is not brought back by a request that was still under way (its
// face check takes seconds): that gets fault.Unauthorized.
func (s *Sessions) Edit(ctx context.Context, token string, change func(*student.Session)) (student.Session, error) {
	h := sessionHash(token)
	sess, err := edit(ctx, s.rdb, "session:"+h, SessionLife, change)
	sess.Hash = h
	return sess, err
}

// Rename ends the session of the cookie and stores what next makes of it under
// a new one, so that an id known before login is worth nothing after it. found
// is false when it had ended meanwhile.
func (s *Sessions) Rename(ctx context.Context, old string, next func(last student.Session, found bool) student.Session) (token string, sess student.Session, err error) {
	raw, err := s.rdb.GetDel(ctx, "session:"+sessionHash(old)).Bytes()
	found := err == nil
	if err != nil && !errors.Is(err, redis.Nil) {
		return "", sess, fmt.Errorf("ending a session: %w", err)
	}
	if found {
		if err := json.Unmarshal(raw, &sess); err != nil {
			return "", sess, fmt.Errorf("decoding a session: %w", err)
		}
	}
	sess, token = next(sess, found), NewToken()
	sess.Hash = sessionHash(token)
	return token, sess, s.Put(ctx, token, sess)
}

func endedKey(enrolmentID int64) string { return fmt.Sprintf("sessions-ended:%d", enrolmentID) }

// EndAll ends every session of the student that began until then. It is a mark
// that outlives them: nobody keeps a list of them.
func (s *Sessions) EndAll(ctx context.Context, enrolmentID int64, until time.Time) error {
	if err := s.rdb.Set(ctx, endedKey(enrolmentID), until.UnixNano(), 2*SessionLife).Err(); err != nil {
		return fmt.Errorf("ending a student's sessions: %w", err)
	}
	return nil
}

// EndedUntil is when EndAll last ended the student's sessions, zero for never.
func (s *Sessions) EndedUntil(ctx context.Context, enrolmentID int64) (time.Time, error) {
	at, err := s.rdb.Get(ctx, endedKey(enrolmentID)).Int64()
	switch {
	case errors.Is(err, redis.Nil):
		return time.Time{}, nil
	case err != nil:
		return time.Time{}, fmt.Errorf("reading when a student's sessions were ended: %w", err)
	}
	return time.Unix(0, at), nil
}

// Delete ends the session.
func (s *Sessions) Delete(ctx context.Context, token string) error {
	if err := s.rdb.Del(ctx, "session:"+sessionHash(token)).Err(); err != nil {
		return fmt.Errorf("ending a session: %w", err)
	}
	return nil
}
