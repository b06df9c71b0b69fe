package signing

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"
)

// Kind is what the phone does for the PC.
type Kind string

// The kinds of handoff.
const (
	KindSign   Kind = "sign"
	KindFace   Kind = "face"   // credits the PC's login session
	KindUpload Kind = "upload" // photographs a document
)

// HandoffInput is what a PC page asks for.
type HandoffInput struct {
	Kind          Kind
	EnrolmentID   int64
	EnrolmentRef  string
	CampaignID    int64
	CampaignCode  string
	Subject       string    // the document's name, the attachment's slot, "face"
	SessionHash   string    // SHA-256 of the PC's session; never the session itself
	LoginAt       time.Time // of the PC's session: the window's grace counts from it
	PasswordMark  string    // of the PC's session: another password ends it
	StudentMasked string    // how the phone greets the student
	// DocumentVersionID is the version that the PC shows; the phone shows and
	// signs the same one. 0 unless Kind is sign.
	DocumentVersionID int64
	Confirm           bool // the PC confirms the draft: the document's rule
	// MaterialType and VerifyCode are what the PC's form held beside the file
	// of an upload when it asked for the phone.
	MaterialType string
	VerifyCode   string
}

// Handoff is one bridge between a PC page and a phone.
type Handoff struct {
	HandoffInput
	Ref       string // outward; the PC's name for it
	Rev       int64  // grows with every write
	State     State
	Code      string // two digits that both screens show
	OpenID    string // the phone's, "" until scanned
	Consent   string // of a face check: the way chosen on the phone, "" before
	Trouble   string // the sentence of the phone's last try, where it failed
	CreatedAt time.Time
	ScannedAt time.Time // zero until scanned
	ExpiresAt time.Time
	EndedAt   time.Time // zero until ended
}

// ExpiresIn returns how long the handoff lasts without any activity, at least 0.
func (h Handoff) ExpiresIn(now time.Time) time.Duration {
	if h.State.Ended() {
		return 0
	}
	return max(0, h.ExpiresAt.Sub(now))
}

// User names the phone's WeChat user for the PC page without telling who it is
// (snsapi_base gives no nickname): the last four of its openid, small print
// beside the two digits that both screens show. "" until scanned.
func (h Handoff) User() string {
	if h.OpenID == "" {
		return ""
	}
	return "微信用户 ****" + h.OpenID[max(0, len(h.OpenID)-4):]
}

// HandoffStore keeps the records for a while and wakes those who wait. Unknown
// or vanished records are ErrUnknown.
type HandoffStore interface {
	// Create keeps a new record under the ticket's SHA-256 and makes it the
	// current one of its (enrolment, kind, subject, session). end is given the
	// record that was current before and returns what becomes of it; all of it
	// is one step.
	Create(ctx context.Context, h Handoff, ticketSHA string, keep time.Duration, end func(Handoff) Handoff) error
	// Find returns the record of a ticket.
	Find(ctx context.Context, ticketSHA string) (Handoff, error)
	// Get returns the record of an owner.
	Get(ctx context.Context, ref string, enrolmentID int64) (Handoff, error)
	// OfSession returns the references of the handoffs that a session made for
	// an enrolment; some of them may have ended or vanished.
	OfSession(ctx context.Context, enrolmentID int64, sessionHash string) ([]string, error)
	// Swap writes h if the stored revision is still h.Rev-1, else returns false.
	Swap(ctx context.Context, h Handoff, keep time.Duration) (bool, error)
	// Listen returns a channel that gets a value soon after every write of the
	// record by any replica (several writes may give one), and whenever some
	// may have been missed. It is closed when the store closes. stop ends it.
	Listen(ref string) (wake <-chan struct{}, stop func())
}

// Handoffs are the rules of the bridge, for every kind.
type Handoffs struct {
	store HandoffStore
	now   func() time.Time
	rand  io.Reader
}

// NewHandoffs returns the rules over a store; rand gives tickets and codes
// (crypto/rand.Reader in the product).
func NewHandoffs(store HandoffStore, now func() time.Time, rand io.Reader) *Handoffs {
	return &Handoffs{store: store, now: now, rand: rand}
}

// Create makes a handoff and its ticket, the only copy of which is returned:
// 32 random bytes in base64url for the QR's address. The unfinished handoff
// that the same session had for the same subject is cancelled.
func (s *Handoffs) Create(ctx context.Context, in HandoffInput) (string, Handoff, error) {
	var b [32 + 16 + 1]byte
	for b[48] = 200; b[48] >= 200; { // below 200 the two digits are evenly spread
		if _, err := io.ReadFull(s.rand, b[:]); err != nil {
			return "", Handoff{}, fmt.Errorf("making a ticket: %w", err)
		}
	}
	ticket := base64.RawURLEncoding.EncodeToString(b[:32])
	now := s.time()
	h := Handoff{HandoffInput: in, Ref: base64.RawURLEncoding.EncodeToString(b[32:48]), Rev: 1,
		State: Waiting, Code: fmt.Sprintf("%02d", b[48]%100), CreatedAt: now, ExpiresAt: now.Add(scanTime)}
	err := s.store.Create(ctx, h, ticketSHA(ticket), wholeTime+afterTime, func(old Handoff) Handoff {
		next, _ := old.next(cancel, "", now) // refused only when it is done: then it stays so
		return next
	})
	if err != nil {
		return "", Handoff{}, fmt.Errorf("creating a handoff: %w", err)
	}
	return ticket, h, nil
}

// Renew makes a new handoff for what an earlier one of the same session was
// for: 重新获取二维码. The earlier one is cancelled when it had not ended.
func (s *Handoffs) Renew(ctx context.Context, ref string, enrolmentID int64, sessionHash string) (string, Handoff, error) {
	old, err := s.store.Get(ctx, ref, enrolmentID)
	if err != nil {
		return "", Handoff{}, err
	}
	if old.SessionHash != sessionHash {
		return "", Handoff{}, ErrUnknown
	}
	return s.Create(ctx, old.HandoffInput)
}

// Scan binds the handoff to the phone's openid, or lets the phone that has it
// go on.
func (s *Handoffs) Scan(ctx context.Context, ticket, openid string) (Handoff, error) {
	return s.phone(ctx, ticket, openid, scan)
}

// Activate tells the PC that the phone has begun to work, and extends the time.
func (s *Handoffs) Activate(ctx context.Context, ticket, openid string) (Handoff, error) {
	return s.phone(ctx, ticket, openid, activate)
}

// Agree is Activate with the way that the phone's holder chose before the
// camera opens; the newest choice counts.
func (s *Handoffs) Agree(ctx context.Context, ticket, openid, way string) (Handoff, error) {
	return s.phone(ctx, ticket, openid, activate, func(h *Handoff) { h.Consent = way })
}

// Stumbled is Activate that tells the PC what went wrong on the phone; whatever
// the phone does next clears it.
func (s *Handoffs) Stumbled(ctx context.Context, ticket, openid, sentence string) (Handoff, error) {
	return s.phone(ctx, ticket, openid, activate, func(h *Handoff) { h.Trouble = sentence })
}

// Submitted tells the PC that something is stored: a draft that wants its
// confirmation, or a photo, which may be taken again.
func (s *Handoffs) Submitted(ctx context.Context, ticket, openid string) (Handoff, error) {
	return s.phone(ctx, ticket, openid, submit)
}

// Done tells the PC that all is stored.
func (s *Handoffs) Done(ctx context.Context, ticket, openid string) (Handoff, error) {
	return s.phone(ctx, ticket, openid, finish)
}

// Confirmed is the PC's confirmation of what the phone submitted.
func (s *Handoffs) Confirmed(ctx context.Context, ref string, enrolmentID int64) (Handoff, error) {
	return s.move(ctx, confirm, "", func() (Handoff, error) { return s.store.Get(ctx, ref, enrolmentID) })
}

// Cancel ends the handoff from the PC. One that is over already stays as it
// is, and an upload with a photo is done.
func (s *Handoffs) Cancel(ctx context.Context, ref string, enrolmentID int64) (Handoff, error) {
	return s.move(ctx, cancel, "", func() (Handoff, error) { return s.store.Get(ctx, ref, enrolmentID) })
}

// CancelSession ends what a session's PC left open: nobody watches it any more,
// and a phone in another hand must not go on.
func (s *Handoffs) CancelSession(ctx context.Context, enrolmentID int64, sessionHash string) error {
	refs, err := s.store.OfSession(ctx, enrolmentID, sessionHash)
	if err != nil {
		return fmt.Errorf("listing a session's handoffs: %w", err)
	}
	for _, ref := range refs {
		_, err := s.Cancel(ctx, ref, enrolmentID)
		if err != nil && !errors.Is(err, ErrDone) && !errors.Is(err, ErrUnknown) {
			return fmt.Errorf("cancelling a session's handoffs: %w", err)
		}
	}
	return nil
}

// State returns how the handoff stands, to the student it belongs to.
func (s *Handoffs) State(ctx context.Context, ref string, enrolmentID int64) (Handoff, error) {
	h, err := s.store.Get(ctx, ref, enrolmentID)
	return h.at(s.time()), err
}

// Peek returns how the handoff of a ticket stands before it is known whose
// phone asks. Nothing of the student may be shown from it.
func (s *Handoffs) Peek(ctx context.Context, ticket string) (Handoff, error) {
	h, err := s.store.Find(ctx, ticketSHA(ticket))
	return h.at(s.time()), err
}

// ByTicket returns the handoff to the phone that scanned it, in any state that
// is not an end other than done; every other comer is refused.
func (s *Handoffs) ByTicket(ctx context.Context, ticket, openid string) (Handoff, error) {
	h, err := s.Peek(ctx, ticket)
	if err != nil {
		return Handoff{}, err
	}
	if _, err := h.next(finish, openid, s.time()); err != nil {
		return Handoff{}, err
	}
	return h, nil
}

func (s *Handoffs) phone(ctx context.Context, ticket, openid string, e event, with ...func(*Handoff)) (Handoff, error) {
	if openid == "" {
		return Handoff{}, ErrNotYours
	}
	return s.move(ctx, e, openid, func() (Handoff, error) { return s.store.Find(ctx, ticketSHA(ticket)) }, with...)
}

// maxTries is far above what two screens cause; only a crowd that scans one
// code gets there, and all but one of it are refused on their second try.
const maxTries = 50

func (s *Handoffs) move(ctx context.Context, e event, openid string, read func() (Handoff, error), with ...func(*Handoff)) (Handoff, error) {
	for range maxTries {
		h, err := read()
		if err != nil {
			return Handoff{}, err
		}
		now := s.time()
		next, err := h.next(e, openid, now)
		if err != nil {
			return Handoff{}, err
		}
		if next.Rev == h.Rev {
			return next, nil
		}
		next.Trouble = ""
		for _, change := range with {
			change(&next)
		}
		won, err := s.store.Swap(ctx, next, next.keep(now))
		if err != nil {
			return Handoff{}, fmt.Errorf("moving a handoff by %s: %w", e, err)
		}
		if won {
			return next, nil
		}
	}
	return Handoff{}, errors.New("moving a handoff: it changes all the time")
}

// keep is how long the record has to be kept from now on.
func (h Handoff) keep(now time.Time) time.Duration {
	if h.State.Ended() {
		return afterTime
	}
	return h.ExpiresAt.Sub(now) + afterTime
}

func (s *Handoffs) time() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

func ticketSHA(ticket string) string {
	h := sha256.Sum256([]byte(ticket))
	return hex.EncodeToString(h[:])
}
