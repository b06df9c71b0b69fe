package app_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/xuri/excelize/v2"

	"ruxue/cmd/internal/stage"
	"ruxue/config"
	"ruxue/repo/mysql"
	"ruxue/repo/sheet"
)

const benchRows = 100_000

// benchRow is the n-th student of a large list.
func benchRow(n int) []string {
	body := fmt.Sprintf("32%04d19%02d%02d%02d%03d", n/30000+1, 70+n/1000%30, n%12+1, n/12%28+1, n%1000)
	sum := 0
	for i, w := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(body[i]-'0') * w
	}
	return []string{fmt.Sprintf("2632%010d", n+1), "李雯雯", "身份证", body + string("10X98765432"[sum%11]), "", "汉族", "专升本", "水利水电工程", "函授", "2.5",
		"2026级", "100", "南京校本部教学点", fmt.Sprintf("138%08d", n), "3200", fmt.Sprintf("26100CS%07d", n)}
}

var benchHead = []string{"考生号", "姓名", "证件类型", "身份证号", "性别", "民族", "层次", "专业", "学习形式", "学制", "年级", "教学点代码", "教学点", "手机号", "学费", "学号"}

func writeBenchList(b *testing.B, path string) {
	columns := make([]sheet.Column, len(benchHead))
	for i, title := range benchHead {
		columns[i].Title = title
	}
	w, err := sheet.NewWriter("名单", columns)
	if err != nil {
		b.Fatal(err)
	}
	for n := range benchRows {
		if err := w.Row(benchRow(n)); err != nil {
			b.Fatal(err)
		}
	}
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	if err := w.Finish(f); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkAdmittedList imports 100,000 students with the production binary and
// reports, each a median over b.N: seconds of a dry run (check) and of
// --apply, which checks first (apply); the binary's peak memory; and the floor
// under it: reading the file with excelize alone (read) and inserting the same
// rows, ready-made, 500 in a statement (insert), into the same tables. The
// ratios are of each run: check to reading, apply to reading and inserting.
//
//	go test ./cmd/internal/app -run xxx -bench AdmittedList -benchtime 3x
func BenchmarkAdmittedList(b *testing.B) {
	list := filepath.Join(b.TempDir(), "list.xlsx")
	writeBenchList(b, list)
	binary := build(b)
	figures := map[string][]float64{}
	for b.Loop() {
		w := prepareWorld(b, 0)
		db, err := mysql.Open(b.Context(), mysql.Options{DSN: w.cfg.MySQL.DSN, MaxOpenConns: 2})
		if err != nil {
			b.Fatal(err)
		}
		note := func(name string, value float64) { figures[name] = append(figures[name], value) }
		rows, took := readPlainly(b, list)
		note("read-s", took.Seconds())
		empty(b, db)
		note("insert-s", insertPlainly(b, db, rows).Seconds())
		empty(b, db)
		for _, args := range [][]string{nil, {"--apply"}, {"--apply"}} {
			name := map[bool]string{true: "check", false: "apply"}[args == nil]
			if len(figures["apply-s"]) > len(figures["again-s"]) && args != nil {
				name = "again"
			}
			start := time.Now()
			peak := runImport(b, w, binary, append([]string{list}, args...))
			note(name+"-s", time.Since(start).Seconds())
			note(name+"-peak-MB", peak)
		}
		last := func(name string) float64 { return figures[name][len(figures[name])-1] }
		note("check/floor", last("check-s")/last("read-s"))
		note("apply/floor", last("apply-s")/(last("read-s")+last("insert-s")))
		if n := w.count(b, "SELECT COUNT(*) FROM enrolment WHERE fee_fen=320000"); n != benchRows {
			b.Fatalf("%d students are in", n)
		}
		_ = db.Close()
	}
	for name, values := range figures {
		slices.Sort(values)
		b.ReportMetric(values[len(values)/2], name)
	}
}

// runImport runs the production binary and returns its peak memory in MB.
func runImport(b *testing.B, w *world, binary string, args []string) float64 {
	b.Helper()
	raw, err := stage.File(w.cfg)
	if err != nil {
		b.Fatal(err)
	}
	cfg := filepath.Join(b.TempDir(), "config.yaml")
	if err := os.WriteFile(cfg, raw, 0o600); err != nil {
		b.Fatal(err)
	}
	cmd := exec.CommandContext(b.Context(), binary, append([]string{"import", "--campaign", "hhu", "--config", cfg}, args...)...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, config.EnvPrefix) })
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		b.Fatal("no figures about the process")
	}
	return float64(usage.Maxrss) / 1024 // Linux counts in KiB
}

// readPlainly reads the list as one would without us.
func readPlainly(b *testing.B, path string) (rows [][]string, took time.Duration) {
	b.Helper()
	start := time.Now()
	f, err := excelize.OpenFile(path)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	in, err := f.Rows(f.GetSheetName(0))
	if err != nil {
		b.Fatal(err)
	}
	for in.Next() {
		cells, err := in.Columns()
		if err != nil {
			b.Fatal(err)
		}
		rows = append(rows, cells)
	}
	return rows[1:], time.Since(start)
}

// insertPlainly inserts the rows as they would stand, sealed by nobody.
func insertPlainly(b *testing.B, db *sqlx.DB, rows [][]string) time.Duration {
	b.Helper()
	random := make([]byte, 64*len(rows))
	_, _ = rand.Read(random)
	var campaign int64
	if err := db.Get(&campaign, `SELECT id FROM campaign WHERE code='hhu'`); err != nil {
		b.Fatal(err)
	}
	now := time.Now().UTC()
	const person, enrolment = `(?,?,?,?,?,?,?,?)`, `(?,?,?,'admitted','',?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`
	start := time.Now()
	for from := 0; from < len(rows); from += 500 {
		some := rows[from:min(from+500, len(rows))]
		var p, e []any
		for i, r := range some {
			n := from + i + 1
			bytes := random[64*(n-1) : 64*n]
			p = append(p, n, fmt.Sprintf("%022d", n), r[2], bytes[:32], bytes, r[1], now, now)
			e = append(e, fmt.Sprintf("%022d", n), campaign, n, r[0], "男", r[5], r[11], r[12], r[10], r[6], r[7], r[8], r[9], bytes, bytes[:32], bytes[:32],
				320000, r[15], now, now)
		}
		tx, err := db.Beginx()
		if err != nil {
			b.Fatal(err)
		}
		_, err1 := tx.Exec(`INSERT INTO person (id, ref, id_type, id_hash, id_cipher, name, created_at, updated_at) VALUES `+many(person, len(some)), p...)
		_, err2 := tx.Exec(`INSERT INTO enrolment (ref, campaign_id, person_id, state, choice, exam_number, gender, nation, site_code, site, grade, level, major,
			study_form, years, phone_cipher, phone_hash, listed_phone_hash, fee_fen, imported_number, created_at, updated_at) VALUES `+many(enrolment, len(some)), e...)
		if err := errors.Join(err1, err2, tx.Commit()); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start)
}

func many(one string, n int) string { return strings.TrimSuffix(strings.Repeat(one+",", n), ",") }

func empty(b *testing.B, db *sqlx.DB) {
	b.Helper()
	for _, table := range []string{"enrolment", "person"} {
		if _, err := db.Exec(`DELETE FROM ` + table); err != nil {
			b.Fatal(err)
		}
	}
}
