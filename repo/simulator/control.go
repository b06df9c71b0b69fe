package simulator

import (
	"encoding/json"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
)

// localHost tells a loopback or private address, where the simulator's own
// pages may be used.
func localHost(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && (ip.IsLoopback() || ip.IsPrivate())
}

// control guards /_sim/* and /desk: from this machine, under a local name (a
// foreign name could be a web page that rebinds DNS), never across sites.
func control(next http.Handler) http.Handler {
	same := http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, _, err := net.SplitHostPort(r.RemoteAddr)
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		ip := net.ParseIP(from)
		if err != nil || ip == nil || !ip.IsLoopback() || !localHost(strings.Trim(host, "[]")) {
			http.Error(w, "for this machine only", http.StatusForbidden)
			return
		}
		same.ServeHTTP(w, r)
	})
}

// ask makes a control handler out of a function of its JSON body.
func ask[In any](fn func(In) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in In
		if r.Method != http.MethodGet {
			raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
			if err == nil && len(raw) > 0 {
				err = json.Unmarshal(raw, &in)
			}
			if err != nil {
				tell(w, http.StatusBadRequest, map[string]any{"error": "the body is no such JSON: " + err.Error()})
				return
			}
		}
		out, err := fn(in)
		if err != nil {
			tell(w, http.StatusBadRequest, map[string]any{"error": err.Error()})
			return
		}
		tell(w, http.StatusOK, out)
	}
}

func tell(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // nobody is left to tell
}

var fine = map[string]any{"ok": true}

type none struct{}

// controlRoutes adds /_sim/*.
func (s *Simulator) controlRoutes(mux *http.ServeMux) {
	add := func(pattern string, h http.HandlerFunc) { mux.Handle(pattern, control(h)) }
	add("GET /_sim/config", ask(func(none) (any, error) { return s.Config(), nil }))
	add("GET /_sim/sms", func(w http.ResponseWriter, r *http.Request) {
		tell(w, http.StatusOK, map[string]any{"messages": s.SMS(r.URL.Query().Get("phone"))})
	})
	add("POST /_sim/sms", ask(func(in struct {
		Thirty bool `json:"thirty_seconds"`
		Daily  int  `json:"daily"`
	}) (any, error) {
		s.LimitSMS(in.Thirty, in.Daily)
		return fine, nil
	}))
	add("GET /_sim/messages", func(w http.ResponseWriter, r *http.Request) {
		tell(w, http.StatusOK, map[string]any{"messages": s.Messages(r.URL.Query().Get("openid"))})
	})
	add("GET /_sim/users", ask(func(none) (any, error) { return map[string]any{"users": s.Users()}, nil }))
	add("POST /_sim/users", ask(func(in User) (any, error) { return s.AddUser(in) }))
	add("GET /_sim/faults", ask(func(none) (any, error) { return map[string]any{"faults": s.armed(), "apis": faultAPIs}, nil }))
	add("POST /_sim/faults", ask(func(in Fault) (any, error) { return fine, s.AddFault(in) }))
	add("DELETE /_sim/faults", ask(func(none) (any, error) { s.ClearFaults(); return fine, nil }))
	add("POST /_sim/face", ask(func(in Face) (any, error) { return fine, s.SetFace(in) }))
	add("POST /_sim/events", ask(s.controlEvent))
	add("POST /_sim/templates", ask(s.addTemplate))
	add("POST /_sim/menu", ask(s.consoleMenu))
	add("POST /_sim/tokens", ask(func(in struct {
		Action string `json:"action"`
	}) (any, error) {
		s.SpoilTokens(in.Action == "expire")
		return fine, nil
	}))
	add("GET /_sim/orders", func(w http.ResponseWriter, r *http.Request) {
		tell(w, http.StatusOK, map[string]any{"orders": s.orderList(r.URL.Query()["out_trade_no"])})
	})
	add("POST /_sim/pay", ask(s.controlPay))
	add("POST /_sim/bridge/pay", ask(s.controlBridge))
	add("POST /_sim/callbacks", ask(func(in struct {
		OutTradeNo string `json:"out_trade_no"`
		Forge      string `json:"forge"`
		Times      int    `json:"times"`
	}) (any, error) {
		statuses, err := s.Callback(in.OutTradeNo, in.Forge, in.Times)
		return map[string]any{"statuses": statuses}, err
	}))
	add("POST /_sim/certificates", ask(s.controlCertificates))
	add("GET /_sim/log", ask(func(none) (any, error) { return map[string]any{"log": s.Log()}, nil }))
}

func (s *Simulator) armed() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Fault{}
	for _, f := range s.faults {
		out = append(out, *f)
	}
	return out
}

// Log lists the recent calls, newest first.
func (s *Simulator) Log() []Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := append([]Record{}, s.records...)
	slices.Reverse(out)
	return out
}

func (s *Simulator) controlEvent(e Event) (any, error) {
	if scene, ok := s.sceneOf(e.Key); ok {
		e.Key = scene
	}
	return s.Push(e), nil
}

func (s *Simulator) addTemplate(t Template) (any, error) {
	if t.ID == "" {
		t.ID = randomText(43)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wx.templates = slices.DeleteFunc(s.wx.templates, func(o Template) bool { return o.ID == t.ID })
	s.wx.templates = append(s.wx.templates, t)
	return t, nil
}

// Order is one order as /_sim/orders lists it.
type Order struct {
	order
	Refunds []refund `json:"refunds,omitempty"`
}

// orderList lists the ledger, newest first: the orders of the numbers alone
// when there are some, all of them otherwise.
func (s *Simulator) orderList(numbers []string) []Order {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(numbers) == 0 {
		numbers = slices.Collect(maps.Keys(s.pay.orders))
	}
	out := []Order{}
	at := map[string]int{}
	for _, n := range numbers {
		if _, listed := at[n]; s.pay.orders[n] != nil && !listed {
			at[n] = len(out)
			out = append(out, Order{order: *s.pay.orders[n]})
		}
	}
	for _, r := range s.pay.refunds {
		if i, ok := at[r.OutTradeNo]; ok {
			out[i].Refunds = append(out[i].Refunds, *r)
		}
	}
	slices.SortFunc(out, func(a, b Order) int {
		if c := b.Issued.Compare(a.Issued); c != 0 {
			return c
		}
		return strings.Compare(b.OutTradeNo, a.OutTradeNo)
	})
	return out
}

// controlPay is POST /_sim/pay. With "wait" it answers after the first
// delivery of the callback and tells its status.
func (s *Simulator) controlPay(in struct {
	OutTradeNo string `json:"out_trade_no"`
	Handle     string `json:"handle"` // prepay_id or code_url, instead of the number
	OpenID     string `json:"openid"`
	Outcome    string `json:"outcome"`
	Wait       bool   `json:"wait"`
}) (any, error) {
	handle := in.OutTradeNo
	if handle == "" {
		handle = in.Handle
	}
	if in.Outcome == "cancel" {
		return fine, s.CancelPay(handle)
	}
	status, err := s.Pay(handle, in.OpenID, in.Wait)
	return map[string]any{"ok": true, "callback_status": status}, err
}

// controlBridge is POST /_sim/bridge/pay: getBrandWCPayRequest without a
// WeChat client. It answers the err_msg that the page's callback would get.
func (s *Simulator) controlBridge(in struct {
	BridgeRequest
	OpenID  string `json:"openid"`
	Outcome string `json:"outcome"` // success if empty, or cancel
}) (any, error) {
	id, err := s.CheckBridge(in.BridgeRequest, in.OpenID)
	if err == nil && in.Outcome != "cancel" {
		_, err = s.Pay(id, in.OpenID, false)
	}
	switch {
	case err != nil:
		return map[string]any{"err_msg": "get_brand_wcpay_request:fail", "err_desc": err.Error()}, nil
	case in.Outcome == "cancel":
		err := s.CancelPay(id)
		return map[string]any{"err_msg": "get_brand_wcpay_request:cancel"}, err
	}
	return map[string]any{"err_msg": "get_brand_wcpay_request:ok"}, nil
}
