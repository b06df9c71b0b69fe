package stage

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"ruxue/service/student"
)

// NewPassword is what the walkers choose at their first login.
const NewPassword = "zhengque-2026"

// PasswordSteps are the acts of a student of the campaign with passwords on a
// phone alone, in order. Each is safe to repeat from the first on.
func PasswordSteps() []Step {
	return []Step{{"login", PasswordLogin}, {"password", choosePassword}, {"face", faceAt("wust")}, {"sign", signAndConfirm}}
}

// PasswordLogin opens the page (in WeChat by way of OAuth) and logs in with the
// initial password, or with the chosen one at a later login.
func PasswordLogin(ctx context.Context, w *Walker, s Student) error {
	a, err := w.Get(ctx, "/c/wust/")
	if err := want(a, err); err != nil || a.Path != "/c/wust/login" {
		return err
	}
	for _, password := range []string{student.InitialPassword(student.Person{IDNumber: s.IDNumber}), NewPassword} {
		a, err = w.Post(ctx, "/c/wust/login", url.Values{"phone": {s.Phone}, "password": {password}, "consent": {"1"}})
		if err != nil || a.Status == http.StatusOK {
			return err
		}
	}
	return want(a, err)
}

func choosePassword(ctx context.Context, w *Walker, _ Student) error {
	a, err := w.Get(ctx, "/c/wust/")
	if err := want(a, err); err != nil || a.Path != "/c/wust/password" {
		return err
	}
	a, err = w.Post(ctx, "/c/wust/password", url.Values{"password": {NewPassword}, "again": {NewPassword}})
	return want(a, err)
}

func signAndConfirm(ctx context.Context, w *Walker, _ Student) error {
	a, err := w.AskJSON(ctx, "/c/wust/sign/commitment", Handwriting())
	if err := want(a, err); err != nil {
		return err
	}
	ref, _ := a.JSON()["signature"].(string)
	a, err = w.Post(ctx, "/c/wust/sign/commitment/confirm", url.Values{"signature": {ref}})
	if err := want(a, err); err != nil {
		return err
	}
	if !strings.HasSuffix(a.Path, "/home") {
		return fmt.Errorf("after 确认签署 comes %s", a.Path)
	}
	return nil
}
