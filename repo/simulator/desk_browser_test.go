package simulator_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/jsapi"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/native"
	"rsc.io/qr"

	"ruxue/repo/simulator"
)

// browser is a headless Chromium of the test's own.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "/usr/lib/chromium/chromium"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" && os.Getenv("RUXUE_TEST_REQUIRE") == "1" {
		t.Fatal("no Chromium, and RUXUE_TEST_REQUIRE=1 asks for one")
	}
	if path == "" || testing.Short() {
		t.Skip("no Chromium")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(1600, 1000),
		chromedp.Flag("disable-site-isolation-trials", true), chromedp.Flag("disable-features", "IsolateOrigins,site-per-process"))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // starts it: a timeout set before would end it
		t.Fatal(err)
	}
	ctx, cancel = context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// poll waits until the expression is true.
func poll(js string) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		if _, err := chromedp.Poll[bool](js, chromedp.WithPollingTimeout(30*time.Second))(ctx, target); err != nil {
			return chromedp.Void{}, fmt.Errorf("%s: %w", js, err)
		}
		return chromedp.Void{}, nil
	}
}

// run evaluates for the effect alone.
func run(js string) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Evaluate[any](js+"; null")(ctx, target)
		return chromedp.Void{}, err
	}
}

// payingSite is a product with a QR code on the PC and a payment on the phone.
func payingSite(t *testing.T, w **world) *httptest.Server {
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	html := func(rw http.ResponseWriter, body string) {
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		rw.Header().Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'")
		fmt.Fprint(rw, `<!doctype html><html><head><meta name="viewport" content="width=device-width"><title>签名</title></head><body>`, body, `</body></html>`)
	}
	mux.HandleFunc("GET /", func(rw http.ResponseWriter, r *http.Request) {
		code, err := qr.Encode(server.URL+"/h/ticket", qr.M)
		if err != nil {
			t.Error(err)
		}
		html(rw, `<h1>请扫码签字</h1><img width="240" src="data:image/png;base64,`+base64.StdEncoding.EncodeToString(code.PNG())+`">`)
	})
	mux.HandleFunc("GET /native", func(rw http.ResponseWriter, r *http.Request) {
		svc := native.NativeApiService{Client: (*w).payClient()}
		res, _, err := svc.Prepay(r.Context(), native.PrepayRequest{
			Appid: core.String((*w).cfg.AppID), Mchid: core.String((*w).cfg.MchID), Description: core.String("书费"),
			OutTradeNo: core.String("DESK-00002"), NotifyUrl: core.String(server.URL + "/callback"), Amount: &native.Amount{Total: core.Int64(8800)},
		})
		if err != nil {
			t.Error(err)
			return
		}
		code, err := qr.Encode(*res.CodeUrl, qr.M)
		if err != nil {
			t.Error(err)
		}
		html(rw, `<h1>扫码支付</h1><img width="200" src="data:image/png;base64,`+base64.StdEncoding.EncodeToString(code.PNG())+`">`)
	})
	mux.HandleFunc("GET /h/ticket", func(rw http.ResponseWriter, r *http.Request) {
		html(rw, `<h1 id="arrived">学生签名</h1><button id="go">去缴费</button><p id="result"></p><script src="/pay.js"></script>`)
	})
	mux.HandleFunc("GET /pay.js", func(rw http.ResponseWriter, r *http.Request) {
		svc := jsapi.JsapiApiService{Client: (*w).payClient()}
		params, _, err := svc.PrepayWithRequestPayment(r.Context(), (*w).jsapiRequest("DESK-00001"))
		if err != nil {
			t.Error(err)
			return
		}
		raw, err := json.Marshal(map[string]any{"appId": params.Appid, "timeStamp": params.TimeStamp, "nonceStr": params.NonceStr, "package": params.Package, "signType": params.SignType, "paySign": params.PaySign})
		if err != nil {
			t.Error(err)
		}
		rw.Header().Set("Content-Type", "text/javascript")
		fmt.Fprintf(rw, `document.getElementById("go").onclick = () => WeixinJSBridge.invoke("getBrandWCPayRequest", %s, (res) => { document.getElementById("result").textContent = res.err_msg; });`, raw)
	})
	mux.HandleFunc("POST /callback", func(rw http.ResponseWriter, r *http.Request) { rw.WriteHeader(http.StatusNoContent) })
	return server
}

// Two devices in one window: the phone scans what the PC shows, pays in the
// cashier, and the desk tells what happened.
func TestDeskInABrowser(t *testing.T) {
	ctx := browser(t)
	var w *world
	server := payingSite(t, &w)
	w = newWorld(t, func(o *simulator.Options) {
		o.Product = server.URL
		o.AccountName = "继续教育学院"
		o.DeskEntries = []simulator.DeskEntry{{Name: "签名", URL: server.URL + "/"}, {Name: "缴费", URL: server.URL + "/native"}}
	})
	w.product.URL = server.URL
	pc, phone, err := w.sim.OpenDesk()
	if err != nil {
		t.Fatal(err)
	}
	err = chromedp.Do(ctx,
		chromedp.Navigate(w.url+"/desk"),
		chromedp.WaitVisible("#chat"),
		poll(`document.getElementById("chat").textContent.includes("在上面的“入口”里选择")`), // nothing has happened: it says how to begin
		poll(`document.getElementById("pc-address").textContent.endsWith("/")`),
		chromedp.Click(`.tabs button[data-view="scan"]`),
		poll(`document.getElementById("phone-title").textContent === "签名"`),
	)
	if err != nil {
		shot(t, ctx, "failed.png")
		t.Fatalf("scanning: %v", err)
	}
	shot(t, ctx, "desk-web.png")
	// The phone's page itself, in a tab of its own, pays through the bridge.
	tab, cancel := chromedp.NewContext(ctx)
	defer cancel()
	press := func(n int) string {
		return fmt.Sprintf(`document.getElementById("wx-cashier").shadowRoot.querySelectorAll("button")[%d].click()`, n)
	}
	sheet := `document.getElementById("wx-cashier")?.shadowRoot.querySelector(".sum")?.textContent === "¥3,200.00"`
	result := func(want string) string {
		return `document.getElementById("result").textContent === "get_brand_wcpay_request:` + want + `"`
	}
	err = chromedp.Do(tab,
		chromedp.Navigate(phone+"/h/ticket"),
		chromedp.Click("#go"), poll(sheet), run(press(1)), poll(result("cancel")),
		chromedp.Click("#go"), poll(sheet))
	if err != nil {
		t.Fatalf("paying: %v", err)
	}
	shot(t, tab, "desk-cashier.png")
	if err := chromedp.Do(tab, run(press(0)), poll(result("ok"))); err != nil {
		t.Fatalf("paying: %v", err)
	}
	err = chromedp.Do(ctx,
		chromedp.Click(`.tabs button[data-view="cashier"]`),
		poll(`document.getElementById("orders").textContent.includes("支付成功")`),
		poll(`document.getElementById("log").textContent.includes("支付通知")`),
	)
	if err != nil {
		t.Fatalf("the desk's record: %v", err)
	}
	shot(t, ctx, "desk-orders.png")
	// A Native code on the PC opens the cashier on the phone.
	within, cancelPay := context.WithTimeout(ctx, 20*time.Second)
	defer cancelPay()
	err = chromedp.Do(within,
		run(`const e = document.getElementById("entry"); e.value = e.options[1].value; document.getElementById("pc").src = new URL(e.value).pathname.replace(/^/, "`+pc+`")`),
		poll(`document.getElementById("pc-address").textContent.endsWith("/native")`),
		chromedp.Click(`.tabs button[data-view="scan"]`),
		poll(`document.getElementById("phone").contentDocument?.querySelector(".sum")?.textContent === "¥88.00"`),
		run(`document.getElementById("phone").contentDocument.querySelector("button[value=pay]").click()`),
		poll(`document.getElementById("phone").contentDocument?.body?.textContent.includes("支付成功")`),
		chromedp.Click("#phone-back"), chromedp.WaitVisible("#chat"),
	)
	if err != nil {
		shot(t, ctx, "failed.png")
		t.Fatalf("paying a Native code: %v", err)
	}
	// An SMS shows over whatever the phone has open.
	if code := w.sendCode(w.smsRequest()); code != "Ok" {
		t.Fatal(code)
	}
	if err := chromedp.Do(ctx, chromedp.WaitVisible("#banner"), chromedp.Click("#banner"), poll(`document.getElementById("inbox").textContent.includes("490713")`)); err != nil {
		t.Fatalf("the banner: %v", err)
	}
	shot(t, ctx, "desk-inbox.png")
}

// shot writes a picture where SIM_SHOTS names a folder, for people to look at.
func shot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("SIM_SHOTS")
	if dir == "" {
		return
	}
	raw, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/"+name, raw, 0o644); err != nil {
		t.Fatal(err)
	}
}
