package export

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/roster"
	"ruxue/service/student"
)

const (
	page     = 500             // students read at once
	lease    = 2 * time.Minute // renewed with every progress
	idle     = 5 * time.Second
	reportAt = 25 // things between two progress notes of a slow kind
)

// errLost says that another replica took the job over.
var errLost = errors.New("the lease of the export was lost")

// Run makes files and deletes old ones until ctx ends.
func (s *Service) Run(ctx context.Context) {
	for {
		worked, err := s.Tick(ctx)
		if err != nil && ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "an export failed", "error", err.Error())
		}
		if worked && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-time.After(idle):
		}
	}
}

// Tick purges what is over and makes at most one file; it reports whether it
// made one.
func (s *Service) Tick(ctx context.Context) (bool, error) {
	if err := s.purge(ctx); err != nil {
		return false, err
	}
	now := s.Now()
	j, ok, err := s.Store.Claim(ctx, s.Holder, now, now.Add(lease))
	if err != nil || !ok {
		return false, err
	}
	err = s.make(ctx, &j)
	switch {
	case err == nil:
		j.State = Done
	case errors.Is(err, errLost) || ctx.Err() != nil:
		return true, err
	case j.Tries < maxTries:
		return true, err // its lease runs out, then it begins anew
	default:
		j.State = Failed
	}
	at := s.Now()
	j.FinishedAt = &at
	if ok, finishErr := s.Store.Finish(ctx, j, s.Holder); finishErr != nil || !ok {
		return true, errors.Join(err, finishErr)
	}
	return true, err
}

// purge deletes the files whose time is over, and those of an earlier try.
func (s *Service) purge(ctx context.Context) error {
	list, err := s.Store.Expired(ctx, s.Now(), 20)
	if err != nil {
		return err
	}
	for _, j := range list {
		if err := s.clear(ctx, j); err != nil {
			return err
		}
		if err := s.Store.Purge(ctx, j.ID); err != nil {
			return err
		}
	}
	return nil
}

// clear deletes the parts of the job's newest try, with one that may have been
// kept just before its worker died.
func (s *Service) clear(ctx context.Context, j Job) error {
	if j.BlobKey == "" {
		return nil
	}
	for n := 1; n <= j.Parts+1; n++ {
		if err := s.Files.Delete(ctx, partKey(j, n)); err != nil {
			return fmt.Errorf("deleting an old export: %w", err)
		}
	}
	return nil
}

// make writes the job's file. Every try has keys of its own, so that a worker
// which lost its lease and does not know it yet writes into nobody's file; what
// the try before it kept is deleted first.
func (s *Service) make(ctx context.Context, j *Job) error {
	c, err := s.Campaigns.ByID(ctx, j.CampaignID)
	if err != nil {
		return err
	}
	if err := s.clear(ctx, *j); err != nil {
		return err
	}
	j.Done, j.Skipped, j.Parts, j.Bytes = 0, 0, 0, 0
	j.BlobKey = "export/x" + strings.ReplaceAll(strings.ReplaceAll(newRef(), "-", "a"), "_", "b")
	q := roster.Query{Scope: j.Request.Scope, Campaign: c, State: j.Request.State, Step: j.Request.Step, Site: j.Request.Site, Major: j.Request.Major}
	if j.Request.Kind == Payments {
		j.Total, err = s.Ledger.CountPayments(ctx, q)
	} else {
		j.Total, err = s.Roll.Count(ctx, q)
	}
	if err != nil {
		return err
	}
	if err := s.report(ctx, j); err != nil {
		return err
	}
	out := &parts{ctx: ctx, s: s, job: j}
	switch j.Request.Kind {
	case Students:
		err = s.students(ctx, j, c, q, out)
	case Payments:
		err = s.payments(ctx, j, q, out)
	default:
		err = s.archive(ctx, j, c, q, out)
	}
	if err != nil {
		return err
	}
	return out.Close()
}

func (s *Service) report(ctx context.Context, j *Job) error {
	ok, err := s.Store.Progress(ctx, *j, s.Holder, s.Now().Add(lease))
	if err == nil && !ok {
		return errLost
	}
	return err
}

// each walks through the students of the query.
func (s *Service) each(ctx context.Context, j *Job, q roster.Query, every int, use func(e *student.Enrolment) error) error {
	for after := int64(0); ; {
		list, err := s.Roll.After(ctx, q, after, page)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return nil
		}
		for _, e := range list {
			if err := use(e); err != nil {
				return err
			}
			after = e.ID
			if j.Done++; j.Done%every == 0 {
				if err := s.report(ctx, j); err != nil {
					return err
				}
			}
		}
	}
}

func (s *Service) students(ctx context.Context, j *Job, c *campaign.Campaign, q roster.Query, out *parts) error {
	var columns []Column
	var header []string
	for _, key := range j.Request.Columns {
		for _, col := range Columns(c) {
			if col.Key == key {
				columns, header = append(columns, col), append(header, col.Label)
			}
		}
	}
	t, err := s.table(j.Request.Format, "学生", header, out)
	if err != nil {
		return err
	}
	err = s.each(ctx, j, q, page, func(e *student.Enrolment) error {
		row, err := s.row(ctx, c, e, columns, j.Request.Full)
		if err != nil {
			return err
		}
		return t.Row(row)
	})
	if err != nil {
		t.Discard()
		return err
	}
	return t.Finish(out)
}

func (s *Service) payments(ctx context.Context, j *Job, q roster.Query, out *parts) error {
	t, err := s.table(j.Request.Format, "缴费记录", paymentHeader, out)
	if err != nil {
		return err
	}
	for after := int64(0); ; {
		list, err := s.Ledger.PaymentsAfter(ctx, q, after, page)
		if err == nil && len(list) == 0 {
			return t.Finish(out)
		}
		for _, p := range list {
			after = p.ID
			j.Done++
			if err == nil {
				err = t.Row(paymentRow(p))
			}
		}
		if err == nil {
			err = s.report(ctx, j)
		}
		if err != nil {
			t.Discard()
			return err
		}
	}
}

// archive writes a zip with some files of each student; who has none is counted
// and named in a list at its end.
func (s *Service) archive(ctx context.Context, j *Job, c *campaign.Campaign, q roster.Query, out *parts) error {
	z := zip.NewWriter(out)
	used := map[string]bool{}
	var without []string
	err := s.each(ctx, j, q, reportAt, func(e *student.Enrolment) error {
		files, err := s.filesOf(ctx, j.Request.Kind, c, e)
		if err != nil {
			return err
		}
		if len(files) == 0 {
			j.Skipped++
			without = append(without, e.Person.Name+"\t"+e.ExamNumber)
		}
		for _, f := range files {
			w, err := z.CreateHeader(&zip.FileHeader{Name: unique(used, f.name), Method: zip.Deflate, Modified: s.Now()})
			if err != nil {
				return fmt.Errorf("adding to a zip: %w", err)
			}
			if _, err := w.Write(f.data); err != nil {
				return fmt.Errorf("adding to a zip: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(without) > 0 {
		w, err := z.Create("没有文件的学生.txt")
		if err != nil {
			return fmt.Errorf("adding to a zip: %w", err)
		}
		if _, err := w.Write([]byte("\ufeff姓名\t考生号\r\n" + strings.Join(without, "\r\n") + "\r\n")); err != nil {
			return fmt.Errorf("adding to a zip: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("ending a zip: %w", err)
	}
	return nil
}

// file is one entry of a zip.
type file struct {
	name string
	data []byte
}

// filesOf are the student's files of the kind; none is no error.
func (s *Service) filesOf(ctx context.Context, kind Kind, c *campaign.Campaign, e *student.Enrolment) ([]file, error) {
	switch kind {
	case Photos:
		data, ext, err := s.portrait(ctx, c, e)
		if err != nil || data == nil {
			return nil, err
		}
		return []file{{safe(e.Person.IDNumber) + ext, data}}, nil
	case Forms:
		data, err := s.Form(ctx, c, e)
		if err != nil {
			return nil, err
		}
		return []file{{safe(title(e)) + ".pdf", data}}, nil
	}
	list, err := s.Signed.Finals(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	var out []file
	for _, g := range list {
		data, err := s.Evidence.Open(ctx, e.ID, g.DocumentName)
		if fault.KindOf(err) != fault.Internal && err != nil {
			continue // its PDF is still being made
		}
		if err != nil {
			return nil, err
		}
		name := g.DocumentName
		if d, ok := c.Document(g.DocumentName); ok {
			name = d.Title
		}
		out = append(out, file{safe(title(e)+"_"+name) + ".pdf", data})
	}
	return out, nil
}

// portrait is the photo for the record, nil without one.
func (s *Service) portrait(ctx context.Context, c *campaign.Campaign, e *student.Enrolment) (data []byte, ext string, err error) {
	for _, slot := range c.Attachments {
		if slot.Kind != "portrait" {
			continue
		}
		data, contentType, _, err := s.Attachments.Open(ctx, e.ID, slot.Name)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, "", err
		}
		if contentType == "image/png" {
			return data, ".png", nil
		}
		return data, ".jpg", nil
	}
	return nil, "", nil
}

// title names a student's file: her number, or the 考生号, and her name.
func title(e *student.Enrolment) string {
	number := e.Number
	if number == "" {
		number = e.ExamNumber
	}
	return strings.Trim(number+"_"+e.Person.Name, "_")
}

// safe takes out of a name what a file system does not allow.
func safe(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '-'
		}
		return r
	}, name)
}

// unique gives the second file of a name another one.
func unique(used map[string]bool, name string) string {
	out := name
	for n := 2; used[out]; n++ {
		dot := strings.LastIndex(name, ".")
		out = fmt.Sprintf("%s-%d%s", name[:dot], n, name[dot:])
	}
	used[out] = true
	return out
}
