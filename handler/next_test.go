package handler

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/staff"
)

// callTo is a call of a browser; form is what it posts, nil for a visit.
func callTo(target string, form url.Values) *call {
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	c.Request = httptest.NewRequest(http.MethodGet, target, nil)
	if form != nil {
		c.Request = httptest.NewRequest(http.MethodPost, target, strings.NewReader(form.Encode()))
		c.Request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return callOf(c)
}

// TestAStaffLoginLeadsOnWithinTheConsole: whatever a link carried, a login ends
// on a page of the console that is not the login itself.
func TestAStaffLoginLeadsOnWithinTheConsole(t *testing.T) {
	long := "/staff/students?s=" + strings.Repeat("x", 1000)
	for next, want := range map[string]string{
		"": "/staff", "/staff": "/staff", "/staff/review?kind=photo": "/staff/review?kind=photo", "/c/hhu/": "/staff",
		"//evil.example/staff/": "/staff", "/\\evil.example": "/staff", "https://evil.example/staff/": "/staff", "/staffed/": "/staff",
		"/staff/login": "/staff", "/staff/login?next=/staff/login": "/staff", "/staff/logout": "/staff", "/staff/\nx": "/staff", long: "/staff",
	} {
		if got := staffNext(next); got != want {
			t.Errorf("%.60q leads to %s, want %s", next, got, want)
		}
	}
}

// TestALoginsStepsComeInOrder: the second factor, then an own password, then
// setting a factor up; only the factor's page remembers where to go.
func TestALoginsStepsComeInOrder(t *testing.T) {
	at := time.Now()
	h := &Handler{}
	for name, x := range map[string]struct {
		account staff.Account
		session staff.Session
		want    string
	}{
		"nothing is missing":                    {staff.Account{Role: staff.Finance, PasswordOwn: true}, staff.Session{}, "/staff/review"},
		"a factor is asked for":                 {staff.Account{FactorAt: &at, TOTP: true}, staff.Session{}, "/staff/factor?next=%2Fstaff%2Freview"},
		"it was given":                          {staff.Account{FactorAt: &at, TOTP: true, PasswordOwn: true}, staff.Session{Proven: true}, "/staff/review"},
		"the first password is changed":         {staff.Account{Role: staff.Administrator}, staff.Session{}, "/staff/password"},
		"an administrator has a factor":         {staff.Account{Role: staff.Administrator, PasswordOwn: true}, staff.Session{}, "/staff/factor/setup"},
		"who lost the last one sets up another": {staff.Account{Role: staff.Site, FactorAt: &at, PasswordOwn: true}, staff.Session{Proven: true}, "/staff/factor/setup"},
		"a message's link asks for nothing":     {staff.Account{Role: staff.Administrator, FactorAt: &at}, staff.Session{ReviewOnly: true}, "/staff/review"},
	} {
		k := &call{account: &x.account, staffSession: x.session}
		if got := h.afterLogin(k, "/staff/review"); got != x.want {
			t.Errorf("%s: on to %s, want %s", name, got, x.want)
		}
	}
}

// TestAnActGoesBackToItsList: with its filter, from the first page, never
// elsewhere.
func TestAnActGoesBackToItsList(t *testing.T) {
	for name, x := range map[string][2]string{
		"with the filter":       {"/staff/messages?c=hhu&before=9", "/staff/messages?c=hhu&done=1"},
		"from nowhere":          {"", "/staff/messages?done=1"},
		"to another page":       {"/staff/people?c=hhu", "/staff/messages?done=1"},
		"to another site":       {"//evil.example/staff/messages", "/staff/messages?done=1"},
		"with a whole address":  {"https://evil.example/staff/messages", "/staff/messages?done=1"},
		"with what is no query": {"/staff/messages?%zz", "/staff/messages?done=1"},
		"done before":           {"/staff/messages?done=1", "/staff/messages?done=1"},
	} {
		if got := backTo(callTo("/staff/messages/1", url.Values{"back": {x[0]}}), "/staff/messages", "done"); got != x[1] {
			t.Errorf("%s: back to %s, want %s", name, got, x[1])
		}
	}
}

func TestAFormWhoseSessionEndedIsCarried(t *testing.T) {
	form := url.Values{"reason": {"到场核对"}, "phone": {"13800138000"}}
	if kept := callTo("/staff/students/7/phone?x=1", form).keep(); kept == nil || kept.Action != "/staff/students/7/phone?x=1" || len(kept.Fields) != 2 {
		t.Errorf("kept: %+v", kept)
	}
	for name, k := range map[string]*call{"a visit": callTo("/staff/students", nil), "an empty form": callTo("/staff/students", url.Values{}),
		"megabytes": callTo("/staff/students", url.Values{"text": {strings.Repeat("x", maxKept)}})} {
		if kept := k.keep(); kept != nil {
			t.Errorf("%s is carried: %+v", name, kept)
		}
	}
	script := callTo("/staff/students", form)
	script.Request.Header.Set("Accept", "application/json")
	if script.keep() != nil {
		t.Error("a script keeps its page, and what it sent is carried too")
	}
	for action, ok := range map[string]bool{"/staff/students/7/phone": true, "": false, "https://evil.example/": false, "/c/hhu/login": false, "/staff/logout": false} {
		kept := callTo("/staff/login", url.Values{"resume": {action}, "kept.reason": {"到场核对"}, "kept.password": {"x"}, "name": {"zhou"}}).kept()
		if (kept != nil) != ok || ok && (len(kept.Fields) != 1 || kept.Fields[0] != h5.Pair{Label: "reason", Value: "到场核对"}) {
			t.Errorf("after a login %q goes on with %+v", action, kept)
		}
	}
}

func TestEachStepHasItsPage(t *testing.T) {
	for want, s := range map[string]campaign.Step{"/c/hhu/choices": {Kind: "choice"}, "/c/hhu/verify": {Kind: "check"}, "/c/hhu/form/basic": {Kind: "form", Name: "basic"},
		"/c/hhu/sign/pledge": {Kind: "sign", Name: "pledge"}, "/pay/hhu": {Kind: "pay"}, "/c/hhu/apply/waive": {Kind: "application", Name: "waive"},
		"/c/hhu/face": {Kind: "face"}, "/c/hhu/attachments": {Kind: "attachments"}, "/c/hhu/done": {Kind: "done"}} {
		if got := stepHref("hhu", s); got != want {
			t.Errorf("%s: %s, want %s", s.Kind, got, want)
		}
	}
}
