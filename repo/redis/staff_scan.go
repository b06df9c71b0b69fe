package redis

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"ruxue/service/fault"
	"ruxue/service/staff"
)

// StaffScans keeps the QR codes of staff that wait for their scan.
type StaffScans struct{ rdb redis.UniversalClient }

// NewStaffScans returns the store of scans.
func NewStaffScans(rdb redis.UniversalClient) *StaffScans { return &StaffScans{rdb} }

func scanKey(ref string) string { return "staff-scan:" + ref }

// Create keeps a scan for staff.ScanLife.
func (s *StaffScans) Create(ctx context.Context, scan staff.Scan) error {
	p := s.rdb.TxPipeline()
	p.HSet(ctx, scanKey(scan.Ref), "staff", scan.StaffID, "epoch", scan.Epoch, "session", scan.Session, "purpose", string(scan.Purpose))
	p.Expire(ctx, scanKey(scan.Ref), staff.ScanLife)
	if _, err := p.Exec(ctx); err != nil {
		return fmt.Errorf("storing a scan: %w", err)
	}
	return nil
}

// Scan returns a scan; fault.NotFound once it has expired.
func (s *StaffScans) Scan(ctx context.Context, ref string) (staff.Scan, error) {
	var row struct {
		StaffID int64  `redis:"staff"`
		Epoch   int    `redis:"epoch"`
		Session string `redis:"session"`
		Purpose string `redis:"purpose"`
		State   string `redis:"state"`
		Message string `redis:"message"`
	}
	if err := s.rdb.HGetAll(ctx, scanKey(ref)).Scan(&row); err != nil {
		return staff.Scan{}, fmt.Errorf("reading a scan: %w", err)
	}
	if row.StaffID == 0 {
		return staff.Scan{}, fault.New(fault.NotFound, "二维码已过期")
	}
	if row.State == "" {
		row.State = string(staff.ScanWaiting)
	}
	return staff.Scan{Ref: ref, StaffID: row.StaffID, Epoch: row.Epoch, Session: row.Session, Purpose: staff.Purpose(row.Purpose),
		State: staff.ScanState(row.State), Message: row.Message}, nil
}

var settleScan = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if redis.call('HSETNX', KEYS[1], 'state', ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'message', ARGV[2])
return 1`)

// Settle moves a waiting scan; false when it waits no longer.
func (s *StaffScans) Settle(ctx context.Context, ref string, state staff.ScanState, message string) (bool, error) {
	n, err := settleScan.Run(ctx, s.rdb, []string{scanKey(ref)}, string(state), message).Int()
	if err != nil {
		return false, fmt.Errorf("settling a scan: %w", err)
	}
	return n == 1, nil
}
