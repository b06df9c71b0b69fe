package h5_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// until waits for a JavaScript expression to become true.
func until(t *testing.T, ctx context.Context, what, condition string) {
	t.Helper()
	script := `(() => { try { return Boolean(document.body && (` + condition + `)); } catch (e) { return false; } })()`
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		// An evaluation that a navigation interrupts fails: ask again.
		if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script)); err == nil && ok {
			return
		}
	}
	t.Fatalf("never happened: %s", what)
}

// arrives waits until the page has gone to an address by itself.
func arrives(t *testing.T, ctx context.Context, path string) {
	t.Helper()
	until(t, ctx, "arriving at "+path, fmt.Sprintf("location.pathname === %q", path))
}

func shoot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	folder := os.Getenv("RUXUE_SHOTS")
	if folder == "" {
		return
	}
	b, err := chromedp.Run(ctx, chromedp.FullScreenshot(80))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".jpg"), b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestFormSavesByItselfAndKeepsItemsInOrder(t *testing.T) {
	box := &inbox{}
	server := site(t, map[string]http.HandlerFunc{
		"POST /c/hhu/form/family/draft": box.answer(`{"ok":true,"saved_at":"14:11"}`),
		"POST /c/hhu/form/family":       box.answer(`{}`),
	})
	ctx := browser(t)
	do(t, ctx, phone(390, 844), chromedp.Navigate(server.URL+"/g/wechat/family"), chromedp.Sleep(200*time.Millisecond),
		press("[data-add]"), press("[data-add]"))
	eval[bool](t, ctx, `(() => { for (const [name, value] of [['item.1.name', '甲'], ['item.2.name', '乙']]) { const e = document.getElementsByName(name)[0]; e.value = value; e.dispatchEvent(new Event('input', {bubbles: true})); } return true; })()`)
	until(t, ctx, "14:11 已自动保存", `/^14:11 已自动保存/.test(document.querySelector('[data-saved]').innerText)`)
	// Removing the middle one renumbers; 撤销 brings it back as it was.
	remove := press("[data-item]:not(:disabled) [data-remove][value='remove.1']")
	do(t, ctx, remove)
	until(t, ctx, "the third became the second", `document.querySelector('[data-item]:not(:disabled) [name="item.1.name"]').value === '乙'`)
	do(t, ctx, press(".undo button"))
	until(t, ctx, "undo", `document.getElementsByName('item.1.name')[0].value === '甲' && document.getElementsByName('item.2.name')[0].value === '乙'`)
	do(t, ctx, remove, chromedp.Sleep(2500*time.Millisecond))
	drafts := box.got("/c/hhu/form/family/draft")
	v, err := url.ParseQuery(drafts[len(drafts)-1])
	if err != nil || v.Get("item.0.name") != "李建国" || v.Get("item.1.name") != "乙" || v.Has("item.2.name") {
		t.Errorf("the draft holds %v (%v)", v, err)
	}
	// Enter goes on to the next step and removes nobody.
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("[name='item.0.employer']"), "\r"), chromedp.Sleep(500*time.Millisecond))
	sent := box.got("/c/hhu/form/family")
	if len(sent) != 1 || strings.Contains(sent[0], "action=") {
		t.Errorf("Enter sent %q", sent)
	}
}

func TestFailedSavingTurnsRedAndRetries(t *testing.T) {
	broken, look := true, make(chan struct{})
	box := &inbox{}
	fine := box.answer(`{"ok":true,"saved_at":"14:12"}`)
	server := site(t, map[string]http.HandlerFunc{"POST /c/hhu/form/family/draft": func(w http.ResponseWriter, r *http.Request) {
		if broken {
			<-look
			w.WriteHeader(http.StatusBadGateway)
			broken = false
			return
		}
		fine(w, r)
	}})
	ctx := browser(t)
	do(t, ctx, phone(390, 844), chromedp.Navigate(server.URL+"/g/wechat/family"), chromedp.SendKeys(chromedp.CSS("[name='item.0.post']"), "x"))
	const mark = `document.querySelector('[data-saved] .icon').innerHTML`
	until(t, ctx, "saving", `document.querySelector('[data-saved].busy') && /正在保存/.test(document.body.innerText)`)
	saving := eval[string](t, ctx, mark)
	close(look)
	until(t, ctx, "没有保存成功", `document.querySelector('[data-saved].failed') && /没有保存成功，正在重试/.test(document.body.innerText)`)
	failed := eval[string](t, ctx, mark)
	until(t, ctx, "saved at last", `!document.querySelector('[data-saved].failed') && /14:12 已自动保存/.test(document.body.innerText)`)
	if saved := eval[string](t, ctx, mark); saved == saving || saved == failed {
		t.Error("the tick of what is saved stands beside what is not")
	}
}

func TestSMSButtonCountsDown(t *testing.T) {
	box := &inbox{}
	server := site(t, map[string]http.HandlerFunc{"POST /c/hhu/sms": box.answer(`{"ok":true,"wait":60}`)})
	ctx := browser(t)
	do(t, ctx, phone(390, 844), chromedp.Navigate(server.URL+"/g/wechat/login-first"), press("[data-sms-button]"))
	until(t, ctx, "no number, a sentence", `document.querySelector('#f-phone-error').innerText === '请输入手机号'`)
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("#f-phone"), "138 1234 6027"), press("[data-sms-button]"))
	until(t, ctx, "countdown", `/^\d\d 秒后重发$/.test(document.querySelector('[data-sms-button]').innerText)`)
	if got := box.got("/c/hhu/sms"); len(got) != 1 || got[0] != "phone=13812346027" {
		t.Errorf("sent %q", got)
	}
	do(t, ctx, press("[data-submit]"))
	until(t, ctx, "errors at their fields", `document.querySelector('#f-id_number-error').innerText === '请输入身份证号' && document.activeElement.name === 'id_number'`)
	do(t, ctx, chromedp.Navigate(server.URL+"/g/wechat/login-errors"))
	until(t, ctx, "a refused attempt keeps the seconds", `/^\d\d 秒后重发$/.test(document.querySelector('[data-sms-button]').innerText)`)
	do(t, ctx, phone(320, 640))
	until(t, ctx, "the short name where the long one is cut", `document.querySelector('.bar-name').innerText === '河海大学'`)
	do(t, ctx, phone(700, 640))
	until(t, ctx, "the full name where it fits", `document.querySelector('.bar-name').innerText === '河海大学远程与继续教育学院'`)
}

// stream answers the panel's events with the given states.
func stream(states <-chan string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for {
			select {
			case s := <-states:
				fmt.Fprintf(w, "event: state\ndata: %s\n\n", s)
				w.(http.Flusher).Flush()
			case <-r.Context().Done():
				return
			}
		}
	}
}

func TestPanelFollowsThePhone(t *testing.T) {
	states := make(chan string, 4)
	box := &inbox{}
	server := site(t, map[string]http.HandlerFunc{
		"POST /c/hhu/sign/pledge/handoff": box.answer(`{"ok":true,"ref":"r","qr":"` + pixel + `","code":"47","expires_in":300,"events":"/e","state":"/s"}`),
		"GET /e":                          stream(states),
	})
	ctx := browser(t)
	do(t, ctx, chromedp.EmulateViewport(1280, 800), chromedp.Navigate(server.URL+"/g/pc/sign"), press("[data-start]"))
	until(t, ctx, "asked to tick first", `!document.querySelector('#agree-error').hidden`)
	do(t, ctx, press("[data-agree]"))
	const section = `document.querySelector('section[data-state=%s]').hidden === false`
	until(t, ctx, "waiting", fmt.Sprintf(section, "waiting")+` && /分/.test(document.querySelector('[data-countdown]').innerText)`)
	shoot(t, ctx, "panel-waiting-pc")
	states <- `{"state":"scanned","user":"李*雯","expires_in":1200}`
	until(t, ctx, "scanned", fmt.Sprintf(section, "scanned")+` && document.querySelector('[data-code]').innerText === '47'`)
	shoot(t, ctx, "panel-scanned-pc")
	states <- `{"state":"done","picture":"` + pixel + `","next":"/g/pc/done"}`
	arrives(t, ctx, "/g/pc/done")
}

func TestPanelFallsBackToPolling(t *testing.T) {
	box := &inbox{}
	server := site(t, map[string]http.HandlerFunc{
		"POST /c/hhu/sign/pledge/handoff": box.answer(`{"ok":true,"ref":"r","qr":"` + pixel + `","code":"47","expires_in":300,"events":"/missing","state":"/s"}`),
		"GET /s":                          box.answer(`{"state":"expired"}`),
	})
	ctx := browser(t)
	do(t, ctx, chromedp.EmulateViewport(1280, 800), chromedp.Navigate(server.URL+"/g/pc/sign"), press("[data-agree]"))
	until(t, ctx, "expired by polling", `document.querySelector('section[data-state=expired]').hidden === false`)
	do(t, ctx, press("section[data-state=expired] [data-renew]"))
	until(t, ctx, "a new code after one click", `performance.getEntriesByName(location.origin + '/c/hhu/sign/pledge/handoff').length === 2`)
}

// bridge stands for WeChat's object; it answers with window.outcome.
const bridge = `(() => { window.calls = []; window.WeixinJSBridge = { invoke: (name, params, done) => { calls.push([name, params.package]); setTimeout(() => done({err_msg: 'get_brand_wcpay_request:' + window.outcome}), 50); }, on: () => {} }; window.outcome = %q; return true; })()`

func TestPayingInWeChat(t *testing.T) {
	box := &inbox{}
	paid := false
	server := site(t, map[string]http.HandlerFunc{
		"POST /pay/abc/attempt": box.answer(`{"ok":true,"way":"jsapi","params":{"appId":"a","package":"prepay_id=1"}}`),
		"GET /pay/abc/state": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprintf(w, `{"paid":%v,"state":"unpaid","next":"/g/wechat/done"}`, paid)
		},
		"POST /pay/abc/refresh": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"ok":true,"paid":false,"message":"微信还没有收到这笔付款"}`)
		},
	})
	ctx := browser(t)
	do(t, ctx, phone(390, 844), chromedp.Navigate(server.URL+"/g/wechat/pay-unpaid"))
	eval[bool](t, ctx, fmt.Sprintf(bridge, "cancel"))
	// A double click is one order.
	eval[bool](t, ctx, `(() => { const b = document.querySelector('[data-go]'); b.click(); b.click(); return true; })()`)
	until(t, ctx, "cancelled, and may pay again", `/您取消了付款/.test(document.querySelector('[data-pay-note]').innerText) && document.querySelector('[data-pay-error]').hidden && document.querySelector('[data-go]').innerText === '去缴费'`)
	if n := len(box.got("/pay/abc/attempt")); n != 1 {
		t.Errorf("a double click ordered %d times", n)
	}
	eval[bool](t, ctx, `(() => { window.outcome = 'ok'; document.querySelector('[data-go]').click(); return true; })()`)
	until(t, ctx, "waits for the server's word", `document.querySelector('[data-go]').innerText === '正在确认付款' && !document.querySelector('[data-show=waiting]').hidden`)
	shoot(t, ctx, "pay-confirming-wechat")
	do(t, ctx, press("[data-refresh]"))
	until(t, ctx, "says what WeChat says", `document.querySelector('[data-refresh-text]').innerText === '微信还没有收到这笔付款'`)
	paid = true
	arrives(t, ctx, "/g/wechat/done")
}

func TestStudentCardBecomesAPicture(t *testing.T) {
	ctx, server := browser(t), site(t, nil)
	do(t, ctx, phone(390, 844), chromedp.Navigate(server.URL+"/g/phone/done"), press("[data-save]"))
	until(t, ctx, "a picture to press long", `!document.querySelector('[data-saved-box]').hidden && document.querySelector('[data-saved-image]').naturalWidth === 1080`)
	shoot(t, ctx, "done-saved")
}

func TestConfirmingASignature(t *testing.T) {
	box := &inbox{}
	refused := true
	fine := box.answer(`{"ok":true,"next":"/g/pc/done"}`)
	server := site(t, map[string]http.HandlerFunc{"POST /c/hhu/sign/pledge/confirm": func(w http.ResponseWriter, r *http.Request) {
		if refused {
			refused = false
			w.WriteHeader(http.StatusConflict)
			_, _ = io.WriteString(w, `{"error":{"kind":"conflict","message":"签名正在保存，请再点一次"}}`)
			return
		}
		fine(w, r)
	}})
	ctx := browser(t)
	confirm := press("[data-confirm-form] button")
	do(t, ctx, chromedp.EmulateViewport(1280, 800), chromedp.Navigate(server.URL+"/g/pc/sign-confirm"), confirm)
	until(t, ctx, "the refusal is said and the signature stays", `document.querySelector('[data-form-error]').innerText === '签名正在保存，请再点一次' && !document.querySelector('section[data-state=submitted]').hidden`)
	do(t, ctx, confirm)
	arrives(t, ctx, "/g/pc/done")
}

// TestPayingWithoutWeChatsHelp: a browser that calls itself WeChat, and a client
// whose payment sheet never says a word, give the button back with a sentence.
func TestPayingWithoutWeChatsHelp(t *testing.T) {
	box := &inbox{}
	server := site(t, map[string]http.HandlerFunc{
		"POST /pay/abc/attempt": box.answer(`{"ok":true,"way":"jsapi","params":{"package":"prepay_id=1"}}`),
		"GET /pay/abc/state":    box.answer(`{"ok":true,"paid":false}`),
	})
	ctx := browser(t)
	hurry := `(() => { const real = setTimeout; window.setTimeout = (fn, ms, ...more) => real(fn, ms / 20, ...more); return true; })()`
	do(t, ctx, phone(390, 844), chromedp.Navigate(server.URL+"/g/wechat/pay-unpaid"))
	eval[bool](t, ctx, hurry)
	do(t, ctx, press("[data-go]"))
	until(t, ctx, "without the bridge one is told where to pay", `/请在微信中打开本页再试/.test(document.querySelector('[data-pay-error]').innerText) && document.querySelector('[data-go]').innerText === '去缴费'`)
	eval[bool](t, ctx, `(() => { window.WeixinJSBridge = { invoke() {}, on() {} }; return true; })()`)
	do(t, ctx, press("[data-go]"))
	until(t, ctx, "without an answer the button comes back", `/没有看到付款窗口时/.test(document.querySelector('[data-pay-note]').innerText) && document.querySelector('[data-go]').innerText === '去缴费'`)
}

func TestPayingOnAComputer(t *testing.T) {
	box := &inbox{}
	paid := make(chan bool, 1)
	server := site(t, map[string]http.HandlerFunc{
		"POST /pay/abc/attempt": box.answer(`{"ok":true,"way":"native","qr":"` + pixel + `","expires_in":7200}`),
		"GET /pay/abc/state": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprintf(w, `{"paid":%v,"next":"/g/pc/done"}`, len(paid) > 0)
		},
	})
	ctx := browser(t)
	do(t, ctx, chromedp.EmulateViewport(1280, 800), chromedp.Navigate(server.URL+"/g/pc/pay-unpaid"), press("[data-go]"))
	until(t, ctx, "the code", `!document.querySelector('[data-native]').hidden && document.querySelector('[data-native] img').naturalWidth > 0`)
	shoot(t, ctx, "pay-native-pc")
	paid <- true
	arrives(t, ctx, "/g/pc/done")
}

func TestApplicationSaysWhatIsMissing(t *testing.T) {
	box := &inbox{}
	server := site(t, map[string]http.HandlerFunc{"POST /c/hhu/apply/waive": box.answer(`{}`)})
	ctx := browser(t)
	submit := press("[data-submit]")
	do(t, ctx, phone(390, 844), chromedp.Navigate(server.URL+"/g/wechat/apply"), chromedp.Sleep(200*time.Millisecond), submit)
	until(t, ctx, "errors", `document.querySelector('[data-lack]').innerText === '还差：把上面那句话输入完整、手写签名' && document.querySelector('#f-statement-error').innerText === '请把上面那句话输入完整'`)
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("#f-statement"), "本人自愿放弃入学资格，愿承担由此带来的后果。"))
	eval[bool](t, ctx, `(() => { document.querySelector('[data-pad]').scrollIntoView({block: 'center'}); return true; })()`)
	eval[bool](t, ctx, write)
	until(t, ctx, "nothing is missing", `document.querySelector('[data-lack]').hidden`)
	do(t, ctx, submit, chromedp.Sleep(500*time.Millisecond))
	sent := box.got("/c/hhu/apply/waive")
	if len(sent) != 1 {
		t.Fatalf("sent %d times", len(sent))
	}
	v, err := url.ParseQuery(sent[0])
	if err != nil || !strings.HasPrefix(v.Get("signature"), `{"width":`) || v.Get("reason") == "" || v.Get("statement") == "" {
		t.Errorf("sent %q (%v)", sent[0], err)
	}
}
