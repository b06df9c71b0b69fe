package app

import (
	"context"
	"fmt"

	"ruxue/config"
	"ruxue/repo/wxpay"
)

// Gateway opens WeChat Pay as the configuration says, without the rest of the
// App.
func Gateway(ctx context.Context, c config.Config) (*wxpay.Client, error) {
	client, err := wxpay.New(ctx, wxpay.Config{AppID: c.WeChat.AppID, MchID: c.WeChatPay.MchID, MchSerial: c.WeChatPay.MchSerial,
		MchPrivateKeyPEM: c.WeChatPay.PrivateKey, APIv3Key: c.WeChatPay.APIv3Key, PublicKeyID: c.WeChatPay.PublicKeyID,
		PublicKeyPEM: c.WeChatPay.PublicKey, PlatformCertificates: c.WeChatPay.Certificates, BaseURL: c.WeChatPay.BaseURL, NotifyURL: c.BaseURL + "/pay/notify"})
	if err != nil {
		return nil, fmt.Errorf("preparing WeChat Pay: %w", err)
	}
	return client, nil
}
