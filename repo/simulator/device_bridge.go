package simulator

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"net/http"
	"strings"
)

// bridgeScript serves the script that stands for the WeChat client, or on the
// PC reports the page to the desk and shows its QR codes to the scanner.
func (v *device) bridgeScript(w http.ResponseWriter, r *http.Request) {
	raw, err := webFiles.ReadFile("web/desk/bridge.js")
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	fmt.Fprintf(w, "const DESK = %q, DEVICE = %q;\n%s", v.desk.sim.baseURL(), v.name, raw)
}

// bridgeCall is what the injected bridge asks: check a payment, then pay it or
// give it up.
func (v *device) bridgeCall(w http.ResponseWriter, r *http.Request) {
	ask(func(in struct {
		BridgeRequest
		Op string `json:"op"` // check, pay, cancel
	}) (any, error) {
		s := v.desk.sim
		id, err := s.CheckBridge(in.BridgeRequest, v.desk.openid())
		if err != nil {
			s.record("pay", "调起支付："+err.Error(), "fail")
			return map[string]any{"fail": err.Error()}, nil
		}
		switch in.Op {
		case "pay":
			_, err = s.Pay(id, v.desk.openid(), false)
		case "cancel":
			err = s.CancelPay(id)
		}
		if err != nil {
			return map[string]any{"fail": err.Error()}, nil
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		o := s.findOrderLocked(id)
		return map[string]any{"title": o.Description, "amount": yuan(o.Total)}, nil
	})(w, r)
}

// scan reads the QR codes among the pictures that the page shows now.
func (v *device) scan(w http.ResponseWriter, r *http.Request) {
	ask(func(in struct {
		Images []string `json:"images"` // data:image/png;base64,…
	}) (any, error) {
		for _, data := range in.Images {
			_, text, ok := strings.Cut(data, ";base64,")
			if !ok {
				continue
			}
			raw, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				continue
			}
			cfg, _, err := image.DecodeConfig(bytes.NewReader(raw))
			if err != nil || cfg.Width > maxQRPixels || cfg.Height > maxQRPixels {
				continue
			}
			img, _, err := image.Decode(bytes.NewReader(raw))
			if err != nil {
				continue
			}
			if found, err := readQR(img); err == nil {
				return map[string]any{"text": found}, nil
			}
		}
		return map[string]any{"text": ""}, nil
	})(w, r)
}
