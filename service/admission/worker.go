package admission

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/loop"
	"ruxue/service/reference"
	"ruxue/service/tabular"
)

// Run works on lists until ctx ends. What it leaves is taken up again, by this
// process or another one: checking starts over, and applying goes on behind the
// rows that are in.
func (d *Desk) Run(ctx context.Context) {
	holder, next := reference.New(), time.Time{}
	loop.Run(ctx, d.Log, "working on a list failed", pollEvery, d.wake, func(ctx context.Context) (bool, error) {
		worked, err := d.workOne(ctx, holder)
		if now := d.Now(); !now.Before(next) {
			d.sweep(ctx)
			next = now.Add(sweepEach)
		}
		return worked, err
	})
}

func (d *Desk) workOne(ctx context.Context, holder string) (bool, error) {
	j, err := d.Jobs.Claim(ctx, holder, d.Now().Add(leaseFor))
	if err != nil || j == nil {
		return false, err
	}
	err = d.work(ctx, j, holder)
	var f *fault.Error
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, loop.ErrLost):
		return true, nil
	case ctx.Err() != nil: // stopping: somebody goes on at once
		return true, d.Jobs.Release(context.WithoutCancel(ctx), j.Ref, holder, d.Now())
	case errors.As(err, &f) && f.Kind != fault.Internal:
		return true, d.refuse(ctx, j, holder, f.Sentence)
	case j.Tries >= maxTries:
		return true, errors.Join(err, d.refuse(ctx, j, holder, "处理名单时系统出错。已经导入的行都在，请稍后重试，或联系管理员"))
	}
	return true, errors.Join(err, d.Jobs.Release(ctx, j.Ref, holder, d.Now().Add(pollEvery)))
}

// refuse ends a job that cannot go on.
func (d *Desk) refuse(ctx context.Context, j *Job, holder, sentence string) error {
	now := d.Now()
	if j.State == Checking {
		j.State, j.CheckedAt = Refused, &now
	} else {
		j.State, j.EndedAt = Failed, &now
	}
	j.Sentence = sentence
	_, err := d.Jobs.End(ctx, *j, holder)
	return err
}

// work checks or applies the list.
func (d *Desk) work(ctx context.Context, j *Job, holder string) error {
	c, err := d.Campaigns.ByID(ctx, j.CampaignID)
	if err != nil {
		return fmt.Errorf("finding the campaign: %w", err)
	}
	taught, err := d.Jobs.Taught(ctx)
	if err != nil {
		return err
	}
	data, err := d.Files.Get(ctx, j.FileKey, fileAD(j.Ref))
	if err != nil {
		return err
	}
	t, err := d.OpenTable(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	defer func() { _ = t.Close() }()
	bad := d.NewBadFile()
	defer bad.Discard()
	hooks := Hooks{Begin: bad.Begin, Bad: bad.Bad}
	if j.State == Applying {
		err = d.apply(ctx, c, t, taught, hooks, j, holder)
	} else {
		hooks.Progress = func(done int) error {
			return loop.Held(d.Jobs.Advance(ctx, j.Ref, holder, t.Rows(), done, d.Now().Add(leaseFor)))
		}
		j.Report, err = d.Importer.Check(ctx, c, t, taught, hooks)
	}
	if err != nil {
		return err
	}
	j.RowsTotal, j.RowsDone, j.Sentence = j.Report.Rows, j.Report.Rows, ""
	if err := d.keepBad(ctx, j, bad); err != nil {
		return err
	}
	if j.State == Checking {
		return d.checked(ctx, j, holder)
	}
	return d.applied(ctx, j, holder, c.Code)
}

// apply imports the list, behind the rows that an earlier worker has stored. The
// job's report is of the rows that are in, whatever happens.
func (d *Desk) apply(ctx context.Context, c *campaign.Campaign, t Table, taught map[string]Column, hooks Hooks, j *Job, holder string) error {
	if j.RowsDone == 0 { // the report is of the check
		j.Report = Report{}
	}
	listed := func(r Report) int { return len(r.Problems) + len(r.Changes) }
	var last Report // may be undone yet
	hooks.Stored = func(ctx context.Context, sofar Report) error {
		last = sofar
		more := j.RowsDone == 0 || listed(sofar) != listed(j.Report)
		return loop.Held(d.Jobs.Checkpoint(ctx, j.Ref, holder, t.Rows(), sofar, more, d.Now().Add(leaseFor)))
	}
	hooks.Progress = func(done int) error {
		if done > j.RowsDone {
			j.Report, j.RowsDone = last, done
			return nil
		}
		// It passes rows that are in: only the lease is renewed.
		return loop.Held(d.Jobs.Advance(ctx, j.Ref, holder, t.Rows(), done, d.Now().Add(leaseFor)))
	}
	report, err := d.Importer.Resume(ctx, c, t, taught, hooks, j.Report)
	if err == nil {
		j.Report = report
	}
	return err
}

func (d *Desk) keepBad(ctx context.Context, j *Job, bad tabular.BadFile) error {
	if j.Report.Bad == 0 {
		return nil
	}
	var b bytes.Buffer
	if err := bad.Finish(&b); err != nil {
		return err
	}
	j.BadKey = "import/bad-" + j.Ref
	if err := d.Files.Put(ctx, j.BadKey, badAD(j.Ref), b.Bytes()); err != nil {
		return fmt.Errorf("keeping the bad rows: %w", err)
	}
	return nil
}

func (d *Desk) checked(ctx context.Context, j *Job, holder string) error {
	now := d.Now()
	j.State, j.CheckedAt = Checked, &now
	return d.end(ctx, j, holder)
}

// applied ends the job and logs who imported what, both or neither.
func (d *Desk) applied(ctx context.Context, j *Job, holder, campaign string) error {
	now := d.Now()
	j.State, j.EndedAt = Applied, &now
	r := j.Report
	return d.Importer.store.InTx(ctx, func(ctx context.Context) error {
		if err := d.end(ctx, j, holder); err != nil {
			return err
		}
		return d.Audit.Add(ctx, audit.Entry{Actor: j.Actor, Action: "admission.import", Subject: "campaign:" + campaign,
			Detail: fmt.Sprintf("导入名单：新增 %d，更新 %d，不变 %d，不改动 %d，未导入 %d", r.New, r.Updated, r.Same, r.Kept, r.Bad)})
	})
}

func (d *Desk) end(ctx context.Context, j *Job, holder string) error {
	return loop.Held(d.Jobs.End(ctx, *j, holder))
}

// sweep removes the files of lists that are done with: the bad rows stay as
// long as the list of one that was not applied.
func (d *Desk) sweep(ctx context.Context) {
	old, err := d.Jobs.Old(ctx, d.Now().Add(-keepFor), 100)
	if err != nil && ctx.Err() == nil {
		d.Log.ErrorContext(ctx, "looking for old lists failed", "error", err.Error())
	}
	for _, j := range old {
		for _, key := range []string{j.FileKey, j.BadKey} {
			if key == "" {
				continue
			}
			if err := d.Files.Delete(ctx, key); err != nil && ctx.Err() == nil {
				d.Log.ErrorContext(ctx, "removing an old list failed", "error", err.Error())
				return
			}
		}
		if err := d.Jobs.Forget(ctx, j.Ref); err != nil && ctx.Err() == nil {
			d.Log.ErrorContext(ctx, "removing an old list failed", "error", err.Error())
		}
	}
}
