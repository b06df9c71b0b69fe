package simulator_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/verifiers"
	"github.com/wechatpay-apiv3/wechatpay-go/core/downloader"
	"github.com/wechatpay-apiv3/wechatpay-go/core/option"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/jsapi"

	"ruxue/repo/simulator"
)

// Requests that are not signed, or not by the merchant.
func TestUnsignedRequests(t *testing.T) {
	w := newWorld(t)
	for name, head := range map[string]string{
		"none": "", "scheme": "Bearer x", "empty": "WECHATPAY2-SHA256-RSA2048 ",
		"wrong": `WECHATPAY2-SHA256-RSA2048 mchid="` + w.cfg.MchID + `",nonce_str="n",signature="AAAA",timestamp="` + now() + `",serial_no="` + w.cfg.MchSerial + `"`,
	} {
		res, body := fetch(t, "GET", w.url+"/v3/pay/transactions/out-trade-no/X-0001?mchid="+w.cfg.MchID, "Authorization", head)
		if res.StatusCode != http.StatusUnauthorized || !strings.Contains(body, "SIGN_ERROR") {
			t.Errorf("%s: %d %s", name, res.StatusCode, body)
		}
		if res.Header.Get("Wechatpay-Signature") != "" {
			t.Errorf("%s: a refusal is signed", name)
		}
	}
}

func now() string { return time.Now().Format("20060102") }

// A merchant of before the public key: certificates are served, decrypted and
// used by the SDK.
func TestPlatformCertificates(t *testing.T) {
	w := newWorld(t, func(o *simulator.Options) { o.PlatformCertificates = true })
	private, _ := w.payKeys()
	ctx := context.Background()
	plain, err := core.NewClient(ctx, option.WithMerchantCredential(w.cfg.MchID, w.cfg.MchSerial, private), option.WithoutValidator(), option.WithHTTPClient(w.client()))
	if err != nil {
		t.Fatal(err)
	}
	mgr := downloader.NewCertificateDownloaderMgr(ctx)
	defer mgr.Stop()
	if err := mgr.RegisterDownloaderWithClient(ctx, plain, w.cfg.MchID, w.cfg.APIv3Key); err != nil {
		t.Fatal(err)
	}
	c, err := core.NewClient(ctx, option.WithMerchantCredential(w.cfg.MchID, w.cfg.MchSerial, private),
		option.WithVerifier(verifiers.NewSHA256WithRSAVerifier(mgr.GetCertificateVisitor(w.cfg.MchID))), option.WithHTTPClient(w.client()))
	if err != nil {
		t.Fatal(err)
	}
	svc := jsapi.JsapiApiService{Client: c}
	if _, _, err := svc.Prepay(ctx, w.jsapiRequest("CERT-0001")); err != nil {
		t.Fatalf("verified by the certificate: %v", err)
	}
	if _, _, err := (&jsapi.JsapiApiService{Client: w.payClient()}).Prepay(ctx, w.jsapiRequest("CERT-0002")); err != nil {
		t.Fatalf("verified by the public key: %v", err)
	}
}

func TestNoCertificatesInPublicKeyMode(t *testing.T) {
	w := newWorld(t)
	if _, err := w.payClient().Get(context.Background(), "https://api.mch.weixin.qq.com/v3/certificates"); apiCode(err) != "RESOURCE_NOT_EXISTS" {
		t.Fatalf("%v", err)
	}
}

// A restart with a state folder keeps keys and orders.
func TestStateSurvivesARestart(t *testing.T) {
	dir := t.TempDir()
	w := newWorld(t, func(o *simulator.Options) { o.StateDir = dir })
	w.acceptCallbacks(nil)
	w.ordered("KEEP-0001")
	w.must("POST", "/_sim/pay", map[string]any{"out_trade_no": "KEEP-0001", "wait": true})
	w.sim.Close()
	again, err := simulator.New(simulator.Options{StateDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if again.Config().MchPrivateKey != w.cfg.MchPrivateKey || again.Config().AppSecret != w.cfg.AppSecret {
		t.Error("other keys after a restart")
	}
	if _, err := again.Pay("KEEP-0001", "", false); err == nil || err.Error() != "该订单已支付" {
		t.Errorf("the ledger after a restart: %v", err)
	}
	if err := os.WriteFile(dir+"/simulator.json", []byte("{broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := simulator.New(simulator.Options{StateDir: dir}); err == nil {
		t.Error("a broken state file was taken")
	}
}

// The cashier page, as a phone that scanned a Native code sees it.
func TestCashierPage(t *testing.T) {
	w := newWorld(t)
	w.acceptCallbacks(nil)
	w.ordered("PAGE-0001")
	handle := w.must("GET", "/_sim/orders", nil)["orders"].([]any)[0].(map[string]any)["handle"].(string)
	address := w.url + "/cashier?sim_openid=" + student + "&prepay_id=" + handle
	if _, body := fetch(t, "GET", address); !strings.Contains(body, "¥3,200.00") || !strings.Contains(body, "确认支付") {
		t.Fatalf("cashier: %s", body)
	}
	if _, body := fetch(t, "GET", strings.Replace(address, student, student2, 1)); strings.Contains(body, "确认支付") || !strings.Contains(body, "不一致") {
		t.Fatalf("another user's cashier: %s", body)
	}
	press := func(do string) string {
		res, err := http.PostForm(address, url.Values{"handle": {handle}, "do": {do}})
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		raw, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	if body := press("cancel"); !strings.Contains(body, "已取消支付") {
		t.Fatalf("cancel: %s", body)
	}
	if body := press("pay"); !strings.Contains(body, "支付成功") {
		t.Fatalf("pay: %s", body)
	}
	eventually(t, "the callback", func() bool { return len(w.product.received("/callback")) == 1 })
	if body := press("pay"); !strings.Contains(body, "该订单已支付") {
		t.Fatalf("twice: %s", body)
	}
}

// Whoever compares one student's orders need not read the whole ledger.
func TestTheLedgerIsReadByNumber(t *testing.T) {
	w := newWorld(t)
	for _, no := range []string{"LIST-0001", "LIST-0002", "LIST-0003"} {
		w.ordered(no)
	}
	for query, want := range map[string]string{"": "LIST-0001 LIST-0002 LIST-0003", "?out_trade_no=LIST-0002": "LIST-0002",
		"?out_trade_no=LIST-0003&out_trade_no=LIST-0001&out_trade_no=LIST-0003&out_trade_no=OTHER": "LIST-0001 LIST-0003",
		"?out_trade_no=OTHER": ""} {
		var got []string
		for _, o := range w.must("GET", "/_sim/orders"+query, nil)["orders"].([]any) {
			got = append(got, o.(map[string]any)["out_trade_no"].(string))
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("/_sim/orders%s lists %q, want %q", query, got, want)
		}
	}
}

// Both deadlines to pay: time_expire and two hours.
func TestOrdersExpire(t *testing.T) {
	w := newWorld(t)
	svc := jsapi.JsapiApiService{Client: w.payClient()}
	soon := time.Now().Add(2 * time.Minute).In(time.FixedZone("", 8*3600)).Truncate(time.Second)
	r := w.jsapiRequest("LATE-0001")
	r.TimeExpire = &soon
	if _, _, err := svc.Prepay(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	w.ordered("LATE-0002")
	w.clock.add(3 * time.Minute)
	if _, err := w.sim.Pay("LATE-0001", "", false); err == nil {
		t.Error("paid after time_expire")
	}
	w.clock.add(2 * time.Hour)
	if _, err := w.sim.Pay("LATE-0002", "", false); err == nil {
		t.Error("paid with an old prepay_id")
	}
}
