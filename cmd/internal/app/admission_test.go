package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
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

// TestTheCommandsActsAreLogged: a list and a campaign's file stand with their
// entries in the log, or not at all.
func TestTheCommandsActsAreLogged(t *testing.T) {
	t.Parallel()
	pool := repotest.MySQL(t)
	o := &office{t: t, db: mysql.New(pool, repotest.Ring(t), time.Now), dir: t.TempDir()}
	body, err := campaigns.Files.ReadFile("hhu.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var list strings.Builder
	list.WriteString("考生号,姓名,证件类型,身份证号,层次,年级,教学点代码,学费\n")
	for i := range admission.BatchRows + 1 {
		fmt.Fprintf(&list, "2632%010d,李雯雯,护照,E%08d,专升本,2026级,100,3200\n", i, i)
	}
	file := o.file("list.csv", []byte(list.String()))
	count := func(table string) (n int) {
		t.Helper()
		if err := pool.Get(&n, "SELECT COUNT(*) FROM "+table); err != nil {
			t.Fatal(err)
		}
		return n
	}
	away := func(do func()) {
		pool.MustExec(`RENAME TABLE audit TO audit_away`)
		do()
		pool.MustExec(`RENAME TABLE audit_away TO audit`)
	}
	away(func() {
		if _, err := app.ApplyFile(t.Context(), o.db, body, 0); err == nil || count("campaign") != 0 {
			t.Errorf("a campaign without an entry: %v", err)
		}
	})
	for range 2 { // the second changes nothing and says nothing
		if _, err := app.ApplyFile(t.Context(), o.db, body, 0); err != nil {
			t.Fatal(err)
		}
	}
	away(func() {
		if _, applied, err := o.run(app.ListImport{File: file, Apply: true}); err == nil || applied || count("enrolment") != 0 {
			t.Errorf("students without an entry: %v %v", applied, err)
		}
	})
	if _, _, err := o.run(app.ListImport{File: file, Apply: true}); err != nil {
		t.Fatal(err)
	}
	var log []string
	if err := pool.Select(&log, `SELECT CONCAT(actor, ' ', action, ' ', subject, ' ', detail) FROM audit ORDER BY id`); err != nil {
		t.Fatal(err)
	}
	if want := []string{"system campaign.edit campaign:hhu 命令行应用活动文件，为第 1 版", "system admission.import campaign:hhu 命令行开始导入名单，共 501 行",
		"system admission.import campaign:hhu 命令行导入名单：新增 501，更新 0，不变 0，不改动 0，未导入 0"}; !slices.Equal(log, want) {
		t.Errorf("the log:\n%s", strings.Join(log, "\n"))
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
