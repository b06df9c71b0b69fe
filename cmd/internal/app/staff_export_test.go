package app_test

import (
	"archive/zip"
	"bytes"
	"net/http"
	"net/url"
	"os/exec"
	"path"
	"strings"
	"testing"

	"ruxue/cmd/internal/stage"
	"ruxue/service/staff"
)

// export orders a file and returns it once it is made.
func (d device) export(form url.Values) (file []byte, address string) {
	d.t.Helper()
	a := d.ask("/staff/exports", form)
	wantSays(d.t, a, 200)
	job, _ := a.JSON()["job"].(map[string]any)
	ref, _ := job["Ref"].(string)
	address = "/staff/exports/" + ref
	if !eventually(func() bool { return d.getJSON(address).JSON()["state"] == "done" }) {
		d.t.Fatalf("the file was never made: %.300s", d.getJSON(address).Body)
	}
	a = d.get(address + "/file")
	wantSays(d.t, a, 200)
	return []byte(a.Body), address
}

func TestStaffTakeFilesAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 6)
	s, other := w.student(0), w.student(1)
	on(t, w.phone()).until(s, "sign")
	desk, site := w.staff(staff.Registrar), w.staff(staff.Site, "101")
	wantSays(t, desk.get("/staff/exports?c=hhu"), 200, "学信网注册", "登记表和证件照必定含完整号码")

	csv := url.Values{"c": {"hhu"}, "kind": {"students"}, "format": {"csv"}, "preset": {"1"}}
	raw, mine := desk.export(csv)
	if text := string(raw); !strings.Contains(text, s.Name) || strings.Contains(text, s.IDNumber) || !strings.Contains(text, "考生号,姓名,性别") {
		t.Errorf("masked: %.300s", text)
	}
	csv.Set("full", "1")
	wantSays(t, desk.post("/staff/exports", csv), 422, "请写明原因")
	csv.Set("reason", "报送学信网学籍注册")
	if raw, _ := desk.export(csv); !strings.Contains(string(raw), s.IDNumber) {
		t.Errorf("in full: %.300s", raw)
	}
	raw, _ = desk.export(url.Values{"c": {"hhu"}, "kind": {"photos"}, "reason": {"报送学信网学籍照片"}})
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil || z.File[0].Name != s.IDNumber+".jpg" {
		t.Errorf("photos: %v", err)
	}
	raw, _ = desk.export(url.Values{"c": {"hhu"}, "kind": {"forms"}, "site": {"100"}, "reason": {"学生档案归档"}})
	if z, err = zip.NewReader(bytes.NewReader(raw), int64(len(raw))); err != nil || len(z.File) != 2 || path.Ext(z.File[0].Name) != ".pdf" {
		t.Errorf("forms: %v", err)
	}

	// Who took what away stands under its own heading in the log.
	wantSays(t, w.staff(staff.Administrator).get("/staff/audit?what=export"), 200, "报送学信网学籍照片", "下载导出文件")

	// Another's file, another site's students, numbers without the permission.
	for _, d := range []device{site, w.staff(staff.Administrator)} {
		if a := d.get(mine + "/file"); a.Status != http.StatusNotFound {
			t.Errorf("another's file: %d", a.Status)
		}
	}
	csv = url.Values{"c": {"hhu"}, "kind": {"students"}, "format": {"csv"}, "columns": {"name", "id_number", "site"}, "site": {"100"}}
	if raw, _ = site.export(csv); strings.Contains(string(raw), s.Name) {
		t.Errorf("another site's student: %s", raw)
	}
	csv.Del("site")
	if raw, _ = site.export(csv); !strings.Contains(string(raw), other.Name) || strings.Contains(string(raw), s.Name) || strings.Contains(string(raw), other.IDNumber) {
		t.Errorf("of the own site: %s", raw)
	}
	csv.Set("full", "1")
	wantSays(t, site.ask("/staff/exports", csv), http.StatusForbidden, "没有查看完整号码的权限")
}

func TestARegistrationFormIsPrinted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 4)
	s := w.student(0)
	on(t, w.phone()).until(s, "sign")
	desk := w.staff(staff.Registrar)
	_, page := desk.find(s.IDNumber)
	wantSays(t, desk.post(page+"/form", nil), 422, "请写明原因")
	a := desk.post(page+"/form", url.Values{"reason": {"学生档案归档"}})
	if a.Status != 200 || !strings.HasPrefix(a.Body, "%PDF") {
		t.Fatalf("%d %.100s", a.Status, a.Body)
	}
	text := pdfText(t, a)
	for _, want := range []string{"新生入学登记表", s.Name, s.IDNumber, s.Major, "江苏省南京市鼓楼区西康路", "买买提·吐尔逊", "南京工业职业技术学院"} {
		if !strings.Contains(text, want) {
			t.Errorf("the form lacks %q:\n%s", want, text)
		}
	}
	wantSays(t, desk.get(page), 200, "查看新生入学登记表；原因：学生档案归档")
}

// pdfText is what poppler reads in a PDF.
func pdfText(t *testing.T, a stage.Answer) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "pdftotext", "-layout", "-", "-")
	cmd.Stdin = strings.NewReader(a.Body)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
