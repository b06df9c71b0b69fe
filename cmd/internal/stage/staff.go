package stage

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"ruxue/cmd/internal/app"
	"ruxue/repo/mysql"
	"ruxue/service/staff"
)

// StaffPassword is what the walkers of staff choose at their first login.
const StaffPassword = "gongzuo-renyuan-2026"

// Staff is a staff member who can log in.
type Staff struct {
	ID       int64
	Ref      string
	Role     staff.Role
	Name     string
	Login    string
	Password string // the one-time one until LoginStaff has replaced it
}

// AddStaff makes an account of the role straight in the database, of a
// teaching site's staff with the sites' codes. Its login is the role and a
// random suffix.
//
//	s, err := stage.AddStaff(ctx, db, staff.Site, "100")
//	w := stage.NewWalker(base, sim, stage.AgentPC, "")
//	err = stage.LoginStaff(ctx, w, s)     // from here on w is logged in
//	a, err := w.Get(ctx, "/staff/review")
//
// Tests of cmd/internal/app have all of it in one call: w.staff(staff.Site, "100").
func AddStaff(ctx context.Context, db *mysql.DB, role staff.Role, sites ...string) (*Staff, error) {
	p := staff.Person{Login: string(role) + "-" + strings.ToLower(strings.Trim(mysql.NewRef()[:8], "-_")),
		Name: role.Words()[:len("管理")] + "老师", Office: "学籍管理部", Role: role, Sites: sites}
	a, password, err := app.AddStaff(ctx, db, p)
	if err != nil {
		return nil, fmt.Errorf("adding staff: %w", err)
	}
	return &Staff{ID: a.ID, Ref: a.Ref, Role: role, Name: a.Name, Login: a.Login, Password: password}, nil
}

// LoginStaff logs the device in as the staff member, through every step that
// the login demands.
func LoginStaff(ctx context.Context, w *Walker, s *Staff) error {
	a, err := w.Post(ctx, "/staff/login", url.Values{"login": {s.Login}, "password": {s.Password}})
	if err := want(a, err, http.StatusOK); err != nil {
		return err
	}
	if a.Path == "/staff/password" {
		a, err = w.Post(ctx, "/staff/password", url.Values{"password": {StaffPassword}, "again": {StaffPassword}})
		if err := want(a, err, http.StatusOK); err != nil {
			return err
		}
		s.Password = StaffPassword
	}
	a, err = w.Do(ctx, http.MethodGet, "/staff/session", "", nil, true)
	return want(a, err, http.StatusOK)
}
