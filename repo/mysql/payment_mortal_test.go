package mysql_test

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"ruxue/repo/mysql"
	"ruxue/service/payment"
)

// errKilled is what everything answers in a process that was killed.
var errKilled = errors.New("the process was killed")

// process is one run of the server that dies at a chosen act: before it, or
// after it was done and before anybody heard of it.
type process struct {
	left atomic.Int64 // acts until death; far away when it lives on
	dead atomic.Bool
}

// act says whether the process still lives to do something.
func (p *process) act() error {
	if p.left.Add(-1) == 0 {
		p.dead.Store(true)
	}
	if p.dead.Load() {
		return errKilled
	}
	return nil
}

// after hides what was done from a process that died meanwhile.
func (p *process) after(err error) error {
	if kill := p.act(); kill != nil {
		return kill
	}
	return err
}

// mortalStore dies before a transaction, inside one (it is rolled back), after
// its commit, or around one of the single writes.
type mortalStore struct {
	guardedStore
	p *process
}

func (s mortalStore) InTx(ctx context.Context, fn func(context.Context) error) error {
	if err := s.p.act(); err != nil {
		return err
	}
	err := s.guardedStore.InTx(ctx, func(ctx context.Context) error { return s.p.after(fn(ctx)) })
	return s.p.after(err)
}

func (s mortalStore) OpenAttempt(ctx context.Context, id int64, pre payment.Prepaid, next *time.Time) (bool, error) {
	if err := s.p.act(); err != nil {
		return false, err
	}
	ok, err := s.guardedStore.OpenAttempt(ctx, id, pre, next)
	return ok, s.p.after(err)
}

func (s mortalStore) EndAttempt(ctx context.Context, id int64, to payment.AttemptState, at time.Time, next *time.Time) (bool, error) {
	if err := s.p.act(); err != nil {
		return false, err
	}
	ok, err := s.guardedStore.EndAttempt(ctx, id, to, at, next)
	return ok, s.p.after(err)
}

func (s mortalStore) ReleaseAttempt(ctx context.Context, id int64, holder string, next *time.Time) error {
	if err := s.p.act(); err != nil {
		return err
	}
	return s.guardedStore.ReleaseAttempt(ctx, id, holder, next)
}

func (s mortalStore) SaveRefund(ctx context.Context, r payment.Refund) (bool, error) {
	if err := s.p.act(); err != nil {
		return false, err
	}
	ok, err := s.guardedStore.SaveRefund(ctx, r)
	return ok, s.p.after(err)
}

// mortalGateway dies before a call to WeChat Pay, or with its answer unheard.
type mortalGateway struct {
	payment.Gateway
	p *process
}

func (g mortalGateway) Prepay(ctx context.Context, r payment.Request) (payment.Prepaid, error) {
	if err := g.p.act(); err != nil {
		return payment.Prepaid{}, err
	}
	out, err := g.Gateway.Prepay(ctx, r)
	return out, g.p.after(err)
}

func (g mortalGateway) Query(ctx context.Context, no string) (payment.Event, error) {
	if err := g.p.act(); err != nil {
		return payment.Event{}, err
	}
	ev, err := g.Gateway.Query(ctx, no)
	return ev, g.p.after(err)
}

func (g mortalGateway) Close(ctx context.Context, no string) error {
	if err := g.p.act(); err != nil {
		return err
	}
	return g.p.after(g.Gateway.Close(ctx, no))
}

func (g mortalGateway) Refund(ctx context.Context, r payment.RefundRequest) (payment.Event, error) {
	if err := g.p.act(); err != nil {
		return payment.Event{}, err
	}
	ev, err := g.Gateway.Refund(ctx, r)
	return ev, g.p.after(err)
}

// duties is the registrar of the model: it gives a number, in the settling
// transaction, to who has paid and met the other duties.
type duties struct {
	*till
	regs *mysql.Registrations
	met  atomic.Bool
}

// Complete implements payment.Registrar.
func (d *duties) Complete(ctx context.Context, id int64) error {
	b, _, err := d.store.Bill(ctx, id)
	if err != nil || b.State != payment.BillPaid || !d.met.Load() {
		return err
	}
	if d.broken.Load() {
		return errors.New("the number pool is empty")
	}
	n, err := d.regs.NextNumber(ctx, 1, "26")
	if err != nil {
		return err
	}
	_, err = d.regs.Register(ctx, id, time.Unix(n, 0).UTC().Format("20060102150405")) // any distinct text
	return err
}

// meet is the student meeting the last other duty: the form's own transaction.
func (d *duties) meet(ctx context.Context, id int64) error {
	d.met.Store(true)
	return d.store.InTx(ctx, func(ctx context.Context) error {
		if _, err := d.store.LockEnrolment(ctx, id); err != nil {
			return err
		}
		return d.Complete(ctx, id)
	})
}
