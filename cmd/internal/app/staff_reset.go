package app

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"ruxue/repo/mysql"
	"ruxue/service/audit"
	"ruxue/service/fault"
	"ruxue/service/staff"
)

// StaffReset is what an operator resets for somebody who is locked out.
type StaffReset struct {
	Password bool // a new one-time password
	Factor   bool // without app, WeChat scan and backup codes
	Enable   bool // an account that was shut
}

// ResetStaff does it without the rest of the App, with an entry in the audit
// log in the same transaction, and returns the account as it is then with the
// one-time password, "" without one. Every session of the account ends.
func ResetStaff(ctx context.Context, db *mysql.DB, login string, r StaffReset) (*staff.Account, string, error) {
	if r == (StaffReset{}) {
		return nil, "", fault.New(fault.Invalid, "请用 --password、--factor 或 --enable 写明要重置什么")
	}
	store := db.Staff("")
	s := staff.New(staff.Options{Store: store, Hasher: newArgon(), Now: time.Now, Rand: rand.Reader})
	var a *staff.Account
	password := ""
	err := db.InTx(ctx, func(ctx context.Context) error {
		found, err := store.ByLogin(ctx, strings.ToLower(strings.TrimSpace(login)))
		if err != nil {
			return err
		}
		var did []string
		if r.Password {
			if password, err = s.ResetPassword(ctx, found); err != nil {
				return err
			}
			did = append(did, "重置密码")
		}
		if r.Factor {
			if err := s.ResetFactor(ctx, found); err != nil {
				return err
			}
			did = append(did, "清除二次验证")
		}
		if r.Enable && found.Disabled {
			if err := store.SetDisabled(ctx, found.ID, false); err != nil {
				return err
			}
			did = append(did, "启用账号")
		}
		if a, err = store.ByLogin(ctx, found.Login); err != nil || len(did) == 0 {
			return err
		}
		return audit.NewLog(db.Audits(), time.Now).Add(ctx, audit.Entry{Actor: "system", Action: "staff.reset",
			Subject: "staff:" + a.Ref, Detail: "命令行为 " + a.Login + "（" + a.Name + "）" + strings.Join(did, "、")})
	})
	return a, password, err
}
