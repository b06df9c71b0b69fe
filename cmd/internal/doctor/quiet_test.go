package doctor_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"ruxue/cmd/internal/doctor"
)

// journal is what the server logs, read while it writes.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

// TestTheDoctorIsNoAlarm: who watches the server's log for warnings isn't woken
// by a visit of the doctor, and finds it there.
func TestTheDoctorIsNoAlarm(t *testing.T) {
	log := &journal{}
	cfg, _ := clinicLogging(t, log)
	before := len(log.String())
	found := map[string]doctor.Check{}
	doctor.New(cfg, time.Now).Run(t.Context(), func(c doctor.Check) { found[c.Name] = c })
	if c := found["服务商地址"]; c.State != doctor.Skipped || !strings.Contains(c.Found, "wechat.api_base、") {
		t.Errorf("a simulator's addresses: %+v", c)
	}
	after := log.String()[before:]
	if strings.Contains(after, "level=WARN") || strings.Contains(after, "level=ERROR") || !strings.Contains(after, "probed by the doctor") {
		t.Errorf("the server logs:\n%s", after)
	}
}
