package simulator_test

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/jsapi"
	"github.com/wechatpay-apiv3/wechatpay-go/services/refunddomestic"

	"ruxue/repo/simulator"
)

// token is a good access token.
func (w *world) token() string {
	w.t.Helper()
	_, out := w.call("GET", "/cgi-bin/token?grant_type=client_credential&appid="+w.cfg.AppID+"&secret="+w.cfg.AppSecret, nil)
	token, ok := out["access_token"].(string)
	if !ok {
		w.t.Fatalf("%v", out)
	}
	return token
}

func TestOAuthRefusals(t *testing.T) {
	w := newWorld(t)
	code := w.authorize("snsapi_base", student).Query().Get("code")
	good := url.Values{"appid": {w.cfg.AppID}, "secret": {w.cfg.AppSecret}, "code": {code}, "grant_type": {"authorization_code"}}
	for name, tc := range map[string]struct {
		key, value string
		want       float64
	}{
		"no app": {"appid", "", 41002}, "other app": {"appid", "wx0", 40013}, "no secret": {"secret", "", 41004},
		"wrong secret": {"secret", "x", 40125}, "no code": {"code", "", 41008}, "grant": {"grant_type", "x", 40002},
	} {
		q := url.Values{}
		maps.Copy(q, good)
		q.Set(tc.key, tc.value)
		if _, out := w.call("GET", "/sns/oauth2/access_token?"+q.Encode(), nil); out["errcode"] != tc.want {
			t.Errorf("%s: %v, want %v", name, out["errcode"], tc.want)
		}
	}
	// None of the refusals used the code up.
	_, out := w.call("GET", "/sns/oauth2/access_token?"+good.Encode(), nil)
	if out["openid"] != student {
		t.Fatalf("%v", out)
	}
	token, refresh := out["access_token"].(string), out["refresh_token"].(string)
	for path, want := range map[string]any{
		"/sns/auth?access_token=" + token + "&openid=" + student:                                              0.0,
		"/sns/auth?access_token=" + token + "&openid=" + student2:                                             40003.0,
		"/sns/auth?access_token=" + refresh + "&openid=" + student:                                            40003.0,
		"/sns/userinfo?access_token=x&openid=" + student:                                                      40001.0,
		"/sns/userinfo?access_token=" + token + "&openid=" + student2:                                         40003.0,
		"/sns/oauth2/refresh_token?appid=wx0":                                                                 40013.0,
		"/sns/oauth2/refresh_token?grant_type=refresh_token&appid=" + w.cfg.AppID + "&refresh_token=" + token: 40030.0,
		"/sns/oauth2/refresh_token?grant_type=x&appid=" + w.cfg.AppID:                                         40002.0,
	} {
		if _, out := w.call("GET", path, nil); out["errcode"] != want {
			t.Errorf("%s: %v, want %v", path, out["errcode"], want)
		}
	}
}

func TestMenuRefusals(t *testing.T) {
	w := newWorld(t)
	token := w.token()
	view := map[string]any{"type": "view", "name": "登录", "url": "https://a.example/"}
	list := func(b ...any) map[string]any { return map[string]any{"button": b} }
	under := func(n int, b any) any {
		var all []any
		for range n {
			all = append(all, b)
		}
		return map[string]any{"name": "更多", "sub_button": all}
	}
	for name, tc := range map[string]struct {
		body any
		want float64
	}{
		"good":       {list(view, under(5, view)), 0},
		"none":       {list(), 40016},
		"four":       {list(view, view, view, view), 40016},
		"six under":  {list(under(6, view)), 40023},
		"two levels": {list(under(1, under(1, view))), 40023},
		"type":       {list(map[string]any{"type": "jump", "name": "a"}), 40017},
		"no type":    {list(map[string]any{"name": "a"}), 40017},
		"no name":    {list(map[string]any{"type": "view", "url": "https://a.example/"}), 40018},
		"long name":  {list(map[string]any{"type": "view", "name": strings.Repeat("长", 6), "url": "https://a.example/"}), 40018},
		"no key":     {list(map[string]any{"type": "click", "name": "a"}), 40019},
		"no url":     {list(map[string]any{"type": "view", "name": "a"}), 40020},
		"long url":   {list(map[string]any{"type": "view", "name": "a", "url": "https://a.example/" + strings.Repeat("x", 1024)}), 40020},
		"no scheme":  {list(map[string]any{"type": "view", "name": "a", "url": "a.example/long/enough"}), 40055},
		"under":      {list(under(1, map[string]any{"type": "view", "name": "a", "url": "a.example/long/enough"})), 40054},
		"no json":    {"text", 47001},
		"nothing":    {nil, 44002},
	} {
		if _, out := w.call("POST", "/cgi-bin/menu/create?access_token="+token, tc.body); out["errcode"] != tc.want {
			t.Errorf("%s: %v, want %v", name, out, tc.want)
		}
	}
}

func TestUserInfoAndTemplateList(t *testing.T) {
	w := newWorld(t)
	token := w.token()
	info := func(openid string) map[string]any {
		_, out := w.call("GET", "/cgi-bin/user/info?lang=zh_CN&access_token="+token+"&openid="+openid, nil)
		return out
	}
	if info(student)["subscribe"] != 1.0 || info(stranger)["subscribe"] != 0.0 || info("o")["errcode"] != 40003.0 || info(snapshot)["errcode"] != 40003.0 {
		t.Errorf("%v %v", info(student), info(stranger))
	}
	_, out := w.call("GET", "/cgi-bin/template/get_all_private_template?access_token="+token, nil)
	if list := out["template_list"].([]any); len(list) != len(w.cfg.Templates) || len(list[0].(map[string]any)["template_id"].(string)) != 43 {
		t.Errorf("%v", out)
	}
	added := w.must("POST", "/_sim/templates", map[string]any{"title": "新通知", "fields": []map[string]string{{"key": "thing1", "label": "事项"}}})
	sent := map[string]any{"touser": student, "template_id": added["template_id"], "data": map[string]any{"thing1": map[string]any{"value": "好"}}}
	if _, out := w.call("POST", "/cgi-bin/message/template/send?access_token="+token, sent); out["errcode"] != 0.0 {
		t.Errorf("an added template: %v", out)
	}
	w.must("POST", "/_sim/tokens", map[string]any{"action": "expire"})
	if info(student)["errcode"] != 42001.0 {
		t.Errorf("an expired token: %v", info(student))
	}
	w.must("POST", "/_sim/tokens", map[string]any{"action": "invalidate"})
	if info(student)["errcode"] != 40001.0 {
		t.Errorf("a spoilt token: %v", info(student))
	}
}

func TestQueryCloseAndRefundRefusals(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	w.acceptCallbacks(nil)
	client := w.payClient()
	svc := jsapi.JsapiApiService{Client: client}
	w.ordered("OPEN-00001")
	w.ordered("PAID-00001")
	w.must("POST", "/_sim/pay", map[string]any{"out_trade_no": "PAID-00001", "wait": true})

	query := func(no, mch string) string {
		_, _, err := svc.QueryOrderByOutTradeNo(ctx, jsapi.QueryOrderByOutTradeNoRequest{OutTradeNo: core.String(no), Mchid: core.String(mch)})
		return apiCode(err)
	}
	if got := query("NONE-00001", w.cfg.MchID); got != "ORDER_NOT_EXIST" {
		t.Errorf("query of nothing: %s", got)
	}
	if got := query("OPEN-00001", "1"); got != "PARAM_ERROR" {
		t.Errorf("query of another merchant: %s", got)
	}
	for no, want := range map[string]string{"NONE-00001": "ORDER_NOT_EXIST", "PAID-00001": "ORDERPAID", "OPEN-00001": ""} {
		if _, err := svc.CloseOrder(ctx, jsapi.CloseOrderRequest{OutTradeNo: core.String(no), Mchid: core.String(w.cfg.MchID)}); apiCode(err) != want || want == "" && err != nil {
			t.Errorf("close %s: %v", no, err)
		}
	}
	if _, err := svc.CloseOrder(ctx, jsapi.CloseOrderRequest{OutTradeNo: core.String("OPEN-00001"), Mchid: core.String(w.cfg.MchID)}); apiCode(err) != "ORDER_CLOSED" {
		t.Errorf("close twice: %v", err)
	}

	refunds := refunddomestic.RefundsApiService{Client: client}
	for name, tc := range map[string]struct {
		order, number   string
		amount, total   int64
		currency, notif string
		want            string
	}{
		"unknown order": {"NONE-00001", "R-10", 1, 320000, "CNY", "", "RESOURCE_NOT_EXISTS"},
		"unpaid order":  {"OPEN-00001", "R-11", 1, 320000, "CNY", "", "INVALID_REQUEST"},
		"wrong total":   {"PAID-00001", "R-12", 1, 1, "CNY", "", "INVALID_REQUEST"},
		"too much":      {"PAID-00001", "R-13", 320001, 320000, "CNY", "", "INVALID_REQUEST"},
		"nothing":       {"PAID-00001", "R-14", 0, 320000, "CNY", "", "INVALID_REQUEST"},
		"dollars":       {"PAID-00001", "R-15", 1, 320000, "USD", "", "PARAM_ERROR"},
		"number":        {"PAID-00001", "R 16", 1, 320000, "CNY", "", "PARAM_ERROR"},
		"notify":        {"PAID-00001", "R-17", 1, 320000, "CNY", "ftp://a.example", "PARAM_ERROR"},
	} {
		r := refunddomestic.CreateRequest{OutTradeNo: core.String(tc.order), OutRefundNo: core.String(tc.number),
			Amount: &refunddomestic.AmountReq{Refund: core.Int64(tc.amount), Total: core.Int64(tc.total), Currency: core.String(tc.currency)}}
		if tc.notif != "" {
			r.NotifyUrl = core.String(tc.notif)
		}
		if _, _, err := refunds.Create(ctx, r); apiCode(err) != tc.want {
			t.Errorf("%s: want %s, got %v", name, tc.want, err)
		}
	}
	if _, _, err := refunds.QueryByOutRefundNo(ctx, refunddomestic.QueryByOutRefundNoRequest{OutRefundNo: core.String("R-99")}); apiCode(err) != "RESOURCE_NOT_EXISTS" {
		t.Errorf("query of no refund: %v", err)
	}
}

func TestCloudAuthorizationRefusals(t *testing.T) {
	w := newWorld(t)
	if _, err := w.cloud("sms", "2019-07-11", "SendSms", w.cfg.CloudSecretKey, w.smsRequest()); cloudCode(err) != "NoSuchVersion" {
		t.Errorf("version: %v", err)
	}
	if _, err := w.cloud("faceid", "2018-03-01", "SendSms", w.cfg.CloudSecretKey, w.smsRequest()); cloudCode(err) != "AuthFailure.SignatureFailure" {
		t.Errorf("signed for another service: %v", err)
	}
	w.cfg.CloudSecretID = "AKIDother"
	if _, err := w.cloud("sms", "2021-01-11", "SendSms", w.cfg.CloudSecretKey, w.smsRequest()); cloudCode(err) != "AuthFailure.SecretIdNotFound" {
		t.Errorf("secret id: %v", err)
	}
	if res, body := fetch(t, "POST", w.url+"/", "X-TC-Action", "SendSms"); res.StatusCode != http.StatusOK || !strings.Contains(body, "AuthFailure.InvalidAuthorization") {
		t.Errorf("unsigned: %d %s", res.StatusCode, body)
	}
}

// The control API says what is wrong with what it is asked.
func TestControlRefusals(t *testing.T) {
	w := newWorld(t)
	for path, body := range map[string]any{
		"/_sim/faults": map[string]any{"api": "nothing", "mode": "500"}, "/_sim/face": map[string]any{"outcome": "maybe"},
		"/_sim/users": map[string]any{"openid": "short"}, "/_sim/pay": map[string]any{"out_trade_no": "none"},
		"/_sim/callbacks": map[string]any{"out_trade_no": "none"}, "/_sim/sms": "no object",
	} {
		if status, out := w.call("POST", path, body); status != http.StatusBadRequest || out["error"] == "" {
			t.Errorf("%s: %d %v", path, status, out)
		}
	}
	if out := w.must("POST", "/_sim/events", map[string]any{"event": "dance", "openid": student}); out["error"] == nil {
		t.Errorf("an unknown event: %v", out)
	}
	if out := w.must("POST", "/_sim/events", map[string]any{"event": "click", "openid": "nobody"}); out["error"] == nil {
		t.Errorf("an unknown user: %v", out)
	}
	u, err := w.sim.AddUser(simulator.User{Follower: true})
	if err != nil || len(u.OpenID) != 28 || len(w.sim.Users()) != 7 {
		t.Errorf("%+v %v", u, err)
	}
}
