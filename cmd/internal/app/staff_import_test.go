package app_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ruxue/cmd/internal/stage"
	"ruxue/repo/sheet"
	"ruxue/service/admission"
	"ruxue/service/staff"
)

// importVisits are the routes of the admitted lists.
var importVisits = []staffVisit{
	{route: "GET /staff/import", needs: staff.Import},
	{route: "POST /staff/import", needs: staff.Import},
	{route: "GET /staff/import/template", needs: staff.Import},
	{route: "GET /staff/import/job/:ref", needs: staff.Import, path: "/staff/import/job/" + unknownRef},
	{route: "GET /staff/import/job/:ref/state", needs: staff.Import, path: "/staff/import/job/" + unknownRef + "/state"},
	{route: "POST /staff/import/job/:ref/columns", needs: staff.Import, path: "/staff/import/job/" + unknownRef + "/columns"},
	{route: "POST /staff/import/job/:ref/apply", needs: staff.Import, path: "/staff/import/job/" + unknownRef + "/apply"},
	{route: "GET /staff/import/carry", needs: staff.Import, path: "/staff/import/carry?c=hhu&from=wust"},
	{route: "POST /staff/import/carry", needs: staff.Import},
	{route: "GET /staff/import/job/:ref/bad", needs: staff.Import, path: "/staff/import/job/" + unknownRef + "/bad"},
}

// give uploads a list and returns its page once the worker is done with it.
func (d device) give(name string, data []byte) stage.Answer {
	d.t.Helper()
	a := d.postFile("/staff/import?c=hhu", name, data)
	if a.Status != http.StatusOK || !strings.HasPrefix(a.Path, "/staff/import/job/") {
		d.t.Fatalf("uploading: %d %s %.300s", a.Status, a.Path, shortened(a.Body))
	}
	return d.settled(a.Path)
}

// settled waits until a list is no longer worked on.
func (d device) settled(path string) stage.Answer {
	d.t.Helper()
	if !eventually(func() bool { return strings.Contains(d.get(path+"/state").Body, `"busy":false`) }) {
		d.t.Fatal("the list is worked on for ever")
	}
	return d.get(path)
}

// brokenKinds are twelve mistakes, each in a row that is right otherwise: what
// is changed at which column, and what the page must say.
var brokenKinds = []struct{ column, value, says string }{
	{"身份证号", "110101199001011234", "身份证号有误"},
	{"身份证号", "1.10101E+17", "后几位已丢失"},
	{"身份证号", "11010119900101123", "现在是 17 位"},
	{"姓名", "李2", "不能使用的字符"},
	{"层次", "本硕连读", "不是本次活动的层次"},
	{"学习形式", "自习", "不是本次活动的学习形式"},
	{"年级", "", "年级没有填"},
	{"教学点代码", "999", "不在本次活动的教学点中"},
	{"手机号", "1380013800", "现在是 10 位"},
	{"学费", "三千", "不是金额"},
	{"性别", "女", "性别与身份证号不一致"},
	{"考生号", "first", "考生号与第 2 行相同"},
	{"学号", "26100CS90003", "这个学号已经属于"},
	{"身份证号", "same", "姓名是“李*雯”"},
}

var wideHead = []string{"考生号", "姓名", "身份证号", "性别", "层次", "专业", "学习形式", "年级", "教学点代码", "手机号", "学费", "学号"}

// wideRow is a right row of another person than the world's students.
func wideRow(n int) []string {
	body := fmt.Sprintf("3201011991%02d%02d%02d1", n%12+1, n%28+1, n%90+10)
	sum := 0
	for i, w := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(body[i]-'0') * w
	}
	return []string{fmt.Sprintf("2632%010d", 900000000+n), "张文" + string(rune('一'+n)), body + string("10X98765432"[sum%11]), "", "专升本", "会计学", "函授", "2026级", "100",
		fmt.Sprintf("139%08d", n), "3200", ""}
}

// brokenList is a right row and then one of each kind; mended is the same list
// without its mistakes.
func (w *world) brokenList() (broken, mended [][]string) {
	first := wideRow(0)
	first[0] = "26329000000001"
	broken, mended = [][]string{wideHead, first}, [][]string{wideHead, first}
	for i, k := range brokenKinds {
		row := wideRow(i + 1)
		mended = append(mended, slices.Clone(row))
		value := k.value
		switch {
		case k.column == "考生号":
			value = first[0]
		case value == "same":
			value = w.students[0].IDNumber
		}
		row[slices.Index(wideHead, k.column)] = value
		broken = append(broken, row)
	}
	return broken, mended
}

func csvOf(rows [][]string) []byte {
	var b strings.Builder
	for _, r := range rows {
		b.WriteString(strings.Join(r, ",") + "\n")
	}
	return []byte(b.String())
}

func xlsxOf(t testing.TB, rows [][]string) []byte {
	t.Helper()
	columns := make([]sheet.Column, len(rows[0]))
	for i := range columns {
		columns[i].Title = rows[0][i]
	}
	w, err := sheet.NewWriter("名单", columns)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		if err := w.Row(r); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := w.Finish(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func rowsOf(t testing.TB, data string) (rows [][]string) {
	t.Helper()
	table, err := sheet.Open(strings.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = table.Close() }()
	for {
		row, err := table.Next()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row.Cells)
	}
}

func TestAListIsImportedInTheConsole(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	d := w.staff(staff.Registrar)
	broken, mended := w.brokenList()
	before := w.count(t, "SELECT COUNT(*) FROM enrolment")
	a := d.give("录取名单.xlsx", xlsxOf(t, broken))
	for _, k := range brokenKinds {
		if !strings.Contains(a.Body, k.says) {
			t.Errorf("the page does not say %q", k.says)
		}
	}
	if strings.Contains(a.Body, mended[1][2]) || strings.Contains(a.Body, w.students[0].IDNumber) {
		t.Error("the page shows an identity number")
	}
	if before != w.count(t, "SELECT COUNT(*) FROM enrolment") {
		t.Error("the check changed something")
	}
	if b := d.post(a.Path+"/apply", nil); b.Status != http.StatusConflict {
		t.Errorf("bad rows were applied: %d", b.Status)
	}
	bad := rowsOf(t, d.get(a.Path+"/bad").Body)
	if len(bad) != len(brokenKinds)+1 || !slices.Contains(bad[0], "原因") || !strings.Contains(strings.Join(bad[1], " "), "身份证号有误") {
		t.Fatalf("%q", bad)
	}
	a = d.give("改好.csv", csvOf(mended))
	if strings.Contains(a.Body, "需要修改的行</h2>") {
		t.Fatalf("the mended list has bad rows: %.800s", shortened(a.Body))
	}
	applied := d.post(a.Path+"/apply", nil)
	a = d.settled(applied.Path)
	if want := fmt.Sprintf("新增 %d 人，更新 0 人", len(mended)-1); !strings.Contains(a.Body, want) {
		t.Errorf("the page does not say %q", want)
	}
	if n := w.count(t, "SELECT COUNT(*) FROM enrolment WHERE site_code='100' AND major='会计学' AND fee_fen=320000"); n != len(mended)-1 {
		t.Errorf("%d students are in", n)
	}
	if n := w.count(t, "SELECT COUNT(*) FROM audit WHERE action='admission.import' AND actor LIKE 'staff:%'"); n != 1 {
		t.Errorf("%d audit entries", n)
	}
	if n := w.count(t, "SELECT COUNT(*) FROM audit WHERE action='admission.apply'"); n != 1 {
		t.Errorf("%d entries of who had it imported", n)
	}
	if !strings.Contains(d.get("/staff/import?c=hhu").Body, "改好.csv") {
		t.Error("the history does not show the list")
	}
	if regexp.MustCompile(`3201011991\d{7}`).MatchString(w.logs.String()) {
		t.Error("a log line holds an identity number")
	}
}

func TestWhatIsNoListIsSaidOnThePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	d := w.staff(staff.Registrar)
	for data, want := range map[string]string{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "旧版 Excel", "PK\x03\x04xxxx": "可能已损坏", "姓名,身份证号\n": "缺少列"} {
		if a := d.give("x.xlsx", []byte(data)); !strings.Contains(a.Body, want) {
			t.Errorf("the page does not say %q: %.600s", want, shortened(a.Body))
		}
	}
	a := d.post("/staff/import?c=hhu", nil)
	if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "请选择要导入的文件") {
		t.Errorf("without a file: %d", a.Status)
	}
	if tpl := rowsOf(t, d.get("/staff/import/template?c=hhu").Body); !slices.Contains(tpl[0], "身份证号") {
		t.Errorf("the template: %q", tpl[0])
	}
}

func TestAnUnknownColumnIsTaught(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	d := w.staff(staff.Registrar)
	_, rows := w.brokenList()
	rows[0] = slices.Clone(rows[0])
	at := slices.Index(rows[0], "层次")
	rows[0][at] = "报考类别"
	a := d.give("名单.csv", csvOf(rows))
	if !strings.Contains(a.Body, "缺少列：层次") || !strings.Contains(a.Body, fmt.Sprintf(`name="column-%d"`, at)) {
		t.Fatalf("%.900s", shortened(a.Body))
	}
	a = d.post(a.Path+"/columns", map[string][]string{fmt.Sprintf("column-%d", at): {string(admission.Level)}})
	if a = d.settled(a.Path); !strings.Contains(a.Body, "没有需要修改的行") {
		t.Errorf("%.900s", shortened(a.Body))
	}
	if a = d.give("下一份.csv", csvOf(rows)); !strings.Contains(a.Body, "没有需要修改的行") {
		t.Error("the heading was forgotten")
	}
}
