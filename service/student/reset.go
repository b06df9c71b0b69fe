package student

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/fault"
)

// PasswordChange is a new password typed twice. Old is asked for only once the
// student has a password of her own.
type PasswordChange struct {
	Old, New, Again string
	IP              string
}

// Chosen reports whether the student has a password of her own.
func (p *Passwords) Chosen(ctx context.Context, e *Enrolment) (bool, error) {
	hash, err := p.store.PasswordHash(ctx, e.ID)
	if err != nil {
		return false, fmt.Errorf("reading the password: %w", err)
	}
	return hash != "", nil
}

// Change replaces the password of a logged-in student.
func (p *Passwords) Change(ctx context.Context, c *campaign.Campaign, e *Enrolment, in PasswordChange) error {
	hash, err := p.store.PasswordHash(ctx, e.ID)
	if err != nil {
		return fmt.Errorf("reading the password: %w", err)
	}
	if hash != "" {
		if err := p.checkOld(ctx, c, e, hash, in); err != nil {
			return err
		}
	}
	if err := CheckNewPassword(e, in.New, in.Again); err != nil {
		return err
	}
	return p.set(ctx, e, in.New)
}

func (p *Passwords) checkOld(ctx context.Context, c *campaign.Campaign, e *Enrolment, hash string, in PasswordChange) error {
	if in.Old == "" {
		return fault.New(fault.Invalid, "请输入现在的密码").On("old")
	}
	left, err := p.take(ctx, c, e.Phone, in.IP)
	if f, ok := fault.As(err); ok {
		return f.On("old")
	}
	if err != nil {
		return err
	}
	ok, err := p.argon.Verify(ctx, hash, in.Old)
	if err != nil {
		return err
	}
	if !ok {
		return wrongPassword(left, "现在的密码不正确").On("old")
	}
	return p.clear(ctx, c, e.Phone, in.IP)
}

func (p *Passwords) set(ctx context.Context, e *Enrolment, password string) error {
	hash, err := p.argon.Hash(ctx, password)
	if err != nil {
		return err
	}
	if err := p.store.SetPasswordHash(ctx, e.ID, hash); err != nil {
		return fmt.Errorf("storing the password: %w", err)
	}
	return nil
}

// PasswordReset is a forgotten password: the phone is proven by an SMS code.
type PasswordReset struct {
	Phone, Code, New, Again string
	Name                    string // asked for only where students share the phone
	AppID, OpenID           string
	IP                      string
}

// Reset sets a new password for who holds the listed phone, forgets wrong
// tries, and logs the student in. Only the holder of the phone learns whether
// it is listed.
func (p *Passwords) Reset(ctx context.Context, c *campaign.Campaign, in PasswordReset) (*Enrolment, error) {
	in.Phone, in.Code = NormalizePhone(in.Phone), NormalizeCode(in.Code)
	if in.Phone == "" {
		return nil, fault.New(fault.Invalid, "手机号不能为空").On("phone")
	}
	if err := CheckPhone(in.Phone); err != nil {
		return nil, err
	}
	// What can be said without the account comes before the code is tried.
	if err := CheckNewPassword(&Enrolment{Phone: in.Phone}, in.New, in.Again); err != nil {
		return nil, err
	}
	if err := p.tryCode(ctx, c, in.Phone, in.Code, in.IP); err != nil {
		return nil, err
	}
	all, err := p.store.AllByPhone(ctx, c.ID, in.Phone, maxSharing)
	if err != nil {
		return nil, fmt.Errorf("finding the account: %w", err)
	}
	if len(all) == 0 {
		return nil, fault.New(fault.Unauthorized, "这个手机号不在学生名单中，请使用报名时登记的手机号"+callWhom(c)).On("phone")
	}
	e, err := byName(c, all, in.Name)
	if err != nil {
		return nil, err
	}
	if err := CheckNewPassword(e, in.New, in.Again); err != nil {
		return nil, err
	}
	if err := p.students.checkWindow(ctx, c, e); err != nil {
		return nil, err
	}
	if err := p.useCode(ctx, c, in.Phone, in.Code); err != nil {
		return nil, err
	}
	if err := p.set(ctx, e, in.New); err != nil {
		return nil, err
	}
	if err := p.clear(ctx, c, in.Phone, in.IP); err != nil {
		return nil, err
	}
	return e, p.students.bind(ctx, e, Credentials{Phone: e.Phone, AppID: in.AppID, OpenID: in.OpenID})
}

// ProvePhone is the way past the slider for who cannot drag: a code sent to
// the listed phone.
func (p *Passwords) ProvePhone(ctx context.Context, c *campaign.Campaign, e *Enrolment, code, ip string) error {
	code = NormalizeCode(code)
	if err := p.tryCode(ctx, c, e.Phone, code, ip); err != nil {
		return err
	}
	return p.useCode(ctx, c, e.Phone, code)
}

func (p *Passwords) tryCode(ctx context.Context, c *campaign.Campaign, phone, code, ip string) error {
	if len(code) != 6 {
		return fault.New(fault.Invalid, "请输入 6 位短信验证码").On("code")
	}
	s := p.students
	if err := s.limit(ctx, "login-ip:"+ip, s.ipLimit(ip, s.limits.LoginPerIPHour), time.Hour,
		"当前网络登录太频繁，请稍后再试"); err != nil {
		return err
	}
	return s.tryCode(ctx, c.Code, phone, code)
}

func (p *Passwords) useCode(ctx context.Context, c *campaign.Campaign, phone, code string) error {
	ok, err := p.students.codes.Use(ctx, c.Code, phone, code)
	if err != nil {
		return fmt.Errorf("using a code: %w", err)
	}
	if !ok {
		return codeFault(CodeUsed, 0)
	}
	return nil
}
