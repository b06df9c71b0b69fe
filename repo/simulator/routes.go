package simulator

import "net/http"

// Handler is the whole server: every provider's host in one, told apart by
// path, and by X-TC-Action at the root.
func (s *Simulator) Handler() http.Handler {
	mux := http.NewServeMux()
	s.wechatRoutes(mux)
	s.payRoutes(mux)
	mux.HandleFunc("POST /{$}", s.cloudAPI())
	s.controlRoutes(mux)
	s.deskRoutes(mux)
	return mux
}

func (s *Simulator) wechatRoutes(mux *http.ServeMux) {
	add := func(pattern, api string, h handlerFunc) { mux.HandleFunc(pattern, s.api(api, dialectWechat, h)) }
	mux.HandleFunc("GET /connect/oauth2/authorize", s.api("authorize", dialectPage, s.authorize))
	mux.HandleFunc("GET /cgi-bin/showqrcode", s.api("showqrcode", dialectPage, s.showQRCode))
	add("GET /sns/oauth2/access_token", "oauth", s.oauthToken)
	add("GET /sns/oauth2/refresh_token", "oauth", s.oauthRefresh)
	add("GET /sns/userinfo", "userinfo", s.snsUserInfo)
	add("GET /sns/auth", "userinfo", s.snsAuth)
	add("GET /cgi-bin/token", "token", s.token)
	add("POST /cgi-bin/stable_token", "token", s.stableToken)
	add("GET /cgi-bin/ticket/getticket", "ticket", s.withToken(s.jsTicket))
	add("POST /cgi-bin/menu/create", "menu", s.withToken(s.menuCreate))
	add("GET /cgi-bin/menu/get", "menu", s.withToken(s.menuGet))
	add("GET /cgi-bin/menu/delete", "menu", s.withToken(s.menuDelete))
	add("GET /cgi-bin/get_current_selfmenu_info", "menu", s.withToken(s.menuCurrent))
	add("POST /cgi-bin/qrcode/create", "qrcode", s.withToken(s.qrcodeCreate))
	add("GET /cgi-bin/user/info", "user", s.withToken(s.userInfo))
	add("POST /cgi-bin/message/template/send", "template", s.withToken(s.templateSend))
	add("GET /cgi-bin/template/get_all_private_template", "template.list", s.withToken(s.templateList))
	add("GET /cgi-bin/message/template/send", "template", func(*call) answer { return wechatError(43002) })
	mux.HandleFunc("GET /cashier", s.api("cashier", dialectPage, s.cashier))
	mux.HandleFunc("POST /cashier", s.api("cashier", dialectPage, s.cashierDo))
}

func (s *Simulator) payRoutes(mux *http.ServeMux) {
	add := func(pattern, api string, h handlerFunc) { mux.HandleFunc(pattern, s.api(api, dialectPay, s.signed(h))) }
	add("POST /v3/pay/transactions/jsapi", "pay.prepay", s.prepay("JSAPI"))
	add("POST /v3/pay/transactions/native", "pay.prepay", s.prepay("NATIVE"))
	add("GET /v3/pay/transactions/out-trade-no/{no}", "pay.query", s.payQuery)
	add("GET /v3/pay/transactions/id/{id}", "pay.query", s.payQuery)
	add("POST /v3/pay/transactions/out-trade-no/{no}/close", "pay.close", s.payClose)
	add("POST /v3/refund/domestic/refunds", "pay.refund", s.refundCreate)
	add("GET /v3/refund/domestic/refunds/{no}", "pay.refund", s.refundQuery)
	add("GET /v3/certificates", "pay.certificates", s.certificateList)
	add("GET /v3/bill/tradebill", "pay.bill", s.bill(s.billText, ""))
	add("GET /v3/bill/fundflowbill", "pay.bill", s.bill(s.fundText, "fund"))
	add("GET /v3/billdownload/file", "pay.bill", s.billFile)
	mux.HandleFunc("/v3/", s.api("pay.unknown", dialectPay, s.signed(func(*call) answer {
		return payError(http.StatusNotFound, "NOT_FOUND", "请求的资源不存在")
	})))
}
