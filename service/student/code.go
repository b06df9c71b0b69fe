package student

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/fault"
)

// Rules for login codes, from the manual's habits and the carriers' limits.
const (
	CodeLife     = 5 * time.Minute
	CodeInterval = 60 * time.Second
	CodeTries    = 5
)

// CodeVerdict is what became of a typed login code.
type CodeVerdict int

// The verdicts of CodeStore.Try.
const (
	CodeRight CodeVerdict = iota
	CodeWrong
	CodeExpired // never sent, or older than CodeLife
	CodeUsed
	CodeExhausted // CodeTries wrong tries
)

// CodeStore keeps login codes for CodeLife; each call is one atomic step.
type CodeStore interface {
	// Put stores a code unless one was sent within CodeInterval; then it
	// returns how long to wait.
	Put(ctx context.Context, campaign, phone, code string) (wait time.Duration, err error)
	// Drop forgets a code that could not be sent, and the interval with it.
	Drop(ctx context.Context, campaign, phone string) error
	// Try compares; a wrong code counts, a right one does not use it up.
	Try(ctx context.Context, campaign, phone, code string) (v CodeVerdict, left int, err error)
	// Use consumes a right code; false when somebody was faster.
	Use(ctx context.Context, campaign, phone, code string) (bool, error)
	IssuedStore
}

// Sender sends a login code by SMS, at most once.
type Sender interface {
	SendCode(ctx context.Context, phone, code string, minutes int) error
}

// SendCode sends a login code to any well-formed phone within the limits, so
// that sending reveals nothing about who is admitted. It returns how long the
// button stays locked.
func (s *Service) SendCode(ctx context.Context, c *campaign.Campaign, phone, ip string) (time.Duration, error) {
	phone = NormalizePhone(phone)
	if err := CheckPhone(phone); err != nil {
		return 0, err
	}
	if err := s.limit(ctx, "sms-ip:"+ip, s.ipLimit(ip, s.limits.SMSPerIPHour), time.Hour,
		"当前网络获取验证码太频繁，请稍后再试"); err != nil {
		return 0, err
	}
	code, err := newCode()
	if err != nil {
		return 0, err
	}
	wait, err := s.codes.Put(ctx, c.Code, phone, code)
	if err != nil {
		return 0, fmt.Errorf("storing a login code: %w", err)
	}
	if wait > 0 {
		return 0, fault.Newf(fault.TooMany, "验证码已发送，请 %d 秒后再重新获取", int(wait.Seconds()+0.999)).On("phone").After(wait)
	}
	if err := s.limit(ctx, "sms-phone:"+phone, s.limits.SMSPerPhoneDay, 24*time.Hour,
		"该手机号今天获取验证码的次数已达上限，请明天再试，或联系学校"); err != nil {
		return 0, s.undo(ctx, c.Code, phone, err)
	}
	if err := s.sender.SendCode(ctx, phone, code, int(CodeLife.Minutes())); err != nil {
		return 0, s.undo(ctx, c.Code, phone, fmt.Errorf("sending a login code: %w", err))
	}
	return CodeInterval, nil
}

// undo drops the unsent code, so that the student need not wait for nothing.
func (s *Service) undo(ctx context.Context, campaign, phone string, cause error) error {
	if err := s.codes.Drop(ctx, campaign, phone); err != nil {
		return fmt.Errorf("dropping an unsent login code: %w (after: %w)", err, cause)
	}
	return cause
}

// tryCode compares a typed code with the one that was sent.
func (s *Service) tryCode(ctx context.Context, campaign, phone, code string) error {
	v, left, err := s.codes.Try(ctx, campaign, phone, code)
	if err != nil {
		return fmt.Errorf("comparing a login code: %w", err)
	}
	if v != CodeRight {
		return codeFault(v, left)
	}
	return nil
}

// codeFault is what the student reads about a code that is not right.
func codeFault(v CodeVerdict, left int) error {
	switch v {
	case CodeWrong:
		return fault.Newf(fault.Invalid, "验证码不对，还可以再试 %d 次", left).On("code")
	case CodeUsed:
		return fault.New(fault.Invalid, "这个验证码已经用过，请重新获取").On("code")
	case CodeExhausted:
		return fault.New(fault.Invalid, "验证码输错次数过多，请重新获取").On("code")
	}
	return fault.New(fault.Invalid, "验证码已过期，请重新获取").On("code")
}

// newCode draws 6 digits evenly.
func newCode() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", fmt.Errorf("drawing a login code: %w", err)
	}
	return fmt.Sprintf("%06d", n), nil
}
