package staff

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"ruxue/service/fault"
)

// Bounds on wrong passwords and codes. One network that guesses at an account
// is locked out of it for a while, nobody else is; many networks that guess at
// one account close it for an hour, except on the devices where its holder
// logged in before. All count by what was typed, whether such an account exists
// or not.
const (
	Tries        = 5 // per account and network, or known device
	Lock         = 15 * time.Minute
	AccountTries = 50 // per account
	AccountLock  = time.Hour
)

// Bounds of a password, in characters.
const (
	minPassword = 10
	maxPassword = 64
)

var errPassword = "账号或密码不正确"

// Login compares the password of an account that is not disabled. An unknown
// account, a disabled one and a wrong password have one answer at one cost.
func (s *Service) Login(ctx context.Context, login, password string, at Place) (*Account, error) {
	login = strings.ToLower(strings.TrimSpace(login))
	switch {
	case login == "":
		return nil, fault.New(fault.Invalid, "请输入账号").On("login")
	case utf8.RuneCountInString(login) > 64:
		return nil, fault.New(fault.Invalid, "账号不超过 64 位，请检查").On("login")
	case password == "":
		return nil, fault.New(fault.Invalid, "请输入密码").On("password")
	case utf8.RuneCountInString(password) > maxPassword:
		return nil, fault.New(fault.Invalid, "密码不超过 64 位，请检查").On("password")
	}
	left, err := s.take(ctx, secret{login: login}, at, "password")
	if err != nil {
		return nil, err
	}
	a, err := s.store.ByLogin(ctx, login)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, fmt.Errorf("finding the account: %w", err)
	}
	right, err := s.right(ctx, a, password)
	if err != nil {
		return nil, err
	}
	if !right {
		return nil, wrong(left, errPassword, "password")
	}
	return a, s.forget(ctx, secret{login: login}, at)
}

func (s *Service) right(ctx context.Context, a *Account, password string) (bool, error) {
	if a == nil {
		return false, s.hasher.Dummy(ctx, password)
	}
	ok, err := s.hasher.Verify(ctx, a.PasswordHash, password)
	return ok && !a.Disabled, err
}

func wrong(left int, sentence, field string) error {
	if left == 0 {
		return locked(Lock, field)
	}
	return fault.Newf(fault.Unauthorized, "%s，还可以再试 %d 次", sentence, left).On(field)
}

// locked says how long to wait, rounded up to minutes.
func locked(wait time.Duration, field string) error {
	minutes := max(int((wait+time.Minute-1)/time.Minute), 1)
	return fault.Newf(fault.TooMany, "输错的次数太多，请 %d 分钟后再试", minutes).On(field).After(wait)
}

// Complete notes that the login is complete: password and second factor.
func (s *Service) Complete(ctx context.Context, a *Account) error {
	if err := s.store.LoggedIn(ctx, a.ID); err != nil {
		return fmt.Errorf("noting a login: %w", err)
	}
	return nil
}

// ChangePassword replaces the account's password by one that its holder chose
// and returns the epoch of the sessions that go on. old is compared unless the
// one-time password, with which she just logged in, is being replaced. note
// records it, in the transaction that stores it.
func (s *Service) ChangePassword(ctx context.Context, a *Account, old, password, again string, at Place, note func(ctx context.Context) error) (epoch int, err error) {
	if err := checkNewPassword(a, password, again); err != nil {
		return 0, err
	}
	if a.PasswordOwn {
		left, err := s.take(ctx, secret{login: a.Login}, at, "old")
		if err != nil {
			return 0, err
		}
		ok, err := s.hasher.Verify(ctx, a.PasswordHash, old)
		if err != nil {
			return 0, err
		}
		if !ok {
			f, _ := fault.As(wrong(left, "现在的密码不正确", "old"))
			if f.Kind == fault.Unauthorized {
				f.Kind = fault.Invalid // she is logged in
			}
			return 0, f
		}
		if err := s.forget(ctx, secret{login: a.Login}, at); err != nil {
			return 0, err
		}
	}
	if same, err := s.hasher.Verify(ctx, a.PasswordHash, password); err != nil || same {
		if err != nil {
			return 0, err
		}
		return 0, fault.New(fault.Invalid, "新密码不能与现在的密码相同，请换一个").On("password")
	}
	hash, err := s.hasher.Hash(ctx, password)
	if err != nil {
		return 0, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		if epoch, err = s.store.SetPassword(ctx, a.ID, hash, true); err != nil {
			return fmt.Errorf("storing a password: %w", err)
		}
		return note(ctx)
	})
	return epoch, err
}

// checkNewPassword refuses what is short or guessed first.
func checkNewPassword(a *Account, password, again string) error {
	n, lower := utf8.RuneCountInString(password), strings.ToLower(password)
	problem := ""
	switch {
	case n == 0:
		problem = "请输入新密码"
	case n < minPassword:
		problem = "新密码至少 10 位，请再加几位"
	case n > maxPassword:
		problem = "新密码不能超过 64 位"
	case strings.Contains(lower, a.Login):
		problem = "新密码不能包含账号，请换一个"
	case strings.Trim(password, "0123456789") == "":
		problem = "新密码不能只有数字，请加上字母"
	case strings.Trim(lower, lower[:1]) == "":
		problem = "新密码太简单，请换一个"
	}
	if problem != "" {
		return fault.New(fault.Invalid, problem).On("password")
	}
	if again != password {
		return fault.New(fault.Invalid, "两次输入的新密码不一致，请重新输入").On("again")
	}
	return nil
}
