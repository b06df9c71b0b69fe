package simulator_test

import (
	"bytes"
	"context"
	"crypto/rsa"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/verifiers"
	"github.com/wechatpay-apiv3/wechatpay-go/core/notify"
	"github.com/wechatpay-apiv3/wechatpay-go/core/option"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/jsapi"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/native"
	"github.com/wechatpay-apiv3/wechatpay-go/services/refunddomestic"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"
)

func (w *world) payKeys() (*rsa.PrivateKey, *rsa.PublicKey) {
	w.t.Helper()
	private, err := utils.LoadPrivateKey(w.cfg.MchPrivateKey)
	if err != nil {
		w.t.Fatal(err)
	}
	public, err := utils.LoadPublicKey(w.cfg.PlatformPublicKey)
	if err != nil {
		w.t.Fatal(err)
	}
	return private, public
}

// payClient is WeChat Pay's own SDK in public key mode.
func (w *world) payClient() *core.Client {
	w.t.Helper()
	private, public := w.payKeys()
	c, err := core.NewClient(context.Background(),
		option.WithWechatPayPublicKeyAuthCipher(w.cfg.MchID, w.cfg.MchSerial, private, w.cfg.PlatformPublicKeyID, public),
		option.WithHTTPClient(w.client()))
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// acceptCallbacks has the product handle callbacks with the SDK's handler.
func (w *world) acceptCallbacks(seen func(*payments.Transaction)) {
	_, public := w.payKeys()
	h, err := notify.NewRSANotifyHandler(w.cfg.APIv3Key, verifiers.NewSHA256WithRSAPubkeyVerifier(w.cfg.PlatformPublicKeyID, *public))
	if err != nil {
		w.t.Fatal(err)
	}
	w.product.respond(func(r *http.Request, body []byte) (int, string) {
		again := httptest.NewRequest(http.MethodPost, r.URL.String(), bytes.NewReader(body))
		again.Header = r.Header
		var tx payments.Transaction
		n, err := h.ParseNotifyRequest(context.Background(), again, &tx)
		if err != nil {
			return http.StatusUnauthorized, "{}"
		}
		if n.EventType == "TRANSACTION.SUCCESS" && seen != nil {
			seen(&tx)
		}
		return http.StatusNoContent, ""
	})
}

func (w *world) jsapiRequest(no string) jsapi.PrepayRequest {
	return jsapi.PrepayRequest{
		Appid: core.String(w.cfg.AppID), Mchid: core.String(w.cfg.MchID), Description: core.String("学费"),
		OutTradeNo: core.String(no), NotifyUrl: core.String(w.product.URL + "/callback"),
		Amount: &jsapi.Amount{Total: core.Int64(320000)}, Payer: &jsapi.Payer{Openid: core.String(student)},
	}
}

func apiCode(err error) string {
	if e, ok := errors.AsType[*core.APIError](err); ok {
		return e.Code
	}
	return ""
}

// A whole JSAPI payment as the official SDK sees it: prepay, the bridge with
// its signature, the callback, the query, the refusal to close.
func TestJSAPIWithSDK(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	svc := jsapi.JsapiApiService{Client: w.payClient()}
	paid := make(chan *payments.Transaction, 4)
	w.acceptCallbacks(func(tx *payments.Transaction) { paid <- tx })

	params, _, err := svc.PrepayWithRequestPayment(ctx, w.jsapiRequest("JSAPI-0001"))
	if err != nil {
		t.Fatal(err)
	}
	tx, _, err := svc.QueryOrderByOutTradeNo(ctx, jsapi.QueryOrderByOutTradeNoRequest{OutTradeNo: core.String("JSAPI-0001"), Mchid: core.String(w.cfg.MchID)})
	if err != nil || *tx.TradeState != "NOTPAY" || tx.TransactionId != nil {
		t.Fatalf("before payment: %v %v", tx, err)
	}

	bridge := map[string]any{
		"appId": *params.Appid, "timeStamp": *params.TimeStamp, "nonceStr": *params.NonceStr, "package": *params.Package,
		"signType": *params.SignType, "paySign": *params.PaySign, "openid": student,
	}
	tampered := map[string]any{}
	maps.Copy(tampered, bridge)
	tampered["nonceStr"] = "another"
	if got := w.must("POST", "/_sim/bridge/pay", tampered); got["err_msg"] != "get_brand_wcpay_request:fail" {
		t.Fatalf("a wrong paySign paid: %v", got)
	}
	other := map[string]any{}
	maps.Copy(other, bridge)
	other["openid"] = student2
	if got := w.must("POST", "/_sim/bridge/pay", other); got["err_msg"] != "get_brand_wcpay_request:fail" {
		t.Fatalf("another user paid a JSAPI order: %v", got)
	}
	if got := w.must("POST", "/_sim/bridge/pay", bridge); got["err_msg"] != "get_brand_wcpay_request:ok" {
		t.Fatalf("bridge: %v", got)
	}
	select {
	case tx := <-paid:
		if *tx.OutTradeNo != "JSAPI-0001" || *tx.Amount.Total != 320000 || *tx.TradeState != "SUCCESS" || *tx.Payer.Openid != student {
			t.Fatalf("callback says %v", tx)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("no callback")
	}
	tx, _, err = svc.QueryOrderById(ctx, jsapi.QueryOrderByIdRequest{TransactionId: w.transactionID("JSAPI-0001"), Mchid: core.String(w.cfg.MchID)})
	if err != nil || *tx.TradeState != "SUCCESS" {
		t.Fatalf("query by id: %v %v", tx, err)
	}
	if _, err := svc.CloseOrder(ctx, jsapi.CloseOrderRequest{OutTradeNo: core.String("JSAPI-0001"), Mchid: core.String(w.cfg.MchID)}); apiCode(err) != "ORDERPAID" {
		t.Fatalf("closing a paid order: %v", err)
	}
	if _, _, err := svc.Prepay(ctx, w.jsapiRequest("JSAPI-0001")); apiCode(err) != "ORDERPAID" {
		t.Fatalf("prepay of a paid order: %v", err)
	}
}

func (w *world) transactionID(no string) *string {
	for _, o := range w.must("GET", "/_sim/orders", nil)["orders"].([]any) {
		if m := o.(map[string]any); m["out_trade_no"] == no {
			return core.String(m["transaction_id"].(string))
		}
	}
	w.t.Fatalf("no order %s", no)
	return nil
}

func TestNativeCloseAndRefundWithSDK(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	w.acceptCallbacks(nil)
	client := w.payClient()
	svc := native.NativeApiService{Client: client}
	req := func(no string) native.PrepayRequest {
		return native.PrepayRequest{
			Appid: core.String(w.cfg.AppID), Mchid: core.String(w.cfg.MchID), Description: core.String("学费"),
			OutTradeNo: core.String(no), NotifyUrl: core.String(w.product.URL + "/callback"), Amount: &native.Amount{Total: core.Int64(100)},
		}
	}
	res, _, err := svc.Prepay(ctx, req("NATIVE-001"))
	if err != nil || !strings.HasPrefix(*res.CodeUrl, "weixin://wxpay/bizpayurl?pr=") {
		t.Fatalf("%v %v", res, err)
	}
	result, err := svc.CloseOrder(ctx, native.CloseOrderRequest{OutTradeNo: core.String("NATIVE-001"), Mchid: core.String(w.cfg.MchID)})
	if err != nil || result.Response.StatusCode != http.StatusNoContent {
		t.Fatalf("close: %v", err)
	}
	if status, out := w.call("POST", "/_sim/pay", map[string]any{"out_trade_no": "NATIVE-001"}); status != http.StatusBadRequest {
		t.Fatalf("a closed order was paid: %v", out)
	}
	if _, _, err := svc.Prepay(ctx, req("NATIVE-001")); apiCode(err) != "ORDER_CLOSED" {
		t.Fatalf("prepay of a closed order: %v", err)
	}

	if _, _, err := svc.Prepay(ctx, req("NATIVE-002")); err != nil {
		t.Fatal(err)
	}
	if out := w.must("POST", "/_sim/pay", map[string]any{"out_trade_no": "NATIVE-002", "openid": student2, "wait": true}); out["callback_status"] != float64(204) {
		t.Fatalf("pay: %v", out)
	}
	refunds := refunddomestic.RefundsApiService{Client: client}
	ask := refunddomestic.CreateRequest{
		OutTradeNo: core.String("NATIVE-002"), OutRefundNo: core.String("R-1"), NotifyUrl: core.String(w.product.URL + "/refunded"),
		Amount: &refunddomestic.AmountReq{Refund: core.Int64(100), Total: core.Int64(100), Currency: core.String("CNY")},
	}
	r, _, err := refunds.Create(ctx, ask)
	if err != nil || *r.Status != "PROCESSING" {
		t.Fatalf("refund: %v %v", r, err)
	}
	if again, _, err := refunds.Create(ctx, ask); err != nil || *again.RefundId != *r.RefundId {
		t.Fatalf("the same refund again: %v %v", again, err)
	}
	eventually(t, "the refund's callback", func() bool { return len(w.product.received("/refunded")) == 1 })
	done, _, err := refunds.QueryByOutRefundNo(ctx, refunddomestic.QueryByOutRefundNoRequest{OutRefundNo: core.String("R-1")})
	if err != nil || *done.Status != "SUCCESS" {
		t.Fatalf("refund query: %v %v", done, err)
	}
	ask.OutRefundNo = core.String("R-2")
	if _, _, err := refunds.Create(ctx, ask); apiCode(err) != "INVALID_REQUEST" {
		t.Fatalf("more than was paid: %v", err)
	}
}

// Every refusal of a prepay, as the SDK reports it.
func TestPrepayRefusals(t *testing.T) {
	w := newWorld(t)
	svc := jsapi.JsapiApiService{Client: w.payClient()}
	if _, _, err := svc.Prepay(context.Background(), w.jsapiRequest("REFUSE-000")); err != nil {
		t.Fatal(err)
	}
	soon := time.Now().Add(10 * time.Second).In(time.FixedZone("", 8*3600)).Truncate(time.Second)
	later := time.Now().Add(time.Hour).UTC()
	for name, tc := range map[string]struct {
		change func(*jsapi.PrepayRequest)
		code   string
	}{
		"app":            {func(r *jsapi.PrepayRequest) { r.Appid = core.String("wx0") }, "APPID_MCHID_NOT_MATCH"},
		"merchant":       {func(r *jsapi.PrepayRequest) { r.Mchid = core.String("1") }, "APPID_MCHID_NOT_MATCH"},
		"no description": {func(r *jsapi.PrepayRequest) { r.Description = core.String("") }, "PARAM_ERROR"},
		"short number":   {func(r *jsapi.PrepayRequest) { r.OutTradeNo = core.String("123") }, "PARAM_ERROR"},
		"long number":    {func(r *jsapi.PrepayRequest) { r.OutTradeNo = core.String(strings.Repeat("1", 33)) }, "PARAM_ERROR"},
		"free of charge": {func(r *jsapi.PrepayRequest) { r.Amount.Total = core.Int64(0) }, "PARAM_ERROR"},
		"dollars":        {func(r *jsapi.PrepayRequest) { r.Amount.Currency = core.String("USD") }, "PARAM_ERROR"},
		"notify query":   {func(r *jsapi.PrepayRequest) { r.NotifyUrl = core.String("https://a.example/b?c=d") }, "PARAM_ERROR"},
		"notify http":    {func(r *jsapi.PrepayRequest) { r.NotifyUrl = core.String("http://a.example/b") }, "PARAM_ERROR"},
		"no openid":      {func(r *jsapi.PrepayRequest) { r.Payer.Openid = core.String("") }, "PARAM_ERROR"},
		"foreign openid": {func(r *jsapi.PrepayRequest) { r.Payer.Openid = core.String("oOther") }, "PARAM_ERROR"},
		"virtual user":   {func(r *jsapi.PrepayRequest) { r.Payer.Openid = core.String(snapshot) }, "PARAM_ERROR"},
		"expires soon":   {func(r *jsapi.PrepayRequest) { r.TimeExpire = &soon }, "INVALID_REQUEST"},
		"expires in UTC": {func(r *jsapi.PrepayRequest) { r.TimeExpire = &later }, "PARAM_ERROR"},
		"same number":    {func(r *jsapi.PrepayRequest) { r.OutTradeNo = core.String("REFUSE-000"); r.Amount.Total = core.Int64(1) }, "INVALID_REQUEST"},
	} {
		t.Run(name, func(t *testing.T) {
			r := w.jsapiRequest("REFUSE-001")
			tc.change(&r)
			if _, _, err := svc.Prepay(context.Background(), r); apiCode(err) != tc.code {
				t.Errorf("want %s, got %v", tc.code, err)
			}
		})
	}
}
