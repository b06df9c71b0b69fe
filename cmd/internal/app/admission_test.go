package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"ruxue/cmd/internal/app"
	"ruxue/config/campaigns"
	"ruxue/repo/mysql"
	"ruxue/repo/repotest"
	"ruxue/repo/sheet"
	"ruxue/service/admission"
	"ruxue/service/fault"
	"ruxue/service/tabular"
)

// office is a database with the hhu campaign, and a folder with lists.
type office struct {
	t   *testing.T
	db  *mysql.DB
	dir string
}

func newOffice(t *testing.T) *office {
	ring := repotest.Ring(t)
	o := &office{t: t, db: mysql.New(repotest.MySQL(t), ring, time.Now), dir: t.TempDir()}
	body, err := campaigns.Files.ReadFile("hhu.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := app.ApplyCampaign(t.Context(), o.db, body, 0, "test"); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *office) file(name string, data []byte) string {
	o.t.Helper()
	path := filepath.Join(o.dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		o.t.Fatal(err)
	}
	return path
}

func (o *office) run(in app.ListImport) (admission.Report, bool, error) {
	in.Campaign = "hhu"
	return app.ImportList(o.t.Context(), o.db, in)
}

const listOfTwo = "考生号,姓名,身份证号,层次,年级,教学点代码,学费\n26320000000001,李雯雯,11010519491231002X,专升本,2026级,100,3200\n" +
	"26320000000002,王小明,110101199001011234,专升本,2026级,100,3200\n"

func TestAListIsCheckedMendedAndImported(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	gbk, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(listOfTwo))
	if err != nil {
		t.Fatal(err)
	}
	list, bad := o.file("名单.csv", gbk), filepath.Join(o.dir, "bad.xlsx")
	rep, applied, err := o.run(app.ListImport{File: list, Bad: bad})
	if err != nil || applied || rep.New != 1 || rep.Bad != 1 {
		t.Fatalf("%+v, %v, %v", rep, applied, err)
	}
	_, applied, err = o.run(app.ListImport{File: list, Apply: true})
	if f, ok := fault.As(err); applied || !ok || !strings.Contains(f.Sentence, "有 1 行需要修改") {
		t.Errorf("applied a list with a bad row: %v", err)
	}
	if rep, applied, err = o.run(app.ListImport{File: list, Apply: true, SkipBad: true}); err != nil || !applied || rep.New != 1 || rep.Bad != 1 {
		t.Errorf("%+v, %v, %v", rep, applied, err)
	}
	// The file of bad rows, mended, is a list itself.
	f, err := os.Open(bad)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	info, _ := f.Stat()
	table, err := sheet.Open(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = table.Close() }()
	var text strings.Builder
	for row, err := table.Next(); err == nil; row, err = table.Next() {
		text.WriteString(strings.ReplaceAll(strings.Join(row.Cells, "\t"), "110101199001011234", "110101199001011237") + "\n")
	}
	if !strings.Contains(text.String(), "身份证号有误") {
		t.Errorf("no reason in %q", text.String())
	}
	mended := o.file("mended.csv", []byte(text.String()))
	if rep, applied, err = o.run(app.ListImport{File: mended, Apply: true}); err != nil || !applied || rep.New != 1 || rep.Bad != 0 {
		t.Errorf("%+v, %v, %v", rep, applied, err)
	}
	if rep, _, err = o.run(app.ListImport{File: list}); err != nil || rep.Same != 1 {
		t.Errorf("%+v, %v", rep, err)
	}
	if _, _, err := o.run(app.ListImport{File: o.file("x.xls", []byte("<html>"))}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a page: %v", err)
	}
}

func TestATaughtHeadingIsRemembered(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	list := o.file("list.csv", []byte(strings.Replace(listOfTwo, "层次", "报考类别", 1)))
	if _, _, err := o.run(app.ListImport{File: list}); !fault.Is(err, fault.Invalid) {
		t.Fatalf("a list without a level: %v", err)
	}
	if err := o.db.AdmissionHeadings().Teach(t.Context(), tabular.Fold("报考类别"), admission.Level); err != nil {
		t.Fatal(err)
	}
	if rep, _, err := o.run(app.ListImport{File: list}); err != nil || rep.New != 1 {
		t.Errorf("%+v, %v", rep, err)
	}
}
