package app

import (
	"context"

	"ruxue/repo/wxpay"
)

// certificates renews WeChat Pay's platform certificates, where the merchant
// has any.
func (a *App) certificates(pay *wxpay.Client) func(context.Context) {
	return func(ctx context.Context) {
		pay.Run(ctx, func(err error) {
			a.log.ErrorContext(ctx, "fetching WeChat Pay's platform certificates failed", "error", err.Error())
		})
	}
}
