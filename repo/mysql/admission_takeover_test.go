package mysql_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"ruxue/repo/keyring"
	"ruxue/repo/repotest"
	"ruxue/service/admission"
	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/sealed"
	"ruxue/service/tabular"
)

// badLines counts the rows of a file of bad rows.
type badLines struct{ n int }

func (b *badLines) Begin([]string) error                         { return nil }
func (b *badLines) Bad(admission.Row, []admission.Problem) error { b.n++; return nil }
func (b *badLines) Finish(out io.Writer) error                   { _, err := fmt.Fprint(out, b.n); return err }
func (b *badLines) Discard()                                     {}

// bar holds a table's reader at a row until it is opened.
type bar struct {
	*lines
	at      int
	reached chan struct{}
	open    chan struct{}
}

func (g *bar) Next() (admission.Row, error) {
	if g.n == g.at {
		close(g.reached)
		<-g.open
	}
	return g.lines.Next()
}

// mortal is a job store whose process dies before a batch is committed: nothing
// that it does later is heard of.
type mortal struct {
	admission.JobStore
	left int // checkpoints until then
	dead chan struct{}
}

var errDead = errors.New("the process is dead")

func (m *mortal) Checkpoint(ctx context.Context, ref, holder string, total int, sofar admission.Report, detail bool, until time.Time) (bool, error) {
	ok, err := m.JobStore.Checkpoint(ctx, ref, holder, total, sofar, detail, until)
	if m.left--; m.left < 0 {
		close(m.dead)
		<-ctx.Done() // the test ends it, and the transaction with it
		return false, errDead
	}
	return ok, err
}

func (m *mortal) Release(ctx context.Context, ref, holder string, at time.Time) error {
	select {
	case <-m.dead:
		return errDead
	default:
		return m.JobStore.Release(ctx, ref, holder, at)
	}
}

// hall is a list on the desk that two workers may work on.
type hall struct {
	*roll
	files *folder
	ring  *keyring.Ring
	ref   string
	rows  [][]string
}

// newHall has a checked list of n students, the first of whom is refused by the
// rules and the second by the records, given over to be applied.
func newHall(t *testing.T, n int) *hall {
	h := &hall{roll: newRoll(t), files: &folder{}, ring: repotest.Ring(t)}
	for i := range n {
		h.rows = append(h.rows, listed(i))
	}
	h.rows[0][4] = "本硕连读"
	other := listed(2000)
	other[0] = h.rows[1][0]
	h.importList(other)
	d := h.desk(h.db.AdmissionJobs(), nil)
	ref, err := d.Upload(t.Context(), h.c, "staff:x", "王老师", "名单.csv", []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	h.ref = ref
	h.work(d, admission.Checked)
	if err := d.Apply(t.Context(), h.job(), true); err != nil {
		t.Fatal(err)
	}
	return h
}

// desk is a worker with its own job store; in is the table it reads.
func (h *hall) desk(jobs admission.JobStore, in admission.Table) *admission.Desk {
	return admission.NewDesk(admission.DeskOptions{Importer: admission.NewImporter(h.db.Admissions()), Jobs: jobs, Files: sealed.Files{Store: h.files, Cipher: h.ring},
		Audit: audit.NewLog(h.db.Audits(), h.now), Campaigns: campaign.NewService(h.db.Campaigns(), h.now),
		OpenTable: func(io.ReaderAt, int64) (admission.Table, error) {
			if in != nil {
				return in, nil
			}
			return table(h.rows...), nil
		},
		NewBadFile: func() tabular.BadFile { return &badLines{} },
		Now:        func() time.Time { h.pass(time.Microsecond); return h.now() }, Log: slog.New(slog.DiscardHandler)})
}

func (h *hall) job() *admission.Job {
	h.t.Helper()
	j, err := h.db.AdmissionJobs().Job(h.t.Context(), h.ref)
	if err != nil {
		h.t.Fatal(err)
	}
	return j
}

// run starts a worker; stop ends it and waits.
func (h *hall) run(d *admission.Desk) (stop func()) {
	ctx, cancel := context.WithCancel(h.t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { d.Run(ctx) })
	return func() { cancel(); wg.Wait() }
}

// work runs a worker until the list is in the state.
func (h *hall) work(d *admission.Desk, until admission.JobState) {
	h.t.Helper()
	stop := h.run(d)
	defer stop()
	h.until(func() bool { return h.job().State == until })
}

func (h *hall) until(fn func() bool) {
	h.t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if fn() {
			return
		}
	}
	h.t.Fatalf("the list stays %+v", h.job())
}

// wantDone checks what the list's page shows at the end, and the records.
func (h *hall) wantDone() {
	h.t.Helper()
	j, n := h.job(), len(h.rows)
	wantCounts(h.t, j.Report, fmt.Sprintf("new %d updated 0 same 0 kept 0 bad 2", n-2))
	if j.State != admission.Applied || j.RowsDone != n || j.RowsTotal != n || j.Report.Rows != n || len(j.Report.Problems) != 2 || j.Sentence != "" {
		h.t.Errorf("%+v", j)
	}
	if got := h.count("enrolment"); got != n-2+1 || h.count("person") != got {
		h.t.Errorf("%d enrolments, %d persons", got, h.count("person"))
	}
	if got := h.count("audit WHERE action='admission.import' AND detail LIKE '%新增 " + fmt.Sprint(n-2) + "，%'"); got != 1 {
		h.t.Errorf("%d audit entries tell of it", got)
	}
	sealed, _ := h.files.Get(h.t.Context(), j.BadKey)
	if bad, err := h.ring.Open(sealed, "admission_import.bad:"+j.Ref); err != nil || !bytes.Equal(bad, []byte("2")) {
		h.t.Errorf("the file of bad rows holds %s, %v", bad, err)
	}
}

// A worker's process dies while it stores the third batch. Nobody takes the list
// over while its lease lasts; then another one does, and goes on.
func TestTheListOfAWorkerThatDiesIsTakenOver(t *testing.T) {
	h := newHall(t, 1700)
	m := &mortal{JobStore: h.db.AdmissionJobs(), left: 2, dead: make(chan struct{})}
	bury := h.run(h.desk(m, nil))
	<-m.dead
	bury()
	if j := h.job(); j.State != admission.Applying || j.RowsDone != 2*admission.BatchRows || j.Report.New != j.RowsDone-2 || len(j.Report.Problems) != 2 {
		t.Fatalf("%+v", j)
	}
	if n := h.count("enrolment"); n != 2*admission.BatchRows-2+1 {
		t.Fatalf("%d are in: the batch that was not committed must not be", n)
	}
	jobs := h.db.AdmissionJobs()
	if j, err := jobs.Claim(t.Context(), "early", h.now().Add(time.Second)); j != nil || err != nil {
		t.Fatalf("taken over before the lease ended: %+v %v", j, err)
	}
	h.pass(31 * time.Second)
	h.work(h.desk(jobs, nil), admission.Applied)
	h.wantDone()
}

// A worker that only slept finds that another one has the list: what it still
// does is undone, and it ends nothing.
func TestAWorkerThatWakesTooLateStoresNothing(t *testing.T) {
	h := newHall(t, 1700)
	g := &bar{lines: table(h.rows...), at: 1301, reached: make(chan struct{}), open: make(chan struct{})}
	stop := h.run(h.desk(h.db.AdmissionJobs(), g))
	<-g.reached
	h.until(func() bool { return h.job().RowsDone == 2*admission.BatchRows })
	h.pass(31 * time.Second)
	jobs := h.db.AdmissionJobs()
	taken, err := jobs.Claim(t.Context(), "other", h.now().Add(30*time.Second))
	if taken == nil || err != nil {
		t.Fatal(taken, err)
	}
	close(g.open)
	time.Sleep(200 * time.Millisecond) // the sleeper tries its next batch
	if j := h.job(); j.RowsDone != 2*admission.BatchRows || j.State != admission.Applying || h.count("enrolment") != 2*admission.BatchRows-2+1 {
		t.Errorf("%+v, %d are in", j, h.count("enrolment"))
	}
	stop()
	if err := jobs.Release(t.Context(), h.ref, "other", h.now()); err != nil {
		t.Fatal(err)
	}
	h.work(h.desk(jobs, nil), admission.Applied)
	h.wantDone()
}

// What an import failed at is gone on with, and counts as one import.
func TestAFailedImportIsGoneOnWith(t *testing.T) {
	h := newHall(t, 1200)
	jobs := h.db.AdmissionJobs()
	broken := &tiring{lines: table(h.rows...), at: 1101}
	d := h.desk(jobs, broken)
	stop := h.run(d)
	h.until(func() bool {
		broken.again()
		h.pass(2 * time.Second)
		return h.job().State == admission.Failed
	})
	stop()
	if j := h.job(); j.RowsDone != 2*admission.BatchRows || j.Report.New != 2*admission.BatchRows-2 || j.Sentence == "" {
		t.Fatalf("%+v", j)
	}
	d = h.desk(jobs, nil)
	if err := d.Apply(t.Context(), h.job(), true); err != nil {
		t.Fatal(err)
	}
	h.work(d, admission.Applied)
	h.wantDone()
}

// tiring is a table that breaks at a row, each time it is read.
type tiring struct {
	*lines
	mu sync.Mutex
	at int
}

func (b *tiring) again() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.n >= b.at {
		b.n = 0
	}
}

func (b *tiring) Next() (admission.Row, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.n >= b.at {
		return admission.Row{}, errors.New("the disk failed")
	}
	return b.lines.Next()
}
