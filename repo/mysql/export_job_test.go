package mysql_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"ruxue/repo/sheet"
	"ruxue/service/export"
	"ruxue/service/fault"
	"ruxue/service/staff"
)

func TestAStudentsTableInBothFormats(t *testing.T) {
	d := newDepot(t)
	evil := at(1, "李雯", "100")
	evil.Major, evil.ExamNumber = "=HYPERLINK(\"http://x\")", "+1"
	e := d.admit(evil)
	d.admit(at(2, "王伟", "200"))
	columns := []string{"id_number", "name", "major", "exam_number", "phone", "basic.email", "basic.politics", "nonsense"}
	want := []string{e.Person.IDNumber, "李雯", "'=HYPERLINK(\"http://x\")", "'+1", "13800130001", "a@example.com", "群众"}
	_, raw := d.file(teacher, export.Request{Kind: export.Students, Format: export.CSV, Columns: columns, Full: true})
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(raw), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 3 || !slices.Equal(rows[1], want) || !strings.HasPrefix(string(raw), "\ufeff") {
		t.Errorf("csv: %v %v", rows, err)
	}
	j, raw := d.file(teacher, export.Request{Kind: export.Students, Format: export.XLSX, Columns: columns, Full: true})
	rows = workbookRows(t, raw)
	if len(rows) != 3 || !slices.Equal(rows[1], want) || rows[0][0] != "证件号码" || rows[0][5] != "基本信息 电子邮箱" {
		t.Errorf("xlsx: %v", rows)
	}
	if j.FileName != "hhu-学生名单-20260312-1400.xlsx" || j.Total != 2 || j.Done != 2 {
		t.Errorf("%+v", j)
	}
	// A site's staff: her own students, masked.
	_, raw = d.file(siteStaff, export.Request{Kind: export.Students, Format: export.CSV, Columns: columns, Site: "100", Scope: everybody})
	if strings.Count(string(raw), "\n") != 1 {
		t.Errorf("another site's students: %s", raw)
	}
	_, raw = d.file(siteStaff, export.Request{Kind: export.Students, Format: export.CSV, Columns: columns})
	if text := string(raw); strings.Count(text, "\n") != 2 || strings.Contains(text, "13800130002") || !strings.Contains(text, "138****0002") || !strings.Contains(text, "a***") || strings.Contains(text, "李雯") {
		t.Errorf("masked: %s", text)
	}
	log := ""
	_ = d.raw.Get(&log, `SELECT GROUP_CONCAT(detail) FROM audit`)
	if !strings.Contains(log, "导出学生名单（hhu），含完整号码；原因：报送学信网注册") || !strings.Contains(log, "下载学生名单") {
		t.Errorf("the log: %s", log)
	}
}

// workbookRows reads an xlsx back; a formula in it fails the test.
func workbookRows(t *testing.T, raw []byte) (out [][]string) {
	t.Helper()
	table, err := sheet.Open(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = table.Close() }()
	for {
		row, err := table.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil || row.Formula != "" || row.Merged != "" {
			t.Fatalf("%+v %v", row, err)
		}
		out = append(out, row.Cells)
	}
}

func TestArchives(t *testing.T) {
	d := newDepot(t)
	for n := range 4 {
		d.admit(at(n+1, "李雯", "100"))
	}
	for kind, want := range map[export.Kind]string{export.Photos: ".jpg", export.Papers: "_专升本人员诚信承诺书.pdf"} {
		j, raw := d.file(teacher, export.Request{Kind: kind})
		z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, f := range z.File {
			if strings.HasSuffix(f.Name, want) {
				n++
			}
		}
		if n != 4-j.Skipped || (kind == export.Photos) != (j.Skipped == 2) {
			t.Errorf("%s: %d files, %d skipped", kind, n, j.Skipped)
		}
		if kind == export.Photos {
			last := z.File[len(z.File)-1]
			r, err := last.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, _ := io.ReadAll(r)
			if last.Name != "没有文件的学生.txt" || strings.Count(string(text), "李雯") != 2 {
				t.Errorf("%s: %s", last.Name, text)
			}
		}
	}
}

func TestWhoMayExportWhat(t *testing.T) {
	d := newDepot(t)
	ctx := t.Context()
	const reason = "报送学信网注册"
	table := export.Request{Kind: export.Students, Format: export.XLSX, Columns: []string{"name"}}
	full := table
	full.Full = true
	for what, c := range map[string]struct {
		by     staff.Actor
		r      export.Request
		reason string
		want   fault.Kind
	}{
		"finance":             {staff.Actor{ID: 1, Role: staff.Finance}, table, reason, fault.Forbidden},
		"a link's session":    {staff.Actor{ID: 1, Role: staff.Registrar, ReviewOnly: true}, table, reason, fault.Forbidden},
		"a site in full":      {siteStaff, full, reason, fault.Forbidden},
		"a site's photos":     {siteStaff, export.Request{Kind: export.Photos}, reason, fault.Forbidden},
		"a site's payments":   {siteStaff, export.Request{Kind: export.Payments, Format: export.CSV}, reason, fault.Forbidden},
		"full, no reason":     {teacher, full, "", fault.Invalid},
		"photos, no reason":   {teacher, export.Request{Kind: export.Photos}, "", fault.Invalid},
		"no column":           {teacher, export.Request{Kind: export.Students, Format: export.XLSX, Columns: []string{"x"}}, reason, fault.Invalid},
		"no such format":      {teacher, export.Request{Kind: export.Students, Format: "pdf", Columns: []string{"name"}}, reason, fault.Invalid},
		"no such kind at all": {teacher, export.Request{Kind: "x"}, reason, fault.Invalid},
	} {
		if _, err := d.svc.Order(ctx, c.by, d.c, c.r, c.reason); !fault.Is(err, c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if n := d.count("export_job"); n != 0 {
		t.Errorf("%d jobs", n)
	}
	j, err := d.svc.Order(ctx, teacher, d.c, table, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.svc.Take(ctx, teacher, j.Ref); !fault.Is(err, fault.Conflict) {
		t.Errorf("before it is made: %v", err)
	}
	if _, err := d.svc.Job(ctx, siteStaff, j.Ref); !fault.Is(err, fault.NotFound) {
		t.Errorf("another's job: %v", err)
	}
	for range 4 {
		if _, err := d.svc.Order(ctx, teacher, d.c, table, ""); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.svc.Order(ctx, teacher, d.c, table, ""); !fault.Is(err, fault.TooMany) {
		t.Errorf("a sixth at once: %v", err)
	}
}

func TestAnExportOutlivesItsWorkerAndThenGoes(t *testing.T) {
	d := newDepot(t)
	ctx := t.Context()
	d.admit(at(1, "李雯", "100"))
	j, err := d.svc.Order(ctx, teacher, d.c, export.Request{Kind: export.Students, Format: export.CSV, Columns: []string{"name"}}, "")
	if err != nil {
		t.Fatal(err)
	}
	d.broken = errors.New("the store is down")
	if ok, err := d.svc.Tick(ctx); !ok || err == nil {
		t.Fatalf("%v %v", ok, err)
	}
	d.broken = nil
	if ok, _ := d.svc.Tick(ctx); ok {
		t.Error("another worker took a leased job")
	}
	d.pass(3 * time.Minute)
	if ok, err := d.svc.Tick(ctx); !ok || err != nil {
		t.Fatalf("%v %v", ok, err)
	}
	if _, err := d.svc.Take(ctx, teacher, j.Ref); err != nil || len(d.files) != 1 {
		t.Fatalf("%v, %d parts", err, len(d.files))
	}
	d.pass(export.Life)
	if _, err := d.svc.Take(ctx, teacher, j.Ref); !fault.Is(err, fault.Gone) {
		t.Errorf("after a day: %v", err)
	}
	if _, err := d.svc.Tick(ctx); err != nil || len(d.files) != 0 {
		t.Errorf("%v, %d parts left", err, len(d.files))
	}
	if got, err := d.svc.Job(ctx, teacher, j.Ref); err != nil || got.State != export.Purged {
		t.Errorf("%+v %v", got, err)
	}
	// Three failures end a job.
	d.broken = errors.New("the store is down")
	if j, err = d.svc.Order(ctx, teacher, d.c, export.Request{Kind: export.Students, Format: export.CSV, Columns: []string{"name"}}, ""); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		_, _ = d.svc.Tick(ctx)
		d.pass(3 * time.Minute)
	}
	if got, err := d.svc.Job(ctx, teacher, j.Ref); err != nil || got.State != export.Failed {
		t.Errorf("%+v %v", got, err)
	}
}

func TestPaymentsTable(t *testing.T) {
	d := newDepot(t)
	e := d.admit(at(1, "李雯", "100"))
	d.bill(e.ID, "paid")
	d.raw.MustExec(`INSERT INTO attempt (bill_id, enrolment_id, out_trade_no, way, state, amount_fen, app_id, mch_id, openid, request, prepay_id,
		code_url, transaction_id, expire_at, checks, lease_holder, created_at, updated_at) SELECT id, enrolment_id, 'T1', 'jsapi', 'paid', 280000, '', '', '',
		'{}', '', '', '4200', NOW(6), 0, '', NOW(6), NOW(6) FROM bill`)
	d.raw.MustExec(`INSERT INTO payment (ref, enrolment_id, bill_id, attempt_id, out_trade_no, transaction_id, app_id, mch_id, payer_openid, trade_type,
		bank_type, total_fen, payer_fen, currency, purpose, source, succeeded_at, created_at, row_hash)
		SELECT 'r', enrolment_id, bill_id, id, 'T1', '4200', '', '', '', 'JSAPI', '', 280000, 280000, 'CNY', 'bill', 'callback', '2026-03-11 20:00:00', NOW(6), '' FROM attempt`)
	_, raw := d.file(teacher, export.Request{Kind: export.Payments, Format: export.CSV})
	if !strings.Contains(string(raw), "T1,4200,李雯,,2632000001,教学点100,本科,会计学,2800.00,0.00,缴费,微信支付,2026-03-12 04:00:00") {
		t.Errorf("%s", raw)
	}
}

// TestTenThousandStudentsAreAStream exports 10,000 students and watches the heap.
func TestTenThousandStudentsAreAStream(t *testing.T) {
	d := newDepot(t)
	const students = 10_000
	ctx := t.Context()
	for from := 0; from < students; from += 1000 {
		err := d.db.InTx(ctx, func(ctx context.Context) error {
			for n := from; n < from+1000; n++ {
				a := at(1, "李雯雯", "100")
				a.IDNumber, a.ExamNumber = fmt.Sprintf("1101011990010%05d", n), fmt.Sprintf("26320%09d", n)
				if _, err := d.db.Students().Admit(ctx, d.c.ID, a); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var columns []string
	for _, c := range export.Columns(d.c) {
		columns = append(columns, c.Key)
	}
	var before, peak uint64
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	runtime.GC()
	before = heap()
	stop, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
				peak = max(peak, heap())
			}
		}
	}()
	began := time.Now()
	j, raw := d.file(teacher, export.Request{Kind: export.Students, Format: export.XLSX, Columns: columns, Full: true})
	took := time.Since(began)
	close(stop)
	<-watched
	if j.Total != students || j.Done != students {
		t.Errorf("%+v", j)
	}
	n := len(workbookRows(t, raw))
	grown := int64(peak) - int64(before)
	t.Logf("%d rows of %d columns, %d bytes, %v, heap grew by at most %d MB", n-1, len(columns), len(raw), took, grown>>20)
	if n != students+1 || grown > 192<<20 {
		t.Errorf("%d rows, heap grew by %d MB", n, grown>>20)
	}
}
