package notice

import (
	"context"
	"fmt"
	"strings"
)

// Receipts keep what WeChat reports about delivered template messages.
type Receipts interface {
	// AddReceipt keeps a report; a second one of the same message is ignored.
	AddReceipt(ctx context.Context, msgID, status string) error
	// Receipt returns the report of the message, if it has come.
	Receipt(ctx context.Context, msgID string) (status string, ok bool, err error)
	// Settle moves the accepted row with that message id; no row is no error.
	Settle(ctx context.Context, msgID string, f Fate) error
}

// Deliveries takes WeChat's TEMPLATESENDJOBFINISH reports.
type Deliveries struct{ store Receipts }

// NewDeliveries returns a taker of reports.
func NewDeliveries(store Receipts) *Deliveries { return &Deliveries{store} }

// Delivered notes what WeChat says became of a message it had accepted. The
// report may overtake the worker's own note of the message's id: whichever
// comes second settles the row.
func (d *Deliveries) Delivered(ctx context.Context, msgID, status string) error {
	if msgID == "" || msgID == "0" {
		return nil
	}
	if err := d.store.AddReceipt(ctx, msgID, status); err != nil {
		return fmt.Errorf("keeping a delivery report: %w", err)
	}
	return apply(ctx, d.store, msgID, status)
}

func apply(ctx context.Context, store Receipts, msgID, status string) error {
	if err := store.Settle(ctx, msgID, fateOf(status)); err != nil {
		return fmt.Errorf("settling a message: %w", err)
	}
	return nil
}

// fateOf reads the Status of a TEMPLATESENDJOBFINISH push.
func fateOf(status string) Fate {
	s := strings.ToLower(strings.ReplaceAll(status, " ", ""))
	switch {
	case s == "success":
		return Fate{State: Delivered}
	case strings.Contains(s, "userblock"):
		return Fate{State: Failed, Code: "user block", Reason: "用户拒收公众号消息"}
	default:
		return Fate{State: Failed, Code: "system failed", Reason: "微信系统原因未送达"}
	}
}
