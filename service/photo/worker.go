package photo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ruxue/service/audit"
	"ruxue/service/loop"
	"ruxue/service/reference"
)

// Times of the work.
const (
	leaseFor  = time.Minute // renewed every advanceEvery files, each of which may wait for its decode
	pollEvery = 2 * time.Second
	maxTries  = 3
	sweepEach = time.Hour
	// advanceEvery is how many files pass between two notes of the progress.
	advanceEvery = 5
)

// Run imports archives until ctx ends, one at a time. What it leaves is taken up
// again, by this process or another one: what was stored is then the same.
func (d *Desk) Run(ctx context.Context) {
	holder, next := reference.New(), time.Time{}
	loop.Run(ctx, d.Log, "importing admission photos failed", pollEvery, d.wake, func(ctx context.Context) (bool, error) {
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
	sentence, refused := sentenceOf(err)
	switch {
	case err == nil, errors.Is(err, loop.ErrLost):
		return true, nil
	case ctx.Err() != nil: // stopping: somebody goes on at once
		return true, d.Jobs.Release(context.WithoutCancel(ctx), j.Ref, holder, d.Now())
	case refused:
		return true, d.fail(ctx, j, holder, sentence)
	case j.Tries >= maxTries:
		return true, errors.Join(err, d.fail(ctx, j, holder, "导入照片时系统出错。已经导入的都在，请稍后重新上传，或联系管理员"))
	}
	return true, errors.Join(err, d.Jobs.Release(ctx, j.Ref, holder, d.Now().Add(pollEvery)))
}

func (d *Desk) fail(ctx context.Context, j *Job, holder, sentence string) error {
	j.State, j.Sentence = Failed, sentence
	return d.end(ctx, j, holder)
}

func (d *Desk) work(ctx context.Context, j *Job, holder string) error {
	data, err := d.Files.Get(ctx, j.FileKey, fileAD(j.Ref))
	if err != nil {
		return err
	}
	files, err := openArchive(data)
	if err != nil {
		return err
	}
	var numbers []string
	for _, f := range files {
		if n, kind := numberOf(f.Name); kind == named {
			numbers = append(numbers, n)
		}
	}
	owners, err := d.Store.Owners(ctx, j.CampaignID, numbers)
	if err != nil {
		return fmt.Errorf("finding whose photos these are: %w", err)
	}
	j.Total, j.Report = len(files), Report{Counts: map[Result]int{}}
	seen := map[int64]string{}
	for i, f := range files {
		if i%advanceEvery == 0 {
			if err := loop.Held(d.Jobs.Advance(ctx, j.Ref, holder, j.Total, i, d.Now().Add(leaseFor))); err != nil {
				return err
			}
		}
		number, kind := numberOf(f.Name)
		if kind != named {
			j.Report.add(Entry{File: shown(f.Name), Result: Broken, Reason: nameWords(kind)})
			continue
		}
		e, err := d.take(ctx, f, owners[number], seen)
		if err != nil {
			return err
		}
		j.Report.add(e)
	}
	j.State, j.Done, j.Sentence = Done, j.Total, ""
	if err := d.end(ctx, j, holder); err != nil {
		return err
	}
	return d.note(ctx, j)
}

// end stores the job's end; the archive is not needed any more.
func (d *Desk) end(ctx context.Context, j *Job, holder string) error {
	now := d.Now()
	j.EndedAt = &now
	if err := loop.Held(d.Jobs.End(ctx, *j, holder)); err != nil {
		return err
	}
	d.drop(ctx, *j)
	return nil
}

func (d *Desk) note(ctx context.Context, j *Job) error {
	c, err := d.Campaigns.ByID(ctx, j.CampaignID)
	if err != nil {
		return fmt.Errorf("finding the campaign: %w", err)
	}
	n := j.Report.Counts
	return d.Audit.Add(ctx, audit.Entry{Actor: j.Actor, Action: "admission.photos", Subject: "campaign:" + c.Code,
		Detail: fmt.Sprintf("导入录取照片：新增 %d，替换 %d，不变 %d，没有这名学生 %d，重复 %d，不是照片 %d",
			n[Stored], n[Replaced], n[Same], n[Unknown], n[Twice], n[Broken])})
}

// drop removes the archive; what fails is tried again by sweep.
func (d *Desk) drop(ctx context.Context, j Job) {
	err := d.Files.Delete(ctx, j.FileKey)
	if err == nil {
		err = d.Jobs.Forget(ctx, j.Ref)
	}
	if err != nil && ctx.Err() == nil {
		d.Log.ErrorContext(ctx, "removing an archive of photos failed", "error", err.Error())
	}
}

// sweep removes archives that were left behind.
func (d *Desk) sweep(ctx context.Context) {
	list, err := d.Jobs.Leftover(ctx, 100)
	if err != nil && ctx.Err() == nil {
		d.Log.ErrorContext(ctx, "looking for archives of photos failed", "error", err.Error())
	}
	for _, j := range list {
		d.drop(ctx, j)
	}
}
