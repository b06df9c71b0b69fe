package simulator

// Config is what a product has to be configured with to use this simulator,
// the answer of GET /_sim/config. Keys are PEM.
type Config struct {
	Base                string `json:"base"`
	AppID               string `json:"app_id"`
	AppSecret           string `json:"app_secret"`
	Token               string `json:"token"`
	EncodingAESKey      string `json:"encoding_aes_key"`
	MchID               string `json:"mch_id"`
	MchSerial           string `json:"mch_serial"`
	MchPrivateKey       string `json:"mch_private_key"`
	APIv3Key            string `json:"api_v3_key"`
	PlatformPublicKeyID string `json:"platform_public_key_id"`
	PlatformPublicKey   string `json:"platform_public_key"`
	CloudSecretID       string `json:"cloud_secret_id"`
	CloudSecretKey      string `json:"cloud_secret_key"`

	// SMSAppID, SMSSign and SMSTemplates are the approved SMS application,
	// signature and templates; any other is refused as Tencent Cloud does.
	SMSAppID     string        `json:"sms_app_id"`
	SMSSign      string        `json:"sms_sign"`
	SMSTemplates []SMSTemplate `json:"sms_templates"`
	// Templates are the account's message templates; another id is 40037.
	Templates []Template `json:"templates"`
}

// Config returns the present configuration.
func (s *Simulator) Config() Config {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.keys
	return Config{
		Base: s.base, AppID: k.AppID, AppSecret: k.AppSecret, Token: k.Token, EncodingAESKey: k.EncodingAESKey,
		MchID: k.MchID, MchSerial: k.MchSerial, MchPrivateKey: privatePEM(k.merchant), APIv3Key: k.APIv3Key,
		PlatformPublicKeyID: k.PlatformID, PlatformPublicKey: publicPEM(&k.platform.PublicKey),
		CloudSecretID: k.CloudID, CloudSecretKey: k.CloudKey,
		SMSAppID: smsAppID, SMSSign: s.cloud.sign, SMSTemplates: append([]SMSTemplate(nil), s.cloud.templates...),
		Templates: append([]Template(nil), s.wx.templates...),
	}
}
