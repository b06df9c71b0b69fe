package app_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"ruxue/cmd/internal/stage"
	"ruxue/service/staff"
)

// counted counts what is read of it.
type counted struct {
	io.Reader
	n int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}

type nothing struct{}

func (nothing) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestNobodySendsWithoutEnd: a form that brings a file where none is asked for
// is not read to its end, into memory or a temporary folder.
func TestNobodySendsWithoutEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	const whole = 64 << 20
	for _, path := range []string{"/staff/login", "/c/hhu/login", "/c/hhu/sms", "/v/AAAA"} {
		head := "--b\r\nContent-Disposition: form-data; name=\"x\"; filename=\"x\"\r\n\r\n"
		body := &counted{Reader: io.MultiReader(strings.NewReader(head), io.LimitReader(nothing{}, whole), strings.NewReader("\r\n--b--\r\n"))}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.base+path, body)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		req.Header.Set("User-Agent", stage.AgentPC)
		if res, err := http.DefaultClient.Do(req); err == nil {
			_ = res.Body.Close()
			if res.StatusCode < 400 {
				t.Errorf("%s answers %d", path, res.StatusCode)
			}
		}
		if body.n > whole/2 {
			t.Errorf("%s read %d MB from nobody in particular", path, body.n>>20)
		}
	}
}

// TestALargeListIsTaken: what takes files takes large ones.
func TestALargeListIsTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	d := w.staff(staff.Registrar)
	list := append([]byte("姓名,身份证号\r\n"), bytes.Repeat([]byte("甲,1\r\n"), 900_000)...)
	a, err := d.Upload(t.Context(), "/staff/import?c=hhu", "file", "list.csv", list, nil)
	if err != nil || a.Status != http.StatusOK {
		t.Errorf("a list of %d MB: %v %d %s", len(list)>>20, err, a.Status, a.Sentence())
	}
}
