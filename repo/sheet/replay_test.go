package sheet_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"ruxue/repo/sheet"
	"ruxue/service/tabular"
)

func allRows(t *testing.T, in tabular.Table) (rows []tabular.Row) {
	t.Helper()
	for {
		row, err := in.Next()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
}

func TestARecordedTableIsReadAgainAsItWas(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	text := "姓名,备注\n李雯雯,\"两行\r\n和，逗号\"\n\n王芳,\n"
	for i := range 2000 {
		text += fmt.Sprintf("学生%d,%s\n", i, strings.Repeat("长", i%40))
	}
	in, err := sheet.Open(strings.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := sheet.Record(in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Replay(); err == nil {
		t.Error("half a table was replayed")
	}
	first := allRows(t, r)
	notes, err := os.ReadDir(os.TempDir())
	if err != nil || len(notes) != 1 {
		t.Fatalf("%v, %v", notes, err)
	}
	if raw, err := os.ReadFile(filepath.Join(os.TempDir(), notes[0].Name())); err != nil || len(raw) == 0 || bytes.Contains(raw, []byte("学生")) {
		t.Errorf("%d bytes lie open on the disk, %v", len(raw), err)
	}
	for range 2 {
		again, err := r.Replay()
		if err != nil {
			t.Fatal(err)
		}
		if again.Rows() != r.Rows() || !reflect.DeepEqual(allRows(t, again), first) {
			t.Error("the second reading differs")
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) != 0 {
		t.Errorf("files stay behind: %v, %v", left, err)
	}
}

// odd is a table with what only a workbook has.
type odd struct {
	rows []tabular.Row
	err  error
}

func (o *odd) Next() (tabular.Row, error) {
	if len(o.rows) == 0 {
		return tabular.Row{}, o.err
	}
	row := o.rows[0]
	o.rows = o.rows[1:]
	return row, nil
}
func (o *odd) Rows() int     { return 2 }
func (o *odd) Sheet() string { return "名单" }
func (o *odd) Close() error  { return nil }

func TestMergedCellsAndFormulasAreRecorded(t *testing.T) {
	rows := []tabular.Row{{Line: 3, Cells: []string{"a"}, Merged: "A3:B4"}, {Line: 9, Formula: "C9"}}
	r, err := sheet.Record(&odd{rows: rows, err: io.EOF})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	first := allRows(t, r)
	again, err := r.Replay()
	if err != nil {
		t.Fatal(err)
	}
	if got := allRows(t, again); !reflect.DeepEqual(got, rows) || !reflect.DeepEqual(first, rows) || again.Sheet() != "名单" {
		t.Errorf("%+v", got)
	}
}

func TestABrokenTableIsNotReplayed(t *testing.T) {
	broken := errors.New("broken")
	r, err := sheet.Record(&odd{rows: []tabular.Row{{Line: 1}}, err: broken})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if _, err := r.Replay(); err == nil {
		t.Error("it was replayed")
	}
}
