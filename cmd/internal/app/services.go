package app

import (
	"context"
	"fmt"

	"ruxue/h5"
	"ruxue/handler"
	"ruxue/repo/faceid"
	"ruxue/repo/redis"
	"ruxue/repo/sms"
	"ruxue/repo/wechat"
	"ruxue/repo/wxpay"
	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/notice"
	"ruxue/service/registration"
)

// built is what the services come to: the handler's parts and the workers.
type built struct {
	deps    handler.Deps
	workers []func(ctx context.Context)
}

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
	campaigns, outbox := campaign.NewService(a.DB.Campaigns(), a.now), notice.NewOutbox(a.DB.Outbox(), a.now)
	out := &built{
		deps: handler.Deps{Pages: pages, Sessions: redis.NewSessions(a.rdb), NewToken: redis.NewToken, Tx: a.DB,
			Limiter: redis.NewLimiter(a.rdb, "limit").WithHasher(a.ring), Uploads: a.cfg.Limits.UploadsPerHour,
			Campaigns: campaigns, CampaignEditor: campaign.NewEditor(a.DB.Campaigns(), campaigns, a.DB.Campaigns()),
			Registration: registration.New(a.DB.Registrations(), campaigns, announcer{outbox, a.cfg.BaseURL}, a.log),
			WeChat:       p.wechat, Replies: a.replies(), Verifications: a.cfg.Limits.VerifyPerIPHour,
			Delivery: notice.NewDeliveries(a.DB.Outbox()), Messages: notice.NewHistory(a.DB.Outbox(), a.now), Audit: a.audit()},
		workers: []func(ctx context.Context){a.outboxWorker(p).Run},
	}
	argon := newArgon()
	a.wireStudents(ctx, out, p, argon)
	if err := a.wirePictures(out, p); err != nil {
		return nil, err
	}
	if err := a.wireSigning(out); err != nil {
		return nil, err
	}
	a.wireMoney(out, p)
	a.wireApplications(&out.deps, outbox)
	a.wireStaff(&out.deps, argon)
	a.wireReviews(out, outbox)
	a.wireRoster(&out.deps, outbox)
	a.wireMessages(out, outbox)
	a.wireExport(out)
	a.wireAlerts(out, outbox)
	a.wireLists(out)
	a.wireFiscal(out, outbox)
	return out, nil
}

// audit is the log of who did what.
func (a *App) audit() *audit.Log { return audit.NewLog(a.DB.Audits(), a.now) }

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
