package redis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"ruxue/service/signing"
)

// handoffChannel carries the reference of every handoff that was written. It
// is one channel for all, so that a process needs one subscription; what the
// handoff has become, a listener reads for itself.
const handoffChannel = "handoff:events"

// Handoffs keeps handoffs and wakes those who watch them. A record is a hash
// of its revision and its JSON; everything one script touches carries the
// enrolment as hash tag, so that it works on a cluster:
//
//	handoff:{<enrolment>}:r:<ref>                          the record
//	handoff:{<enrolment>}:c:<kind>:<subject>:<session>     reference of the current one
//	handoff:{<enrolment>}:s:<session>                      references of all that the session made
//	handoff:t:<SHA-256 of the ticket>                      "<enrolment> <ref>"
type Handoffs struct {
	rdb redis.UniversalClient
	hub *hub
}

// NewHandoffs returns the store. Run must run for watchers to be woken at once.
func NewHandoffs(rdb redis.UniversalClient) *Handoffs {
	return &Handoffs{rdb: rdb, hub: newHub()}
}

func handoffKey(enrolmentID int64, ref string) string {
	return fmt.Sprintf("handoff:{%d}:r:%s", enrolmentID, ref)
}

func sessionKey(enrolmentID int64, sessionHash string) string {
	return fmt.Sprintf("handoff:{%d}:s:%s", enrolmentID, sessionHash)
}

// Writes ARGV[2] (revision) and ARGV[3] (record) if the revision is still ARGV[1].
var swapHandoff = redis.NewScript(`
if redis.call('HGET', KEYS[1], 'rev') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'rev', ARGV[2], 'body', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PUBLISH', ARGV[5], ARGV[6])
return 1`)

// Swap implements signing.HandoffStore.
func (s *Handoffs) Swap(ctx context.Context, h signing.Handoff, keep time.Duration) (bool, error) {
	body, err := json.Marshal(h)
	if err != nil {
		return false, fmt.Errorf("encoding a handoff: %w", err)
	}
	n, err := swapHandoff.Run(ctx, s.rdb, []string{handoffKey(h.EnrolmentID, h.Ref)},
		h.Rev-1, h.Rev, body, keep.Milliseconds(), handoffChannel, h.Ref).Int()
	if err != nil {
		return false, fmt.Errorf("writing a handoff: %w", err)
	}
	return n == 1, nil
}

// Makes KEYS[2] the current record in KEYS[1] if that still names ARGV[1], and
// writes the one it replaces, KEYS[3], if that still has revision ARGV[6].
// ARGV[6] is ” when there is nothing to write there.
var createHandoff = redis.NewScript(`
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
if ARGV[6] ~= '' then
  if redis.call('HGET', KEYS[3], 'rev') ~= ARGV[6] then return 0 end
  redis.call('HSET', KEYS[3], 'rev', ARGV[7], 'body', ARGV[8])
  redis.call('PEXPIRE', KEYS[3], ARGV[5])
  redis.call('PUBLISH', ARGV[9], ARGV[1])
end
redis.call('HSET', KEYS[2], 'rev', ARGV[3], 'body', ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[5])
redis.call('SADD', KEYS[4], ARGV[2])
redis.call('PEXPIRE', KEYS[4], ARGV[5])
return 1`)

// Create implements signing.HandoffStore. The ticket's key lies in another
// slot of a cluster, so it is written first: a ticket without a record is
// unknown, and nobody has seen it yet.
func (s *Handoffs) Create(ctx context.Context, h signing.Handoff, ticketSHA string, keep time.Duration, end func(signing.Handoff) signing.Handoff) error {
	where := strconv.FormatInt(h.EnrolmentID, 10) + " " + h.Ref
	if err := s.rdb.Set(ctx, "handoff:t:"+ticketSHA, where, keep).Err(); err != nil {
		return fmt.Errorf("writing a handoff's ticket: %w", err)
	}
	for range 50 { // each lost try means that another tab of the same session won
		won, err := s.replace(ctx, h, keep, end)
		if err != nil || won {
			return err
		}
	}
	return errors.New("writing a handoff: it is replaced all the time")
}

func (s *Handoffs) replace(ctx context.Context, h signing.Handoff, keep time.Duration, end func(signing.Handoff) signing.Handoff) (bool, error) {
	pointer := fmt.Sprintf("handoff:{%d}:c:%s:%s:%s", h.EnrolmentID, h.Kind, h.Subject, h.SessionHash)
	oldRef, err := s.rdb.Get(ctx, pointer).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return false, fmt.Errorf("reading the current handoff: %w", err)
	}
	body, err := json.Marshal(h)
	if err != nil {
		return false, fmt.Errorf("encoding a handoff: %w", err)
	}
	newKey := handoffKey(h.EnrolmentID, h.Ref)
	keys := []string{pointer, newKey, newKey, sessionKey(h.EnrolmentID, h.SessionHash)}
	args := []any{oldRef, h.Ref, h.Rev, body, keep.Milliseconds(), "", "", "", handoffChannel}
	old, err := s.Get(ctx, oldRef, h.EnrolmentID)
	switch {
	case err == nil:
		ended := end(old)
		if ended.Rev != old.Rev {
			oldBody, err := json.Marshal(ended)
			if err != nil {
				return false, fmt.Errorf("encoding a handoff: %w", err)
			}
			keys[2] = handoffKey(h.EnrolmentID, oldRef)
			args[5], args[6], args[7] = old.Rev, ended.Rev, oldBody
		}
	case !errors.Is(err, signing.ErrUnknown):
		return false, err
	}
	n, err := createHandoff.Run(ctx, s.rdb, keys, args...).Int()
	if err != nil {
		return false, fmt.Errorf("writing a handoff: %w", err)
	}
	return n == 1, nil
}

// OfSession implements signing.HandoffStore.
func (s *Handoffs) OfSession(ctx context.Context, enrolmentID int64, sessionHash string) ([]string, error) {
	refs, err := s.rdb.SMembers(ctx, sessionKey(enrolmentID, sessionHash)).Result()
	if err != nil {
		return nil, fmt.Errorf("listing handoffs: %w", err)
	}
	return refs, nil
}

// Find implements signing.HandoffStore.
func (s *Handoffs) Find(ctx context.Context, ticketSHA string) (signing.Handoff, error) {
	where, err := s.rdb.Get(ctx, "handoff:t:"+ticketSHA).Result()
	if errors.Is(err, redis.Nil) {
		return signing.Handoff{}, signing.ErrUnknown
	}
	if err != nil {
		return signing.Handoff{}, fmt.Errorf("finding a handoff by its ticket: %w", err)
	}
	id, ref, _ := strings.Cut(where, " ")
	enrolmentID, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return signing.Handoff{}, fmt.Errorf("reading a handoff's ticket: %w", err)
	}
	return s.Get(ctx, ref, enrolmentID)
}

// Get implements signing.HandoffStore.
func (s *Handoffs) Get(ctx context.Context, ref string, enrolmentID int64) (signing.Handoff, error) {
	body, err := s.rdb.HGet(ctx, handoffKey(enrolmentID, ref), "body").Bytes()
	if errors.Is(err, redis.Nil) {
		return signing.Handoff{}, signing.ErrUnknown
	}
	if err != nil {
		return signing.Handoff{}, fmt.Errorf("reading a handoff: %w", err)
	}
	var h signing.Handoff
	if err := json.Unmarshal(body, &h); err != nil {
		return signing.Handoff{}, fmt.Errorf("decoding a handoff: %w", err)
	}
	return h, nil
}

// Listen implements signing.HandoffStore.
func (s *Handoffs) Listen(ref string) (<-chan struct{}, func()) { return s.hub.listen(ref) }

// Run holds this process's one subscription until ctx ends, reconnecting as
// often as it takes; then it closes every listener's channel, which ends their
// watches, and returns.
func (s *Handoffs) Run(ctx context.Context) {
	defer s.hub.close()
	s.hub.run(ctx, s.rdb)
}
