package app

import (
	"context"
	"crypto/rand"
	"runtime"
	"time"

	"ruxue/handler"
	"ruxue/repo/mysql"
	"ruxue/repo/redis"
	"ruxue/service/audit"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// wireStaff adds the accounts of staff to the handler's parts. Students and
// staff share one bound on the memory that passwords take.
func (a *App) wireStaff(d *handler.Deps, argon *student.Argon) {
	store := a.DB.Staff(a.cfg.WeChat.AppID)
	d.Staff = staff.New(staff.Options{Store: store, Hasher: argon, Tries: redis.NewTries(a.rdb, a.ring),
		Scans: redis.NewStaffScans(a.rdb), Cipher: a.ring, Now: a.now, Rand: rand.Reader})
	d.StaffSites = store
	d.StaffLinks = a.staffLinks()
	d.StaffSessions = redis.NewStaffSessions(a.rdb)
}

// staffLinks makes and opens the addresses that template messages to staff carry.
func (a *App) staffLinks() *staff.Links {
	return staff.NewLinks(a.ring, a.DB.Staff(a.cfg.WeChat.AppID), a.now)
}

func newArgon() *student.Argon { return student.NewArgon(runtime.GOMAXPROCS(0), rand.Reader) }

// AddStaff makes an account without the rest of the App and returns it with its
// one-time password.
func AddStaff(ctx context.Context, db *mysql.DB, p staff.Person) (*staff.Account, string, error) {
	s := staff.New(staff.Options{Store: db.Staff(""), Hasher: newArgon(), Now: time.Now, Rand: rand.Reader})
	var a *staff.Account
	var password string
	err := db.InTx(ctx, func(ctx context.Context) (err error) {
		if a, password, err = s.Add(ctx, p); err != nil {
			return err
		}
		return audit.NewLog(db.Audits(), time.Now).Add(ctx, audit.Entry{Actor: "system", Action: "staff.add",
			Subject: "staff:" + a.Ref, Detail: "命令行新建账号 " + a.Login + "（" + a.Name + "），角色 " + a.Role.Words()})
	})
	return a, password, err
}
