package app

import (
	"context"
	"crypto/rand"

	"ruxue/repo/wxpay"
	"ruxue/service/payment"
)

// wireMoney adds the money of the deployment's one merchant, what finance's
// pages read, and the workers that ask WeChat Pay.
func (a *App) wireMoney(b *built, p providers) {
	d := &b.deps
	a.pay = p.pay
	a.money = payment.New(payment.Deps{Store: a.DB.Payments(), Gateway: p.pay, Registrar: d.Registration, Clock: a.now,
		Rand: rand.Reader, Logger: a.log, AppID: a.cfg.WeChat.AppID, MchID: a.cfg.WeChatPay.MchID,
		NotifyURL:       a.cfg.BaseURL + "/pay/notify",
		ApproveAboveFen: a.cfg.Finance.RefundAlone * 100, ApproveSurplus: a.cfg.Finance.ApproveSurplus, Audit: a.audit(),
		OnEvent: a.counter("ruxue_payment_events_total", "Money events by name.")})
	d.Payments, d.PayNotify, d.Probed = a.money, p.pay, a.probed
	d.Till, d.Bills, d.ReportSheet = a.DB.Payments(), p.pay, ReconciliationSheet
	b.workers = append(b.workers, a.money.Work, a.certificates(p.pay), a.reconciler)
}

// certificates renews WeChat Pay's platform certificates, where the merchant
// has any.
func (a *App) certificates(pay *wxpay.Client) func(context.Context) {
	return func(ctx context.Context) {
		pay.Run(ctx, func(err error) {
			a.log.ErrorContext(ctx, "fetching WeChat Pay's platform certificates failed", "error", err.Error())
		})
	}
}
