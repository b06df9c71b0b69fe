package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ruxue/service/fault"
	"ruxue/service/reference"
	"ruxue/service/staff"
)

// Staff stores the accounts of staff. Bound WeChats are those of one Official
// Account.
type Staff struct {
	*DB
	appID string
}

// Staff returns the store of accounts, with the WeChats of the Official Account
// of that app id.
func (d *DB) Staff(appID string) *Staff { return &Staff{d, appID} }

type staffRow struct {
	ID           int64          `db:"id"`
	Ref          string         `db:"ref"`
	Login        string         `db:"login"`
	Name         string         `db:"name"`
	Office       string         `db:"office"`
	Role         string         `db:"role"`
	State        string         `db:"state"`
	Epoch        int            `db:"epoch"`
	PasswordHash string         `db:"password_hash"`
	PasswordOwn  bool           `db:"password_own"`
	TOTP         bool           `db:"has_totp"`
	ScanFactor   bool           `db:"scan_factor"`
	FactorAt     *time.Time     `db:"factor_at"`
	AppID        sql.NullString `db:"app_id"`
	OpenID       sql.NullString `db:"openid"`
	BoundAt      *time.Time     `db:"bound_at"`
	LastLoginAt  *time.Time     `db:"last_login_at"`
	CreatedAt    time.Time      `db:"created_at"`
}

const selectStaff = `SELECT s.id, s.ref, s.login, s.name, s.office, s.role, s.state, s.epoch, s.password_hash, s.password_own,
	CASE WHEN s.totp_cipher IS NULL THEN 0 ELSE 1 END AS has_totp, s.scan_factor, s.factor_at, s.app_id, s.openid, s.bound_at,
	s.last_login_at, s.created_at FROM staff s `

// States of an account.
const (
	staffActive   = "active"
	staffDisabled = "disabled"
)

// Insert stores a new account and sets its ID and Ref. Call it in a transaction.
func (s *Staff) Insert(ctx context.Context, a *staff.Account) error {
	ref := reference.New()
	res, err := s.run(ctx, `INSERT INTO staff (ref, login, name, office, role, state, epoch, password_hash,
		password_own, totp_step, scan_factor, created_at, updated_at) VALUES (?,?,?,?,?,?,1,?,?,0,0,?,?)`,
		ref, a.Login, a.Name, a.Office, a.Role, staffActive, a.PasswordHash, a.PasswordOwn, s.now(), s.now())
	if isDuplicate(err) {
		return fault.Wrap(fault.Conflict, "这个账号已经有人使用，请换一个", err).On("login")
	}
	if err != nil {
		return fmt.Errorf("storing an account: %w", err)
	}
	id, err := res.LastInsertId()
	if err != nil {
		return fmt.Errorf("reading the new account's id: %w", err)
	}
	if err := s.setSites(ctx, id, a.Sites); err != nil {
		return err
	}
	a.ID, a.Ref, a.Epoch, a.CreatedAt = id, ref, 1, s.now()
	return nil
}

func (s *Staff) setSites(ctx context.Context, id int64, sites []string) error {
	if _, err := s.run(ctx, `DELETE FROM staff_site WHERE staff_id=?`, id); err != nil {
		return fmt.Errorf("clearing an account's sites: %w", err)
	}
	for _, code := range sites {
		if _, err := s.run(ctx, `INSERT INTO staff_site (staff_id, site_code) VALUES (?,?)`, id, code); err != nil {
			return fmt.Errorf("storing an account's site: %w", err)
		}
	}
	return nil
}

// ByID returns the account; fault.NotFound without one.
func (s *Staff) ByID(ctx context.Context, id int64) (*staff.Account, error) {
	return s.oneAccount(ctx, `WHERE s.id=?`, id)
}

// ByLogin returns the account with that login; fault.NotFound without one.
func (s *Staff) ByLogin(ctx context.Context, login string) (*staff.Account, error) {
	return s.oneAccount(ctx, `WHERE s.login=?`, login)
}

// ByRef returns the account with that outward reference; fault.NotFound without one.
func (s *Staff) ByRef(ctx context.Context, ref string) (*staff.Account, error) {
	return s.oneAccount(ctx, `WHERE s.ref=?`, ref)
}

func (s *Staff) oneAccount(ctx context.Context, where string, args ...any) (*staff.Account, error) {
	r, err := need[staffRow](ctx, s.DB, "没有找到这个账号", "reading an account", selectStaff+where, args...)
	if err != nil {
		return nil, err
	}
	a := s.account(r)
	if a.Role != staff.Site {
		return a, nil
	}
	return a, s.sites(ctx, a)
}

func (s *Staff) sites(ctx context.Context, a *staff.Account) error {
	if err := s.list(ctx, &a.Sites, `SELECT site_code FROM staff_site WHERE staff_id=? ORDER BY site_code`, a.ID); err != nil {
		return fmt.Errorf("reading an account's sites: %w", err)
	}
	return nil
}

func (s *Staff) account(r staffRow) *staff.Account {
	if r.AppID.String != s.appID { // bound in another Official Account
		r.OpenID, r.BoundAt = sql.NullString{}, nil
	}
	return &staff.Account{ID: r.ID, Ref: r.Ref, Login: r.Login, Name: r.Name, Office: r.Office, Role: staff.Role(r.Role),
		Disabled: r.State != staffActive, Epoch: r.Epoch, PasswordHash: r.PasswordHash, PasswordOwn: r.PasswordOwn,
		TOTP: r.TOTP, ScanFactor: r.ScanFactor, FactorAt: r.FactorAt, OpenID: r.OpenID.String, BoundAt: r.BoundAt,
		LastLoginAt: r.LastLoginAt, CreatedAt: r.CreatedAt}
}

// SetPassword stores a hash and ends every session by a new epoch, which it returns.
func (s *Staff) SetPassword(ctx context.Context, id int64, hash string, own bool) (epoch int, err error) {
	err = s.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.run(ctx, `UPDATE staff SET password_hash=?, password_own=?, epoch=epoch+1, updated_at=? WHERE id=?`,
			hash, own, s.now(), id); err != nil {
			return fmt.Errorf("storing a password's hash: %w", err)
		}
		if err := s.get(ctx, &epoch, `SELECT epoch FROM staff WHERE id=?`, id); err != nil {
			return fmt.Errorf("reading an account's epoch: %w", err)
		}
		return nil
	})
	return epoch, err
}

// LoggedIn notes the time of a login.
func (s *Staff) LoggedIn(ctx context.Context, id int64) error {
	return s.exec(ctx, "storing the time of a login", `UPDATE staff SET last_login_at=? WHERE id=?`, s.now(), id)
}
