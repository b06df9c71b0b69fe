package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"ruxue/config"
)

// TestMain takes the test command's own variables out of the way: they begin
// like the configuration's.
func TestMain(m *testing.M) {
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, config.EnvPrefix) {
			if err := os.Unsetenv(name); err != nil {
				panic(err)
			}
		}
	}
	os.Exit(m.Run())
}

const good = `
base_url: http://127.0.0.1:8080
mysql: {dsn: "u:p@tcp(127.0.0.1:3306)/ruxue"}
redis: {addrs: ["127.0.0.1:6379"]}
blob: {url: "mem://"}
keys: {keyset: "{}", lookup: "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="}
wechat: {app_id: wx1, app_secret: s3cret, token: t}
wechatpay: {mch_id: "1", mch_serial: A, mch_private_key: k, api_v3_key: "01234567890123456789012345678901", public_key_id: P, public_key: k}
sms: {secret_id: a, secret_key: b, app_id: c, sign_name: d, template_id: e}
face: {secret_id: a, secret_key: b}
`

func load(t *testing.T, body string) (config.Config, error) {
	t.Helper()
	p := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(p, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	return config.Load(p)
}

func TestTheEnvironmentComesOnTop(t *testing.T) {
	t.Setenv("RUXUE_WECHAT__APP_SECRET", "from-env")
	t.Setenv("RUXUE_REDIS__ADDRS", "127.0.0.1:1,127.0.0.1:2")
	c, err := load(t, good)
	if err != nil {
		t.Fatal(err)
	}
	if c.WeChat.AppSecret != "from-env" || len(c.Redis.Addrs) != 2 {
		t.Fatalf("secret %q addrs %v", c.WeChat.AppSecret, c.Redis.Addrs)
	}
	if c.SMS.BaseURL != "https://sms.tencentcloudapi.com" {
		t.Errorf("the default provider is the real one, got %q", c.SMS.BaseURL)
	}
}

func TestAllMistakesAreReportedAtOnce(t *testing.T) {
	body := strings.NewReplacer("http://127.0.0.1:8080", "http://zc.example.edu.cn", "app_id: wx1, ", "",
		"01234567890123456789012345678901", "short", "blob: {url: \"mem://\"}", "blob: {urll: x}").Replace(good)
	_, err := load(t, body)
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"base_url：应为 https 开头", "wechat.app_id：没有填",
		"wechatpay.api_v3_key：应有 32 个字符", "blob.urll：没有这个设置", "blob.url：没有填"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the report lacks %q:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "s3cret") {
		t.Error("the report quotes a secret")
	}
}

// TestExampleIsTrue: the example names every setting and no other, and what it
// shows of one that has a default is that default.
func TestExampleIsTrue(t *testing.T) {
	b, err := os.ReadFile("example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = load(t, string(b))
	if err == nil || strings.Contains(err.Error(), "没有这个设置") {
		t.Fatalf("the example must fail only for its empty secrets: %v", err)
	}
	var example map[string]any
	if err := yaml.Unmarshal(b, &example); err != nil {
		t.Fatal(err)
	}
	compare(t, example, reflect.ValueOf(config.Defaults()), "")
}

// compare holds a part of the example against the defaults of its settings.
func compare(t *testing.T, example map[string]any, defaults reflect.Value, prefix string) {
	t.Helper()
	for f, value := range defaults.Fields() {
		key := f.Tag.Get("koanf")
		shown, ok := example[key]
		if !ok {
			t.Errorf("the example does not name %s%s", prefix, key)
			continue
		}
		if part, isPart := shown.(map[string]any); isPart && f.Type.Kind() == reflect.Struct {
			compare(t, part, value, prefix+key+".")
		} else if !value.IsZero() && fmt.Sprint(shown) != fmt.Sprint(value) {
			t.Errorf("the example shows %s%s as %v, the default is %v", prefix, key, shown, value)
		}
	}
}

func TestWarnsOfForeignProviders(t *testing.T) {
	c, err := load(t, good+"\nlog: {level: info, format: text}")
	if err != nil {
		t.Fatal(err)
	}
	if w := c.Elsewhere(); len(w) != 0 {
		t.Fatalf("the real addresses need no warning: %v", w)
	}
	c.SMS.BaseURL, c.WeChat.MPBase = "http://127.0.0.1:8090", "http://127.0.0.1:8090"
	if w := c.Elsewhere(); len(w) != 2 || w[0] != (config.Elsewhere{Setting: "wechat.mp_base", Address: "http://127.0.0.1:8090", Real: "https://mp.weixin.qq.com"}) || w[1].Setting != "sms.base_url" {
		t.Fatalf("elsewhere = %v", w)
	}
}

// WeChat Pay's answers are verified by its public key, by certificates, or by
// both; by nothing is a mistake, and so is half a public key.
func TestHowWeChatPayIsVerified(t *testing.T) {
	const key = "public_key_id: P, public_key: k"
	for with, want := range map[string]string{
		key: "", key + ", platform_certificates: true": "", "platform_certificates: true": "",
		"platform_certificates: false":               "wechatpay.public_key：没有填（或写 platform_certificates: true）",
		"public_key_id: P":                           "wechatpay.public_key：没有填",
		"platform_certificates: true, public_key: k": "wechatpay.public_key_id：没有填",
	} {
		c, err := load(t, strings.Replace(good, key, with, 1))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", with, err, want)
		}
		if err == nil && c.WeChatPay.Certificates != strings.Contains(with, "true") {
			t.Errorf("%s was read as %v", with, c.WeChatPay.Certificates)
		}
	}
}

// The template that tells staff of waiting cases: fields by the account's own
// names, values by ours; a value that does not exist is a mistake.
func TestStaffTemplate(t *testing.T) {
	with := func(s string) (config.Config, error) {
		return load(t, strings.Replace(good, "wechat: {", "wechat: {staff_template: "+s+", ", 1))
	}
	c, err := with("{id: T, fields: {thing1: item, thing2: student, time3: time}}")
	if err != nil || c.WeChat.StaffTemplate.Fields["thing2"] != "student" || c.Alerts != (config.Alerts{IntervalMinutes: 30, DigestHour: 8}) {
		t.Errorf("%+v %v", c.WeChat.StaffTemplate, err)
	}
	for _, bad := range []string{"{id: T}", "{id: T, fields: {thing1: number}}", "{name: T}"} {
		if _, err := with(bad); err == nil || !strings.Contains(err.Error(), "staff_template") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
