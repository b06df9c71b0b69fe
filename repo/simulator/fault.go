package simulator

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Modes of a fault.
const (
	modeTimeout   = "timeout"   // nothing is done, no answer comes
	mode500       = "500"       // nothing is done, a 5xx answer
	modeSlow      = "slow"      // done after Options.SlowFor
	modeDuplicate = "duplicate" // done, and what it sends arrives twice
	modeDrop      = "drop"      // done, but the answer (or callback) is lost
	modeError     = "error"     // refused with Code
)

// Fault makes the next Count calls of one API misbehave.
type Fault struct {
	API   string `json:"api"`
	Mode  string `json:"mode"`
	Code  string `json:"code,omitempty"` // of mode error: the provider's own code
	Count int    `json:"count"`          // calls left; below zero: until cleared
}

// faultAPIs are the names that a fault may have. "push" is a pushed event,
// "callback" a payment or refund callback, "refund.result" what becomes of an
// accepted refund: mode error with the code ABNORMAL or CLOSED; "bill.file" a
// bill's file, mode error with the code CUT or HASH.
var faultAPIs = []string{
	"oauth", "userinfo", "token", "ticket", "menu", "qrcode", "user", "template", "push",
	"sms", "face", "pay.prepay", "pay.query", "pay.close", "pay.refund", "pay.bill", "pay.certificates", "callback",
	"refund.result", "bill.file",
}

// AddFault arms a fault. It replaces an armed one of the same API; mode "none"
// only removes that.
func (s *Simulator) AddFault(f Fault) error {
	if !slices.Contains(faultAPIs, f.API) {
		return fmt.Errorf("unknown api %q, one of %v", f.API, faultAPIs)
	}
	modes := []string{modeTimeout, mode500, modeSlow, modeDuplicate, modeDrop, modeError, "none"}
	if !slices.Contains(modes, f.Mode) {
		return fmt.Errorf("unknown mode %q, one of %v", f.Mode, modes)
	}
	if f.Mode == modeError && f.Code == "" {
		return fmt.Errorf("mode error needs a code")
	}
	if f.Count == 0 {
		f.Count = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = slices.DeleteFunc(s.faults, func(o *Fault) bool { return o.API == f.API })
	if f.Mode != "none" {
		s.faults = append(s.faults, &f)
	}
	return nil
}

// ClearFaults disarms every fault.
func (s *Simulator) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// takeFault uses one count of the fault armed for the API.
func (s *Simulator) takeFault(api string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if f.API != api {
			continue
		}
		took := *f
		if f.Count > 0 {
			if f.Count--; f.Count == 0 {
				s.faults = slices.Delete(s.faults, i, i+1)
			}
		}
		return &took
	}
	return nil
}

// hang waits until the caller gives up, the simulator closes or two minutes
// passed.
func (s *Simulator) hang(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-s.done:
	case <-time.After(2 * time.Minute):
	}
}

// serverError is a provider that is down.
func serverError(d dialect) answer {
	switch d {
	case dialectPay:
		return payError(http.StatusInternalServerError, "SYSTEM_ERROR", "系统异常，请稍后重试")
	case dialectCloud:
		a := cloudError("InternalError", "internal error")
		a.status = http.StatusInternalServerError
		return a
	default:
		return answer{status: http.StatusBadGateway, kind: "text/html", body: []byte("<html><body><h1>502 Bad Gateway</h1></body></html>")}
	}
}

// faultAnswer is the refusal that a fault of mode "error" asks for.
func (s *Simulator) faultAnswer(c *call, d dialect, h handlerFunc) answer {
	switch d {
	case dialectPay:
		return payError(payStatus(c.fault), c.fault, "模拟的拒绝")
	case dialectCloud:
		return h(c) // some of its codes live in the result, not in the error
	default:
		code, err := strconv.Atoi(c.fault)
		if err != nil {
			code = -1
		}
		return wechatError(code)
	}
}
