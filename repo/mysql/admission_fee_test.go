package mysql_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"ruxue/service/admission"
	"ruxue/service/campaign"
	"ruxue/service/fault"
)

func TestStudentsWithoutAFeeAreCounted(t *testing.T) {
	r := newRoll(t, "    - when: {}\n      items: [{name: 学费, fen: 280000}]\n", "")
	a, b, c := listed(1), listed(2), listed(3)
	a[9], b[9], c[9] = "", "", ""
	b[4], c[4] = "本科", "高起专" // the rule is for 专升本
	c[9] = "100"
	rep := r.check(a, b, c)
	if rep.NoFee != 1 || rep.NoFeeLine != 3 || rep.New != 3 {
		t.Errorf("%+v", rep)
	}
}

// While the campaign is open a student without a fee is refused, and it can't
// be opened with such a student on the list: she is named.
func TestAnOpenCampaignTakesNobodyWithoutAFee(t *testing.T) {
	r := newRoll(t, "    - when: {}\n      items: [{name: 学费, fen: 280000}]\n", "")
	a, b := listed(1), listed(2)
	a[9], b[9] = "", ""
	b[4] = "高起专" // the rule is for 专升本
	open := func() time.Time { return time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC) }
	before := func() time.Time { return time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC) }
	rep, err := admission.NewImporter(r.db.Admissions()).At(open).Check(t.Context(), r.c, table(a, b), nil, admission.Hooks{})
	if err != nil || rep.New != 1 || rep.Bad != 1 || rep.Problems[0].Kind != admission.NoFee || rep.Problems[0].Line != 3 || rep.Problems[0].Cell != "J3" {
		t.Fatalf("while it is open: %+v, %v", rep, err)
	}
	rep, err = admission.NewImporter(r.db.Admissions()).At(before).Apply(t.Context(), r.c, table(a, b), nil, admission.Hooks{})
	if err != nil || rep.New != 2 || rep.NoFee != 1 {
		t.Fatalf("before: %+v, %v", rep, err)
	}
	now := before()
	editor := campaign.NewEditor(r.db.Campaigns(), campaign.NewService(r.db.Campaigns(), func() time.Time { return now }), r.db.Campaigns())
	quiet := func(context.Context, *campaign.Campaign, []campaign.Part) error { return nil }
	edit := campaign.EditOf(r.c)
	edit.Window.From = "2026-02-01"
	_, _, err = editor.Save(t.Context(), "hhu", 1, edit, "staff:x", quiet)
	f, ok := fault.As(err)
	if !ok || f.Field != "from" || !strings.Contains(f.Sentence, "1 名学生没有学费，不能开放：李雯雯（考生号 "+b[0]+"）") {
		t.Fatalf("opened: %v", err)
	}
	edit.Window.From = "2026-03-15"
	if _, _, err = editor.Save(t.Context(), "hhu", 1, edit, "staff:x", quiet); err != nil {
		t.Errorf("a later window: %v", err)
	}
	r.raw.MustExec(`UPDATE enrolment SET fee_fen=0 WHERE level='高起专'`)
	edit.Window.From = "2026-02-01"
	if _, _, err = editor.Save(t.Context(), "hhu", 2, edit, "staff:x", quiet); err != nil {
		t.Errorf("with a fee for everybody: %v", err)
	}
}

// What the list lacks blocks the start, until a rule, a fee or a number is there.
func TestWhatAListLacksBlocksTheStart(t *testing.T) {
	r := newRoll(t)
	for i := range 3 {
		e := r.ready(i+1, nil)
		if i == 0 {
			r.raw.MustExec(`UPDATE enrolment SET fee_fen=100, imported_number='N1' WHERE id=?`, e.ID)
		}
		if i == 1 {
			r.bill(e.ID, "paid")
		}
	}
	var id int64
	if err := r.raw.Get(&id, `SELECT id FROM campaign`); err != nil {
		t.Fatal(err)
	}
	c := campaign.Campaign{ID: id, Steps: []campaign.Step{{Kind: "pay"}}, Number: campaign.NumberRule{Kind: "imported"}}
	if m, err := c.Missing(t.Context(), r.db.Campaigns()); err != nil || m != (campaign.Missing{Fee: 1, Number: 2}) {
		t.Errorf("%+v %v", m, err)
	}
	c.Fee.Rules = []campaign.FeeRule{{Items: []campaign.FeeItem{{Name: "学费", Fen: 1}}}}
	r.raw.MustExec(`UPDATE enrolment SET imported_number=CONCAT('N', id)`)
	if m, err := c.Missing(t.Context(), r.db.Campaigns()); err != nil || m.Sentence() != "" {
		t.Errorf("%+v %v", m, err)
	}
	c.ID++
	if m, err := c.Missing(t.Context(), r.db.Campaigns()); err != nil || m.Sentence() != "" {
		t.Errorf("a list without students: %+v %v", m, err)
	}
}
