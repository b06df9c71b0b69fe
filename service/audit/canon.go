package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strconv"
	"time"
)

// Canon hashes a row's evidence in one canonical encoding that every provable
// kind shares: a header line "ruxue/<kind>/v<version>", then for every field
// "<name>:<bytes of the value>:<value>\n" in the order the kind fixes. Lengths
// make it unambiguous, the header keeps one kind's hash from passing for
// another's. A kind whose fields change takes the next version; checkers then
// try the versions they know.
type Canon struct{ h hash.Hash }

// NewCanon starts the encoding of one row.
func NewCanon(kind string, version int) *Canon {
	c := &Canon{h: sha256.New()}
	fmt.Fprintf(c.h, "ruxue/%s/v%d\n", kind, version)
	return c
}

// Text adds a text field.
func (c *Canon) Text(name, value string) *Canon {
	fmt.Fprintf(c.h, "%s:%d:%s\n", name, len(value), value)
	return c
}

// Int adds a whole number in decimal.
func (c *Canon) Int(name string, value int64) *Canon {
	return c.Text(name, strconv.FormatInt(value, 10))
}

// Time adds a time in UTC with microseconds, which is what the rows keep.
func (c *Canon) Time(name string, value time.Time) *Canon {
	return c.Text(name, value.UTC().Truncate(time.Microsecond).Format("2006-01-02T15:04:05.000000Z"))
}

// Sum returns the SHA-256 as 64 hex digits.
func (c *Canon) Sum() string { return hex.EncodeToString(c.h.Sum(nil)) }
