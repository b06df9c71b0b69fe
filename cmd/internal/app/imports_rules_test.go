package app_test

import (
	"path"
	"strings"
	"testing"
)

// made returns a package with a fitting doc comment that imports imps.
func made(name string, imps ...string) pkg {
	p := pkg{ImportPath: module + name, Name: path.Base(name), GoFiles: []string{"a.go"}, Imports: imps}
	p.Doc = "Package " + p.Name + " owns something."
	return p
}

// TestRules shows that each rule can fail: want is a part of the complaint, or
// "" for a package that keeps all of them.
func TestRules(t *testing.T) {
	for _, c := range []struct {
		from, imp, want string
	}{
		{"service/signing", "ruxue/service/fault", ""},
		{"service/signing", "ruxue/service/audit", ""},
		{"service/signing", "ruxue/repo/mysql", "may not"},
		{"service/signing", "ruxue/handler", "may not"},
		{"service/signing", "ruxue/h5", "may not"},
		{"service/signing", "net/http", "belongs to"},
		{"service/signing", "net/http/httptest", "belongs to"},
		{"service/signing", "net/url", ""},
		{"service/signing", "database/sql", "belongs to"},
		{"service/signing", "database/sql/driver", "belongs to"},
		{"service/signing", "github.com/gin-gonic/gin", "belongs to"},
		{"service/signing", "github.com/redis/go-redis/v9", "belongs to"},
		{"service/fault", "ruxue/service/audit", "may not"},
		{"service/fault", "errors", ""},
		{"service/signing/inner", "errors", "one folder"},
		{"handler", "ruxue/service/payment", ""},
		{"handler", "ruxue/h5", ""},
		{"handler", "github.com/gin-gonic/gin/binding", ""},
		{"handler", "ruxue/repo/mysql", "may not"},
		{"handler", "ruxue/config", "may not"},
		{"handler", "github.com/silenceper/wechat/v2", "belongs to"},
		{"handler/staff", "errors", "in no layer"},
		{"repo/mysql", "ruxue/service/student", ""},
		{"repo/mysql", "ruxue/sql", ""},
		{"repo/mysql", "github.com/jmoiron/sqlx", ""},
		{"repo/mysql", "ruxue/repo/redis", "may not"},
		{"repo/mysql", "ruxue/handler", "may not"},
		{"repo/redis", "ruxue/sql", "may not"},
		{"repo/redis", "github.com/jmoiron/sqlx", "belongs to"},
		{"repo/wechat", "github.com/silenceper/wechat/v2/officialaccount", ""},
		{"repo/wxpay", "github.com/silenceper/wechat/v2/pay", "belongs to"},
		{"repo/wechat", "github.com/wechatpay-apiv3/wechatpay-go/core", "belongs to"},
		{"repo/wxpay", "github.com/wechatpay-apiv3/wechatpay-go/core", ""},
		{"repo/simulator", "github.com/gin-gonic/gin", ""},
		{"repo/simulator", "ruxue/service/fault", "may not"},
		{"repo/simulator", "github.com/wechatpay-apiv3/wechatpay-go/core", "belongs to"},
		{"repo/repotest", "ruxue/repo/mysql", ""},
		{"repo/repotest", "ruxue/handler", "may not"},
		{"repo/blob", "ruxue/repo/repotest", "belongs to"},
		{"repo/blob", "testing", "belongs to"},
		{"repo/local", "github.com/dolthub/go-mysql-server", "belongs to"},
		{"config", "ruxue/service/campaign", "may not"},
		{"h5", "ruxue/service/fault", "may not"},
		{"sql", "ruxue/repo/mysql", "may not"},
		{"cmd/internal/app", "ruxue/repo/mysql", ""},
		{"cmd/internal/app", "github.com/redis/go-redis/v9", ""},
		{"cmd/internal/app", "ruxue/cmd/internal/stage", "belongs to"},
		{"cmd/internal/stage", "ruxue/repo/simulator", ""},
		{"cmd/internal/stage", "ruxue/repo/embedded", "belongs to"},
		{"config/campaigns", "ruxue/service/campaign", "may not"},
		{"cmd/internal/app", "ruxue/repo/embedded", "belongs to"},
		{"cmd/internal/app", "ruxue/repo/simulator", "belongs to"},
		{"cmd/internal/app", "github.com/gin-gonic/gin", "belongs to"},
		{"cmd/internal/app", "unsafe", "belongs to"},
		{"internal/x", "errors", "in no layer"},
		{"servicex/y", "errors", "in no layer"},
		{"service/util", "errors", "owns nothing"},
		{"repo/common", "errors", "owns nothing"},
	} {
		check(t, c.from+" imports "+c.imp, made(c.from, c.imp), c.want)
	}
}

func TestRulesForTests(t *testing.T) {
	for _, c := range []struct {
		from, imp, want string
	}{
		{"repo/mysql", "ruxue/repo/repotest", ""},
		{"repo/mysql", "ruxue/repo/mysql", ""},
		{"repo/local", "ruxue/repo/local", ""},
		{"repo/embedded", "ruxue/repo/embedded", ""},
		{"repo/redis", "ruxue/repo/embedded", "belongs to"},
		{"repo/wxpay", "ruxue/repo/simulator", ""},
		{"repo/simulator", "github.com/silenceper/wechat/v2", ""},
		{"repo/simulator", "ruxue/repo/wechat", "may not"},
		{"service/signing", "testing", ""},
		{"service/signing", "ruxue/service/fault", ""},
		{"service/signing", "ruxue/repo/repotest", "may not"},
		{"service/signing", "database/sql", "belongs to"},
		{"handler", "ruxue/repo/repotest", ""},
		{"cmd/demo", "github.com/chromedp/chromedp", ""},
		{"service/face", "github.com/chromedp/chromedp", "belongs to"},
	} {
		p := made(c.from)
		if strings.HasPrefix(c.from, "cmd/") {
			p.Name, p.Doc = "main", "Command demo shows."
		}
		p.XTestImports = []string{c.imp}
		check(t, c.from+"'s tests import "+c.imp, p, c.want)
	}
}

func TestRulesOfShape(t *testing.T) {
	edit := func(f func(p *pkg)) pkg { p := made("service/signing"); f(&p); return p }
	for name, c := range map[string]struct {
		p    pkg
		want string
	}{
		"fine":         {edit(func(*pkg) {}), ""},
		"no doc":       {edit(func(p *pkg) { p.Doc = "" }), "no doc comment"},
		"odd doc":      {edit(func(p *pkg) { p.Doc = "Signing things." }), "no doc comment"},
		"tests alone":  {edit(func(p *pkg) { p.Doc, p.GoFiles = "", nil }), ""},
		"cgo":          {edit(func(p *pkg) { p.CgoFiles = []string{"c.go"} }), "without cgo"},
		"hidden file":  {edit(func(p *pkg) { p.IgnoredGoFiles = []string{"a_windows.go"} }), "unseen"},
		"package name": {edit(func(p *pkg) { p.Name, p.Doc = "util", "Package util x" }), "owns nothing"},
		"command": {pkg{ImportPath: "ruxue/cmd/demo", Name: "main", GoFiles: []string{"main.go"},
			Doc: "Command demo shows the product."}, ""},
		"command without doc": {pkg{ImportPath: "ruxue/cmd/demo", Name: "main", GoFiles: []string{"main.go"}}, "no doc comment"},
		"demo on stand-ins": {pkg{ImportPath: "ruxue/cmd/demo", Name: "main", GoFiles: []string{"main.go"},
			Doc: "Command demo x", Imports: []string{"ruxue/repo/embedded", "ruxue/repo/local", "ruxue/repo/simulator"}}, ""},
		"production on stand-ins": {pkg{ImportPath: "ruxue/cmd/ruxue", Name: "main", GoFiles: []string{"main.go"},
			Doc: "Command ruxue x", Imports: []string{"ruxue/repo/embedded"}}, "belongs to"},
	} {
		check(t, name, c.p, c.want)
	}
}

func check(t *testing.T, name string, p pkg, want string) {
	t.Helper()
	got := strings.Join(violations(p), "; ")
	if (want == "") != (got == "") || !strings.Contains(got, want) {
		t.Errorf("%s: %q, want %q", name, got, want)
	}
}
