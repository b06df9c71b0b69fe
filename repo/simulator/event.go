package simulator

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
)

// accountID is the account's original id, the receiver of every push.
const accountID = "gh_5a1b2c3d4e5f"

// Event is one thing that WeChat pushes to the product. Names may be given in
// lower case: subscribe, unsubscribe, scan, click, view, text, templatesendjobfinish,
// and verify, the check of the address (echostr).
type Event struct {
	Event  string `json:"event"`
	OpenID string `json:"openid"`
	// Key is the menu key or address, or the scene of a scanned code.
	Key    string `json:"key,omitempty"`
	Text   string `json:"text,omitempty"`
	MsgID  int64  `json:"msg_id,omitempty"`
	Status string `json:"status,omitempty"`
	// Times sends the identical push so many times; 1 if zero.
	Times int `json:"times,omitempty"`
	// Forge is "", "signature" (a wrong one), or "plain" (not encrypted).
	Forge string `json:"forge,omitempty"`
	// Age dates the push so many seconds back.
	Age int64 `json:"age,omitempty"`
}

// Pushed is what became of a push.
type Pushed struct {
	Statuses []int  `json:"statuses"`        // of each try; 0 is no answer
	Reply    string `json:"reply,omitempty"` // the product's passive text reply
	Error    string `json:"error,omitempty"`
}

// pushXML is the message inside.
type pushXML struct {
	XMLName      xml.Name `xml:"xml"`
	ToUserName   cdata    `xml:"ToUserName"`
	FromUserName cdata    `xml:"FromUserName"`
	CreateTime   int64    `xml:"CreateTime"`
	MsgType      cdata    `xml:"MsgType"`
	Event        *cdata   `xml:"Event,omitempty"`
	EventKey     *cdata   `xml:"EventKey,omitempty"`
	Ticket       *cdata   `xml:"Ticket,omitempty"`
	Content      *cdata   `xml:"Content,omitempty"`
	MsgID        int64    `xml:"MsgID,omitempty"`
	MsgId        int64    `xml:"MsgId,omitempty"`
	Status       *cdata   `xml:"Status,omitempty"`
}

type cdata struct {
	Text string `xml:",cdata"`
}

// Push changes what the event changes (following), sends it to the product,
// tries three times in all when no answer comes, and keeps a passive reply in
// the user's inbox.
func (s *Simulator) Push(e Event) Pushed {
	if s.productURL() == "" {
		return Pushed{Error: "no product address"}
	}
	if strings.EqualFold(e.Event, "verify") {
		return s.verifyAddress(e)
	}
	message, note, err := s.eventMessage(e)
	if err != nil {
		return Pushed{Error: err.Error()}
	}
	times := max(e.Times, 1)
	if f := s.takeFault("push"); f != nil {
		switch f.Mode {
		case modeDrop, modeTimeout, mode500, modeError:
			s.record("push", note+"（未送出）", f.Mode)
			return Pushed{Error: "dropped by a fault"}
		case modeDuplicate:
			times++
		case modeSlow:
			s.sleep(s.opt.SlowFor)
		}
	}
	var out Pushed
	for range times {
		s.pushOnce(e, message, note, &out)
	}
	return out
}

func (s *Simulator) pushOnce(e Event, message []byte, note string, out *Pushed) {
	for range 3 {
		status, body, err := s.post(e, message)
		out.Statuses = append(out.Statuses, status)
		if err != nil {
			out.Error = err.Error()
			s.record("push", note, "no answer")
			continue
		}
		out.Error = ""
		outcome := "ok"
		if status/100 != 2 {
			outcome = fmt.Sprint(status)
		}
		s.record("push", note, outcome)
		if reply := s.readReply(body); reply != "" && status == http.StatusOK {
			out.Reply = reply
			s.mu.Lock()
			s.seq++
			s.wx.inbox = append(s.wx.inbox, &Message{ID: s.seq, Kind: "text", OpenID: e.OpenID, Title: "公众号", Text: reply, Time: s.now()})
			s.mu.Unlock()
		}
		return
	}
}

// readReply takes the text out of a passive reply; "" for success or nothing.
func (s *Simulator) readReply(body []byte) string {
	var in struct {
		Encrypt string `xml:"Encrypt"`
		Content string `xml:"Content"`
	}
	if xml.Unmarshal(body, &in) != nil {
		return ""
	}
	if in.Encrypt != "" {
		plain, err := s.keys.open(in.Encrypt)
		if err != nil || xml.Unmarshal(plain, &in) != nil {
			return ""
		}
	}
	return in.Content
}

// eventMessage builds the XML and applies the event to the user.
func (s *Simulator) eventMessage(e Event) ([]byte, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	user := s.userLocked(e.OpenID)
	if user == nil {
		return nil, "", fmt.Errorf("unknown openid %q", e.OpenID)
	}
	s.seq++
	m := pushXML{ToUserName: cdata{accountID}, FromUserName: cdata{e.OpenID}, CreateTime: s.now().Unix(), MsgType: cdata{"event"}}
	note := user.Nickname
	name := strings.ToLower(e.Event)
	switch name {
	case "subscribe", "scan":
		s.followLocked(user, name, e.Key, &m)
		note = "关注或扫码，" + note
	case "unsubscribe":
		user.Follower = false
		m.Event, m.EventKey = &cdata{"unsubscribe"}, &cdata{""}
		note = "取消关注，" + note
		s.saveLocked()
	case "click", "view":
		m.Event, m.EventKey = &cdata{strings.ToUpper(name)}, &cdata{e.Key}
		note = "点菜单，" + note
	case "templatesendjobfinish":
		m.Event, m.MsgID, m.Status = &cdata{"TEMPLATESENDJOBFINISH"}, e.MsgID, &cdata{e.Status}
		note = "模板消息送达 " + e.Status
	case "text":
		m.MsgType, m.Content, m.MsgId = cdata{"text"}, &cdata{e.Text}, 24_000_000_000_000_000+s.seq
		note = "发来文字，" + note
	default:
		return nil, "", fmt.Errorf("unknown event %q", e.Event)
	}
	raw, err := xml.Marshal(m)
	if err != nil {
		return nil, "", fmt.Errorf("building an event: %w", err)
	}
	return raw, note, nil
}

// followLocked: a follower who scans gives SCAN with the bare scene, anybody
// else subscribes, with qrscene_ before the scene if there was one.
func (s *Simulator) followLocked(user *User, name, key string, m *pushXML) {
	if name == "scan" && user.Follower {
		m.Event, m.EventKey, m.Ticket = &cdata{"SCAN"}, &cdata{key}, &cdata{"gQ" + randomText(40)}
		return
	}
	user.Follower, user.FollowedAt = true, s.now()
	m.Event = &cdata{"subscribe"}
	m.EventKey = &cdata{""}
	if key != "" {
		m.EventKey, m.Ticket = &cdata{"qrscene_" + key}, &cdata{"gQ" + randomText(40)}
	}
	s.saveLocked()
}

// verifyAddress is what happens when the operator saves the server address:
// a signed GET whose echostr has to come back.
func (s *Simulator) verifyAddress(e Event) Pushed {
	echo := randomText(18)
	ctx, cancel := context.WithTimeout(context.Background(), s.opt.PushTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.pushURL(e, "")+"&echostr="+echo, nil)
	if err != nil {
		return Pushed{Error: err.Error()}
	}
	status, body, err := s.do(req)
	out := Pushed{Statuses: []int{status}, Reply: string(body)}
	switch {
	case err != nil:
		out.Error = err.Error()
	case string(body) != echo:
		out.Error = "echostr did not come back"
	}
	s.record("push", "服务器地址校验", map[bool]string{true: "ok", false: "refused"}[out.Error == ""])
	return out
}
