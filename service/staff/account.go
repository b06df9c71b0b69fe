package staff

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"ruxue/service/fault"
)

// Store keeps the accounts.
type Store interface {
	InTx(ctx context.Context, fn func(ctx context.Context) error) error
	// Insert stores a new account; fault.Conflict when the login is taken.
	Insert(ctx context.Context, a *Account) error
	// ByID and ByLogin return fault.NotFound without an account.
	ByID(ctx context.Context, id int64) (*Account, error)
	ByLogin(ctx context.Context, login string) (*Account, error)
	// SetPassword stores a hash; own says that its holder chose the password.
	// Every other session ends: the epoch is raised and returned.
	SetPassword(ctx context.Context, id int64, hash string, own bool) (epoch int, err error)
	// LoggedIn notes the time of a complete login.
	LoggedIn(ctx context.Context, id int64) error
	FactorStore
	BindStore
	PeopleStore
}

// Hasher hashes passwords at a bounded cost.
type Hasher interface {
	Hash(ctx context.Context, password string) (string, error)
	Verify(ctx context.Context, hash, password string) (bool, error)
	// Dummy costs what Verify costs.
	Dummy(ctx context.Context, password string) error
}

// TryStore counts failures that a success forgets.
type TryStore interface {
	Take(ctx context.Context, key string, limit int, window time.Duration) (left int, wait time.Duration, err error)
	Clear(ctx context.Context, key string) error
}

// Options are a Service's parts.
type Options struct {
	Store  Store
	Hasher Hasher
	Tries  TryStore
	Scans  ScanStore
	Cipher Cipher
	Now    func() time.Time
	Rand   io.Reader
}

// Service is the accounts of staff.
type Service struct {
	store  Store
	hasher Hasher
	tries  TryStore
	scans  ScanStore
	cipher Cipher
	now    func() time.Time
	rand   io.Reader
}

// New returns a Service.
func New(o Options) *Service {
	return &Service{store: o.Store, hasher: o.Hasher, tries: o.Tries, scans: o.Scans, cipher: o.Cipher, now: o.Now, rand: o.Rand}
}

// Person is what an administrator says of an account.
type Person struct {
	Login, Name, Office string
	Role                Role
	Sites               []string // codes; of the role Site alone
}

var loginRule = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{2,63}$`)

// normal returns the person in the form that is stored, or the first that is
// wrong.
func (p Person) normal() (Person, error) {
	p = p.trimmed()
	if wrong := p.Mistakes(); len(wrong) > 0 {
		return p, wrong[0]
	}
	if p.Role != Site {
		p.Sites = nil
	}
	return p, nil
}

// trimmed is the person without what nobody meant to type.
func (p Person) trimmed() Person {
	p.Login = strings.ToLower(strings.TrimSpace(p.Login))
	p.Name, p.Office = strings.TrimSpace(p.Name), strings.TrimSpace(p.Office)
	var sites []string
	for _, s := range p.Sites {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(sites, s) {
			sites = append(sites, s)
		}
	}
	p.Sites = sites
	return p
}

// Mistakes are all that is wrong of what was typed, at most one for each of the
// fields name, login, office, role and sites.
func (p Person) Mistakes() (wrong []*fault.Error) {
	p = p.trimmed()
	refuse := func(field, sentence string) {
		wrong = append(wrong, fault.New(fault.Invalid, sentence).On(field))
	}
	switch {
	case p.Name == "":
		refuse("name", "请输入姓名")
	case !words(p.Name):
		refuse("name", "姓名不能超过 50 个字")
	}
	if !loginRule.MatchString(p.Login) {
		refuse("login", "账号为 3 至 64 位小写字母、数字或 . _ @ -，以字母或数字开头")
	}
	if !words(p.Office) {
		refuse("office", "部门不能超过 50 个字")
	}
	if !p.Role.known() {
		refuse("role", "请选择角色")
	}
	switch {
	case p.Role == Site && len(p.Sites) == 0:
		refuse("sites", "教学点老师至少要有一个教学点代码")
	case len(p.Sites) > 200 || slices.ContainsFunc(p.Sites, func(s string) bool { return utf8.RuneCountInString(s) > 32 }):
		refuse("sites", "教学点代码每个不超过 32 个字，最多 200 个")
	}
	return wrong
}

// words reports whether a text of one line is short enough for a name.
func words(s string) bool {
	return utf8.RuneCountInString(s) <= 50 && !strings.ContainsFunc(s, unicode.IsControl)
}

// Add makes an account and returns it with its one-time password, which is
// shown once and replaced at the first login.
func (s *Service) Add(ctx context.Context, p Person) (*Account, string, error) {
	p, err := p.normal()
	if err != nil {
		return nil, "", err
	}
	password, err := s.oneTimePassword()
	if err != nil {
		return nil, "", err
	}
	hash, err := s.hasher.Hash(ctx, password)
	if err != nil {
		return nil, "", err
	}
	a := &Account{Login: p.Login, Name: p.Name, Office: p.Office, Role: p.Role, Sites: p.Sites, PasswordHash: hash}
	if err := s.store.InTx(ctx, func(ctx context.Context) error { return s.store.Insert(ctx, a) }); err != nil {
		return nil, "", fmt.Errorf("adding an account: %w", err)
	}
	return a, password, nil
}

// oneTimePassword has some 60 bits.
func (s *Service) oneTimePassword() (string, error) { return s.readable(12, 4) }

// Current returns the account behind a session, or fault.Unauthorized when the
// session has ended: too long idle, the account disabled, its password changed,
// the WeChat that opened it no longer bound.
func (s *Service) Current(ctx context.Context, sess Session) (*Account, error) {
	if !sess.Alive(s.now()) {
		return nil, fault.New(fault.Unauthorized, "")
	}
	a, err := s.store.ByID(ctx, sess.StaffID)
	if fault.Is(err, fault.NotFound) {
		return nil, fault.New(fault.Unauthorized, "")
	}
	if err != nil {
		return nil, fmt.Errorf("reading the account of a session: %w", err)
	}
	if a.Disabled || a.Epoch != sess.Epoch || sess.ReviewOnly && (a.OpenID == "" || a.OpenID != sess.OpenID) {
		return nil, fault.New(fault.Unauthorized, "")
	}
	return a, nil
}
