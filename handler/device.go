package handler

import (
	"strings"

	"ruxue/h5"
)

// deviceOf names the device by its user agent. Desktop WeChat is a PC: it has
// a keyboard and no camera. A tablet counts as a phone.
func deviceOf(userAgent string) string {
	has := func(list ...string) bool {
		for _, s := range list {
			if strings.Contains(userAgent, s) {
				return true
			}
		}
		return false
	}
	switch {
	case has("WindowsWechat", "MacWechat", "XWEB_MAC"):
		return h5.DevicePC
	case has("MicroMessenger") && has("Windows NT", "Macintosh", "X11;"): // older ones, and Linux
		return h5.DevicePC
	case has("MicroMessenger"):
		return h5.DeviceWeChat
	case has("Mobile", "Android", "iPhone", "iPad", "(Tablet;"):
		return h5.DevicePhone
	}
	return h5.DevicePC
}
