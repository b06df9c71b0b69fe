package mysql_test

import (
	"testing"
	"time"

	"ruxue/service/fault"
	"ruxue/service/student"
)

// issue has staff issue a code for the student.
func (g *gate) issue(e *student.Enrolment) string {
	g.t.Helper()
	code, err := g.svc.Issue(g.t.Context(), g.c, e)
	if err != nil {
		g.t.Fatal(err)
	}
	return code
}

func TestAnIssuedCodeLogsInOnceWithoutAPhone(t *testing.T) {
	g := newGate(t, student.Limits{})
	e := g.admit(newcomer())
	name := newcomer().Name
	code := g.issue(e)
	_, err := g.login(citizen, "李雯雯", "13900139000", code)
	wantFault(t, err, fault.Invalid, "code", "过期") // the code is not hers: as if none had been sent
	got, err := g.login(citizen, name, "13900139000", code)
	if err != nil {
		t.Fatal(err)
	}
	if got.ID != e.ID || g.read(e.ID).Phone != newcomer().Phone {
		t.Errorf("%+v: a phone that nothing proved was kept", got)
	}
	_, err = g.login(citizen, name, "13900139000", code)
	wantFault(t, err, fault.Invalid, "code", "用过")
}

func TestAnIssuedCodeIsBounded(t *testing.T) {
	g := newGate(t, student.Limits{})
	e := g.admit(newcomer())
	name := newcomer().Name
	other := func(code string) string {
		if code == "111111" {
			return "222222"
		}
		return "111111"
	}
	code := g.issue(e)
	for range student.CodeTries {
		if _, err := g.login(citizen, name, "13900139000", other(code)); !fault.Is(err, fault.Invalid) {
			t.Fatal(err)
		}
	}
	_, err := g.login(citizen, name, "13900139000", code)
	wantFault(t, err, fault.Invalid, "code", "次数过多")
	code = g.issue(e) // a new one starts anew
	g.pass(student.IssuedLife - time.Second)
	if _, err := g.login(citizen, name, "13900139000", code); err != nil {
		t.Error(err)
	}
	code = g.issue(e)
	g.pass(student.IssuedLife)
	_, err = g.login(citizen, name, "13900139000", code)
	wantFault(t, err, fault.Invalid, "code", "过期")
}

func TestAnSMSCodeWorksBesideAnIssuedOne(t *testing.T) {
	g := newGate(t, student.Limits{})
	e := g.admit(newcomer())
	g.issue(e)
	if _, err := g.login(citizen, newcomer().Name, "13900139000", g.code("13900139000")); err != nil || g.read(e.ID).Phone != "13900139000" {
		t.Errorf("%v", err)
	}
}
