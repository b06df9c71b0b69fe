package staff

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"ruxue/service/fault"
)

func TestAPersonIsChecked(t *testing.T) {
	good := Person{Login: " Wang.Li@HHU ", Name: " 王丽 ", Role: Site, Sites: []string{"100", " 100", "", "101"}}
	p, err := good.normal()
	if err != nil || p.Login != "wang.li@hhu" || p.Name != "王丽" || len(p.Sites) != 2 {
		t.Fatalf("%+v %v", p, err)
	}
	if p, _ := (Person{Login: "abc", Name: "a", Role: Finance, Sites: []string{"100"}}).normal(); p.Sites != nil {
		t.Error("a role that sees all keeps sites")
	}
	for field, edit := range map[string]func(*Person){
		"login":  func(p *Person) { p.Login = "ab" },
		"name":   func(p *Person) { p.Name = " " },
		"role":   func(p *Person) { p.Role = "root" },
		"sites":  func(p *Person) { p.Sites = []string{" "} },
		"office": func(p *Person) { p.Office = strings.Repeat("部", 51) },
	} {
		bad := good
		edit(&bad)
		if _, err := bad.normal(); !fault.Is(err, fault.Invalid) || fieldOf(err) != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, login := range []string{"王丽", "-abc", "a b c", "a'b", strings.Repeat("a", 65), ""} {
		if _, err := (Person{Login: login, Name: "a", Role: Finance}).normal(); fieldOf(err) != "login" {
			t.Errorf("the login %q: %v", login, err)
		}
	}
}

// All that is wrong is said at once, in the form's order.
func TestAllMistakesOfAPersonAreSaid(t *testing.T) {
	for want, p := range map[string]Person{
		"name login role":        {},
		"name login office role": {Name: strings.Repeat("王", 51), Login: "W", Office: "a\nb", Role: "root"},
		"login sites":            {Name: "赵强", Login: "z", Role: Site},
		"sites":                  {Name: "赵强", Login: "zhao", Role: Site, Sites: []string{strings.Repeat("1", 33)}},
		"":                       {Name: "赵强", Login: " Zhao ", Role: Site, Sites: []string{" 101 "}},
	} {
		var fields []string
		for _, m := range p.Mistakes() {
			fields = append(fields, m.Field)
		}
		if got := strings.Join(fields, " "); got != want {
			t.Errorf("%+v: %q, want %q", p, got, want)
		}
	}
}

func fieldOf(err error) string {
	f, ok := fault.As(err)
	if !ok {
		return ""
	}
	return f.Field
}

func TestNewPasswords(t *testing.T) {
	a := &Account{Login: "wangli"}
	for password, want := range map[string]string{"": "请输入新密码", "short-123": "至少 10 位", "1234567890": "不能只有数字",
		"aaaaaaaaaaaa": "太简单", "my-WangLi-2026": "不能包含账号", strings.Repeat("ab", 40): "不能超过"} {
		if err := checkNewPassword(a, password, password); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", password, err)
		}
	}
	if err := checkNewPassword(a, "zhengque-2026", "zhengque-2025"); fieldOf(err) != "again" {
		t.Error(err)
	}
	if err := checkNewPassword(a, "zhengque-2026", "zhengque-2026"); err != nil {
		t.Error(err)
	}
}

func TestSessionsEnd(t *testing.T) {
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	s := Session{StaffID: 1, LoginAt: at, SeenAt: at}
	for name, c := range map[string]struct {
		s    Session
		now  time.Duration
		want bool
	}{
		"after 29 minutes":              {s, 29 * time.Minute, true},
		"after 30 idle minutes":         {s, Idle, false},
		"busy for twelve hours":         {Session{StaffID: 1, LoginAt: at, SeenAt: at.Add(Longest)}, Longest, false},
		"a link's session, two hours":   {Session{StaffID: 1, LoginAt: at, SeenAt: at.Add(ReviewLongest), ReviewOnly: true}, ReviewLongest, false},
		"a full one lives on two hours": {Session{StaffID: 1, LoginAt: at, SeenAt: at.Add(ReviewLongest)}, ReviewLongest, true},
		"nobody's":                      {Session{LoginAt: at, SeenAt: at}, 0, false},
	} {
		if got := c.s.Alive(at.Add(c.now)); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestSecondFactorsDemanded(t *testing.T) {
	at := time.Now()
	for name, c := range map[string]struct {
		a            Account
		demand, must bool
	}{
		"a new administrator":                         {Account{Role: Administrator}, false, true},
		"a registrar without one":                     {Account{Role: Registrar}, false, false},
		"a bound WeChat alone is none":                {Account{Role: Administrator, OpenID: "o"}, false, true},
		"an administrator with an app":                {Account{Role: Administrator, TOTP: true, FactorAt: &at}, true, false},
		"by scan":                                     {Account{Role: Administrator, ScanFactor: true, OpenID: "o", FactorAt: &at}, true, false},
		"whose WeChat is gone: not by password alone": {Account{Role: Administrator, FactorAt: &at}, true, true},
		"a registrar who lost hers":                   {Account{Role: Registrar, FactorAt: &at}, true, true},
	} {
		if c.a.DemandsFactor() != c.demand || c.a.MustSetUp() != c.must {
			t.Errorf("%s: demanded %v, must set up %v", name, c.a.DemandsFactor(), c.a.MustSetUp())
		}
	}
}

// plainCipher seals by writing the associated data before the text.
type plainCipher struct{}

func (plainCipher) Seal(p []byte, ad string) ([]byte, error) {
	return append([]byte(ad+"\n"), p...), nil
}
func (plainCipher) Open(s []byte, ad string) ([]byte, error) {
	p, ok := bytes.CutPrefix(s, []byte(ad+"\n"))
	if !ok {
		return nil, errors.New("sealed for something else")
	}
	return p, nil
}

type oneAccount struct{ a Account }

func (o oneAccount) ByID(_ context.Context, id int64) (*Account, error) {
	if id != o.a.ID {
		return nil, fault.New(fault.NotFound, "")
	}
	a := o.a
	return &a, nil
}

func TestLinks(t *testing.T) {
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	links := func(a Account, at time.Time) *Links {
		return NewLinks(plainCipher{}, oneAccount{a}, func() time.Time { return at })
	}
	path, err := links(Account{ID: 7}, now).Create(t.Context(), 7, "/staff/review?c=hhu")
	if err != nil || !strings.HasPrefix(path, "/staff/r/") {
		t.Fatal(path, err)
	}
	token := strings.TrimPrefix(path, "/staff/r/")
	a, target, err := links(Account{ID: 7}, now.Add(LinkLife-time.Second)).Read(t.Context(), token)
	if err != nil || a.ID != 7 || target != "/staff/review?c=hhu" {
		t.Error(a, target, err)
	}
	for name, l := range map[string]*Links{"expired": links(Account{ID: 7}, now.Add(LinkLife)), "disabled": links(Account{ID: 7, Disabled: true}, now),
		"removed": links(Account{ID: 8}, now)} {
		if _, _, err := l.Read(t.Context(), token); !fault.Is(err, fault.Gone) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, bad := range []string{"", "x", token[:len(token)-2], "AAAA" + token, strings.Repeat("A", 2000)} {
		if _, _, err := links(Account{ID: 7}, now).Read(t.Context(), bad); !fault.Is(err, fault.Gone) {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
	for _, target := range []string{"", "/c/hhu", "https://example.com/staff/", "//example.com/staff/", "/staff/r/x", "/staff/" + strings.Repeat("a", 300)} {
		if _, err := links(Account{ID: 7}, now).Create(t.Context(), 7, target); err == nil {
			t.Errorf("a link to %.30q", target)
		}
	}
}

// FuzzLinks: no token makes Read panic or lead outside the console.
func FuzzLinks(f *testing.F) {
	l := NewLinks(plainCipher{}, oneAccount{Account{ID: 7}}, func() time.Time { return time.Unix(0, 0) })
	path, err := l.Create(context.Background(), 7, "/staff/review")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(strings.TrimPrefix(path, "/staff/r/"))
	f.Add("c3RhZmYubGluawp7fQ")
	f.Fuzz(func(t *testing.T, token string) {
		if _, _, err := l.Read(context.Background(), token); err != nil && !fault.Is(err, fault.Gone) {
			t.Errorf("%q: %v", token, err)
		}
	})
}
