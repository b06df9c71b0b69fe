package staff

import (
	"context"
	"fmt"

	"ruxue/service/fault"
)

// PeopleStore is what managing accounts needs of the records.
type PeopleStore interface {
	// ByRef returns fault.NotFound without an account.
	ByRef(ctx context.Context, ref string) (*Account, error)
	// List returns a page of accounts by name, and how many there are.
	List(ctx context.Context, offset, limit int) ([]Account, int, error)
	// Update stores name, office, role and sites; the login stays.
	Update(ctx context.Context, id int64, p Person) error
	// SetDisabled ends every session by a new epoch.
	SetDisabled(ctx context.Context, id int64, disabled bool) error
	// EndSessions raises the epoch.
	EndSessions(ctx context.Context, id int64) error
}

// PageSize is how many accounts a page of the list has.
const PageSize = 50

// List returns the page (from 1) of the accounts and how many there are in all.
func (s *Service) List(ctx context.Context, page int) ([]Account, int, error) {
	if page < 1 || page > 1_000_000 {
		page = 1
	}
	list, total, err := s.store.List(ctx, (page-1)*PageSize, PageSize)
	if err != nil {
		return nil, 0, fmt.Errorf("listing accounts: %w", err)
	}
	return list, total, nil
}

// ByRef returns an account, fault.NotFound without one.
func (s *Service) ByRef(ctx context.Context, ref string) (*Account, error) {
	return s.store.ByRef(ctx, ref)
}

// Update changes what an account is for. Nobody changes her own role: so the
// last administrator cannot vanish.
func (s *Service) Update(ctx context.Context, by Actor, a *Account, p Person) error {
	p.Login = a.Login
	p, err := p.normal()
	if err != nil {
		return err
	}
	if a.ID == by.ID && p.Role != a.Role {
		return fault.New(fault.Conflict, "不能修改自己的角色，请让另一位管理员修改").On("role")
	}
	if err := s.store.Update(ctx, a.ID, p); err != nil {
		return fmt.Errorf("changing an account: %w", err)
	}
	return nil
}

// SetDisabled shuts an account or opens it again; its sessions end at once.
func (s *Service) SetDisabled(ctx context.Context, by Actor, a *Account, disabled bool) error {
	if a.ID == by.ID && disabled {
		return fault.New(fault.Conflict, "不能停用自己的账号，请让另一位管理员停用")
	}
	if err := s.store.SetDisabled(ctx, a.ID, disabled); err != nil {
		return fmt.Errorf("disabling an account: %w", err)
	}
	return nil
}

// ResetPassword gives the account a new one-time password, which is shown once;
// its sessions end. The second factor stays.
func (s *Service) ResetPassword(ctx context.Context, a *Account) (string, error) {
	password, err := s.oneTimePassword()
	if err != nil {
		return "", err
	}
	hash, err := s.hasher.Hash(ctx, password)
	if err != nil {
		return "", err
	}
	if _, err := s.store.SetPassword(ctx, a.ID, hash, false); err != nil {
		return "", fmt.Errorf("resetting a password: %w", err)
	}
	return password, nil
}

// ResetFactor takes every second factor away, for who lost phone and backup
// codes; the account's sessions end. An administrator sets up a new one at her
// next login.
func (s *Service) ResetFactor(ctx context.Context, a *Account) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.ClearFactors(ctx, a.ID); err != nil {
			return fmt.Errorf("removing second factors: %w", err)
		}
		if err := s.store.EndSessions(ctx, a.ID); err != nil {
			return fmt.Errorf("ending sessions: %w", err)
		}
		return nil
	})
}

// Confirm compares the password of who is logged in, before an act that would
// let somebody at her screen take the account over.
func (s *Service) Confirm(ctx context.Context, a *Account, password string, at Place) error {
	if password == "" {
		return fault.New(fault.Invalid, "请输入现在的密码").On("password")
	}
	left, err := s.take(ctx, secret{login: a.Login}, at, "password")
	if err != nil {
		return err
	}
	ok, err := s.right(ctx, a, password)
	if err != nil {
		return err
	}
	if !ok {
		f, _ := fault.As(wrong(left, "密码不正确", "password"))
		if f.Kind == fault.Unauthorized {
			f.Kind = fault.Invalid // she is logged in
		}
		return f
	}
	return s.forget(ctx, secret{login: a.Login}, at)
}
