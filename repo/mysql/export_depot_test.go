package mysql_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"

	"ruxue/repo/sheet"
	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/enrolment"
	"ruxue/service/export"
	"ruxue/service/fault"
	"ruxue/service/sealed"
	"ruxue/service/signing"
	"ruxue/service/staff"
)

// depot is exporting over real records; files and papers are held here.
type depot struct {
	*office
	mu     sync.Mutex
	files  map[string][]byte
	broken error
	before func(key string) error // asked before a part is kept; nil keeps it
	svc    *export.Service
}

func (d *depot) Put(_ context.Context, key string, data []byte) error {
	if d.before != nil {
		if err := d.before(key); err != nil {
			return err
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken != nil {
		return d.broken
	}
	d.files[key] = bytes.Clone(data)
	return nil
}

func (d *depot) Get(_ context.Context, key string) ([]byte, error) { return d.files[key], nil }

func (d *depot) Delete(_ context.Context, key string) error {
	delete(d.files, key)
	return nil
}

func (d *depot) Seal(plain []byte, ad string) ([]byte, error) {
	return append([]byte(ad+"\x00"), plain...), nil
}

func (d *depot) Open(sealed []byte, ad string) ([]byte, error) {
	rest, ok := bytes.CutPrefix(sealed, []byte(ad+"\x00"))
	if !ok {
		return nil, errors.New("another place's part")
	}
	return rest, nil
}

func (d *depot) ByID(context.Context, int64) (*campaign.Campaign, error) { return d.c, nil }

func (d *depot) Handed(context.Context, enrolment.Owner, string) (enrolment.Values, bool, error) {
	return enrolment.Values{Fields: map[string]string{"email": "a@example.com", "politics": "群众"}}, true, nil
}

type portraits struct{}

func (portraits) Open(_ context.Context, id int64, slot string) ([]byte, string, string, error) {
	if slot != "portrait" || id%2 == 0 {
		return nil, "", "", fault.New(fault.NotFound, "")
	}
	return []byte("jpeg"), "image/jpeg", "", nil
}

type papers struct{}

func (papers) Finals(context.Context, int64) ([]signing.Signature, error) {
	return []signing.Signature{{DocumentName: "pledge"}}, nil
}

func (papers) Open(context.Context, int64, string) ([]byte, error) { return []byte("%PDF"), nil }

func newDepot(t testing.TB) *depot {
	t.Helper()
	tt, ok := t.(*testing.T)
	if !ok {
		t.Fatal("a test alone")
	}
	d := &depot{office: newOffice(tt), files: map[string][]byte{}}
	roll := d.db.Roster()
	d.svc = export.New(export.Options{Store: d.db.Exports(), Roll: roll, Ledger: roll, Sections: d, Attachments: portraits{}, Signed: papers{},
		Evidence: papers{}, Campaigns: d, Files: sealed.Files{Store: d, Cipher: d}, Audit: audit.NewLog(d.db.Audits(), d.now), Holder: "me", Now: d.now,
		Log: slog.New(slog.DiscardHandler), Workbook: func(name string, header []string) (export.Workbook, error) {
			columns := make([]sheet.Column, len(header))
			for i, h := range header {
				columns[i].Title = h
			}
			return sheet.NewWriter(name, columns)
		}})
	return d
}

// file orders, makes and reads one file.
func (d *depot) file(by staff.Actor, r export.Request) (export.Job, []byte) {
	d.t.Helper()
	j, err := d.svc.Order(d.t.Context(), by, d.c, r, "报送学信网注册")
	if err != nil {
		d.t.Fatal(err)
	}
	if ok, err := d.svc.Tick(d.t.Context()); !ok || err != nil {
		d.t.Fatal(ok, err)
	}
	if j, err = d.svc.Take(d.t.Context(), by, j.Ref); err != nil {
		d.t.Fatal(err)
	}
	var out bytes.Buffer
	if err := d.svc.WriteTo(d.t.Context(), j, &out); err != nil || int64(out.Len()) != j.Bytes {
		d.t.Fatalf("%d bytes of %d, %v", out.Len(), j.Bytes, err)
	}
	return j, out.Bytes()
}

var siteStaff = staff.Actor{ID: 8, Ref: "site-ref", Role: staff.Site, Sites: []string{"200"}}
