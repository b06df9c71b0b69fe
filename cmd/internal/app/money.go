package app

import (
	"context"
	"crypto/rand"

	"ruxue/handler"
	"ruxue/repo/wxpay"
	"ruxue/service/audit"
	"ruxue/service/payment"
)

// payments is the money of the deployment's one merchant.
func (a *App) payments(p providers, registrar payment.Registrar) *payment.Service {
	a.pay = p.pay
	a.money = payment.New(payment.Deps{Store: a.DB.Payments(), Gateway: p.pay, Registrar: registrar, Clock: a.now,
		Rand: rand.Reader, Logger: a.log, AppID: a.cfg.WeChat.AppID, MchID: a.cfg.WeChatPay.MchID,
		NotifyURL:       a.cfg.BaseURL + "/pay/notify",
		ApproveAboveFen: a.cfg.Finance.RefundAlone * 100, ApproveSurplus: a.cfg.Finance.ApproveSurplus, Audit: audit.NewLog(a.DB.Audits(), a.now),
		OnEvent: a.counter("ruxue_payment_events_total", "Money events by name.")})
	return a.money
}

// wireMoney hands finance's pages what they read.
func (a *App) wireMoney(d *handler.Deps) {
	d.Till, d.Bills, d.ReportSheet = a.DB.Payments(), a.pay, ReconciliationSheet
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
