package simulator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Template is one message template of the account: its id and the fields it
// has, in order. A field's name begins with its kind, as thing1 or time4.
type Template struct {
	ID     string          `json:"template_id"`
	Name   string          `json:"name"` // a short handle, the simulator's own
	Title  string          `json:"title"`
	Fields []TemplateField `json:"fields"`
}

// TemplateField is one line of a template.
type TemplateField struct {
	Key   string `json:"key"`
	Label string `json:"label"`
}

// Message is one thing in a user's inbox on the phone.
type Message struct {
	ID       int64     `json:"id"`
	Kind     string    `json:"kind"` // "template", "text"
	OpenID   string    `json:"openid"`
	Template string    `json:"template_id,omitempty"`
	Title    string    `json:"title"`
	URL      string    `json:"url,omitempty"`
	Lines    []Line    `json:"lines,omitempty"`
	Text     string    `json:"text,omitempty"`
	ClientID string    `json:"client_msg_id,omitempty"`
	Time     time.Time `json:"time"`
	Read     bool      `json:"read"`
}

// Line is one field of a message as it is shown.
type Line struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	Value string `json:"value"`
}

// sentMessage remembers a client_msg_id for ten minutes.
type sentMessage struct {
	id int64
	at time.Time
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// templateID pads a readable handle to the 43 characters of a template id.
func templateID(name string) string {
	return (name + "-" + strings.Repeat("0", 43))[:43]
}

func fieldsOf(pairs ...string) []TemplateField {
	var out []TemplateField
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, TemplateField{Key: pairs[i], Label: pairs[i+1]})
	}
	return out
}

// defaultTemplates are the notices that an admissions account would apply for.
func defaultTemplates() []Template {
	of := func(name, title string, pairs ...string) Template {
		return Template{ID: templateID(name), Name: name, Title: title, Fields: fieldsOf(pairs...)}
	}
	return []Template{
		of("registered", "注册完成通知", "thing1", "学生", "character_string2", "学号", "thing3", "专业", "time4", "时间"),
		of("review", "审核结果通知", "thing1", "学生", "thing2", "事项", "thing3", "结果", "time4", "时间"),
		of("returned", "资料退回通知", "thing1", "学生", "thing2", "事项", "thing3", "原因", "time4", "时间"),
		of("paid", "缴费成功通知", "thing1", "学生", "thing2", "项目", "amount3", "金额", "time4", "时间"),
		of("refunded", "退款通知", "thing1", "学生", "thing2", "项目", "amount3", "金额", "time4", "时间"),
		of("receipt", "电子票据开具通知", "thing1", "学生", "character_string2", "票据号码", "time3", "时间"),
		of("sign", "协议待签署", "thing1", "学生", "thing2", "文件", "time3", "截止"),
		of("todo", "待办审核提醒", "thing1", "事项", "thing2", "学生", "time3", "时间"),
	}
}

// templateSend is POST /cgi-bin/message/template/send. Acceptance is answered
// here; delivery is pushed later as TEMPLATESENDJOBFINISH.
func (s *Simulator) templateSend(c *call) answer {
	var in struct {
		ToUser      string `json:"touser"`
		TemplateID  string `json:"template_id"`
		URL         string `json:"url"`
		ClientMsgID string `json:"client_msg_id"`
		Data        map[string]struct {
			Value any `json:"value"`
		} `json:"data"`
	}
	if !c.json(&in) {
		return wechatError(47001)
	}
	values := map[string]string{}
	for k, v := range in.Data {
		values[k] = fmt.Sprint(v.Value)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	user := s.userLocked(in.ToUser)
	i := slices.IndexFunc(s.wx.templates, func(t Template) bool { return t.ID == in.TemplateID })
	switch {
	case user == nil || user.Snapshot:
		return wechatError(40003)
	case i < 0:
		return wechatError(40037)
	case !user.Follower:
		return wechatError(43004)
	}
	t := s.wx.templates[i]
	if bad := checkValues(t, values); bad != "" {
		return wechatError(47003, bad)
	}
	c.note = t.Title + "，" + user.Nickname
	key := in.ToUser + "\x00" + in.ClientMsgID
	if old, ok := s.wx.sent[key]; ok && in.ClientMsgID != "" && s.now().Sub(old.at) < 10*time.Minute {
		c.note += "（重复，不再发）"
		return templateAccepted(old.id)
	}
	m := &Message{Kind: "template", OpenID: in.ToUser, Template: t.ID, Title: t.Title, URL: in.URL, ClientID: in.ClientMsgID}
	for _, f := range t.Fields {
		m.Lines = append(m.Lines, Line{Key: f.Key, Label: f.Label, Value: values[f.Key]})
	}
	id := s.deliverLocked(m, user, c.twice)
	s.wx.sent[key] = sentMessage{id: id, at: s.now()}
	return templateAccepted(id)
}

func templateAccepted(id int64) answer {
	return wechatJSON(map[string]any{"errcode": 0, "errmsg": "ok", "msgid": id})
}

// deliverLocked puts the message into the inbox, unless its user refuses, and
// has WeChat report the fate.
func (s *Simulator) deliverLocked(m *Message, user *User, twice bool) int64 {
	s.seq++
	m.ID, m.Time = 3_000_000_000_000_000_000+s.seq, s.now()
	status := "success"
	if user.Refuses {
		status = "failed:user block"
	} else {
		s.wx.inbox = append(s.wx.inbox, m)
		if twice {
			again := *m
			s.wx.inbox = append(s.wx.inbox, &again)
		}
	}
	e := Event{Event: "TEMPLATESENDJOBFINISH", OpenID: m.OpenID, MsgID: m.ID, Status: status}
	s.backgroundLocked(func() {
		if s.sleep(50 * time.Millisecond) { // never before the API's own answer
			s.Push(e)
		}
	})
	return m.ID
}

// templateList is GET /cgi-bin/template/get_all_private_template.
func (s *Simulator) templateList(*call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []map[string]any{}
	for _, t := range s.wx.templates {
		var content strings.Builder
		for _, f := range t.Fields {
			fmt.Fprintf(&content, "%s:{{%s.DATA}}\n", f.Label, f.Key)
		}
		list = append(list, map[string]any{
			"template_id": t.ID, "title": t.Title, "primary_industry": "教育", "deputy_industry": "院校",
			"content": content.String(), "example": "",
		})
	}
	return wechatJSON(map[string]any{"template_list": list})
}

// Messages lists a user's inbox, newest first; every user's for "".
func (s *Simulator) Messages(openid string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Message{}
	for _, m := range slices.Backward(s.wx.inbox) {
		if openid == "" || m.OpenID == openid {
			out = append(out, *m)
		}
	}
	return out
}
