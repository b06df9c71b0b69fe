package simulator

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
)

// DeskEntry is one line of the desk's list of ways in: a name and the product's
// address that both devices open, or the PC alone.
type DeskEntry struct {
	Name string `json:"name"`
	URL  string `json:"url"`
	PC   bool   `json:"pc,omitempty"`
}

// desk is the window with a PC and a phone side by side. Both devices are
// reverse proxies of the product, each on a port of its own.
type desk struct {
	sim       *Simulator
	pc, phone *device

	mu   sync.Mutex
	user string // openid of the phone's WeChat
	face string // what the face picker shows
	trip string // what the fault picker shows
}

// openDesk starts the devices at the first call.
func (s *Simulator) openDesk() (*desk, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return nil, errors.New("the simulator is closed")
	case s.desk != nil:
		return s.desk, nil
	case s.product == "":
		return nil, errors.New("no product address")
	}
	d := &desk{sim: s, user: s.wx.users[0].OpenID, face: "pass", trip: "none"}
	var err error
	if d.pc, err = newDevice(d, "pc", s.opt.DeskPC, pcAgent); err != nil {
		return nil, err
	}
	if d.phone, err = newDevice(d, "phone", s.opt.DeskPhone, phoneAgent); err != nil {
		d.pc.close()
		return nil, err
	}
	s.desk = d
	return d, nil
}

// OpenDesk starts the desk's devices and returns their addresses.
func (s *Simulator) OpenDesk() (pc, phone string, err error) {
	d, err := s.openDesk()
	if err != nil {
		return "", "", err
	}
	return d.pc.origin, d.phone.origin, nil
}

func (d *desk) close() {
	d.pc.close()
	d.phone.close()
}

// owns tells whether a host is one of the devices.
func (d *desk) owns(host string) bool { return host == d.pc.host || host == d.phone.host }

func (d *desk) openid() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.user
}

// reset forgets the devices' cookies, the faults and the faces.
func (d *desk) reset() {
	d.pc.forget()
	d.phone.forget()
	d.sim.ClearFaults()
	d.sim.mu.Lock()
	clear(d.sim.cloud.faces)
	d.sim.mu.Unlock()
	d.mu.Lock()
	d.face, d.trip = "pass", "none"
	d.mu.Unlock()
}

const (
	pcAgent    = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
	phoneAgent = "Mozilla/5.0 (Linux; Android 14; V2309A Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.6723.103 Mobile Safari/537.36 XWEB/1300333 MMWEBSDK/20241202 MicroMessenger/8.0.56.2800(0x2800383B) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64"
)

// device is one browser: a port, a user agent and cookies.
type device struct {
	desk         *desk
	name, agent  string
	origin, host string
	server       *http.Server

	mu   sync.Mutex
	jars map[string]http.CookieJar // by WeChat user on the phone; "" on the PC
}

func newDevice(d *desk, name, listen, agent string) (*device, error) {
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", listen)
	if err != nil {
		return nil, err
	}
	dev := &device{desk: d, name: name, agent: agent, host: l.Addr().String(), origin: "http://" + l.Addr().String()}
	dev.forget()
	dev.server = &http.Server{Handler: dev.handler()}
	go func() { _ = dev.server.Serve(l) }() // ends with close
	return dev, nil
}

func (v *device) close() { v.server.Close() }

// forget drops all cookies.
func (v *device) forget() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.jars = map[string]http.CookieJar{}
}

// jar keeps the cookies of the device; each WeChat user has its own.
func (v *device) jar() http.CookieJar {
	who := ""
	if v.name == "phone" {
		who = v.desk.openid()
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.jars[who] == nil {
		j, err := cookiejar.New(nil)
		if err != nil {
			panic(err) // New fails for no options
		}
		v.jars[who] = j
	}
	return v.jars[who]
}

// localURL moves an address of the product to the device, and gives the
// WeChat user to an authorisation. Others stay as they are.
func (v *device) localURL(address string) string {
	if rest, ok := cutBase(address, v.desk.sim.productURL()); ok {
		return v.origin + rest
	}
	u, err := url.Parse(address)
	if err != nil || u.Path != "/connect/oauth2/authorize" {
		return address
	}
	if base, err := url.Parse(v.desk.sim.baseURL()); err != nil || u.Host != base.Host {
		return address
	}
	q := u.Query()
	q.Set("redirect_uri", v.localURL(q.Get("redirect_uri")))
	if v.name == "phone" {
		q.Set("sim_openid", v.desk.openid())
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// cutBase cuts the product's base off an address of it.
func cutBase(address, base string) (string, bool) {
	rest, ok := strings.CutPrefix(address, base)
	if !ok || base == "" || rest != "" && !strings.ContainsRune("/?#", rune(rest[0])) {
		return "", false
	}
	return rest, true
}
