package student

import (
	"context"
	"crypto/subtle"
	"fmt"
	"time"
	"unicode/utf8"

	"ruxue/service/campaign"
	"ruxue/service/fault"
)

// Limiter counts acts against a limit in a window.
type Limiter interface {
	Allow(ctx context.Context, key string, limit int, window time.Duration) (ok bool, retryAfter time.Duration, err error)
}

// Limits are the bounds on guessing, from configuration.
type Limits struct {
	SMSPerPhoneDay  int
	SMSPerIPHour    int
	LoginPerIDHour  int
	LoginPerIPHour  int
	TrustedNetworks func(ip string) bool // addresses that only the strict limits bind
}

// Store is what login needs of the records.
type Store interface {
	InTx(ctx context.Context, fn func(ctx context.Context) error) error
	// FindByIDNumber returns the enrolment of the person with that number, or
	// fault.NotFound.
	FindByIDNumber(ctx context.Context, campaignID int64, idNumber string) (*Enrolment, error)
	Enrolment(ctx context.Context, id int64) (*Enrolment, error)
	SetPhone(ctx context.Context, e *Enrolment, phone string) error
	// SetFirstLogin records the time unless there is one.
	SetFirstLogin(ctx context.Context, enrolmentID int64) error
	LinkOpenID(ctx context.Context, personID int64, appID, openid string) error
	SetChoice(ctx context.Context, enrolmentID int64, choice string) (bool, error)
	SetVerified(ctx context.Context, enrolmentID int64) error
}

// Service is login and what binds to the person.
type Service struct {
	store   Store
	codes   CodeStore
	sender  Sender
	limiter Limiter
	limits  Limits
	now     func() time.Time
	gate    Gate
}

// Gate tells of campaigns that are held: their window has begun, and they have
// not.
type Gate interface {
	Held(ctx context.Context, c *campaign.Campaign) (bool, error)
}

// Behind lets nobody in while the gate holds a campaign.
func (s *Service) Behind(g Gate) { s.gate = g }

// New returns a Service.
func New(store Store, codes CodeStore, sender Sender, limiter Limiter, limits Limits, now func() time.Time) *Service {
	return &Service{store: store, codes: codes, sender: sender, limiter: limiter, limits: limits, now: now}
}

// Credentials are what a student types to log in.
type Credentials struct {
	IDNumber, Name, Phone, Code string
	AppID, OpenID               string // from OAuth, "" outside WeChat
	IP                          string
}

// Login proves the phone by its code and the person by ID number and name. A
// refusal never says which of the two did not match. A right code is used up
// only by a successful login, so a mistyped name costs no second message.
func (s *Service) Login(ctx context.Context, c *campaign.Campaign, in Credentials) (*Enrolment, error) {
	in.IDNumber, in.Name = NormalizeIDNumber(in.IDNumber), NormalizeName(in.Name)
	in.Phone, in.Code = NormalizePhone(in.Phone), NormalizeCode(in.Code)
	if err := s.admit(ctx, c, in); err != nil {
		return nil, err
	}
	if err := s.tryCode(ctx, c.Code, in.Phone, in.Code); err != nil {
		return s.loginIssued(ctx, c, in, err)
	}
	e, err := s.identify(ctx, c, in)
	if err != nil {
		return nil, err
	}
	if err := s.checkWindow(ctx, c, e); err != nil {
		return nil, err
	}
	if ok, err := s.codes.Use(ctx, c.Code, in.Phone, in.Code); err != nil {
		return nil, fmt.Errorf("using a login code: %w", err)
	} else if !ok {
		return nil, codeFault(CodeUsed, 0)
	}
	return e, s.bind(ctx, e, in)
}

// admit checks the form and the limits before anything is looked up.
func (s *Service) admit(ctx context.Context, c *campaign.Campaign, in Credentials) error {
	if in.IDNumber == "" {
		return fault.New(fault.Invalid, "请输入您的身份证号").On("id_number")
	}
	if looksLikeCitizenNumber(in.IDNumber) {
		if err := CheckIDNumber(in.IDNumber); err != nil {
			return err
		}
	}
	if err := CheckName(in.Name); err != nil {
		return err
	}
	if err := CheckPhone(in.Phone); err != nil {
		return err
	}
	if len(in.Code) != 6 {
		return fault.New(fault.Invalid, "请输入 6 位短信验证码").On("code")
	}
	if err := s.limit(ctx, "login-ip:"+in.IP, s.ipLimit(in.IP, s.limits.LoginPerIPHour), time.Hour,
		"当前网络登录太频繁，请稍后再试"); err != nil {
		return err
	}
	return s.limit(ctx, "login-id:"+c.Code+":"+in.IDNumber, s.limits.LoginPerIDHour, time.Hour,
		"登录尝试太频繁，请一小时后再试，或联系学校")
}

// looksLikeCitizenNumber reports whether the checksum rule applies. Of other
// documents the admitted list decides: most begin with a letter (H1234567) or a
// Han character (an officer's), and a Taiwan resident's permit or a passport may
// be 8 or 9 digits.
func looksLikeCitizenNumber(id string) bool {
	n := utf8.RuneCountInString(id)
	return n == 18 || (id[0] >= '0' && id[0] <= '9' && n != 8 && n != 9)
}

// identify finds the admitted student. Unknown number, other name and other
// phone (strict) give one answer at the same cost.
func (s *Service) identify(ctx context.Context, c *campaign.Campaign, in Credentials) (*Enrolment, error) {
	e, err := s.store.FindByIDNumber(ctx, c.ID, in.IDNumber)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, fmt.Errorf("finding the student: %w", err)
	}
	match := e != nil &&
		subtle.ConstantTimeCompare([]byte(NormalizeName(e.Person.Name)), []byte(in.Name)) == 1 &&
		(!c.Login.StrictPhone || e.Phone == in.Phone)
	if !match {
		return nil, fault.New(fault.Unauthorized, "身份证号和姓名与录取信息不一致，请与录取通知书逐字核对"+callWhom(c))
	}
	return e, nil
}

func callWhom(c *campaign.Campaign) string {
	for _, k := range c.Contacts {
		if k.Phone != "" {
			return "。核对无误仍不能登录，请联系" + k.Office + " " + k.Phone
		}
	}
	return ""
}

// checkWindow lets in who registered already, to read the number, and whom
// staff gave more time.
func (s *Service) checkWindow(ctx context.Context, c *campaign.Campaign, e *Enrolment) error {
	now := s.now()
	if e.State == Registered || (e.ExtendedUntil != nil && now.Before(*e.ExtendedUntil)) {
		return nil
	}
	if !c.Window.Open(now) {
		return fault.New(fault.Closed, c.Window.ClosedSentence(now))
	}
	if s.gate == nil {
		return nil
	}
	held, err := s.gate.Held(ctx, c)
	if err == nil && held {
		return fault.New(fault.Closed, campaign.HeldSentence)
	}
	return err
}

// bind keeps what the login proved, the phone and in WeChat the openid, and
// that there was one.
func (s *Service) bind(ctx context.Context, e *Enrolment, in Credentials) error {
	err := s.store.InTx(ctx, func(ctx context.Context) error {
		if e.Phone != in.Phone {
			if err := s.store.SetPhone(ctx, e, in.Phone); err != nil {
				return err
			}
		}
		if e.FirstLoginAt == nil {
			if err := s.store.SetFirstLogin(ctx, e.ID); err != nil {
				return err
			}
		}
		if in.OpenID == "" {
			return nil
		}
		return s.store.LinkOpenID(ctx, e.Person.ID, in.AppID, in.OpenID)
	})
	if err != nil {
		return fmt.Errorf("keeping what the login proved: %w", err)
	}
	e.Phone = in.Phone
	return nil
}

func (s *Service) ipLimit(ip string, n int) int {
	if s.limits.TrustedNetworks != nil && s.limits.TrustedNetworks(ip) {
		return 0
	}
	return n
}

func (s *Service) limit(ctx context.Context, key string, n int, window time.Duration, sentence string) error {
	if n <= 0 {
		return nil
	}
	ok, wait, err := s.limiter.Allow(ctx, key, n, window)
	if err != nil {
		return fmt.Errorf("counting against a limit: %w", err)
	}
	if !ok {
		return fault.New(fault.TooMany, sentence).After(wait)
	}
	return nil
}
