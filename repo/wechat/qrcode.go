package wechat

import (
	"context"
	"net/url"
	"time"

	"github.com/silenceper/wechat/v2/officialaccount/basic"
)

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
