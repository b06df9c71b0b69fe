package app

import (
	"context"
	"net/netip"

	"ruxue/repo/redis"
	"ruxue/service/captcha"
	"ruxue/service/enrolment"
	"ruxue/service/student"
)

// captchasReady is how many slider puzzles lie ready, 15 KB each.
const captchasReady = 32

// wireStudents adds how students log in and what they fill in and upload, and
// the worker that draws the slider's puzzles.
func (a *App) wireStudents(ctx context.Context, b *built, p providers, argon *student.Argon) {
	d, store := &b.deps, a.DB.Students()
	puzzles := captcha.NewPool(captchasReady, captcha.NewSlides(a.rand).Make, func(err error) {
		a.log.ErrorContext(ctx, "drawing a slider puzzle failed", "error", err.Error())
	})
	d.Students = student.New(store, redis.NewCodes(a.rdb, a.ring, a.now), p.sms, d.Limiter, a.limits(), a.now)
	d.Passwords = student.NewPasswords(d.Students, store, redis.NewTries(a.rdb, a.ring), argon)
	d.Captcha = captcha.New(puzzles, redis.NewCaptchas(a.rdb), d.Limiter, a.now)
	gate, mend := d.Registration.Editable, d.Registration.Mendable
	d.Sections = enrolment.NewSections(a.DB.Sections(), gate, a.now).Mending(mend)
	d.Attachments = enrolment.NewAttachments(enrolment.AttachmentOptions{Store: a.DB.Attachments(), Files: a.files(),
		Gate: gate, Mend: mend, Log: a.log})
	b.workers = append(b.workers, puzzles.Run)
}

// limits turns the configuration into the student service's limits.
func (a *App) limits() student.Limits {
	l := a.cfg.Limits
	var nets []netip.Prefix
	for _, s := range l.TrustedNetworks {
		if p, err := netip.ParsePrefix(s); err == nil { // validated at load
			nets = append(nets, p)
		}
	}
	return student.Limits{SMSPerPhoneDay: l.SMSPerPhoneDay, SMSPerIPHour: l.SMSPerIPHour,
		LoginPerIDHour: l.LoginPerIDHour, LoginPerIPHour: l.LoginPerIPHour,
		TrustedNetworks: func(ip string) bool {
			addr, err := netip.ParseAddr(ip)
			if err != nil {
				return false
			}
			for _, n := range nets {
				if n.Contains(addr) {
					return true
				}
			}
			return false
		}}
}
