package stage

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"ruxue/cmd/internal/app"
	"ruxue/repo/mysql"
	"ruxue/service/reference"
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
	// Secret is of her authenticator app and Codes are her backup codes, once
	// LoginStaff has set them up.
	Secret string
	Codes  []string
	Now    func() time.Time // the product's clock
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
	p := staff.Person{Login: string(role) + "-" + strings.ToLower(strings.Trim(reference.New()[:8], "-_")),
		Name: role.Words()[:len("管理")] + "老师", Office: "学籍管理部", Role: role, Sites: sites}
	a, password, err := app.AddStaff(ctx, db, p)
	if err != nil {
		return nil, fmt.Errorf("adding staff: %w", err)
	}
	return &Staff{ID: a.ID, Ref: a.Ref, Role: role, Name: a.Name, Login: a.Login, Password: password, Now: time.Now}, nil
}

// LoginStaff logs the device in as the staff member, through every step that
// the login demands: the one-time password is replaced, an administrator sets up
// an authenticator app.
func LoginStaff(ctx context.Context, w *Walker, s *Staff) error {
	a, err := w.Post(ctx, "/staff/login", url.Values{"login": {s.Login}, "password": {s.Password}})
	if err := want(a, err); err != nil {
		return err
	}
	if a.Path == "/staff/factor" {
		if len(s.Codes) == 0 {
			return fmt.Errorf("no backup code is left for %s", s.Login)
		}
		a, err = w.Post(ctx, a.Path, url.Values{"code": {s.Codes[0]}})
		if err := want(a, err); err != nil {
			return err
		}
		s.Codes = s.Codes[1:]
	}
	if a.Path == "/staff/password" {
		a, err = w.Post(ctx, "/staff/password", url.Values{"password": {StaffPassword}, "again": {StaffPassword}})
		if err := want(a, err); err != nil {
			return err
		}
		s.Password = StaffPassword
	}
	if a.Path == "/staff/factor/setup" {
		if _, err := SetUpApp(ctx, w, s, a); err != nil {
			return err
		}
	}
	a, err = w.Do(ctx, http.MethodGet, "/staff/session", "", nil, true)
	return want(a, err)
}

var (
	sealedField = regexp.MustCompile(`name="sealed" value="([^"]+)"`)
	secretOnSet = regexp.MustCompile(`(?s)class="setup-secret">(.*?)</p>`)
	codeOnPage  = regexp.MustCompile(`<li>([a-z0-9]{5}-[a-z0-9]{5})</li>`)
)

// SetUpApp sets an authenticator app up on the page of GET /staff/factor/setup.
func SetUpApp(ctx context.Context, w *Walker, s *Staff, page Answer) (Answer, error) {
	sealed, secret := sealedField.FindStringSubmatch(page.Body), secretOnSet.FindStringSubmatch(page.Body)
	if sealed == nil || secret == nil {
		return Answer{}, fmt.Errorf("%s shows no secret: %.300s", page.Path, plain(page.Body))
	}
	s.Secret = strings.ReplaceAll(plain(secret[1]), " ", "")
	code, err := staff.CodeOf(s.Secret, s.Now())
	if err != nil {
		return Answer{}, err
	}
	a, err := w.Post(ctx, "/staff/factor/setup", url.Values{"sealed": {sealed[1]}, "code": {code}})
	if err := want(a, err); err != nil {
		return a, err
	}
	for _, m := range codeOnPage.FindAllStringSubmatch(a.Body, -1) {
		s.Codes = append(s.Codes, m[1])
	}
	return a, nil
}
