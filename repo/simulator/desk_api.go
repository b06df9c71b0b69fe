package simulator

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
)

// trip is one line of the desk's list of faults.
type trip struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	fault Fault
}

var trips = []trip{
	{ID: "none", Name: "无"},
	{"sms-slow", "短信很慢", Fault{API: "sms", Mode: modeSlow}},
	{"sms-limit", "短信到当日上限", Fault{API: "sms", Mode: modeError, Code: "LimitExceeded.PhoneNumberDailyLimit"}},
	{"sms-timeout", "短信超时", Fault{API: "sms", Mode: modeTimeout}},
	{"face-down", "人脸服务故障", Fault{API: "face", Mode: mode500}},
	{"pay-down", "下单失败", Fault{API: "pay.prepay", Mode: mode500}},
	{"callback-lost", "支付通知丢失", Fault{API: "callback", Mode: modeDrop}},
	{"callback-twice", "支付通知重复", Fault{API: "callback", Mode: modeDuplicate}},
	{"token", "公众号凭证失效", Fault{API: "template", Mode: modeError, Code: "40001"}},
	{"template-quota", "模板消息超限", Fault{API: "template", Mode: modeError, Code: "45009"}},
}

var deskFaces = [][2]string{
	{"pass", "通过"}, {"fail", "不是本人"}, {"FailedOperation.LifePhotoDetectNoFaces", "没有拍到人脸"},
	{"FailedOperation.IdPhotoNoExist", "无底图"}, {"error", "服务故障"},
}

// deskRoutes adds /desk and what it calls.
func (s *Simulator) deskRoutes(mux *http.ServeMux) {
	files, err := fs.Sub(webFiles, "web/desk")
	if err != nil {
		panic(err) // embedded, so it is there
	}
	mux.Handle("GET /{$}", http.RedirectHandler("/desk", http.StatusFound))
	mux.Handle("GET /favicon.ico", http.RedirectHandler("/desk/static/icon.svg", http.StatusFound)) // browsers ask for it on every page
	mux.Handle("GET /desk", control(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := s.openDesk(); err != nil {
			write(w, page(http.StatusServiceUnavailable, "message", pageMessage{Title: "演示台没有启动", Text: err.Error()}))
			return
		}
		http.ServeFileFS(w, r, files, "desk.html")
	})))
	mux.Handle("GET /desk/static/", control(http.StripPrefix("/desk/static/", http.FileServerFS(files))))
	add := func(pattern string, h func(d *desk) http.HandlerFunc) {
		mux.Handle(pattern, control(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			d, err := s.openDesk()
			if err != nil {
				tell(w, http.StatusServiceUnavailable, map[string]any{"error": err.Error()})
				return
			}
			h(d)(w, r)
		})))
	}
	add("GET /desk/state", func(d *desk) http.HandlerFunc { return ask(func(none) (any, error) { return d.state(), nil }) })
	add("POST /desk/choose", func(d *desk) http.HandlerFunc { return ask(d.choose) })
	add("POST /desk/open", func(d *desk) http.HandlerFunc { return ask(d.open) })
	add("POST /desk/read", func(d *desk) http.HandlerFunc { return ask(d.read) })
	add("POST /desk/reset", func(d *desk) http.HandlerFunc { return ask(func(none) (any, error) { d.reset(); return fine, nil }) })
}

// state is all that the desk's page shows; it asks every second.
func (d *desk) state() map[string]any {
	s := d.sim
	d.mu.Lock()
	user, face, tripped := d.user, d.face, d.trip
	d.mu.Unlock()
	if tripped != "none" && len(s.armed()) == 0 {
		tripped = "none" // it has happened
	}
	log := s.Log()
	orders := []map[string]any{}
	s.mu.Lock()
	for _, o := range s.pay.orders {
		if (o.OpenID == user || o.Payer == user) && o.State != stateClosed {
			orders = append(orders, map[string]any{"no": o.OutTradeNo, "title": o.Description, "amount": yuan(o.Total), "state": stateText[o.State], "time": o.Issued})
		}
	}
	s.mu.Unlock()
	return map[string]any{
		"pc": d.pc.origin, "phone": d.phone.origin, "product": s.productURL(), "account": s.opt.AccountName, "user": user, "users": s.Users(),
		"face": face, "faces": deskFaces, "fault": tripped, "faults": trips, "menu": s.menuButtons(), "entries": d.entries(),
		"messages": s.Messages(user), "sms": s.SMS(""), "orders": orders, "log": log[:min(len(log), 60)],
	}
}

// entries are the campaigns to choose from: as configured, else the addresses
// of the account's menu, else the product's front page.
func (d *desk) entries() []DeskEntry {
	if len(d.sim.opt.DeskEntries) > 0 {
		return d.sim.opt.DeskEntries
	}
	var out []DeskEntry
	var walk func([]button)
	walk = func(all []button) {
		for _, b := range all {
			if b.URL != "" {
				out = append(out, DeskEntry{Name: b.Name, URL: b.URL})
			}
			walk(b.Sub)
		}
	}
	walk(d.sim.menuButtons())
	if len(out) == 0 {
		out = []DeskEntry{{Name: "首页", URL: d.sim.productURL() + "/"}}
	}
	return out
}

// choose is what the pickers in the dark bar do.
func (d *desk) choose(in struct {
	User, Face, Fault string
}) (any, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if in.User != "" {
		d.user = in.User
	}
	if in.Face != "" {
		if err := d.sim.SetFace(Face{Outcome: in.Face}); err != nil {
			return nil, err
		}
		d.face = in.Face
	}
	if in.Fault != "" {
		d.sim.ClearFaults()
		for _, t := range trips {
			if t.ID == in.Fault && t.fault.API != "" {
				if err := d.sim.AddFault(t.fault); err != nil {
					return nil, err
				}
			}
		}
		d.trip = in.Fault
	}
	return fine, nil
}

// open says what the phone does with an address: a tapped menu entry, a
// message's link or the text of a scanned code.
func (d *desk) open(in struct {
	URL  string // the address or scanned text
	Menu bool   // it came from the menu, so WeChat pushes VIEW
	PC   bool   // the PC opens it
}) (any, error) {
	s := d.sim
	if scene, ok := s.sceneOf(in.URL); ok {
		s.mu.Lock()
		s.backgroundLocked(func() { s.Push(Event{Event: "scan", OpenID: d.openid(), Key: scene}) })
		s.mu.Unlock()
		return map[string]any{"view": "chat"}, nil
	}
	if strings.HasPrefix(in.URL, "weixin://wxpay/") {
		return map[string]any{"view": "web", "url": s.baseURL() + "/cashier?" + url.Values{"code": {in.URL}, "sim_openid": {d.openid()}}.Encode()}, nil
	}
	if !hasScheme(in.URL) {
		return nil, fmt.Errorf("不能打开：%s", in.URL)
	}
	if in.Menu {
		s.mu.Lock()
		s.backgroundLocked(func() { s.Push(Event{Event: "view", OpenID: d.openid(), Key: in.URL}) })
		s.mu.Unlock()
	}
	dev := d.phone
	if in.PC {
		dev = d.pc
	}
	return map[string]any{"view": "web", "url": dev.localURL(in.URL)}, nil
}

// read marks what the inbox shows as read.
func (d *desk) read(none) (any, error) {
	user, s := d.openid(), d.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.wx.inbox {
		m.Read = m.Read || m.OpenID == user
	}
	for i := range s.cloud.sms {
		s.cloud.sms[i].Read = true
	}
	return fine, nil
}
