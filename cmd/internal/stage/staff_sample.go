package stage

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"ruxue/cmd/internal/app"
	"ruxue/repo/mysql"
	"ruxue/service/fault"
	"ruxue/service/reference"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// samplePeople are the demonstration's staff, one of each role.
var samplePeople = []staff.Person{
	{Login: "guanli", Name: "周敏", Office: "信息中心", Role: staff.Administrator},
	{Login: "xueji", Name: "王丽", Office: "学籍管理部", Role: staff.Registrar},
	{Login: "caiwu", Name: "陈静", Office: "财务处", Role: staff.Finance},
	{Login: "suzhou", Name: "赵强", Office: "苏州教学点", Role: staff.Site, Sites: []string{"102"}},
}

// SampleStaff makes the demonstration's accounts where they are missing and
// gives all of them one new password. The administrator, who needs a second
// factor, gets backup codes. Nothing but the demonstration calls it.
func SampleStaff(ctx context.Context, db *mysql.DB, appID string) ([]*Staff, error) {
	store := db.Staff(appID)
	password := "demo-" + reference.New()[:8]
	hash, err := student.NewArgon(1, rand.Reader).Hash(ctx, password)
	if err != nil {
		return nil, err
	}
	var out []*Staff
	for _, p := range samplePeople {
		a, err := store.ByLogin(ctx, p.Login)
		if fault.Is(err, fault.NotFound) {
			a, _, err = app.AddStaff(ctx, db, p)
		}
		if err != nil {
			return nil, fmt.Errorf("preparing the sample account %s: %w", p.Login, err)
		}
		s := &Staff{ID: a.ID, Ref: a.Ref, Role: a.Role, Name: a.Name, Login: a.Login, Password: password, Now: time.Now}
		err = db.InTx(ctx, func(ctx context.Context) error {
			if _, err := store.SetPassword(ctx, a.ID, hash, true); err != nil {
				return err
			}
			if a.Role != staff.Administrator {
				return nil
			}
			return sampleFactor(ctx, store, a, s)
		})
		if err != nil {
			return nil, fmt.Errorf("preparing the sample account %s: %w", p.Login, err)
		}
		out = append(out, s)
	}
	return out, nil
}

// sampleFactor gives the account a second factor that the demonstration can
// print: an app whose secret nobody knows, and backup codes.
func sampleFactor(ctx context.Context, store *mysql.Staff, a *staff.Account, s *Staff) error {
	secret := make([]byte, 20)
	_, _ = rand.Read(secret)
	s.Codes = nil
	for i := range 10 {
		s.Codes = append(s.Codes, fmt.Sprintf("%s%d", sixLetters(), i))
	}
	if err := store.SetTOTP(ctx, a, secret, 0); err != nil {
		return err
	}
	return store.SetBackupCodes(ctx, a.ID, s.Codes)
}

func sixLetters() string {
	var b [6]byte
	_, _ = rand.Read(b[:])
	for i := range b {
		b[i] = 'a' + b[i]%26
	}
	return string(b[:])
}
