package doctor_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/app"
	"ruxue/cmd/internal/doctor"
	"ruxue/cmd/internal/stage"
	"ruxue/config"
	"ruxue/repo/repotest"
	"ruxue/repo/simulator"
)

func TestMain(m *testing.M) { repotest.Main(m) }

// clinic is a running product with its configuration, and the providers.
func clinic(t *testing.T) (config.Config, *simulator.Simulator) {
	t.Helper()
	return clinicLogging(t, io.Discard)
}

func clinicLogging(t *testing.T, log io.Writer) (config.Config, *simulator.Simulator) {
	t.Helper()
	ctx := t.Context()
	dsn := repotest.MySQLDSN(t)
	redis, db := repotest.RedisAddr(t)
	l, err := app.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base := "http://" + l.Addr().String()
	sim, err := simulator.New(simulator.Options{Product: base})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim.Handler())
	sim.SetBase(server.URL)
	t.Cleanup(func() { sim.Close(); server.Close() })
	cfg, err := stage.Config(sim.Config(), stage.Place{BaseURL: base, DSN: dsn, Redis: redis, Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	cfg.Redis.DB = db
	cfg.WeChat.VerifyFiles = map[string]string{"MP_verify_abc.txt": "abc"}
	if _, err := stage.Prepare(ctx, cfg, sim.Config(), 1); err != nil {
		t.Fatal(err)
	}
	a, err := app.New(ctx, cfg, app.Options{Listener: l, Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	run, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(run) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return cfg, sim
}

// failures runs every check and returns the names of those that failed.
func failures(t *testing.T, cfg config.Config, now func() time.Time) map[string]doctor.Check {
	t.Helper()
	out := map[string]doctor.Check{}
	seen := map[string]bool{}
	healthy := doctor.New(cfg, now).Run(t.Context(), func(c doctor.Check) {
		seen[c.Name] = true
		if c.State == doctor.Failed {
			out[c.Name] = c
			if c.Remedy == "" {
				t.Errorf("%s failed without a remedy", c.Name)
			}
		}
		for _, secret := range []string{cfg.WeChat.AppSecret, cfg.WeChat.Token, cfg.SMS.SecretKey, cfg.WeChatPay.APIv3Key} {
			if strings.Contains(c.Found+c.Remedy, secret) {
				t.Errorf("%s prints a secret: %s", c.Name, c.Found)
			}
		}
	})
	if healthy != (len(out) == 0) {
		t.Errorf("healthy %v with %d failures", healthy, len(out))
	}
	if len(seen) < 14 {
		t.Errorf("only %d checks: %v", len(seen), seen)
	}
	return out
}

func TestDoctor(t *testing.T) {
	cfg, sim := clinic(t)
	for name, c := range failures(t, cfg, time.Now) {
		// The demo's own simulator pushes no menu: the first check says so.
		if name != "菜单" {
			t.Errorf("%s: %s", name, c.Found)
		}
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(other)
	if err != nil {
		t.Fatal(err)
	}
	foreign := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	elsewhere := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusNotFound) }))
	defer elsewhere.Close()
	for name, c := range map[string]struct {
		change func(*config.Config)
		want   []string // of them each must fail
		says   string   // what the first says or advises
	}{
		"secret":   {func(c *config.Config) { c.WeChat.AppSecret = strings.Repeat("0", 32) }, []string{"公众号"}, "app_secret"},
		"token":    {func(c *config.Config) { c.WeChat.Token = "another" }, []string{"消息推送地址"}, "wechat.token"},
		"aes key":  {func(c *config.Config) { c.WeChat.EncodingAESKey = "" }, []string{"消息推送地址"}, "安全模式"},
		"file":     {func(c *config.Config) { c.WeChat.VerifyFiles = map[string]string{"MP_verify_x.txt": "x"} }, []string{"域名校验文件"}, "MP_verify_x.txt"},
		"database": {func(c *config.Config) { c.MySQL.DSN = "root@tcp(127.0.0.1:1)/x" }, []string{"数据库"}, "mysql.dsn"},
		"redis":    {func(c *config.Config) { c.Redis.Addrs = []string{"127.0.0.1:1"} }, []string{"Redis"}, "redis.addrs"},
		"files":    {func(c *config.Config) { c.Blob.URL = "file:///proc/nowhere" }, []string{"文件存储"}, "blob.url"},
		"keys":     {func(c *config.Config) { c.Keys.Keyset = "{}" }, []string{"密钥"}, "ruxue keys"},
		"merchant": {func(c *config.Config) { c.WeChatPay.PrivateKey = foreign }, []string{"微信支付"}, "mch_private_key"},
		"sms key":  {func(c *config.Config) { c.SMS.SecretKey = "another" }, []string{"短信"}, "sms.secret_id"},
		"template": {func(c *config.Config) { c.SMS.TemplateID = "1" }, []string{"短信"}, "template_id"},
		"face key": {func(c *config.Config) { c.Face.SecretKey = "another" }, []string{"人脸核身"}, "face.secret_id"},
		"seal":     {func(c *config.Config) { c.Seal.PrivateKey = foreign }, []string{"电子印章"}, "seal"},
		"a foreign site": {func(c *config.Config) { c.BaseURL = elsewhere.URL },
			[]string{"网址", "消息推送地址", "支付回调地址", "域名校验文件"}, "404"},
		"nobody at home": {func(c *config.Config) { c.BaseURL = "http://127.0.0.1:1" }, []string{"网址", "支付回调地址"}, "打不开"},
	} {
		t.Run(name, func(t *testing.T) {
			ill := cfg
			c.change(&ill)
			got := failures(t, ill, time.Now)
			for i, want := range c.want {
				f, ok := got[want]
				if !ok {
					t.Errorf("%s did not fail: %v", want, got)
				}
				if i == 0 && !strings.Contains(f.Found+f.Remedy, c.says) {
					t.Errorf("%s says %q, advises %q", want, f.Found, f.Remedy)
				}
			}
		})
	}
	t.Run("clock", func(t *testing.T) {
		got := failures(t, cfg, func() time.Time { return time.Now().Add(6 * time.Minute) })
		for _, want := range []string{"时钟", "数据库时钟", "消息推送地址"} {
			if _, ok := got[want]; !ok {
				t.Errorf("%s did not notice a clock that is off by 6 minutes", want)
			}
		}
	})
	t.Run("not on the whitelist", func(t *testing.T) {
		if err := sim.AddFault(simulator.Fault{API: "token", Mode: "error", Code: "40164", Count: 1}); err != nil {
			t.Fatal(err)
		}
		if c := failures(t, cfg, time.Now)["公众号"]; !strings.Contains(c.Remedy, "IP 白名单") {
			t.Errorf("%+v", c)
		}
	})
}

func TestChecklist(t *testing.T) {
	cfg := config.Defaults()
	cfg.BaseURL = "https://zc.example.edu.cn"
	cfg.WeChat.AppSecret, cfg.WeChat.Token, cfg.WeChatPay.APIv3Key = "secret-a", "secret-b", "secret-c"
	cfg.WeChat.StaffTemplate = config.StaffTemplate{ID: "staff-t", Fields: map[string]string{"thing2": "student", "thing1": "item"}}
	cfg.WeChatPay.PublicKeyID, cfg.WeChatPay.PublicKey, cfg.WeChatPay.Certificates = "PUB_KEY_ID_01", "secret-d", true
	items, err := doctor.Checklist(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, i := range items {
		all.WriteString(i.Where + i.What + i.Value + "\n")
	}
	for _, want := range []string{"网页授权域名zc.example.edu.cn", "支付授权目录https://zc.example.edu.cn/pay/", "https://zc.example.edu.cn/wechat", "IP 白名单",
		"提醒老师的模板staff-t（thing1 事项，thing2 学生）", "验签方式微信支付公钥，编号 PUB_KEY_ID_01；平台证书"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("%q is not on the list:\n%s", want, all.String())
		}
	}
	if strings.Contains(all.String(), "secret-") {
		t.Error("the list prints a secret")
	}
}
