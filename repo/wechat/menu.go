package wechat

import (
	"context"
	"errors"

	"github.com/silenceper/wechat/v2/officialaccount/menu"
)

// Button is one entry of the account's menu, as WeChat's documents describe it
// (自定义菜单/创建接口): Type says which of the other fields counts, and a
// button with Sub has none. WeChat allows 3 buttons with 5 entries each. Every
// documented field is kept, so that what others put there goes back unchanged.
type Button struct {
	Type      string   `json:"type,omitempty"` // view, click, miniprogram, media_id, …
	Name      string   `json:"name"`
	URL       string   `json:"url,omitempty"`
	Key       string   `json:"key,omitempty"`
	MediaID   string   `json:"media_id,omitempty"`
	ArticleID string   `json:"article_id,omitempty"`
	AppID     string   `json:"appid,omitempty"`    // of a mini program
	PagePath  string   `json:"pagepath,omitempty"` // in it
	Value     string   `json:"value,omitempty"`    // of entries that only the console makes
	Sub       []Button `json:"sub_button,omitempty"`
}

// Menu is the account's menu. ByAPI tells that it was set by the interface;
// one that was made in the console can be shown, and replaced, but some of its
// entries (text, pictures) cannot be set by the interface.
type Menu struct {
	Buttons []Button `json:"button"`
	ByAPI   bool     `json:"-"`
}

// Foreign lists the entries that cannot be sent back: they exist only in menus
// that were made in the console.
func (m Menu) Foreign() []string {
	var out []string
	for _, b := range m.Buttons {
		for _, e := range append([]Button{b}, b.Sub...) {
			switch e.Type {
			case "text", "img", "photo", "voice", "video", "news":
				out = append(out, e.Name)
			}
		}
	}
	return out
}

// SetMenu replaces the account's menu; phones show it within a day, or at once
// after following anew.
func (c *Client) SetMenu(ctx context.Context, buttons []Button) error {
	return c.call(ctx, "/cgi-bin/menu/create", Menu{Buttons: buttons}, nil)
}

// GetMenu returns the account's menu, empty when there is none. A menu that was
// made in the console is found too.
func (c *Client) GetMenu(ctx context.Context) (Menu, error) {
	var out struct {
		Menu Menu `json:"menu"`
	}
	err := c.call(ctx, "/cgi-bin/menu/get", nil, &out)
	var e *Error
	if errors.As(err, &e) && e.Num == 46003 { // none was set by the interface
		return c.consoleMenu(ctx)
	}
	out.Menu.ByAPI = true
	return out.Menu, err
}

// consoleMenu reads the menu that the console made; its sub-buttons come in
// another shape (获取自定义菜单配置).
func (c *Client) consoleMenu(ctx context.Context) (Menu, error) {
	var in menu.ResSelfMenuInfo
	if err := c.call(ctx, "/cgi-bin/get_current_selfmenu_info", nil, &in); err != nil || in.IsMenuOpen == 0 {
		return Menu{}, err
	}
	var out Menu
	for _, b := range in.SelfMenuInfo.Button {
		top := Button{Type: b.Type, Name: b.Name, URL: b.URL, Key: b.Key, Value: b.Value}
		for _, s := range b.SubButton.List {
			top.Sub = append(top.Sub, Button{Type: s.Type, Name: s.Name, URL: s.URL, Key: s.Key, Value: s.Value})
		}
		out.Buttons = append(out.Buttons, top)
	}
	return out, nil
}
