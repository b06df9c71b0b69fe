package mysql_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"ruxue/repo/keyring"
	"ruxue/repo/mysql"
	"ruxue/repo/repotest"
	"ruxue/service/campaign"
	"ruxue/service/enrolment"
	"ruxue/service/fault"
	"ruxue/service/student"
)

// enrolled is a database with students of one campaign.
type enrolled struct {
	raw    *sqlx.DB
	db     *mysql.DB
	ring   *keyring.Ring
	owners []enrolment.Owner
}

func newEnrolled(t *testing.T, students int) enrolled {
	t.Helper()
	ring := repotest.Ring(t)
	raw := repotest.MySQL(t)
	e := enrolled{raw: raw, db: mysql.New(raw, ring, time.Now), ring: ring}
	raw.MustExec(`INSERT INTO campaign (code, version, created_at, updated_at) VALUES ('hhu', 1, NOW(6), NOW(6))`)
	var campaignID int64
	if err := raw.Get(&campaignID, `SELECT id FROM campaign`); err != nil {
		t.Fatal(err)
	}
	store := e.db.Students()
	for i := range students {
		number := fmt.Sprintf("11010119900101%04d", i)
		err := e.db.InTx(t.Context(), func(ctx context.Context) error {
			_, err := store.Admit(ctx, campaignID, student.Admission{IDType: "护照", IDNumber: number, Name: "测试"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		s, err := store.FindByIDNumber(t.Context(), campaignID, number)
		if err != nil {
			t.Fatal(err)
		}
		e.owners = append(e.owners, enrolment.Owner{EnrolmentID: s.ID, EnrolmentRef: s.Ref, CampaignCode: "hhu"})
	}
	return e
}

var pageOfForm = campaign.Section{Name: "basic", Title: "基本信息", Fields: []campaign.Field{
	{Name: "name", Label: "姓名", Kind: "text", Required: true, MaxLength: 30}}}

func typed(name string) enrolment.Values {
	return enrolment.Values{Fields: map[string]string{"name": name}}
}

func TestSectionIsSealedAndFoundWithItsOwner(t *testing.T) {
	e := newEnrolled(t, 2)
	s := enrolment.NewSections(e.db.Sections(), nil, time.Now)
	ctx, mine, hers := t.Context(), e.owners[0], e.owners[1]
	at, err := s.SaveDraft(ctx, mine, pageOfForm, typed("𬭩"+strings.Repeat("李", 10000)))
	if err != nil || time.Since(at) > time.Minute {
		t.Fatal(at, err)
	}
	if errs, err := s.Submit(ctx, mine, pageOfForm, typed("买买提•𬭩"), enrolment.Info{}); err != nil || len(errs) > 0 {
		t.Fatal(errs, err)
	}
	got, err := s.Load(ctx, mine, pageOfForm, enrolment.Info{})
	if err != nil || got.Values.Fields["name"] != "买买提·𬭩" || got.State != enrolment.Submitted || got.SavedAt.IsZero() {
		t.Fatalf("%+v %v", got, err)
	}
	if got, err := s.Load(ctx, hers, pageOfForm, enrolment.Info{}); err != nil || got.State != "" || got.Values.Fields["name"] != "" {
		t.Fatalf("another student's: %+v %v", got, err)
	}
	var sealed []byte
	if err := e.raw.Get(&sealed, `SELECT cipher FROM section`); err != nil || bytes.Contains(sealed, []byte("买买提")) {
		t.Fatal("the row can be read", err)
	}
	// A blob copied to another student does not open there.
	e.raw.MustExec(`INSERT INTO section (enrolment_id, name, state, cipher, updated_at) SELECT ?, name, state, cipher, updated_at FROM section`, hers.EnrolmentID)
	if _, err := s.Load(ctx, hers, pageOfForm, enrolment.Info{}); err == nil {
		t.Error("a copied blob was opened")
	}
	states, err := s.States(ctx, mine.EnrolmentID)
	if err != nil || len(states) != 1 || states["basic"] != enrolment.Submitted {
		t.Error(states, err)
	}
	forged := enrolment.Owner{EnrolmentID: hers.EnrolmentID, EnrolmentRef: mine.EnrolmentRef}
	if _, err := s.SaveDraft(ctx, forged, pageOfForm, typed("x")); !fault.Is(err, fault.NotFound) {
		t.Error("a mixed-up owner:", err)
	}
}

// Two devices save at once, many times, and one of them hands in: nothing
// fails, and what was handed in is still there.
func TestSectionFromTwoDevices(t *testing.T) {
	e := newEnrolled(t, 1)
	s := enrolment.NewSections(e.db.Sections(), nil, time.Now)
	var wg sync.WaitGroup
	for i := range 30 {
		wg.Go(func() {
			var err error
			if i%3 == 0 {
				_, err = s.Submit(t.Context(), e.owners[0], pageOfForm, typed("李娜"), enrolment.Info{})
			} else {
				_, err = s.SaveDraft(t.Context(), e.owners[0], pageOfForm, typed(strings.Repeat("娜", i)))
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	v, ok, err := s.Handed(t.Context(), e.owners[0], "basic")
	if err != nil || !ok || v.Fields["name"] != "李娜" {
		t.Errorf("%v %v %v", v, ok, err)
	}
}

// A change and a payment that freezes the form cannot cross: the gate is asked
// while the enrolment row is held.
func TestSectionGateHoldsTheEnrolment(t *testing.T) {
	e := newEnrolled(t, 1)
	o := e.owners[0]
	asked, frozen := make(chan struct{}), make(chan error, 1)
	gate := func(ctx context.Context, id int64) error {
		close(asked)
		select {
		case err := <-frozen:
			return fmt.Errorf("the row was free: %w", err)
		case <-time.After(300 * time.Millisecond):
			return nil
		}
	}
	go func() {
		<-asked
		_, err := e.raw.Exec(`UPDATE enrolment SET state='registered' WHERE id=?`, o.EnrolmentID)
		frozen <- errors.Join(err, errors.New("updated"))
	}()
	s := enrolment.NewSections(e.db.Sections(), gate, time.Now)
	if _, err := s.SaveDraft(t.Context(), o, pageOfForm, typed("李")); err != nil {
		t.Error(err)
	}
	t.Log(<-frozen)
}
