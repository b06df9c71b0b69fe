package staff

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ruxue/service/fault"
)

// Purpose is what scanning a QR code of the account does.
type Purpose string

// The purposes of a scan.
const (
	Bind  Purpose = "bind"  // binds the scanning WeChat to the account
	Prove Purpose = "prove" // proves the second factor at login
)

// ScanLife is how long a QR code waits for its scan.
const ScanLife = 5 * time.Minute

// Scan is one QR code that waits, or what became of it.
type Scan struct {
	Ref     string // outward; the session that made it asks by it
	StaffID int64
	Epoch   int
	Session string // hash of the session that made it
	Purpose Purpose
	State   ScanState
	Message string // why it was refused
}

// ScanState is where a scan is.
type ScanState string

// The states of a scan.
const (
	ScanWaiting ScanState = "waiting"
	ScanDone    ScanState = "done"
	ScanRefused ScanState = "refused"
)

// ScanStore keeps scans for ScanLife.
type ScanStore interface {
	Create(ctx context.Context, s Scan) error
	// Scan returns fault.NotFound once it has expired.
	Scan(ctx context.Context, ref string) (Scan, error)
	// Settle moves a waiting scan; false when it waits no longer.
	Settle(ctx context.Context, ref string, state ScanState, message string) (bool, error)
}

// BindStore keeps which WeChat belongs to an account.
type BindStore interface {
	// Bind stores the openid; fault.Conflict when another account has it.
	Bind(ctx context.Context, id int64, openID string) error
	// Unbind forgets the account's openid.
	Unbind(ctx context.Context, id int64) error
	// UnbindOpenID forgets an openid bound before the time and returns the
	// reference of its account, "" without one.
	UnbindOpenID(ctx context.Context, openID string, before time.Time) (ref string, err error)
}

// scenePrefix begins the scene of our QR codes.
const scenePrefix = "staff-"

// BeginScan makes a QR code's scene for the session with that hash. ref is a
// fresh outward reference.
func (s *Service) BeginScan(ctx context.Context, a *Account, session, ref string, p Purpose) (Scan, error) {
	switch {
	case p != Bind && p != Prove:
		return Scan{}, fault.New(fault.Invalid, "")
	case p == Prove && !a.CanScan():
		return Scan{}, fault.New(fault.Conflict, "这个账号没有绑定微信，请用验证码")
	}
	scan := Scan{Ref: ref, StaffID: a.ID, Epoch: a.Epoch, Session: session, Purpose: p, State: ScanWaiting}
	if err := s.scans.Create(ctx, scan); err != nil {
		return Scan{}, fmt.Errorf("keeping a QR code: %w", err)
	}
	return scan, nil
}

// Scene is what the QR code of the scan carries.
func (s Scan) Scene() string { return scenePrefix + s.Ref }

// ScanOf returns a scan to the session that made it, fault.Gone when it has
// expired or is another's.
func (s *Service) ScanOf(ctx context.Context, ref, session string) (Scan, error) {
	scan, err := s.scans.Scan(ctx, ref)
	if fault.Is(err, fault.NotFound) || err == nil && scan.Session != session {
		return Scan{}, fault.New(fault.Gone, "二维码已过期，请刷新")
	}
	return scan, err
}

// Scanned is what became of a report that somebody scanned.
type Scanned struct {
	Ours bool   // the code was one of ours
	Text string // to tell who scanned; "" says nothing
}

// Scanned takes WeChat's report that openID scanned or followed by a QR code
// with that scene. Reports of other scenes are none of ours; WeChat's
// repetitions find the scan settled and change nothing. bound records that the
// account's WeChat was bound, in the transaction that binds it: the scan itself
// stands in Redis and is settled after that, so that a page never says of a
// binding that it is there and it isn't.
func (s *Service) Scanned(ctx context.Context, scene, openID string, bound func(ctx context.Context, a *Account) error) (Scanned, error) {
	ref, ours := strings.CutPrefix(scene, scenePrefix)
	if !ours || openID == "" {
		return Scanned{}, nil
	}
	out := Scanned{Ours: true}
	scan, err := s.scans.Scan(ctx, ref)
	if fault.Is(err, fault.NotFound) {
		out.Text = "二维码已过期，请在电脑上刷新后再扫"
		return out, nil
	}
	if err != nil {
		return out, fmt.Errorf("reading a scanned QR code: %w", err)
	}
	if scan.State != ScanWaiting {
		return out, nil
	}
	a, err := s.store.ByID(ctx, scan.StaffID)
	if err != nil {
		return out, fmt.Errorf("reading the account of a QR code: %w", err)
	}
	refusal, err := s.refuse(ctx, scan, a, openID, bound)
	if err != nil {
		return out, err
	}
	state := ScanDone
	if refusal != "" {
		state = ScanRefused
	}
	moved, err := s.scans.Settle(ctx, ref, state, refusal)
	if err != nil {
		return out, fmt.Errorf("settling a QR code: %w", err)
	}
	switch {
	case !moved:
	case refusal != "":
		out.Text = refusal
	case scan.Purpose == Bind:
		out.Text = "已绑定" + a.Name + "的账号，待处理的事项会发到这里"
	default:
		out.Text = "已确认登录"
	}
	return out, nil
}

// refuse does what the scan is for and returns "", or why it is refused.
func (s *Service) refuse(ctx context.Context, scan Scan, a *Account, openID string, bound func(ctx context.Context, a *Account) error) (string, error) {
	switch {
	case a.Disabled || a.Epoch != scan.Epoch:
		return "登录已失效，请重新登录", nil
	case scan.Purpose == Prove && (a.OpenID != openID || !a.CanScan()):
		return "扫码的不是绑定的微信，请换绑定的微信再扫", nil
	case scan.Purpose == Bind && a.OpenID != "" && a.OpenID != openID:
		return "这个账号已绑定另一个微信，请先解除绑定", nil
	case scan.Purpose == Bind:
		err := s.store.InTx(ctx, func(ctx context.Context) error {
			if err := s.store.Bind(ctx, a.ID, openID); err != nil || a.OpenID == openID {
				return err // a repetition of WeChat's, after a report that was not settled
			}
			return bound(ctx, a)
		})
		if fault.Is(err, fault.Conflict) {
			return "这个微信已绑定另一个账号，请先在那个账号解除绑定", nil
		}
		if err != nil {
			return "", fmt.Errorf("binding a WeChat: %w", err)
		}
	}
	return "", nil
}

// Unfollowed takes WeChat's report that openID left the account at the time:
// messages reach it no more, so the binding ends. It returns the reference of
// the account that it was bound to, "" for none.
func (s *Service) Unfollowed(ctx context.Context, openID string, at time.Time) (string, error) {
	// WeChat tells the time in whole seconds. A late repetition must not undo a
	// binding made since.
	ref, err := s.store.UnbindOpenID(ctx, openID, at.Truncate(time.Second).Add(time.Second))
	if err != nil {
		return "", fmt.Errorf("unbinding a WeChat: %w", err)
	}
	return ref, nil
}

// Unbind forgets the account's WeChat. An administrator must keep one second
// factor.
func (s *Service) Unbind(ctx context.Context, a *Account) error {
	if a.OpenID == "" {
		return nil
	}
	if a.CanScan() && !a.TOTP {
		if a.Role == Administrator {
			return fault.New(fault.Conflict, "管理员必须保留一种二次验证，请先设置验证器")
		}
		if err := s.store.ClearFactors(ctx, a.ID); err != nil {
			return fmt.Errorf("removing a second factor: %w", err)
		}
	}
	if err := s.store.Unbind(ctx, a.ID); err != nil {
		return fmt.Errorf("unbinding a WeChat: %w", err)
	}
	return nil
}
