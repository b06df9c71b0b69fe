package mysql_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"ruxue/service/admission"
	"ruxue/service/fault"
	"ruxue/service/student"
)

// lines is a table in memory.
type lines struct {
	rows [][]string
	n    int
}

func (l *lines) Next() (admission.Row, error) {
	if l.n >= len(l.rows) {
		return admission.Row{}, io.EOF
	}
	l.n++
	return admission.Row{Line: l.n, Cells: l.rows[l.n-1]}, nil
}

func (l *lines) Rows() int { return len(l.rows) }

func (l *lines) Sheet() string { return "名单" }

func (l *lines) Close() error { return nil }

var listHead = []string{"考生号", "姓名", "身份证号", "性别", "层次", "专业", "年级", "教学点代码", "手机号", "学费", "学号"}

// listed is the n-th student as a row.
func listed(n int) []string {
	body := fmt.Sprintf("1101011990%02d%02d%03d", n%12+1, n/12%28+1, n%1000)
	sum := 0
	for i, w := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(body[i]-'0') * w
	}
	return []string{fmt.Sprintf("2632%010d", n+1), "李雯雯", body + string("10X98765432"[sum%11]), "", "专升本", "会计学", "2026级", "100",
		fmt.Sprintf("138%08d", n), "3200", ""}
}

func table(rows ...[]string) *lines { return &lines{rows: append([][]string{listHead}, rows...)} }

func (r *roll) check(rows ...[]string) admission.Report {
	r.t.Helper()
	rep, err := admission.NewImporter(r.db.Admissions()).Check(r.t.Context(), r.c, table(rows...), nil, admission.Hooks{})
	if err != nil {
		r.t.Fatal(err)
	}
	return rep
}

func (r *roll) importList(rows ...[]string) admission.Report {
	r.t.Helper()
	rep, err := admission.NewImporter(r.db.Admissions()).Apply(r.t.Context(), r.c, table(rows...), nil, admission.Hooks{})
	if err != nil {
		r.t.Fatal(err)
	}
	return rep
}

func counts(rep admission.Report) string {
	return fmt.Sprintf("new %d updated %d same %d kept %d bad %d", rep.New, rep.Updated, rep.Same, rep.Kept, rep.Bad)
}

func wantCounts(t *testing.T, rep admission.Report, want string) {
	t.Helper()
	if got := counts(rep); got != want {
		t.Errorf("%s, want %s (%+v)", got, want, rep.Problems)
	}
}

func (r *roll) find(row []string) *student.Enrolment {
	r.t.Helper()
	e, err := r.db.Students().FindByIDNumber(r.t.Context(), r.c.ID, row[2])
	if err != nil {
		r.t.Fatal(err)
	}
	return e
}

func TestADryRunChangesNothingAndAnImportStoresAll(t *testing.T) {
	r := newRoll(t)
	var rows [][]string
	for n := range 1200 { // three batches
		rows = append(rows, listed(n))
	}
	wantCounts(t, r.check(rows...), "new 1200 updated 0 same 0 kept 0 bad 0")
	if r.count("person")+r.count("enrolment") != 0 {
		t.Fatal("the dry run stored something")
	}
	wantCounts(t, r.importList(rows...), "new 1200 updated 0 same 0 kept 0 bad 0")
	if r.count("person") != 1200 || r.count("enrolment WHERE state='admitted' AND fee_fen=320000 AND site='南京校本部教学点'") != 1200 {
		t.Error("not all are there")
	}
	e := r.find(rows[777])
	if e.Person.IDNumber != rows[777][2] || e.Person.Name != "李雯雯" || e.Phone != rows[777][8] || e.ExamNumber != rows[777][0] ||
		e.Gender == "" || e.Level != "专升本" || e.Approval != student.Approved {
		t.Errorf("%+v", e)
	}
	wantCounts(t, r.importList(rows...), "new 0 updated 0 same 1200 kept 0 bad 0")
}

func TestImportingAgainUpdatesAndSaysWhat(t *testing.T) {
	r := newRoll(t)
	a, b, c := listed(1), listed(2), listed(3)
	r.importList(a, b, c)
	e := r.find(a)
	if err := r.db.Students().SetVerified(t.Context(), e.ID); err != nil {
		t.Fatal(err)
	}
	a[5], a[9], a[8] = "土木工程", "3300.50", "13900139000"
	b[1], b[10] = "李文雯", "26100CS0007" // one character corrected; a number listed later
	c[9] = ""                          // says nothing, changes nothing
	rep := r.check(a, b, c)
	wantCounts(t, rep, "new 0 updated 2 same 1 kept 0 bad 0")
	want := []string{"2 major 会计学→土木工程", "2 phone 138****0001→139****9000", "2 fee ¥3,200.00→¥3,300.50", "3 name 李雯雯→李文雯", "3 number →26100CS0007"}
	var got []string
	for _, x := range rep.Changes {
		got = append(got, fmt.Sprintf("%d %s %s→%s", x.Line, x.Column, x.Before, x.After))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	wantCounts(t, r.importList(a, b, c), "new 0 updated 2 same 1 kept 0 bad 0")
	e = r.find(a)
	if e.Major != "土木工程" || *e.FeeFen != 330050 || e.Phone != "13900139000" || e.VerifiedAt != nil {
		t.Errorf("%+v: she must look at the new data again", e)
	}
	if e = r.find(b); e.Person.Name != "李文雯" || e.ImportedNumber != "26100CS0007" || e.Phone != b[8] {
		t.Errorf("%+v", e)
	}
	if e = r.find(c); *e.FeeFen != 320000 {
		t.Errorf("an empty cell took the fee away: %+v", e)
	}
}

func TestAnImportLeavesWhatHasBound(t *testing.T) {
	r := newRoll(t)
	rows := [][]string{listed(1), listed(2), listed(3), listed(4)}
	r.importList(rows...)
	r.raw.MustExec(`UPDATE enrolment SET state='registered', student_number='26100CS10001' WHERE id=?`, r.find(rows[0]).ID)
	r.bill(r.find(rows[1]).ID, "paid")
	r.raw.MustExec(`UPDATE enrolment SET state='deferred' WHERE id=?`, r.find(rows[2]).ID)
	if err := r.db.Students().SetPhone(t.Context(), r.find(rows[3]), "15500155000"); err != nil { // proven at login
		t.Fatal(err)
	}
	for i := range rows {
		rows[i][9], rows[i][8] = "1.00", "13700137000"
	}
	rows[0][10] = "99999999"
	rep := r.importList(rows...)
	wantCounts(t, rep, "new 0 updated 1 same 0 kept 3 bad 0")
	for i, row := range rows[:3] {
		if e := r.find(row); *e.FeeFen != 320000 || e.ImportedNumber != "" || e.Phone == "13700137000" {
			t.Errorf("%d: %+v", i, e)
		}
	}
	if e := r.find(rows[0]); e.Number != "26100CS10001" {
		t.Errorf("the student number became %q", e.Number)
	}
	if e := r.find(rows[3]); e.Phone != "15500155000" || *e.FeeFen != 100 {
		t.Errorf("%+v: the proven phone stays", e)
	}
}

func TestRowsThatClashWithTheRecordsAreBad(t *testing.T) {
	r := newRoll(t)
	a, b := listed(1), listed(2)
	b[10] = "26100CS0007"
	r.importList(a, b)
	r.raw.MustExec(`UPDATE enrolment SET student_number='26100CS10001' WHERE id=?`, r.find(a).ID)
	other := listed(1)
	other[1] = "欧阳静怡"
	exam := listed(3)
	exam[0] = a[0]
	number, given := listed(4), listed(5)
	number[10], given[10] = "26100CS0007", "26100CS10001"
	other[0] = "26329999999999"
	rep := r.importList(other, exam, number, given, listed(6))
	wantCounts(t, rep, "new 1 updated 0 same 0 kept 0 bad 4")
	for i, want := range []struct {
		kind admission.Kind
		part string
	}{{admission.OtherPerson, "姓名是“李*雯”"}, {admission.OtherPerson, "考生号"}, {admission.Collision, "学号"}, {admission.Collision, "学号"}} {
		p := rep.Problems[i]
		if p.Kind != want.kind || !strings.Contains(p.Reason, want.part) || p.Line != i+2 || p.Suggestion == "" {
			t.Errorf("%+v, want %s with %s", p, want.kind, want.part)
		}
	}
	if r.find(a).Person.Name != "李雯雯" {
		t.Error("a person got another's name")
	}
}

func TestTwoImportsOfOneListAtOnceMakeEachStudentOnce(t *testing.T) {
	r := newRoll(t)
	var rows [][]string
	for n := range 700 {
		rows = append(rows, listed(n))
	}
	back := slices.Clone(rows)
	slices.Reverse(back)
	var wg sync.WaitGroup
	total := make([]int, 4)
	for i := range total {
		wg.Go(func() {
			in := rows
			if i%2 == 1 {
				in = back
			}
			rep, err := admission.NewImporter(r.db.Admissions()).Apply(r.t.Context(), r.c, table(in...), nil, admission.Hooks{})
			if err != nil {
				t.Error(err)
			}
			total[i] = rep.New
		})
	}
	wg.Wait()
	if n := r.count("enrolment"); n != 700 || r.count("person") != 700 || total[0]+total[1]+total[2]+total[3] != 700 {
		t.Errorf("%d enrolments, %v created", n, total)
	}
}

func TestAnInterruptedImportIsRunAgain(t *testing.T) {
	r := newRoll(t)
	var rows [][]string
	for n := range 1100 {
		rows = append(rows, listed(n))
	}
	ctx, stop := context.WithCancel(t.Context())
	_, err := admission.NewImporter(r.db.Admissions()).Apply(ctx, r.c, table(rows...), nil, admission.Hooks{Progress: func(int) error { stop(); return nil }})
	if err == nil || r.count("enrolment") != admission.BatchRows {
		t.Fatalf("%v with %d in", err, r.count("enrolment"))
	}
	wantCounts(t, r.importList(rows...), "new 600 updated 0 same 500 kept 0 bad 0")
}

func TestAListThatLacksAColumnIsRefused(t *testing.T) {
	r := newRoll(t)
	im := admission.NewImporter(r.db.Admissions())
	for name, c := range map[string]struct {
		rows [][]string
		want string
	}{
		"columns":    {[][]string{{"姓名", "身份证号", "专业"}, {"李", "1", "x"}}, "缺少列：年级、教学点代码、层次"},
		"no header":  {[][]string{{"李雯雯", "110101199001011237"}}, "没有找到表头"},
		"nothing":    {[][]string{{}, {" "}}, "没有内容"},
		"no student": {[][]string{listHead}, "没有学生"},
	} {
		_, err := im.Check(t.Context(), r.c, &lines{rows: c.rows}, nil, admission.Hooks{})
		f, ok := fault.As(err)
		if !ok {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for part := range strings.SplitSeq(strings.TrimPrefix(c.want, "缺少列："), "、") {
			if !strings.Contains(f.Sentence, part) {
				t.Errorf("%s: %q lacks %q", name, f.Sentence, part)
			}
		}
	}
	titled := append([][]string{{"2026级录取名单"}, {}}, listHead, listed(1))
	rep, err := im.Check(t.Context(), r.c, &lines{rows: titled}, nil, admission.Hooks{})
	if err != nil || rep.New != 1 {
		t.Errorf("a list with a title: %+v, %v", rep, err)
	}
	taught := map[string]admission.Column{"录取编号": admission.ExamNumber}
	odd := append([][]string{append([]string{"录取编号"}, listHead[1:]...)}, listed(1))
	rep, err = im.Check(t.Context(), r.c, &lines{rows: odd}, taught, admission.Hooks{})
	if err != nil || rep.New != 1 || rep.Headings[0].Column != admission.ExamNumber {
		t.Errorf("a taught heading: %+v, %v", rep, err)
	}
}
