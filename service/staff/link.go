package staff

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"ruxue/service/fault"
)

// LinkLife is how long the link of a template message opens a review.
const LinkLife = 72 * time.Hour

// ReviewLongest is how long a session from such a link lives at most.
const ReviewLongest = 2 * time.Hour

const (
	linkAD     = "staff.link"
	linkPrefix = "/staff/r/"
)

// Links makes and opens the addresses that template messages carry. An address
// is worth something only to the one WeChat that is bound to the account: it
// opens a session that may review and nothing else.
type Links struct {
	cipher Cipher
	store  LinkStore
	now    func() time.Time
}

// LinkStore is what Links needs of the records.
type LinkStore interface {
	ByID(ctx context.Context, id int64) (*Account, error)
}

// NewLinks returns a Links.
func NewLinks(cipher Cipher, store LinkStore, now func() time.Time) *Links {
	return &Links{cipher, store, now}
}

type link struct {
	Staff   int64  `json:"s"`
	Target  string `json:"t"`
	Expires int64  `json:"e"` // unix seconds
}

// Create returns the path of a link to target (a path below /staff/) for the
// account. It stores nothing and asks nobody, so it may be called in a
// transaction, while the message is written.
func (l *Links) Create(_ context.Context, staffID int64, target string) (string, error) {
	if staffID == 0 || !strings.HasPrefix(target, "/staff/") || strings.HasPrefix(target, linkPrefix) || len(target) > 300 {
		return "", fmt.Errorf("making a staff link: %q is no target", target)
	}
	raw, err := json.Marshal(link{staffID, target, l.now().Add(LinkLife).Unix()})
	if err != nil {
		return "", fmt.Errorf("encoding a staff link: %w", err)
	}
	sealed, err := l.cipher.Seal(raw, linkAD)
	if err != nil {
		return "", fmt.Errorf("sealing a staff link: %w", err)
	}
	return linkPrefix + base64.RawURLEncoding.EncodeToString(sealed), nil
}

// Read returns the account that a link is for and where it leads. fault.Gone:
// it is none of ours, has expired, or the account is shut.
func (l *Links) Read(ctx context.Context, token string) (a *Account, target string, err error) {
	gone := fault.New(fault.Gone, "这个链接已失效，请登录后处理")
	if len(token) > 1000 {
		return nil, "", gone
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return nil, "", gone
	}
	if raw, err = l.cipher.Open(raw, linkAD); err != nil {
		return nil, "", gone
	}
	var in link
	if err := json.Unmarshal(raw, &in); err != nil || l.now().Unix() >= in.Expires {
		return nil, "", gone
	}
	a, err = l.store.ByID(ctx, in.Staff)
	if fault.Is(err, fault.NotFound) || err == nil && a.Disabled {
		return nil, "", gone
	}
	return a, in.Target, err
}
