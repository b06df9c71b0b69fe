package mysql_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"ruxue/service/audit"
	"ruxue/service/signing"
)

func (d *desk) sealer(holder string) *audit.Sealer {
	log := audit.NewLog(d.db.Audits(), d.now)
	return audit.NewSealer(d.db.Seals(), []audit.Provable{{Name: audit.Kind, Recompute: log.Recompute},
		{Name: signing.EvidenceKind, Recompute: d.signing.Recompute}, {Name: "payment"}}, holder, d.now)
}

func (d *desk) log(t testing.TB, n int) {
	t.Helper()
	log := audit.NewLog(d.db.Audits(), d.now)
	for i := range n {
		err := log.Add(t.Context(), audit.Entry{Actor: "staff:a", Action: "staff.unmask", Subject: "enrolment:x", Detail: fmt.Sprintf("第%d次", i)})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func tick(t testing.TB, s *audit.Sealer, want int) {
	t.Helper()
	if n, err := s.Tick(t.Context()); err != nil || n != want {
		t.Fatalf("sealed %d rows, want %d, %v", n, want, err)
	}
}

func verify(t testing.TB, s *audit.Sealer) audit.Report {
	t.Helper()
	r, err := s.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAuditEntriesJoinTheTransaction(t *testing.T) {
	d := newDesk(t, false)
	log, no := audit.NewLog(d.db.Audits(), d.now), errors.New("no")
	err := d.db.InTx(t.Context(), func(ctx context.Context) error {
		if err := log.Add(ctx, audit.Entry{Actor: "system", Action: "x", Subject: "enrolment:x"}); err != nil {
			return err
		}
		return no
	})
	if list, _ := log.Of(t.Context(), "enrolment:x", 10); !errors.Is(err, no) || len(list) != 0 {
		t.Fatalf("what was undone is logged: %v, %v", list, err)
	}
	d.log(t, 3)
	list, err := log.Of(t.Context(), "enrolment:x", 2)
	if err != nil || len(list) != 2 || list[0].Detail != "第2次" || list[0].Hash() != list[0].RowHash {
		t.Fatalf("%+v, %v", list, err)
	}
}

func TestSealerTakesEveryProvableRowOnce(t *testing.T) {
	d := newDesk(t, true)
	s := d.sealer("a")
	d.log(t, 450) // more than two batches
	if _, err := d.signing.Sign(t.Context(), d.subject, li(t), signTrace); err != nil {
		t.Fatal(err)
	}
	tick(t, s, 450) // a draft is not evidence
	tick(t, s, 0)
	if _, err := d.signing.ConfirmDraft(t.Context(), d.subject.EnrolmentID, "pledge", "", signTrace); err != nil {
		t.Fatal(err)
	}
	tick(t, s, 1)
	r := verify(t, s)
	if r.Break != nil || r.Links != 451 || r.Head == audit.Genesis {
		t.Fatalf("%+v", r)
	}
}

func TestVerifyNamesTheFirstBreak(t *testing.T) {
	for name, c := range map[string]struct {
		harm string
		seq  int64
		why  string
	}{
		"entry changed":       {`UPDATE audit SET detail = 'x' WHERE detail = '第2次'`, 3, "content was changed"},
		"entry and hash":      {`UPDATE audit SET detail = 'x', row_hash = REPEAT('0', 64) WHERE detail = '第2次'`, 3, "not the one that was sealed"},
		"entry taken out":     {`DELETE FROM audit WHERE detail = '第1次'`, 2, "the row is gone"},
		"link taken out":      {`DELETE FROM seal WHERE seq = 4`, 4, "the link is missing"},
		"link changed":        {`UPDATE seal SET row_hash = REPEAT('0', 64) WHERE seq = 5`, 5, "own hash is wrong"},
		"signature backdated": {`UPDATE signature SET signed_at = '2026-01-01'`, 7, "content was changed"},
		"signer changed":      {`UPDATE signature SET openid = 'x'`, 7, "content was changed"},
		"document changed":    {`UPDATE document_version SET body = 'x'`, 7, "content was changed"},
		"signature taken out": {`DELETE FROM signature`, 7, "the row is gone"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, false)
			d.log(t, 6)
			if _, err := d.signing.Sign(t.Context(), d.subject, li(t), signTrace); err != nil {
				t.Fatal(err)
			}
			s := d.sealer("a")
			tick(t, s, 7)
			if _, err := d.sql.ExecContext(t.Context(), `DELETE FROM evidence`); err != nil { // it holds its signature in place
				t.Fatal(err)
			}
			if _, err := d.sql.ExecContext(t.Context(), c.harm); err != nil {
				t.Fatal(err)
			}
			r := verify(t, s)
			if r.Break == nil || r.Break.Seq != c.seq || !strings.Contains(r.Break.Why, c.why) || r.Links != c.seq-1 {
				t.Fatalf("%+v %v, want link %d: %s", r, r.Break, c.seq, c.why)
			}
		})
	}
}

func TestOneSealerOfManyWorks(t *testing.T) {
	d := newDesk(t, false)
	d.log(t, 300)
	var wg sync.WaitGroup
	counts := make([]int, 6)
	for i := range counts {
		s := d.sealer(fmt.Sprintf("replica-%d", i))
		wg.Go(func() {
			for range 5 {
				n, err := s.Tick(t.Context())
				if err != nil {
					t.Error(err)
				}
				counts[i] += n
			}
		})
	}
	wg.Wait()
	workers, total := 0, 0
	for _, n := range counts {
		if total += n; n > 0 {
			workers++
		}
	}
	if workers != 1 || total != 300 {
		t.Fatalf("sealed %v", counts)
	}
	d.log(t, 1)
	other := d.sealer("another")
	tick(t, other, 0) // the lease is held
	d.ms.Add((30 * time.Second).Milliseconds())
	tick(t, other, 1) // and runs out when its holder dies
	if r := verify(t, other); r.Break != nil || r.Links != 301 {
		t.Fatalf("%+v", r)
	}
}

func TestSealingAnUnknownKindFails(t *testing.T) {
	d := newDesk(t, false)
	s := audit.NewSealer(d.db.Seals(), []audit.Provable{{Name: "person; DROP TABLE seal"}}, "a", d.now)
	if _, err := s.Tick(t.Context()); err == nil {
		t.Fatal("accepted")
	}
}
