package app_test

import (
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/app"
	"ruxue/service/staff"
)

var auditVisits = []staffVisit{{route: "GET /staff/audit", needs: staff.AuditRead}}

// TestAuditLog: the log is read with filters, in plain words, and every entry
// is verified; a changed one, one that was put in beside the program and one
// that was taken out are each found.
func TestAuditLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	phone := on(t, w.phone())
	phone.until(w.student(0), "verify")
	d := w.staff(staff.Administrator)
	body := d.get("/staff/audit").Body
	for _, want := range []string{"学生登录", "同意人脸识别", "工作人员登录", w.students[0].Name} {
		if !strings.Contains(body, want) {
			t.Errorf("the log does not say %s: %.600s", want, shortened(body))
		}
	}
	for _, want := range []string{"设备：微信", "设备：电脑", "人脸识别通过", "选择新生实名制注册"} {
		if !strings.Contains(body, want) {
			t.Errorf("the log does not say %s", want)
		}
	}
	for query, want := range map[string][2]string{ // holds, holds not
		"?what=face":                      {"同意人脸识别", ">学生登录"},
		"?who=staff":                      {"工作人员登录", ">学生登录"},
		"?who=student&what=student.login": {"学生登录", ">工作人员登录"},
		"?to=2020-01-01":                  {"没有符合条件的记录", "学生登录"},
		"?from=nonsense":                  {"学生登录", "没有符合条件的记录"},
		"?who='%20OR%201=1":               {"没有符合条件的记录", "学生登录"},
	} {
		if body := d.get("/staff/audit" + query).Body; !strings.Contains(body, want[0]) || strings.Contains(body, want[1]) {
			t.Errorf("%s: %.600s", query, shortened(body))
		}
	}
	verify := func(part string) {
		t.Helper()
		v, err := app.VerifyAudit(t.Context(), w.cfg, w.clock.now)
		if err != nil {
			t.Fatal(err)
		}
		if (part == "") != (v.Failed == "") || !strings.Contains(v.Failed, part) || v.Entries == 0 && part == "" {
			t.Errorf("verifying found %+v, want %q", v, part)
		}
	}
	w.sealed(t)
	verify("")
	w.exec(t, `UPDATE audit SET detail=CONCAT(detail, '。') WHERE action='face.consent'`)
	verify("its hash is another")
	w.exec(t, `UPDATE audit SET detail=SUBSTRING(detail, 1, CHAR_LENGTH(detail)-1) WHERE action='face.consent'`)
	verify("")
	w.stop()
	w.exec(t, `INSERT INTO audit (ref, at, actor, action, subject, detail, row_hash) SELECT 'AAAAAAAAAAAAAAAAAAAAAA', at, actor, action, subject, detail, row_hash FROM audit LIMIT 1`)
	verify("its hash is another")
	w.exec(t, `DELETE FROM audit WHERE ref='AAAAAAAAAAAAAAAAAAAAAA'`)
	w.clock.move(2 * time.Minute)
	verify("")
	w.exec(t, `DELETE FROM audit WHERE action='face.consent'`)
	verify("row")
}
