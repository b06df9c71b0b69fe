package redis

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"ruxue/service/student"
)

// Codes that staff issue lie beside those of SMS, by the student's reference;
// one hash each, as for the others.

func issuedKey(campaign, ref string) string { return "issued:" + campaign + ":" + ref }

var putIssued = redis.NewScript(`
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'code', ARGV[1], 'sent', ARGV[2], 'tries', 0)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 0`)

// PutIssued stores a code for student.IssuedLife in place of an older one.
func (c *Codes) PutIssued(ctx context.Context, campaign, ref, code string) error {
	err := putIssued.Run(ctx, c.rdb, []string{issuedKey(campaign, ref)}, c.digest(ref, code), c.now().UnixMilli(),
		student.IssuedLife.Milliseconds()).Err()
	if err != nil {
		return fmt.Errorf("storing an issued code: %w", err)
	}
	return nil
}

// TryIssued compares a typed code; a wrong one counts.
func (c *Codes) TryIssued(ctx context.Context, campaign, ref, code string) (student.CodeVerdict, int, error) {
	return c.try(ctx, issuedKey(campaign, ref), c.digest(ref, code), student.IssuedLife)
}

// UseIssued consumes a right code; false when it was consumed before.
func (c *Codes) UseIssued(ctx context.Context, campaign, ref, code string) (bool, error) {
	return c.use(ctx, issuedKey(campaign, ref), c.digest(ref, code))
}
