package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/netip"

	"ruxue/h5"
	"ruxue/handler"
	"ruxue/repo/faceid"
	"ruxue/repo/redis"
	"ruxue/repo/sms"
	"ruxue/repo/wechat"
	"ruxue/repo/wxpay"
	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/captcha"
	"ruxue/service/enrolment"
	"ruxue/service/face"
	"ruxue/service/notice"
	"ruxue/service/registration"
	"ruxue/service/signing"
	"ruxue/service/student"
)

// built is what the services come to: the handler's parts and the workers.
type built struct {
	deps    handler.Deps
	workers []func(ctx context.Context)
}

// captchasReady is how many slider puzzles lie ready, 15 KB each.
const captchasReady = 32

// services builds every service over its stores and providers.
func (a *App) services(ctx context.Context) (*built, error) {
	pages, err := h5.New()
	if err != nil {
		return nil, err
	}
	p, err := a.providers(ctx)
	if err != nil {
		return nil, err
	}
	db, files := a.DB, a.files()
	limiter := redis.NewLimiter(a.rdb, "limit").WithHasher(a.ring)
	campaigns := campaign.NewService(db.Campaigns(), a.now)
	outbox, photos := notice.NewOutbox(db.Outbox(), a.now), a.photos(campaigns)
	registrar := registration.New(db.Registrations(), campaigns, announcer{outbox, a.cfg.BaseURL}, a.log)
	faces, err := face.New(face.Options{Store: db.Faces(), Files: files, Limiter: limiter,
		Provider: p.face, Cascade: h5.Cascade(), Rules: face.Rules{Uploads: a.cfg.Limits.FacePhotos}, Now: a.now})
	if err != nil {
		return nil, fmt.Errorf("starting the face check: %w", err)
	}
	handoffStore := redis.NewHandoffs(a.rdb)
	handoffs := signing.NewHandoffs(handoffStore, a.now, rand.Reader)
	payments := a.payments(p, registrar)
	signatures := signing.New(db.Signatures(), handoffs, registrar, a.now)
	gate, mend := registrar.Editable, registrar.Mendable
	proofs, err := a.evidence(campaigns)
	if err != nil {
		return nil, err
	}
	students := student.New(db.Students(), redis.NewCodes(a.rdb, a.ring, a.now), p.sms, limiter, a.limits(), a.now)
	puzzles := captcha.NewPool(captchasReady, captcha.NewSlides(a.rand).Make, func(err error) {
		a.log.ErrorContext(ctx, "drawing a slider puzzle failed", "error", err.Error())
	})
	argon := newArgon()
	out := &built{
		deps: handler.Deps{Pages: pages, Sessions: redis.NewSessions(a.rdb), NewToken: redis.NewToken, Tx: db,
			Limiter: limiter, Uploads: a.cfg.Limits.UploadsPerHour, Campaigns: campaigns,
			Students:  students,
			Passwords: student.NewPasswords(students, db.Students(), redis.NewTries(a.rdb, a.ring), argon),
			Captcha:   captcha.New(puzzles, redis.NewCaptchas(a.rdb), limiter, a.now),
			Sections:  enrolment.NewSections(db.Sections(), gate, a.now).Mending(mend),
			Attachments: enrolment.NewAttachments(enrolment.AttachmentOptions{Store: db.Attachments(), Files: files,
				Gate: gate, Mend: mend, Log: a.log}),
			Registration: registrar, Faces: faces, ListedPhotos: photos, Signing: signatures,
			Applications: a.applications(campaigns, outbox, registrar, payments, signatures),
			Handoffs:     handoffs, Payments: payments, PayNotify: p.pay, WeChat: p.wechat, Replies: a.replies(),
			Evidence: proofs, Verifications: a.cfg.Limits.VerifyPerIPHour,
			Delivery: notice.NewDeliveries(db.Outbox()), Messages: notice.NewHistory(db.Outbox(), a.now), Audit: audit.NewLog(db.Audits(), a.now)},
		workers: []func(ctx context.Context){handoffStore.Run, payments.Work, a.certificates(p.pay), a.reconciler, a.outboxWorker(p).Run, proofs.Run, puzzles.Run,
			a.sealer(proofs.Seal), a.sealAlarm, a.janitor(campaigns, faces, photos), photos.Run},
	}
	a.wireMoney(&out.deps)
	a.wireStaff(&out.deps, argon)
	a.wireReviews(out, outbox)
	a.wireRoster(&out.deps, outbox)
	a.wireMessages(out, outbox, campaigns)
	a.wireExport(out)
	a.wireAlerts(out, outbox)
	a.wireLists(out, campaigns)
	a.wireCampaigns(out, campaigns)
	a.wireFiscal(out, outbox, campaigns)
	return out, nil
}

// providers are the outbound clients.
type providers struct {
	wechat official
	pay    *wxpay.Client
	sms    *sms.Client
	face   *faceid.Client
}

func (a *App) providers(ctx context.Context) (p providers, err error) {
	c := a.cfg
	wx, err := wechat.New(wechat.Config{AppID: c.WeChat.AppID, AppSecret: c.WeChat.AppSecret, Token: c.WeChat.Token,
		EncodingAESKey: c.WeChat.EncodingAESKey, APIBase: c.WeChat.APIBase, OpenBase: c.WeChat.OpenBase,
		MPBase: c.WeChat.MPBase, Now: a.now}, redis.NewWechatCache(a.rdb, "wechat:"))
	if err != nil {
		return p, fmt.Errorf("preparing WeChat: %w", err)
	}
	p.wechat = official{wx, &followCode{}}
	if p.pay, err = Gateway(ctx, c); err != nil {
		return p, err
	}
	if p.sms, err = sms.New(sms.Config{SecretID: c.SMS.SecretID, SecretKey: c.SMS.SecretKey, Region: c.SMS.Region,
		BaseURL: c.SMS.BaseURL, SDKAppID: c.SMS.AppID, SignName: c.SMS.SignName, TemplateCode: c.SMS.TemplateID}); err != nil {
		return p, err
	}
	p.face, err = faceid.New(faceid.Config{SecretID: c.Face.SecretID, SecretKey: c.Face.SecretKey, Region: c.Face.Region,
		BaseURL: c.Face.BaseURL})
	return p, err
}

func (a *App) outboxWorker(p providers) *notice.Worker {
	return notice.NewWorker(notice.WorkerOptions{Store: a.DB.Outbox(), Recipients: a.DB.Recipients(a.cfg.WeChat.AppID),
		WeChat: p.wechat.Client, SMS: p.sms, Now: a.now, Log: a.log})
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
