// Package payment owns the money: bills, the attempts to pay them through
// WeChat Pay, what came in and what goes back. Amounts are int64 fen. Every
// statement of WeChat Pay, from a callback, a query or the worker, goes through
// Service.Settle; nothing else moves a bill. Calls to WeChat Pay never happen
// inside a transaction: a call is bracketed by two short ones, the first of
// which takes a lease on the attempt.
package payment

import (
	"context"
	"encoding/hex"
	"io"
	"log/slog"
	"time"

	"ruxue/service/audit"
)

// Registrar completes a registration when every duty is met. It is called
// inside the settling transaction and joins it by the context. Open duties are
// no error: the registration then stays incomplete.
type Registrar interface {
	Complete(ctx context.Context, enrolmentID int64) error
}

// Auditor appends to the audit log, in the transaction of the context.
type Auditor interface {
	Add(ctx context.Context, e audit.Entry) error
}

// Deps is what a Service needs.
type Deps struct {
	Store     Store
	Gateway   Gateway
	Registrar Registrar
	Clock     func() time.Time
	Rand      io.Reader // randomness of order numbers; crypto/rand.Reader in production
	Logger    *slog.Logger
	// AppID and MchID are pinned into every new attempt; NotifyURL is the
	// https address WeChat Pay calls back, without a query.
	AppID, MchID, NotifyURL string
	// ApproveAboveFen is the greatest amount in fen that one person of finance
	// may refund alone.
	ApproveAboveFen int64
	// ApproveSurplus lets a second payment of one bill wait for a person of
	// finance before it goes back; without it it goes back by itself.
	ApproveSurplus bool
	// Audit notes what staff did to money; nil notes nothing.
	Audit Auditor
	// OnEvent counts what happens ("settled", "surplus", "problem.amount" …);
	// nil counts nothing. Names are few and fixed: they may be metric labels.
	OnEvent func(name string)
}

// Service is the money of one merchant. It is safe for concurrent use, by
// several processes on one database too.
type Service struct {
	Deps
}

// New returns a Service.
func New(d Deps) *Service {
	if d.OnEvent == nil {
		d.OnEvent = func(string) {}
	}
	if d.Logger == nil {
		d.Logger = slog.New(slog.DiscardHandler)
	}
	return &Service{Deps: d}
}

// now is UTC with the precision of a row.
func (s *Service) now() time.Time { return s.Clock().UTC().Truncate(time.Microsecond) }

func (s *Service) token(n int) string {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.Rand, b); err != nil {
		panic("payment: no randomness: " + err.Error()) // an order number must never repeat
	}
	return hex.EncodeToString(b)
}

// newNumber returns an out_trade_no: 28 of [0-9A-Za-z], the day for whoever
// reads a bank statement and 80 random bits.
func (s *Service) newNumber() string {
	return "RX" + s.now().In(beijing).Format("060102") + s.token(10)
}

// beijing is the zone of WeChat Pay's times and of every day boundary.
var beijing = time.FixedZone("+08:00", 8*3600)
