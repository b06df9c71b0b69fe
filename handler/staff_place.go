package handler

import (
	"net/http"

	"ruxue/service/staff"
	"ruxue/service/student"
)

func (h *Handler) deviceCookie() string {
	if h.secure {
		return "__Host-ruxue-device"
	}
	return "ruxue-device"
}

// place is where what staff type to log in comes from.
func (h *Handler) place(k *call) staff.Place {
	device, _ := k.Cookie(h.deviceCookie()) // without one it is ""
	return staff.Place{Network: student.Network(k.ip()), Device: device}
}

// knowDevice remembers the device of a complete login. The cookie opens nothing:
// it only keeps strangers' wrong tries apart from those on this device.
func (h *Handler) knowDevice(k *call) error {
	if h.Staff.KnowsDevice(k.account, h.place(k).Device) {
		return nil
	}
	value, err := h.Staff.NewDevice(k.account)
	if err != nil {
		return err
	}
	http.SetCookie(k.Writer, &http.Cookie{Name: h.deviceCookie(), Value: value, Path: "/", HttpOnly: true, Secure: h.secure,
		SameSite: http.SameSiteStrictMode, MaxAge: int(staff.DeviceLife.Seconds())})
	return nil
}
