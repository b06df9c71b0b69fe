package mysql_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"testing"
	"time"

	"ruxue/service/export"
	"ruxue/service/fault"
	"ruxue/service/staff"
)

// heavy gives each student a portrait that takes more than one part, another
// one each time.
type heavy struct{}

func (heavy) Open(_ context.Context, _ int64, slot string) ([]byte, string, string, error) {
	if slot != "portrait" {
		return nil, "", "", fault.New(fault.NotFound, "")
	}
	data := make([]byte, 5<<20)
	_, _ = rand.Read(data)
	return data, "image/jpeg", "", nil
}

func heavyDepot(t *testing.T) *depot {
	t.Helper()
	d := newDepot(t)
	for n := range 3 {
		d.admit(at(n+1, "李雯", "100"))
	}
	d.svc.Attachments = heavy{}
	return d
}

// TestNoPartOfAnExportIsLeftBehind: whatever a try had kept when it failed, the
// purge leaves nothing.
func TestNoPartOfAnExportIsLeftBehind(t *testing.T) {
	d := heavyDepot(t)
	ctx := t.Context()
	if _, err := d.svc.Order(ctx, teacher, d.c, export.Request{Kind: export.Photos}, "报送学信网注册"); err != nil {
		t.Fatal(err)
	}
	for _, parts := range []int{3, 0, 1} { // of each try
		kept := 0
		d.before = func(string) error {
			if kept++; kept > parts {
				return errors.New("the store is down")
			}
			return nil
		}
		if _, err := d.svc.Tick(ctx); err == nil {
			t.Fatal("a try without a store")
		}
		d.pass(3 * time.Minute)
	}
	d.before = nil
	d.pass(export.Life)
	if _, err := d.svc.Tick(ctx); err != nil || len(d.files) != 0 {
		t.Errorf("%v; after the purge %d parts are left", err, len(d.files))
	}
}

// TestAWorkerThatLostItsLeaseWritesIntoNobodysFile: it stalls while it keeps a
// part, another one makes the whole file, then it goes on.
func TestAWorkerThatLostItsLeaseWritesIntoNobodysFile(t *testing.T) {
	d := heavyDepot(t)
	ctx := t.Context()
	j, err := d.svc.Order(ctx, teacher, d.c, export.Request{Kind: export.Photos}, "报送学信网注册")
	if err != nil {
		t.Fatal(err)
	}
	o := d.svc.Options
	o.Holder = "you"
	other := export.New(o)
	kept := 0
	d.before = func(string) error {
		if kept++; kept == 2 {
			d.before = nil
			d.pass(3 * time.Minute)
			if ok, err := other.Tick(ctx); !ok || err != nil {
				t.Errorf("the other worker: %v %v", ok, err)
			}
		}
		return nil
	}
	if _, err := d.svc.Tick(ctx); err == nil {
		t.Error("a worker without its lease finished")
	}
	if j, err = d.svc.Take(ctx, teacher, j.Ref); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := d.svc.WriteTo(ctx, j, &out); err != nil || int64(out.Len()) != j.Bytes {
		t.Fatalf("%d bytes of %d: %v", out.Len(), j.Bytes, err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), j.Bytes)
	if err != nil || len(z.File) != 3 {
		t.Fatalf("the file is none: %v", err)
	}
	for _, f := range z.File {
		in, err := f.Open()
		if err == nil {
			_, err = io.Copy(io.Discard, in)
		}
		if err != nil {
			t.Errorf("%s is mixed of two tries: %v", f.Name, err)
		}
	}
	if len(d.files) != j.Parts {
		t.Errorf("%d parts are kept of %d", len(d.files), j.Parts)
	}
}

// TestAFileIsTakenByTheRightsOfNow: who lost a permission since she ordered a
// file does not get it.
func TestAFileIsTakenByTheRightsOfNow(t *testing.T) {
	d := newDepot(t)
	d.admit(at(1, "李雯", "100"))
	columns := []string{"name", "id_number"}
	masked := export.Request{Kind: export.Students, Format: export.CSV, Columns: columns}
	full := masked
	full.Full = true
	money := export.Request{Kind: export.Payments, Format: export.CSV}
	site := func(sites ...string) staff.Actor {
		return staff.Actor{ID: teacher.ID, Ref: teacher.Ref, Role: staff.Site, Sites: sites}
	}
	for what, c := range map[string]struct {
		r   export.Request
		was staff.Actor
		now staff.Actor
		ok  bool
	}{
		"nothing changed":              {full, teacher, teacher, true},
		"a site's staff, full numbers": {full, teacher, site("100"), false},
		"a site's staff, all sites":    {masked, teacher, site("100"), false},
		"a site's staff, payments":     {money, teacher, site("100"), false},
		"finance exports nothing":      {masked, teacher, staff.Actor{ID: teacher.ID, Role: staff.Finance}, false},
		"another site":                 {masked, site("100"), site("200"), false},
		"one site less":                {masked, site("100", "200"), site("100"), false},
		"one site more":                {masked, site("100"), site("100", "200"), true},
		"a registrar now":              {masked, site("100"), teacher, true},
	} {
		j, _ := d.file(c.was, c.r)
		if _, err := d.svc.Take(t.Context(), c.now, j.Ref); (err == nil) != c.ok || !c.ok && !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
