package roster

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// ResetPhone replaces the student's phone by one that she gave in person. In a
// campaign where the phone is the account it must be nobody else's. Whoever had
// the old phone may have logged in by it: every session ends, and every WeChat is
// unbound, as none tells which phone it came with; a login binds it again.
//
// Sessions stand in Redis, outside the transaction. They end before it, so that
// a Redis that is gone changes nothing and the form can be sent again, and once
// more after it: until then the old phone still logs in.
func (s *Service) ResetPhone(ctx context.Context, by staff.Actor, c *campaign.Campaign, e *student.Enrolment, phone, reason string) error {
	phone = student.NormalizePhone(phone)
	if err := student.CheckPhone(phone); err != nil {
		return err
	}
	reason, err := CheckReason(reason)
	if err != nil {
		return err
	}
	if e.Phone == phone {
		return errSamePhone
	}
	if err := s.Sessions.EndAll(ctx, e.ID, s.Now()); err != nil {
		return err
	}
	if err := s.Store.InTx(ctx, func(ctx context.Context) error { return s.replacePhone(ctx, by, c, e.ID, phone, reason) }); err != nil {
		return err
	}
	return s.Sessions.EndAll(ctx, e.ID, s.Now())
}

var errSamePhone = fault.New(fault.Conflict, "新手机号与现在的相同").On("phone")

func (s *Service) replacePhone(ctx context.Context, by staff.Actor, c *campaign.Campaign, enrolmentID int64, phone, reason string) error {
	now, err := s.Store.Lock(ctx, enrolmentID)
	if err != nil {
		return err
	}
	if now.Phone == phone {
		return errSamePhone
	}
	taken, err := s.Store.PhoneTaken(ctx, now, phone)
	if err != nil {
		return err
	}
	if taken && c.Login.Kind == "password" {
		return fault.New(fault.Conflict, "这个手机号是另一名学生的登录账号，请换一个").On("phone")
	}
	if err := s.Store.SetPhone(ctx, now, phone); err != nil {
		return err
	}
	unbound, err := s.Store.ForgetOpenIDs(ctx, now.Person.ID)
	if err != nil {
		return err
	}
	detail := fmt.Sprintf("更换手机号：%s → %s", student.MaskPhone(now.Phone), student.MaskPhone(phone))
	if unbound > 0 {
		detail += fmt.Sprintf("，解除 %d 个微信的绑定", unbound)
	}
	return s.note(ctx, by, "staff.phone", now, detail+"；原因："+reason)
}

// ResetPassword makes the initial password count again; every session that
// began under another one ends.
func (s *Service) ResetPassword(ctx context.Context, by staff.Actor, c *campaign.Campaign, e *student.Enrolment, reason string) error {
	if c.Login.Kind != "password" {
		return fault.New(fault.Conflict, "这个活动用短信验证码登录，没有密码")
	}
	reason, err := CheckReason(reason)
	if err != nil {
		return err
	}
	if err := s.Store.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.Store.Lock(ctx, e.ID); err != nil {
			return err
		}
		if err := s.Store.ForgetPassword(ctx, e.ID); err != nil {
			return err
		}
		return s.note(ctx, by, "staff.password", e, "重置为初始密码；原因："+reason)
	}); err != nil {
		return err
	}
	return s.Passwords.Unlock(ctx, c, e)
}

// IssueCode returns a one-time login code that takes the place of the SMS code
// for student.IssuedLife. Only its maker ever sees it.
func (s *Service) IssueCode(ctx context.Context, by staff.Actor, c *campaign.Campaign, e *student.Enrolment, reason string) (string, error) {
	if c.Login.Kind != "sms" {
		return "", fault.New(fault.Conflict, "这个活动用密码登录，请用重置密码")
	}
	reason, err := CheckReason(reason)
	if err != nil {
		return "", err
	}
	// The entry comes first: a code that nobody answers for must not exist.
	if err := s.note(ctx, by, "staff.code", e, "发放一次性登录码；原因："+reason); err != nil {
		return "", err
	}
	return s.Codes.Issue(ctx, c, e)
}

// maxExtension is how far ahead one student's window may reach.
const maxExtension = 180

// Extend lets one student in through the end of a day (2026-12-31, Beijing
// time), whatever the campaign's window says.
func (s *Service) Extend(ctx context.Context, by staff.Actor, e *student.Enrolment, day, reason string) error {
	reason, err := CheckReason(reason)
	if err != nil {
		return err
	}
	start, err := time.ParseInLocation(time.DateOnly, day, campaign.Shanghai)
	if err != nil {
		return fault.New(fault.Invalid, "请选择日期").On("until")
	}
	until := start.AddDate(0, 0, 1).Add(-time.Second)
	switch now := s.Now(); {
	case until.Before(now):
		return fault.New(fault.Invalid, "日期已经过去，请选择今天或以后").On("until")
	case until.After(now.AddDate(0, 0, maxExtension+1)):
		return fault.Newf(fault.Invalid, "最多延长 %d 天", maxExtension).On("until")
	}
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.Store.Lock(ctx, e.ID); err != nil {
			return err
		}
		if err := s.Store.SetExtension(ctx, e.ID, until); err != nil {
			return err
		}
		return s.note(ctx, by, "staff.extend", e, "办理时间延长至 "+campaign.DateTime(until)+"；原因："+reason)
	})
}

// Reveal records that somebody looks at a hidden datum, with the reason; the
// caller shows it once. what is the datum in plain words.
func (s *Service) Reveal(ctx context.Context, by staff.Actor, e *student.Enrolment, what, reason string) error {
	reason, err := CheckReason(reason)
	if err != nil {
		return err
	}
	return s.note(ctx, by, "staff.unmask", e, "查看"+what+"；原因："+reason)
}
