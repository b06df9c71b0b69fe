package redis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"ruxue/service/fault"
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

// Put stores the session under the cookie for staff.Idle. One that was read by
// Get is only replaced, so that a request under way does not bring back what a
// logout ended; it gets fault.Unauthorized.
func (s *StaffSessions) Put(ctx context.Context, token string, sess staff.Session) error {
	raw, err := json.Marshal(sess)
	if err != nil {
		return fmt.Errorf("encoding a staff session: %w", err)
	}
	args := redis.SetArgs{TTL: staff.Idle}
	if sess.Hash != "" {
		args.Mode = "XX"
	}
	err = s.rdb.SetArgs(ctx, "staff-session:"+sessionHash(token), raw, args).Err()
	switch {
	case errors.Is(err, redis.Nil):
		return fault.New(fault.Unauthorized, "")
	case err != nil:
		return fmt.Errorf("storing a staff session: %w", err)
	}
	return nil
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
