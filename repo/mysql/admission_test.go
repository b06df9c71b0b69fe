package mysql_test

import (
	"bytes"
	"sync"
	"sync/atomic"
	"testing"

	"ruxue/service/fault"
	"ruxue/service/student"
)

func TestTheListIsStoredAsItIs(t *testing.T) {
	r := newRoll(t)
	fee := int64(0)
	a := entry(1)
	a.FeeFen, a.Number, a.Name, a.Nation = &fee, "2120000003", "阿卜杜拉·王𬭩", "维吾尔族"
	e := r.admit(a)
	if e.State != student.Admitted || e.Choice != "" || e.Number != "" || len(e.Ref) != 22 || len(e.Person.Ref) != 22 {
		t.Errorf("%+v", e)
	}
	got := student.Admission{IDType: e.Person.IDType, IDNumber: e.Person.IDNumber, Name: e.Person.Name, ExamNumber: e.ExamNumber,
		Gender: e.Gender, Nation: e.Nation, SiteCode: e.SiteCode, Site: e.Site, Grade: e.Grade, Level: e.Level, Major: e.Major,
		StudyForm: e.StudyForm, Years: e.Years, Phone: e.Phone, Number: e.ImportedNumber, FeeFen: a.FeeFen}
	if got != a || e.FeeFen == nil || *e.FeeFen != 0 {
		t.Errorf("got  %+v\nwant %+v", got, a)
	}
	bare := student.Admission{IDType: "护照", IDNumber: "H12345678", Name: "Maria Garcia"}
	if e := r.admit(bare); e.Phone != "" || e.ImportedNumber != "" || e.FeeFen != nil || e.Person.IDType != "护照" {
		t.Errorf("with the least: %+v", e)
	}
}

func TestTheSameListTwiceChangesNothing(t *testing.T) {
	r := newRoll(t)
	before := r.admit(entry(1))
	if ok, err := r.db.Students().SetChoice(t.Context(), before.ID, "register"); !ok || err != nil {
		t.Fatal(err)
	}
	again := entry(1)
	again.Phone, again.Major = "13900139000", "法学"
	if created, err := r.tryAdmit(again); created || err != nil {
		t.Fatalf("created %v, %v", created, err)
	}
	if after := r.read(before.ID); after.Phone != "13800138000" || after.Major != "会计学" || after.Choice != "register" {
		t.Errorf("%+v", after)
	}
	if n, m := r.count("person"), r.count("enrolment"); n != 1 || m != 1 {
		t.Errorf("%d persons, %d enrolments", n, m)
	}
}

func TestOnePersonInTwoCampaigns(t *testing.T) {
	r := newRoll(t)
	first := r.admit(entry(1))
	r.raw.MustExec(`INSERT INTO campaign (code, version, created_at, updated_at) VALUES ('wust', 1, NOW(6), NOW(6))`)
	var other int64
	if err := r.raw.Get(&other, `SELECT id FROM campaign WHERE code='wust'`); err != nil {
		t.Fatal(err)
	}
	if created, err := r.db.Students().Admit(t.Context(), other, entry(1)); !created || err != nil {
		t.Fatal(created, err)
	}
	second, err := r.db.Students().FindByIDNumber(t.Context(), other, entry(1).IDNumber)
	if err != nil || second.Person != first.Person || second.ID == first.ID {
		t.Errorf("%+v %v", second, err)
	}
}

func TestAListedNumberBelongsToOne(t *testing.T) {
	r := newRoll(t)
	a, b := entry(1), entry(2)
	a.Number, b.Number = "2120000003", "2120000003"
	r.admit(a)
	created, err := r.tryAdmit(b)
	if f, ok := fault.As(err); created || !ok || f.Kind != fault.Conflict || f.Sentence == "" {
		t.Errorf("created %v, %v", created, err)
	}
	if n := r.count("person"); n != 1 {
		t.Error("the refused row left a person behind")
	}
}

func TestTwoImportsAtOnceMakeOneStudent(t *testing.T) {
	r := newRoll(t)
	var created atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 5 {
				if ok, err := r.tryAdmit(entry(i)); err != nil {
					t.Error(err)
				} else if ok {
					created.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if n, m := r.count("person"), r.count("enrolment"); created.Load() != 5 || n != 5 || m != 5 {
		t.Errorf("%d created, %d persons, %d enrolments", created.Load(), n, m)
	}
}

func TestPersonalDataAreEncryptedAtRest(t *testing.T) {
	r := newRoll(t)
	a := entry(1)
	e := r.admit(a)
	var row struct {
		ID    []byte `db:"id_cipher"`
		Hash  []byte `db:"id_hash"`
		Phone []byte `db:"phone_cipher"`
		PHash []byte `db:"phone_hash"`
	}
	const q = `SELECT id_cipher, id_hash, phone_cipher, phone_hash FROM enrolment e JOIN person p ON p.id=e.person_id WHERE e.id=?`
	if err := r.raw.Get(&row, q, e.ID); err != nil {
		t.Fatal(err)
	}
	for _, b := range [][]byte{row.ID, row.Hash, row.Phone, row.PHash} {
		if len(b) < 32 || bytes.Contains(b, []byte(a.IDNumber)) || bytes.Contains(b, []byte(a.Phone)) {
			t.Errorf("readable: %q", b)
		}
	}
	// A value copied into another row does not open there.
	other := r.admit(entry(2))
	r.raw.MustExec(`UPDATE enrolment SET phone_cipher=? WHERE id=?`, row.Phone, other.ID)
	if _, err := r.db.Students().Enrolment(t.Context(), other.ID); err == nil {
		t.Error("a copied phone was opened")
	}
}
