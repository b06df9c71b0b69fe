package wxpay

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"ruxue/service/fault"
	"ruxue/service/payment"
)

var platform = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

const testKey = "0123456789abcdef0123456789abcdef"

func testClient(t testing.TB, base string) *Client {
	t.Helper()
	private, err := x509.MarshalPKCS8PrivateKey(platform())
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&platform().PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(t.Context(), Config{AppID: "wxapp", MchID: "1900000001", MchSerial: "ABC", PublicKeyID: "PUB_KEY_ID_1",
		MchPrivateKeyPEM: string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})), APIv3Key: testKey,
		PublicKeyPEM: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})), BaseURL: base})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sign puts the provider's signature over body into h.
func sign(h http.Header, body []byte) {
	at := strconv.FormatInt(time.Now().Unix(), 10)
	sum := sha256.Sum256([]byte(at + "\nnonce\n" + string(body) + "\n"))
	sig, err := rsa.SignPKCS1v15(rand.Reader, platform(), crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	h.Set("Wechatpay-Timestamp", at)
	h.Set("Wechatpay-Nonce", "nonce")
	h.Set("Wechatpay-Serial", "PUB_KEY_ID_1")
	h.Set("Wechatpay-Signature", base64.StdEncoding.EncodeToString(sig))
}

func notifyRequest(body []byte) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/pay/notify", bytes.NewReader(body))
	sign(r.Header, body)
	return r
}

// sealed is a whole callback body around a plain resource.
func sealed(c *Client, event, plain string) []byte {
	nonce := []byte("123456789012")
	body, err := json.Marshal(map[string]any{"id": "1", "event_type": event, "resource": map[string]any{
		"algorithm": "AEAD_AES_256_GCM", "nonce": string(nonce), "associated_data": "x",
		"ciphertext": base64.StdEncoding.EncodeToString(c.aead.Seal(nil, nonce, []byte(plain), []byte("x")))}})
	if err != nil {
		panic(err)
	}
	return body
}

func TestSignedCallbacks(t *testing.T) {
	c := testClient(t, "")
	swap := func(old, new string) []byte {
		return bytes.Replace(sealed(c, "TRANSACTION.SUCCESS", `{"out_trade_no":"A","trade_state":"SUCCESS"}`), []byte(old), []byte(new), 1)
	}
	for name, tc := range map[string]struct {
		body []byte
		kind fault.Kind // Internal: must be accepted
		want payment.Event
	}{
		"a trade": {body: sealed(c, "TRANSACTION.SUCCESS", `{"out_trade_no":"A","trade_state":"SUCCESS","amount":{"total":5,"currency":"CNY"},"success_time":"2026-08-30T10:00:00+08:00"}`),
			want: payment.Event{Kind: payment.TradeEvent, Source: "callback", OutTradeNo: "A", TradeState: "SUCCESS", TotalFen: 5, Currency: "CNY",
				SuccessAt: time.Date(2026, 8, 30, 2, 0, 0, 0, time.UTC)}},
		"a refund told abnormal": {body: sealed(c, "REFUND.ABNORMAL", `{"out_refund_no":"R1","refund_status":"ABNORMAL","amount":{"refund":7,"total":9}}`),
			want: payment.Event{Kind: payment.RefundEvent, Source: "callback", OutRefundNo: "R1", RefundState: "ABNORMAL", RefundFen: 7, TotalFen: 9}},
		"another product's event":   {body: sealed(c, "PAYSCORE.USER_PAID", `{}`), want: payment.Event{Kind: payment.OtherEvent, Source: "callback"}},
		"no resource":               {body: []byte(`{"event_type":"TRANSACTION.SUCCESS"}`), kind: fault.Invalid},
		"not JSON":                  {body: []byte(`<xml/>`), kind: fault.Invalid},
		"empty":                     {body: nil, kind: fault.Invalid},
		"a nonce of another length": {body: swap("123456789012", "123"), kind: fault.Invalid},
		"another cipher":            {body: swap("AES_256", "AES_128"), kind: fault.Invalid},
		"another associated data":   {body: swap(`"associated_data":"x"`, `"associated_data":"y"`), kind: fault.Invalid},
		"a refund as a trade":       {body: sealed(c, "TRANSACTION.SUCCESS", `{"out_refund_no":"R1","refund_status":"SUCCESS"}`), kind: fault.Invalid},
		"a trade without state":     {body: sealed(c, "TRANSACTION.SUCCESS", `{"out_trade_no":"A"}`), kind: fault.Invalid},
		"a malformed time":          {body: sealed(c, "TRANSACTION.SUCCESS", `{"out_trade_no":"A","trade_state":"SUCCESS","success_time":"now"}`), kind: fault.Invalid},
		"null":                      {body: sealed(c, "REFUND.SUCCESS", `null`), kind: fault.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.ParseNotify(httptest.NewRecorder(), notifyRequest(tc.body))
			if tc.kind == fault.Internal && err != nil {
				t.Fatal(err)
			}
			if fault.KindOf(err) != tc.kind || got != tc.want {
				t.Fatalf("got %+v, %v", got, err)
			}
		})
	}
}

func TestATooLargeOrUnsignedCallbackIsRefused(t *testing.T) {
	c := testClient(t, "")
	big := bytes.Repeat([]byte("x"), 10<<20)
	if _, err := c.ParseNotify(httptest.NewRecorder(), notifyRequest(big)); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("10 MB = %v", err)
	}
	body := sealed(c, "TRANSACTION.SUCCESS", `{"out_trade_no":"A","trade_state":"SUCCESS"}`)
	for _, h := range []string{"Wechatpay-Signature", "Wechatpay-Serial", "Wechatpay-Nonce", "Wechatpay-Timestamp"} {
		r := notifyRequest(body)
		r.Header.Del(h)
		if _, err := c.ParseNotify(httptest.NewRecorder(), r); fault.KindOf(err) != fault.Unauthorized {
			t.Errorf("without %s = %v", h, err)
		}
	}
	r := notifyRequest(body)
	r.Body = http.NoBody
	if _, err := c.ParseNotify(httptest.NewRecorder(), r); fault.KindOf(err) != fault.Unauthorized {
		t.Errorf("another body = %v", err)
	}
	r = notifyRequest(body)
	r.Header.Set("Wechatpay-Signature-Type", "WECHATPAY2-SM2-WITH-SM3")
	if _, err := c.ParseNotify(httptest.NewRecorder(), r); fault.KindOf(err) != fault.Unauthorized {
		t.Errorf("another signature type = %v", err)
	}
}

// A signed 202, an unsigned 200, a proxy's page, a redirect: none is an answer,
// and no error repeats what the provider or the SDK wrote.
func TestAnswersThatAreNone(t *testing.T) {
	var answer func(w http.ResponseWriter)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w) }))
	defer srv.Close()
	c := testClient(t, srv.URL)
	signed := func(status int, body string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			sign(w.Header(), []byte(body))
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}
	}
	for name, tc := range map[string]struct {
		answer func(http.ResponseWriter)
		want   payment.Outcome
	}{
		"signed 202":          {signed(202, `{}`), payment.Unknown},
		"signed 204":          {signed(204, ``), payment.Unknown},
		"signed empty object": {signed(200, `{}`), payment.Unknown},
		"signed other order":  {signed(200, `{"out_trade_no":"B","trade_state":"SUCCESS"}`), payment.Unknown},
		"unsigned 200":        {func(w http.ResponseWriter) { fmt.Fprint(w, `{"out_trade_no":"A","trade_state":"SUCCESS"}`) }, payment.Unknown},
		"a proxy's 403":       {func(w http.ResponseWriter) { http.Error(w, "secretpage", http.StatusForbidden) }, payment.Unknown},
		"a redirect":          {func(w http.ResponseWriter) { w.Header().Set("Location", "/x"); w.WriteHeader(302) }, payment.Unknown},
		"a refusal": {func(w http.ResponseWriter) {
			w.WriteHeader(400)
			fmt.Fprint(w, `{"code":"PARAM_ERROR","message":"secretpage"}`)
		}, payment.Refused},
		"a 429 of another name": {func(w http.ResponseWriter) { w.WriteHeader(429); fmt.Fprint(w, `{"code":"NEW"}`) }, payment.Busy},
		"a strange code":        {func(w http.ResponseWriter) { w.WriteHeader(400); fmt.Fprint(w, `{"code":"secretpage <b>"}`) }, payment.Refused},
	} {
		t.Run(name, func(t *testing.T) {
			answer = tc.answer
			_, err := c.Query(t.Context(), "A")
			var e *payment.GatewayError
			if !errors.As(err, &e) || e.Outcome != tc.want {
				t.Fatalf("got %v, want %v", err, tc.want)
			}
			if strings.Contains(err.Error(), "secretpage") {
				t.Fatalf("the error repeats the answer: %v", err)
			}
		})
	}
	answer = signed(202, ``)
	if err := c.Close(t.Context(), "A"); err == nil {
		t.Fatal("a 202 closed the order")
	}
}

func TestBadConfigurationsAreRefusedWithoutQuotingKeys(t *testing.T) {
	good := testClient(t, "").cfg
	for name, spoil := range map[string]func(*Config){
		"base":    func(c *Config) { c.BaseURL = "https://x/path" },
		"ids":     func(c *Config) { c.MchID = "" },
		"private": func(c *Config) { c.MchPrivateKeyPEM = "secret" },
		"public":  func(c *Config) { c.PublicKeyPEM = "secret" },
		"v3":      func(c *Config) { c.APIv3Key = "secret" },
	} {
		cfg := good
		spoil(&cfg)
		if _, err := New(t.Context(), cfg); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParseNotify(f *testing.F) {
	c := testClient(f, "")
	f.Add(sealed(c, "TRANSACTION.SUCCESS", `{"out_trade_no":"A","trade_state":"SUCCESS"}`), true)
	f.Add([]byte(`{"event_type":"REFUND.SUCCESS","resource":{"nonce":"","algorithm":"AEAD_AES_256_GCM"}}`), true)
	f.Add([]byte(`{"event_type":"TRANSACTION.SUCCESS"}`), false)
	f.Fuzz(func(t *testing.T, body []byte, withSignature bool) {
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
		if withSignature {
			sign(r.Header, body)
		}
		ev, err := c.ParseNotify(httptest.NewRecorder(), r)
		if err == nil && !withSignature {
			t.Fatalf("accepted without a signature: %+v", ev)
		}
		if err != nil && ev != (payment.Event{}) {
			t.Fatal("an error with an event")
		}
	})
}

func FuzzResource(f *testing.F) {
	f.Add([]byte(`{"out_trade_no":"A","trade_state":"SUCCESS","amount":{"total":1},"success_time":"2026-08-30T10:00:00+08:00"}`))
	f.Add([]byte(`{"out_refund_no":"R","refund_status":"SUCCESS","amount":{"refund":1}}`))
	f.Fuzz(func(t *testing.T, plain []byte) {
		if ev, err := readTrade(plain); err == nil && (ev.Kind != payment.TradeEvent || ev.OutTradeNo == "" || ev.TradeState == "") {
			t.Fatalf("accepted %+v", ev)
		}
		if ev, err := readRefund(plain); err == nil && (ev.Kind != payment.RefundEvent || ev.OutRefundNo == "" || ev.RefundState == "") {
			t.Fatalf("accepted %+v", ev)
		}
	})
}
