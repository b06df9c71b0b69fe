package redis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"ruxue/service/staff"
)

// StaffSessions keeps the sessions of staff, apart from students', each under
// the SHA-256 of its cookie. A session ends by itself staff.Idle after it was
// last put.
type StaffSessions struct{ rdb redis.UniversalClient }

// NewStaffSessions returns the session store of staff.
func NewStaffSessions(rdb redis.UniversalClient) *StaffSessions { return &StaffSessions{rdb} }

// Get returns the session of the cookie; ok is false when there is none. It
// does not lengthen the session's life.
func (s *StaffSessions) Get(ctx context.Context, token string) (sess staff.Session, ok bool, err error) {
	if len(token) != 43 {
		return sess, false, nil
	}
	h := sessionHash(token)
	raw, err := s.rdb.Get(ctx, "staff-session:"+h).Bytes()
	if errors.Is(err, redis.Nil) {
		return sess, false, nil
	}
	if err != nil {
		return sess, false, fmt.Errorf("reading a staff session: %w", err)
	}
	if err := json.Unmarshal(raw, &sess); err != nil {
		return sess, false, fmt.Errorf("decoding a staff session: %w", err)
	}
	sess.Hash = h
	return sess, true, nil
}

// Put stores a new session under the cookie for staff.Idle.
func (s *StaffSessions) Put(ctx context.Context, token string, sess staff.Session) error {
	raw, err := json.Marshal(sess)
	if err != nil {
		return fmt.Errorf("encoding a staff session: %w", err)
	}
	if err := s.rdb.Set(ctx, "staff-session:"+sessionHash(token), raw, staff.Idle).Err(); err != nil {
		return fmt.Errorf("storing a staff session: %w", err)
	}
	return nil
}

// Edit is Sessions.Edit; it lengthens the session's life to staff.Idle.
func (s *StaffSessions) Edit(ctx context.Context, token string, change func(*staff.Session)) (staff.Session, error) {
	h := sessionHash(token)
	sess, err := edit(ctx, s.rdb, "staff-session:"+h, staff.Idle, change)
	sess.Hash = h
	return sess, err
}

// Start stores a new session and returns its cookie; the session of the old
// cookie ends.
func (s *StaffSessions) Start(ctx context.Context, old string, sess staff.Session) (token string, err error) {
	token, sess.Hash = NewToken(), ""
	if err := s.Put(ctx, token, sess); err != nil {
		return "", err
	}
	if old == "" {
		return token, nil
	}
	return token, s.Delete(ctx, old)
}

// Delete ends the session.
func (s *StaffSessions) Delete(ctx context.Context, token string) error {
	if err := s.rdb.Del(ctx, "staff-session:"+sessionHash(token)).Err(); err != nil {
		return fmt.Errorf("ending a staff session: %w", err)
	}
	return nil
}
