package mysql_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"ruxue/repo/redis"
	"ruxue/repo/repotest"
	"ruxue/service/fault"
	"ruxue/service/student"
)

// gate is login on real engines; messages go into a map.
type gate struct {
	*roll
	svc  *student.Service
	sent map[string]string
	fail error
}

func (g *gate) SendCode(_ context.Context, phone, code string, minutes int) error {
	if g.fail != nil {
		return g.fail
	}
	if minutes != 5 || len(code) != 6 {
		g.t.Errorf("code %q for %d minutes", code, minutes)
	}
	g.sent[phone] = code
	return nil
}

func newGate(t *testing.T, limits student.Limits, edits ...string) *gate {
	t.Helper()
	ring := repotest.Ring(t)
	rdb := repotest.Redis(t)
	g := &gate{roll: newRoll(t, edits...), sent: map[string]string{}}
	g.svc = student.New(g.db.Students(), redis.NewCodes(rdb, ring, g.now), g, redis.NewLimiter(rdb, "limit:").WithHasher(ring), limits, g.now)
	return g
}

const citizen = "11010519491231002X"

func newcomer() student.Admission {
	a := entry(1)
	a.IDNumber, a.Name = citizen, "阿卜杜拉·王𬭩"
	return a
}

// code has a code sent to the phone.
func (g *gate) code(phone string) string {
	g.t.Helper()
	if _, err := g.svc.SendCode(g.t.Context(), g.c, phone, "192.0.2.1"); err != nil {
		g.t.Fatal(err)
	}
	return g.sent[student.NormalizePhone(phone)]
}

func (g *gate) login(id, name, phone, code string) (*student.Enrolment, error) {
	return g.svc.Login(g.t.Context(), g.c, student.Credentials{IDNumber: id, Name: name, Phone: phone, Code: code,
		AppID: "wx", OpenID: "openid1", IP: "192.0.2.1"})
}

func wantFault(t *testing.T, err error, kind fault.Kind, field, part string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != kind || f.Field != field || !strings.Contains(f.Sentence, part) {
		t.Errorf("want %s at %q with %q, got %v", kind, field, part, err)
	}
}

func TestAStudentLogsInHoweverSheTypes(t *testing.T) {
	g := newGate(t, student.Limits{})
	g.admit(newcomer())
	code := g.code("+86 139-0013-9000")
	e, err := g.login(" 11010519491231002x ", "阿卜杜拉 • 王𬭩", "139 0013 9000", code)
	if err != nil {
		t.Fatal(err)
	}
	if e.Person.IDNumber != citizen || e.Phone != "13900139000" || g.read(e.ID).Phone != "13900139000" {
		t.Errorf("%+v: the proven phone replaces the listed", e)
	}
	if g.count("person_openid WHERE openid='openid1'") != 1 {
		t.Error("the WeChat account was not linked")
	}
	_, err = g.login(citizen, newcomer().Name, "13900139000", code)
	wantFault(t, err, fault.Invalid, "code", "用过")
}

func TestACodeTypedWithBlanksIsRight(t *testing.T) {
	g := newGate(t, student.Limits{})
	g.admit(newcomer())
	code := g.code("13800138000")
	if _, err := g.login(citizen, newcomer().Name, "13800138000", " "+code[:3]+" "+code[3:]+" "); err != nil {
		t.Error(err)
	}
}

func TestOtherDocumentsAreNoCitizenNumbers(t *testing.T) {
	g := newGate(t, student.Limits{})
	for i, number := range []string{"军字第001234号", "H12345678", "南字第0123456号", "01234567", "912345678"} {
		a := newcomer()
		a.IDType, a.IDNumber, a.Phone = "其他", number, "1380013801"+string(rune('0'+i))
		g.admit(a)
		if _, err := g.login(number, a.Name, a.Phone, g.code(a.Phone)); err != nil {
			t.Errorf("%s: %v", number, err)
		}
	}
}

func TestARefusalNeverSaysWhichDidNotMatch(t *testing.T) {
	g := newGate(t, student.Limits{})
	g.admit(newcomer())
	code := g.code("13800138000")
	_, name := g.login(citizen, "李雯雯", "13800138000", code)
	_, number := g.login("110101199001011237", newcomer().Name, "13800138000", code)
	for _, err := range []error{name, number} {
		wantFault(t, err, fault.Unauthorized, "", "请联系学籍管理部 025-83787964")
	}
	if name == nil || number == nil || name.Error() != number.Error() {
		t.Errorf("%v differs from %v", name, number)
	}
	if _, err := g.login(citizen, newcomer().Name, "13800138000", code); err != nil {
		t.Errorf("the mistakes used up the code: %v", err)
	}
}

func TestAStrictCampaignWantsTheListedPhone(t *testing.T) {
	g := newGate(t, student.Limits{}, "strict_phone: false", "strict_phone: true")
	g.admit(newcomer())
	_, err := g.login(citizen, newcomer().Name, "13900139000", g.code("13900139000"))
	wantFault(t, err, fault.Unauthorized, "", "不一致")
	if _, err := g.login(citizen, newcomer().Name, "13800138000", g.code("13800138000")); err != nil {
		t.Error(err)
	}
}

func TestMistakesAreSaidAtTheirFields(t *testing.T) {
	g := newGate(t, student.Limits{})
	g.admit(newcomer())
	code := g.code("13800138000")
	for _, c := range []struct{ id, name, phone, code, field, part string }{
		{"", "李", "13800138000", code, "id_number", "请输入"}, {" \u200b", "李", "13800138000", code, "id_number", "请输入"},
		{"110105194912310021", "李", "13800138000", code, "id_number", "有误"}, {citizen, "", "13800138000", code, "name", "请输入"},
		{citizen, "李😀", "13800138000", code, "name", "不能使用"}, {citizen, "李", "1380013800", code, "phone", "10 位"},
		{citizen, "李", "13800138000", "", "code", "6 位"}, {citizen, "李", "13800138000", "12345", "code", "6 位"},
		{citizen, "李", "13900139000", "123456", "code", "过期"},
	} {
		_, err := g.login(c.id, c.name, c.phone, c.code)
		wantFault(t, err, fault.Invalid, c.field, c.part)
	}
	wrong := "000000"
	if code == wrong {
		wrong = "000001"
	}
	_, err := g.login(citizen, newcomer().Name, "13800138000", wrong)
	wantFault(t, err, fault.Invalid, "code", "还可以再试 4 次")
}

func TestSendingIsLimitedAndAFailureCostsNoWait(t *testing.T) {
	g := newGate(t, student.Limits{SMSPerPhoneDay: 2, SMSPerIPHour: 4})
	send := func(phone string) error {
		_, err := g.svc.SendCode(t.Context(), g.c, phone, "192.0.2.1")
		return err
	}
	g.fail = errors.New("the provider is down")
	if err := send("13800138000"); !errors.Is(err, g.fail) {
		t.Errorf("got %v", err)
	}
	g.fail = nil
	if err := send("13800138000"); err != nil {
		t.Errorf("after a failure: %v", err)
	}
	wantFault(t, send("13800138000"), fault.TooMany, "phone", "60 秒后")
	g.pass(student.CodeInterval)
	wantFault(t, send("13800138000"), fault.TooMany, "", "今天")
	wantFault(t, send("13700137000"), fault.TooMany, "", "当前网络")
	wantFault(t, send("12345"), fault.Invalid, "phone", "5 位")
}

func TestTheWindowShutsForNewLoginsOnly(t *testing.T) {
	g := newGate(t, student.Limits{})
	e := g.admit(newcomer())
	g.pass(365 * 24 * time.Hour)
	try := func() error {
		g.pass(student.CodeInterval)
		_, err := g.login(citizen, newcomer().Name, "13800138000", g.code("13800138000"))
		return err
	}
	wantFault(t, try(), fault.Closed, "", "已经结束")
	g.raw.MustExec(`UPDATE enrolment SET extended_until=? WHERE id=?`, g.now().Add(time.Hour), e.ID)
	if err := try(); err != nil {
		t.Errorf("with more time: %v", err)
	}
	g.raw.MustExec(`UPDATE enrolment SET extended_until=NULL, state='registered' WHERE id=?`, e.ID)
	if err := try(); err != nil {
		t.Errorf("to read the number: %v", err)
	}
}

func TestOneCodeLogsInOnce(t *testing.T) {
	g := newGate(t, student.Limits{LoginPerIDHour: 100})
	g.admit(newcomer())
	code := g.code("13800138000")
	var mu sync.Mutex
	in := 0
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			_, err := g.login(citizen, newcomer().Name, "13800138000", code)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				in++
			} else if !fault.Is(err, fault.Invalid) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if in != 1 {
		t.Errorf("%d logins", in)
	}
}
