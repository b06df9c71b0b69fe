package simulator

import (
	"encoding/json"
	"unicode/utf8"
)

// button is one entry of the account's menu.
type button struct {
	Type    string   `json:"type,omitempty"`
	Name    string   `json:"name"`
	Key     string   `json:"key,omitempty"`
	URL     string   `json:"url,omitempty"`
	MediaID string   `json:"media_id,omitempty"`
	Article string   `json:"article_id,omitempty"`
	AppID   string   `json:"appid,omitempty"`
	Page    string   `json:"pagepath,omitempty"`
	Value   string   `json:"value,omitempty"` // only from the console
	Sub     []button `json:"sub_button,omitempty"`
}

// menuCreate is POST /cgi-bin/menu/create.
func (s *Simulator) menuCreate(c *call) answer {
	var in struct {
		Button []button `json:"button"`
	}
	if len(c.body) == 0 {
		return wechatError(44002)
	}
	if !utf8.Valid(c.body) || !c.json(&in) {
		return wechatError(47001)
	}
	if code := checkButtons(in.Button, 3, 16, true); code != 0 {
		return wechatError(code)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wx.menu, s.wx.menuConsole = append(json.RawMessage(nil), c.body...), false
	s.saveLocked()
	c.note = "自定义菜单已更新"
	return wechatOK()
}

// checkButtons applies WeChat's limits: 3 buttons of 16 bytes, 5 sub-buttons
// of 60 bytes, keys of 128 bytes, addresses of 1024.
func checkButtons(all []button, most, nameBytes int, top bool) int {
	if len(all) == 0 || len(all) > most {
		if top {
			return 40016
		}
		return 40023
	}
	for _, b := range all {
		if b.Name == "" || len(b.Name) > nameBytes {
			return 40018
		}
		if len(b.Sub) > 0 {
			if !top {
				return 40023
			}
			if code := checkButtons(b.Sub, 5, 60, false); code != 0 {
				return code
			}
			continue
		}
		if code := checkAction(b, top); code != 0 {
			return code
		}
	}
	return 0
}

func checkAction(b button, top bool) int {
	switch b.Type {
	case "view":
		if len(b.URL) == 0 || len(b.URL) > 1024 {
			return 40020
		}
		if !hasScheme(b.URL) {
			if top {
				return 40055
			}
			return 40054
		}
	case "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select":
		if b.Key == "" || len(b.Key) > 128 {
			return 40019
		}
	case "media_id", "article_id", "article_view_limited", "miniprogram", "view_limited":
	default:
		return 40017
	}
	return 0
}

func hasScheme(u string) bool {
	return len(u) > 8 && (u[:7] == "http://" || u[:8] == "https://")
}

// menuGet is GET /cgi-bin/menu/get.
func (s *Simulator) menuGet(c *call) answer {
	buttons := s.menuButtons()
	if buttons == nil || s.menuByConsole() {
		c.note = "还没有用接口设置的菜单"
		return wechatError(46003)
	}
	return wechatJSON(map[string]any{"menu": map[string]any{"button": buttons}})
}

// menuCurrent is GET /cgi-bin/get_current_selfmenu_info, where sub-buttons
// come as a list object.
func (s *Simulator) menuCurrent(*call) answer {
	buttons := s.menuButtons()
	if buttons == nil {
		return wechatJSON(map[string]any{"is_menu_open": 0})
	}
	var list []map[string]any
	for _, b := range buttons {
		m := map[string]any{"name": b.Name}
		if len(b.Sub) > 0 {
			m["sub_button"] = map[string]any{"list": b.Sub}
		} else {
			m["type"], m["url"], m["key"], m["value"] = b.Type, b.URL, b.Key, b.Value
		}
		list = append(list, m)
	}
	return wechatJSON(map[string]any{"is_menu_open": 1, "selfmenu_info": map[string]any{"button": list}})
}

// menuDelete is GET /cgi-bin/menu/delete.
func (s *Simulator) menuDelete(*call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wx.menu = nil
	s.saveLocked()
	return wechatOK()
}

// consoleMenu is POST /_sim/menu: somebody made the menu in the console, where
// texts and pictures can be buttons too. The interface then knows of no menu
// of its own, and get_current_selfmenu_info shows it.
func (s *Simulator) consoleMenu(in struct {
	Button []button `json:"button"`
}) (any, error) {
	raw, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wx.menu, s.wx.menuConsole = raw, true
	s.saveLocked()
	return map[string]any{"button": in.Button}, nil
}

func (s *Simulator) menuByConsole() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wx.menuConsole
}

// menuButtons is the menu as the phone shows it; nil without one.
func (s *Simulator) menuButtons() []button {
	s.mu.Lock()
	defer s.mu.Unlock()
	var in struct {
		Button []button `json:"button"`
	}
	if s.wx.menu == nil || json.Unmarshal(s.wx.menu, &in) != nil {
		return nil
	}
	return in.Button
}
