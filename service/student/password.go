package student

import (
	"context"
	"crypto/subtle"
	"fmt"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"ruxue/service/campaign"
	"ruxue/service/fault"
)

// Bounds on wrong passwords. One network that guesses at an account is locked
// out of it for a while, and nobody else is: a stranger cannot lock a college
// out. Many networks that guess at one account close its password until the
// phone is proven by SMS, which no stranger can prevent. Both count by the
// typed phone, whether it has an account or not.
const (
	PasswordTries   = 10 // per account and network
	PasswordLock    = 15 * time.Minute
	AccountTries    = 100 // per account
	AccountInterval = 24 * time.Hour
)

// TryStore counts tries, each call one atomic step.
type TryStore interface {
	// Take counts a try under key and returns how many are left; left is -1
	// when limit tries were used up, and wait how long until they are forgotten.
	Take(ctx context.Context, key string, limit int, window time.Duration) (left int, wait time.Duration, err error)
	// Clear forgets the tries.
	Clear(ctx context.Context, key string) error
}

// PasswordStore is what login by password needs of the records.
type PasswordStore interface {
	// AllByPhone returns the enrolments with that phone, none when there are
	// more than limit.
	AllByPhone(ctx context.Context, campaignID int64, phone string, limit int) ([]*Enrolment, error)
	// PasswordHash returns "" while the initial password counts.
	PasswordHash(ctx context.Context, enrolmentID int64) (string, error)
	SetPasswordHash(ctx context.Context, enrolmentID int64, hash string) error
}

// Passwords is login by phone and password.
type Passwords struct {
	students *Service
	store    PasswordStore
	tries    TryStore
	argon    *Argon
}

// NewPasswords returns a Passwords that shares the limits and codes of s.
func NewPasswords(s *Service, store PasswordStore, tries TryStore, argon *Argon) *Passwords {
	return &Passwords{students: s, store: store, tries: tries, argon: argon}
}

// PasswordCredentials are what a student types to log in by password.
type PasswordCredentials struct {
	Phone, Password string
	Name            string // asked for only where phone and password are those of several students
	AppID, OpenID   string // from OAuth, "" outside WeChat
	IP              string
}

// Login compares the password, or the initial one until another was chosen. An
// unknown phone and a wrong password have one answer at one cost: the same two
// queries and one argon2id. Students who share a phone are told apart by the
// password (each takes its own argon2id), and by the name where that is the same.
func (p *Passwords) Login(ctx context.Context, c *campaign.Campaign, in PasswordCredentials) (*Enrolment, error) {
	in.Phone = NormalizePhone(in.Phone)
	if err := checkAccount(in.Phone, in.Password); err != nil {
		return nil, err
	}
	s := p.students
	if err := s.limit(ctx, "login-ip:"+in.IP, s.ipLimit(in.IP, s.limits.LoginPerIPHour), time.Hour,
		"当前网络登录太频繁，请稍后再试"); err != nil {
		return nil, err
	}
	left, err := p.take(ctx, c, in.Phone, in.IP)
	if err != nil {
		return nil, err
	}
	matched, err := p.compare(ctx, c, in.Phone, in.Password)
	if err != nil {
		return nil, err
	}
	if len(matched) == 0 {
		return nil, wrongPassword(left, "账户或密码不正确").On("password")
	}
	e, err := byName(c, matched, in.Name)
	if err != nil {
		return nil, err
	}
	if err := p.clear(ctx, c, in.Phone, in.IP); err != nil {
		return nil, err
	}
	if err := s.checkWindow(ctx, c, e); err != nil {
		return nil, err
	}
	return e, s.bind(ctx, e, Credentials{Phone: e.Phone, AppID: in.AppID, OpenID: in.OpenID})
}

// checkAccount checks the two fields before anything is looked up.
func checkAccount(phone, password string) error {
	if phone == "" {
		return fault.New(fault.Invalid, "手机号不能为空").On("phone")
	}
	if err := CheckPhone(phone); err != nil {
		return err
	}
	if password == "" {
		return fault.New(fault.Invalid, "密码不能为空").On("password")
	}
	if utf8.RuneCountInString(password) > maxPassword {
		return fault.New(fault.Invalid, "密码不能超过 64 位，请检查").On("password")
	}
	return nil
}

// compare returns the enrolments with that phone whose password it is.
func (p *Passwords) compare(ctx context.Context, c *campaign.Campaign, phone, typed string) ([]*Enrolment, error) {
	all, err := p.store.AllByPhone(ctx, c.ID, phone, maxSharing)
	if err != nil {
		return nil, fmt.Errorf("finding the account: %w", err)
	}
	if len(all) == 0 { // no enrolment has the id 0: the query is asked all the same
		_, err := p.right(ctx, 0, nil, typed)
		return nil, err
	}
	var out []*Enrolment
	for _, e := range all {
		right, err := p.right(ctx, e.ID, e, typed)
		if err != nil {
			return nil, err
		}
		if right {
			out = append(out, e)
		}
	}
	return out, nil
}

func (p *Passwords) right(ctx context.Context, id int64, e *Enrolment, typed string) (bool, error) {
	hash, err := p.store.PasswordHash(ctx, id)
	if err != nil {
		return false, fmt.Errorf("reading the password: %w", err)
	}
	if hash != "" {
		return p.argon.Verify(ctx, hash, typed)
	}
	if err := p.argon.Dummy(ctx, typed); err != nil {
		return false, err
	}
	if e == nil {
		return false, nil
	}
	initial := InitialPassword(e.Person)
	same := subtle.ConstantTimeCompare([]byte(initial), []byte(NormalizeIDNumber(typed))) == 1
	return same && initial != "", nil
}

// take counts a try before it is compared, so that tries at the same moment
// cannot exceed the bounds.
func (p *Passwords) take(ctx context.Context, c *campaign.Campaign, phone, ip string) (left int, err error) {
	left, wait, err := p.tries.Take(ctx, networkKey(c, phone, ip), PasswordTries, PasswordLock)
	if err != nil {
		return 0, fmt.Errorf("counting a password: %w", err)
	}
	if left < 0 {
		return 0, locked(wait)
	}
	all, wait, err := p.tries.Take(ctx, accountKey(c, phone), AccountTries, AccountInterval)
	if err != nil {
		return 0, fmt.Errorf("counting a password: %w", err)
	}
	if all < 0 {
		return 0, fault.New(fault.TooMany, "这个账户输错密码的次数太多，请点“忘记密码”，用短信验证码重新设置").On("password").After(wait)
	}
	return left, nil
}

func (p *Passwords) clear(ctx context.Context, c *campaign.Campaign, phone, ip string) error {
	for _, key := range []string{networkKey(c, phone, ip), accountKey(c, phone)} {
		if err := p.tries.Clear(ctx, key); err != nil {
			return fmt.Errorf("forgetting wrong passwords: %w", err)
		}
	}
	return nil
}

// Unlock forgets the account's wrong passwords; a network that guessed at it
// stays locked out for PasswordLock.
func (p *Passwords) Unlock(ctx context.Context, c *campaign.Campaign, e *Enrolment) error {
	if err := p.tries.Clear(ctx, accountKey(c, e.Phone)); err != nil {
		return fmt.Errorf("forgetting wrong passwords: %w", err)
	}
	return nil
}

func wrongPassword(left int, sentence string) *fault.Error {
	if left == 0 {
		return locked(PasswordLock)
	}
	return fault.Newf(fault.Unauthorized, "%s，还可以再试 %d 次", sentence, left)
}

// locked says how long to wait, rounded up to minutes.
func locked(wait time.Duration) *fault.Error {
	minutes := int((wait + time.Minute - 1) / time.Minute)
	return fault.Newf(fault.TooMany, "密码输错 %d 次，请 %d 分钟后再试，或点“忘记密码”用短信验证码重新设置",
		PasswordTries, max(minutes, 1)).On("password").After(wait)
}

func accountKey(c *campaign.Campaign, phone string) string { return "account:" + c.Code + ":" + phone }

func networkKey(c *campaign.Campaign, phone, ip string) string {
	return accountKey(c, phone) + ":" + Network(ip)
}

// Network is what counts as one place on the net: an IPv4 address, or the /64
// that one household has of IPv6.
func Network(ip string) string {
	addr, err := netip.ParseAddr(strings.TrimSpace(ip))
	if err != nil {
		return ip
	}
	if addr = addr.Unmap(); addr.Is4() {
		return addr.String()
	}
	prefix, err := addr.WithZone("").Prefix(64)
	if err != nil {
		return ip
	}
	return prefix.String()
}
