package wechat

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/silenceper/wechat/v2/officialaccount/basic"
	"github.com/silenceper/wechat/v2/officialaccount/menu"
)

// Button is one entry of the account's menu: it opens URL, sends Key as a CLICK
// event, or holds Sub entries. WeChat allows 3 buttons with 5 entries each.
type Button struct {
	Name string
	URL  string
	Key  string
	Sub  []Button
}

// SetMenu replaces the account's menu; phones show it within a day, or at once
// after following anew.
func (c *Client) SetMenu(ctx context.Context, buttons []Button) error {
	body := map[string]any{"button": toSDK(buttons)}
	return c.call(ctx, "/cgi-bin/menu/create", body, nil)
}

// GetMenu returns the account's menu, empty when none was ever set.
func (c *Client) GetMenu(ctx context.Context) ([]Button, error) {
	var out menu.ResMenu
	err := c.call(ctx, "/cgi-bin/menu/get", nil, &out)
	var e *Error
	if errors.As(err, &e) && e.Num == 46003 { // there is no menu
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	buttons := make([]Button, 0, len(out.Menu.Button))
	for i := range out.Menu.Button {
		buttons = append(buttons, fromSDK(&out.Menu.Button[i]))
	}
	return buttons, nil
}

func toSDK(buttons []Button) []*menu.Button {
	out := make([]*menu.Button, 0, len(buttons))
	for _, b := range buttons {
		m := new(menu.Button)
		switch {
		case len(b.Sub) > 0:
			m.SetSubButton(b.Name, toSDK(b.Sub))
		case b.URL != "":
			m.SetViewButton(b.Name, b.URL)
		default:
			m.SetClickButton(b.Name, b.Key)
		}
		out = append(out, m)
	}
	return out
}

func fromSDK(m *menu.Button) Button {
	b := Button{Name: m.Name, URL: m.URL, Key: m.Key}
	for _, s := range m.SubButtons {
		b.Sub = append(b.Sub, fromSDK(s))
	}
	return b
}

// TempQR makes a QR code that is good for ttl (WeChat allows 30 days) and whose
// scan pushes scene. It returns the address in the code and the address of its
// picture.
func (c *Client) TempQR(ctx context.Context, scene string, ttl time.Duration) (qr, image string, err error) {
	var t basic.Ticket
	if err := c.call(ctx, "/cgi-bin/qrcode/create", basic.NewTmpQrRequest(ttl, scene), &t); err != nil {
		return "", "", err
	}
	return t.URL, c.ShowQRURL(t.Ticket), nil
}

// ShowQRURL returns where the picture of a QR ticket is.
func (c *Client) ShowQRURL(ticket string) string {
	return c.cfg.MPBase + "/cgi-bin/showqrcode?ticket=" + url.QueryEscape(ticket)
}
