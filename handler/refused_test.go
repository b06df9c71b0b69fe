package handler

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/fault"
)

func TestRefused(t *testing.T) {
	wrong := fault.New(fault.Invalid, "请输入姓名").On("name")
	for name, c := range map[string]struct {
		err    error
		accept string
		want   bool
	}{
		"nothing":           {nil, "text/html", false},
		"a fault":           {wrong, "text/html", true},
		"a wrapped fault":   {fmt.Errorf("saving: %w", wrong), "text/html", true},
		"for a script":      {wrong, "application/json", false},
		"no fault":          {errors.New("connection refused"), "text/html", false},
		"an internal fault": {fault.Wrap(fault.Internal, "", errors.New("x")), "text/html", false},
	} {
		t.Run(name, func(t *testing.T) {
			c1, _ := gin.CreateTestContext(httptest.NewRecorder())
			c1.Request = httptest.NewRequest(http.MethodPost, "/", nil)
			c1.Request.Header.Set("Accept", c.accept)
			f, ok := callOf(c1).refused(c.err)
			if ok != c.want || ok && f.Sentence != wrong.Sentence {
				t.Errorf("refused: %v %v, want %v", f, ok, c.want)
			}
		})
	}
}

func TestFieldErrors(t *testing.T) {
	var name, code string
	fields, was := fieldErrors{"name": &name, "code": &code}, &h5.Notice{Text: "窗口已关闭"}
	if n := fields.put(fault.New(fault.Invalid, "请输入姓名").On("name"), was); n != was || name != "请输入姓名" || code != "" {
		t.Errorf("at a field: notice %v, name %q, code %q", n, name, code)
	}
	name = ""
	for _, field := range []string{"", "phone"} {
		n := fields.put(fault.New(fault.TooMany, "操作太频繁").On(field), was)
		if n == nil || n.Kind != h5.NoticeBad || n.Text != "操作太频繁" || name+code != "" {
			t.Errorf("field %q is on no page: notice %v, name %q, code %q", field, n, name, code)
		}
	}
}
