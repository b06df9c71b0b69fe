package student_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ruxue/service/fault"
	"ruxue/service/student"
)

func TestInitialPassword(t *testing.T) {
	for id, want := range map[string]string{"11010519491231002X": "31002X", "11010519491231002x": "31002X",
		"H12345678": "345678", "123": "", "": "", "１１０１０５１９４９１２３１００２Ｘ": "31002X"} {
		if got := student.InitialPassword(student.Person{IDNumber: id}); got != want {
			t.Errorf("of %q: %q, want %q", id, got, want)
		}
	}
}

func TestNewPasswords(t *testing.T) {
	e := &student.Enrolment{Phone: "13971100001", Person: student.Person{IDNumber: "11010519491231002X"}}
	for _, c := range []struct{ password, again, field, says string }{
		{"zhengque-2026", "zhengque-2026", "", ""},
		{"我的密码很长很长", "我的密码很长很长", "", ""},
		{"", "", "password", "请输入新密码"},
		{"abc1234", "abc1234", "password", "至少 8 位"},
		{strings.Repeat("ab", 33), "", "password", "64 位"},
		{"12345678", "12345678", "password", "不能只有数字"},
		{"ab13971100001", "", "password", "手机号"},
		{"13971100001", "", "password", "手机号"},
		{"my31002xpass", "", "password", "初始密码"},
		{"aaaaaaaa", "", "password", "太简单"},
		{"AAaaAAaa", "", "password", "太简单"},
		{"zhengque-2026", "zhengque-2027", "again", "不一致"},
	} {
		err := student.CheckNewPassword(e, c.password, c.again)
		f, _ := fault.As(err)
		if c.field == "" {
			if err != nil {
				t.Errorf("%q: %v", c.password, err)
			}
			continue
		}
		if f == nil || f.Field != c.field || !strings.Contains(f.Sentence, c.says) {
			t.Errorf("%q, %q: %v, want %q at %s", c.password, c.again, err, c.says, c.field)
		}
	}
}

func TestNetworks(t *testing.T) {
	for ip, want := range map[string]string{"203.0.113.7": "203.0.113.7", "::ffff:203.0.113.7": "203.0.113.7",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::1": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "x": "x"} {
		if got := student.Network(ip); got != want {
			t.Errorf("%s is of %s, want %s", ip, got, want)
		}
	}
}

func TestArgon(t *testing.T) {
	a := student.NewArgon(2, rand.Reader)
	hash, err := a.Hash(t.Context(), "zhengque-2026")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") || len(hash) > 200 {
		t.Fatal(hash, err)
	}
	for password, want := range map[string]bool{"zhengque-2026": true, "zhengque-2027": false, "": false} {
		if ok, err := a.Verify(t.Context(), hash, password); err != nil || ok != want {
			t.Errorf("%q: %v %v", password, ok, err)
		}
	}
	again, err := a.Hash(t.Context(), "zhengque-2026")
	if err != nil || again == hash {
		t.Error("two hashes of one password are the same", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	full := student.NewArgon(1, bytes.NewReader(nil))
	if _, err := full.Hash(ctx, "x"); err == nil {
		t.Error("a salt from nothing")
	}
}

func FuzzArgonVerify(f *testing.F) {
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=19$m=4294967295,t=99,p=1$AAAA$AAAA")
	f.Add("")
	a := student.NewArgon(1, rand.Reader)
	f.Fuzz(func(t *testing.T, hash string) {
		if len(hash) > 300 || strings.Contains(hash, "m=2") { // slow and valid
			return
		}
		if ok, _ := a.Verify(t.Context(), hash, "x"); ok && !strings.HasPrefix(hash, "$argon2id$") {
			t.Errorf("%q verifies", hash)
		}
	})
}

// tries is a TryStore in memory.
type tries struct {
	mu sync.Mutex
	n  map[string]int
}

func (m *tries) Take(_ context.Context, key string, limit int, window time.Duration) (int, time.Duration, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.n[key] >= limit {
		return -1, window / 2, nil
	}
	m.n[key]++
	return limit - m.n[key], 0, nil
}

func (m *tries) Clear(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.n, key)
	return nil
}

// accounts are accounts in memory, the first of which may have a password of
// its own; asked counts queries.
type accounts struct {
	e     *student.Enrolment
	more  []*student.Enrolment
	hash  string
	asked atomic.Int64
}

func (a *accounts) AllByPhone(_ context.Context, _ int64, phone string, limit int) ([]*student.Enrolment, error) {
	a.asked.Add(1)
	var out []*student.Enrolment
	for _, e := range append([]*student.Enrolment{a.e}, a.more...) {
		if e.Phone == phone && len(out) < limit {
			out = append(out, e)
		}
	}
	return out, nil
}

func (a *accounts) PasswordHash(_ context.Context, id int64) (string, error) {
	a.asked.Add(1)
	if id != a.e.ID {
		return "", nil
	}
	return a.hash, nil
}

func (a *accounts) SetPasswordHash(_ context.Context, _ int64, hash string) error {
	a.hash = hash
	return nil
}

type bindOnly struct{ student.Store }

func (bindOnly) SetFirstLogin(context.Context, int64) error                         { return nil }
func (bindOnly) InTx(ctx context.Context, fn func(ctx context.Context) error) error { return fn(ctx) }

func TestAStrangerCannotLockAnybodyOut(t *testing.T) {
	c := openCampaign()
	store := &accounts{e: &student.Enrolment{ID: 7, Phone: "13971100001", Person: student.Person{IDNumber: "11010519491231002X"}}}
	s := student.New(bindOnly{}, nil, nil, nil, student.Limits{}, time.Now)
	p := student.NewPasswords(s, store, &tries{n: map[string]int{}}, student.NewArgon(2, rand.Reader))
	try := func(ip, password string) error {
		_, err := p.Login(t.Context(), c, student.PasswordCredentials{Phone: "139 7110 0001", Password: password, IP: ip})
		return err
	}
	for i := range student.PasswordTries {
		err := try("198.51.100.1", "wrong")
		f, _ := fault.As(err)
		if last := i == student.PasswordTries-1; f == nil || (f.Kind == fault.TooMany) != last {
			t.Fatalf("wrong password %d: %v", i+1, err)
		}
	}
	if err := try("198.51.100.1", "31002X"); !fault.Is(err, fault.TooMany) || !strings.Contains(err.Error(), "分钟后再试") {
		t.Errorf("the stranger's network is not locked: %v", err)
	}
	if err := try("203.0.113.9", "31002x"); err != nil {
		t.Errorf("the student at home is locked out: %v", err)
	}
	for i := range student.AccountTries {
		_ = try(fmt.Sprintf("198.51.%d.1", i), "wrong")
	}
	if err := try("203.0.113.9", "31002X"); !fault.Is(err, fault.TooMany) || !strings.Contains(err.Error(), "短信验证码") {
		t.Errorf("after %d wrong passwords from everywhere: %v", student.AccountTries, err)
	}
}

func TestUnknownAndWrongCostTheSame(t *testing.T) {
	c := openCampaign()
	store := &accounts{e: &student.Enrolment{ID: 7, Phone: "13971100001", Person: student.Person{IDNumber: "11010519491231002X"}}}
	s := student.New(bindOnly{}, nil, nil, nil, student.Limits{}, time.Now)
	p := student.NewPasswords(s, store, &tries{n: map[string]int{}}, student.NewArgon(2, rand.Reader))
	said := map[string]string{}
	for _, phone := range []string{"13971100001", "13971100002"} {
		store.asked.Store(0)
		_, err := p.Login(t.Context(), c, student.PasswordCredentials{Phone: phone, Password: "wrong", IP: "::1"})
		said[phone] = fmt.Sprint(err, store.asked.Load())
	}
	if said["13971100001"] != said["13971100002"] {
		t.Error(said)
	}
}
