// Package doctor checks a configuration against the world before students do:
// every system that it names is asked something harmless, and each answer comes
// with what to do about it.
package doctor

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"ruxue/config"
)

// State is how a check ended.
type State string

// The states, as they are printed.
const (
	OK      State = "✓"
	Failed  State = "✗"
	Skipped State = "–" // nothing is configured to be checked
)

// Check is one line: what was looked at, what was found, and the remedy when
// it failed. It holds no key, token or personal datum.
type Check struct {
	Name   string
	State  State
	Found  string
	Remedy string
}

// perCheck bounds one check.
const perCheck = 15 * time.Second

// Doctor asks. Now is the machine's clock.
type Doctor struct {
	cfg  config.Config
	now  func() time.Time
	http *http.Client
}

// New returns a doctor for the configuration.
func New(cfg config.Config, now func() time.Time) *Doctor {
	return &Doctor{cfg: cfg, now: now, http: &http.Client{Timeout: perCheck,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Run makes every check, in an order in which the first failure often explains
// the later ones, and reports whether none failed.
func (d *Doctor) Run(ctx context.Context, each func(Check)) bool {
	healthy := true
	for _, check := range []func(context.Context) []Check{
		d.keys, d.database, d.rolls, d.redis, d.files, d.clock, d.elsewhere,
		d.site, d.account, d.push, d.verifyFiles,
		d.pay, d.payNotify, d.sms, d.face, d.seal,
	} {
		within, cancel := context.WithTimeout(ctx, perCheck)
		for _, c := range check(within) {
			healthy = healthy && c.State != Failed
			each(c)
		}
		cancel()
	}
	return healthy
}

// Print writes a check as one line, and its remedy below.
func Print(w io.Writer, c Check) error {
	line := fmt.Sprintf("%s %s：%s\n", c.State, c.Name, c.Found)
	if c.State == Failed && c.Remedy != "" {
		line += "    → " + c.Remedy + "\n"
	}
	_, err := io.WriteString(w, line)
	return err
}

func good(name, found string) []Check        { return []Check{{name, OK, found, ""}} }
func bad(name, found, remedy string) []Check { return []Check{{name, Failed, found, remedy}} }
func skipped(name, found string) []Check     { return []Check{{name, Skipped, found, ""}} }
func (d *Doctor) get(ctx context.Context, url string) (int, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, nil, fmt.Errorf("the address is wrong")
	}
	status, _, body, err := d.do(req)
	return status, body, err
}

// do sends a request and reads at most 64 KiB of the answer.
func (d *Doctor) do(req *http.Request) (int, http.Header, []byte, error) {
	res, err := d.http.Do(req)
	if err != nil {
		return 0, nil, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	return res.StatusCode, res.Header, body, err
}
