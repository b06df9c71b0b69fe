package simulator

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
)

// maxBody bounds any request body in bytes; a face picture in base64 is the
// largest there is.
const maxBody = 12 << 20

// call is one request to a provider, its body read.
type call struct {
	r    *http.Request
	body []byte
	// twice asks the handler to deliver what it sends (SMS, message) twice.
	twice bool
	// fault is the error code a fault of mode "error" asks for.
	fault string
	// note is what the record of calls says about it, without personal data
	// beyond what the desk masks.
	note string
}

// json decodes the body; false when it is no JSON object of that shape.
func (c *call) json(v any) bool { return json.Unmarshal(c.body, v) == nil }

// query is one query parameter.
func (c *call) query(name string) string { return c.r.URL.Query().Get(name) }

// answer is a whole HTTP answer.
type answer struct {
	status int
	kind   string // Content-Type
	body   []byte
	header http.Header
	code   string // provider's error code for the record; "" is a success
}

func jsonAnswer(status int, v any) answer {
	raw, err := json.Marshal(v)
	if err != nil {
		return answer{status: http.StatusInternalServerError, code: "marshal"}
	}
	return answer{status: status, kind: "application/json; charset=utf-8", body: raw}
}

type handlerFunc func(c *call) answer

// dialect is how a provider words an error.
type dialect int

const (
	dialectWechat dialect = iota
	dialectPay
	dialectCloud
	dialectPage
)

// api makes a handler for one provider call: it reads the body, obeys faults,
// writes the answer and keeps the record.
func (s *Simulator) api(name string, d dialect, h handlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			http.Error(w, "request body too large", http.StatusRequestEntityTooLarge)
			return
		}
		s.serve(w, &call{r: r, body: body}, name, d, h)
	}
}

func (s *Simulator) serve(w http.ResponseWriter, c *call, name string, d dialect, h handlerFunc) {
	f := s.takeFault(name)
	if f != nil {
		c.note = "故障 " + f.Mode
	}
	var a answer
	switch {
	case f == nil, f.Mode == modeDrop:
		a = h(c)
	case f.Mode == modeTimeout:
		s.record(name, c.note, "timeout")
		s.hang(c.r)
		panic(http.ErrAbortHandler)
	case f.Mode == mode500:
		a = serverError(d)
	case f.Mode == modeSlow:
		s.sleep(s.opt.SlowFor)
		a = h(c)
	case f.Mode == modeDuplicate:
		c.twice = true
		a = h(c)
	case f.Mode == modeError:
		c.fault = f.Code
		a = s.faultAnswer(c, d, h)
	}
	if d == dialectPay {
		s.signAnswer(c, &a)
	}
	if d != dialectPage || c.note != "" || a.code != "" { // a page that was only looked at is no call
		s.record(name, c.note, a.outcome())
	}
	if f != nil && f.Mode == modeDrop {
		panic(http.ErrAbortHandler) // done, and the answer is lost on the way
	}
	write(w, a)
}

func (a answer) outcome() string {
	if a.code != "" {
		return a.code
	}
	if a.status >= 400 {
		return http.StatusText(a.status)
	}
	return "ok"
}

func write(w http.ResponseWriter, a answer) {
	maps.Copy(w.Header(), a.header)
	if a.kind != "" {
		w.Header().Set("Content-Type", a.kind)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // nobody is left to tell
}
