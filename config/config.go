// Package config owns what an operator decides: addresses, keys and limits, in
// YAML with the environment on top. It imports nothing of ours.
package config

import (
	"encoding/base64"
	"time"
)

// Config is everything the server needs to know. See example.yaml, which
// explains every key.
type Config struct {
	Listen        string   `koanf:"listen" validate:"required,hostname_port"`
	MetricsListen string   `koanf:"metrics_listen" validate:"omitempty,hostname_port"`
	BaseURL       string   `koanf:"base_url" validate:"required,http_url"`
	AllowHTTP     bool     `koanf:"allow_http"` // http base_url beyond loopback
	Proxies       []string `koanf:"trusted_proxies" validate:"dive,cidr|ip"`

	MySQL     MySQL     `koanf:"mysql"`
	Redis     Redis     `koanf:"redis"`
	Blob      Blob      `koanf:"blob"`
	Keys      Keys      `koanf:"keys"`
	WeChat    WeChat    `koanf:"wechat"`
	WeChatPay WeChatPay `koanf:"wechatpay"`
	SMS       SMS       `koanf:"sms"`
	Face      Face      `koanf:"face"`
	Seal      Seal      `koanf:"seal"`
	Finance   Finance   `koanf:"finance"`
	Alerts    Alerts    `koanf:"alerts"`
	Limits    Limits    `koanf:"limits"`
	Log       Log       `koanf:"log"`
}

// MySQL is the database: MariaDB ≥ 10.6 or MySQL ≥ 8.
type MySQL struct {
	DSN          string `koanf:"dsn" validate:"required"`
	MaxOpenConns int    `koanf:"max_open_conns" validate:"gte=0,lte=1000"`
}

// Redis is one server, Sentinel (master_name) or a Cluster.
type Redis struct {
	Addrs      []string `koanf:"addrs" validate:"required,min=1,dive,hostname_port"`
	MasterName string   `koanf:"master_name"`
	Password   string   `koanf:"password"`
	DB         int      `koanf:"db" validate:"gte=0"`
	Cluster    bool     `koanf:"cluster"`
}

// Blob is where files are kept, encrypted: file:///folder, s3://bucket?region=…
// or, for a test, mem://.
type Blob struct {
	URL string `koanf:"url" validate:"required"`
}

// Keys protect personal data at rest (`ruxue keys` makes a pair).
type Keys struct {
	Keyset string `koanf:"keyset" validate:"required,json"`     // Tink JSON key set
	Lookup string `koanf:"lookup" validate:"required,lookup32"` // ≥ 32 bytes, base64
}

// WeChat is the Official Account.
type WeChat struct {
	AppID          string            `koanf:"app_id" validate:"required"`
	AppSecret      string            `koanf:"app_secret" validate:"required"`
	Token          string            `koanf:"token" validate:"required"`
	EncodingAESKey string            `koanf:"encoding_aes_key" validate:"omitempty,len=43"`
	APIBase        string            `koanf:"api_base" validate:"required,http_url"`
	OpenBase       string            `koanf:"open_base" validate:"required,http_url"`
	MPBase         string            `koanf:"mp_base" validate:"required,http_url"`
	VerifyFiles    map[string]string `koanf:"verify_files"` // MP_verify_x.txt: content
	FollowScene    string            `koanf:"follow_scene"`
	Replies        Replies           `koanf:"replies"`
	StaffTemplate  StaffTemplate     `koanf:"staff_template"`
	ForwardTo      string            `koanf:"forward_to" validate:"omitempty,http_url"` // gets messages that no reply answers
}

// StaffTemplate is the account's template that tells staff of waiting cases: its
// id, and which of our values (item, student, time) stands in which of its
// fields (thing1 …). Without an id nobody is told.
type StaffTemplate struct {
	ID     string            `koanf:"id"`
	Fields map[string]string `koanf:"fields" validate:"required_with=ID,dive,oneof=item student time"`
}

// Replies are what the account answers by itself; see service/reply.
type Replies struct {
	Follow   string    `koanf:"follow"`
	Keywords []Keyword `koanf:"keywords"`
	Other    string    `koanf:"other"`
}

// Keyword answers messages that hold, or with exact are, one of the words.
type Keyword struct {
	Words []string `koanf:"words"`
	Exact bool     `koanf:"exact"`
	Text  string   `koanf:"text"`
}

// WeChatPay is the merchant. What WeChat Pay signs is verified with its public
// key, with its platform certificates, or with either while moving.
type WeChatPay struct {
	MchID       string `koanf:"mch_id" validate:"required"`
	MchSerial   string `koanf:"mch_serial" validate:"required"`
	PrivateKey  string `koanf:"mch_private_key" validate:"required"` // PEM
	APIv3Key    string `koanf:"api_v3_key" validate:"required,len=32"`
	PublicKeyID string `koanf:"public_key_id" validate:"required_without=Certificates,required_with=PublicKey"`
	PublicKey   string `koanf:"public_key" validate:"required_without=Certificates,required_with=PublicKeyID"` // PEM
	// Certificates accepts platform certificates, downloaded and renewed.
	Certificates bool   `koanf:"platform_certificates"`
	BaseURL      string `koanf:"base_url" validate:"required,http_url"`
}

// SMS is Tencent Cloud SMS.
type SMS struct {
	SecretID   string `koanf:"secret_id" validate:"required"`
	SecretKey  string `koanf:"secret_key" validate:"required"`
	Region     string `koanf:"region" validate:"required"`
	BaseURL    string `koanf:"base_url" validate:"required,http_url"`
	AppID      string `koanf:"app_id" validate:"required"`
	SignName   string `koanf:"sign_name" validate:"required"`
	TemplateID string `koanf:"template_id" validate:"required"`
}

// Face is Tencent Cloud 照片人脸核身.
type Face struct {
	SecretID  string `koanf:"secret_id" validate:"required"`
	SecretKey string `koanf:"secret_key" validate:"required"`
	Region    string `koanf:"region" validate:"required"`
	BaseURL   string `koanf:"base_url" validate:"required,http_url"`
}

// Seal is the institution's key that seals evidence PDFs. Without one no PDF is
// made; signatures wait for it.
type Seal struct {
	Certificate string `koanf:"certificate" validate:"required_with=PrivateKey"`  // PEM, with its chain
	PrivateKey  string `koanf:"private_key" validate:"required_with=Certificate"` // PEM, RSA or ECDSA
	// EarlierCertificates are those of keys used before, PEM one after another:
	// what they signed stays verifiable.
	EarlierCertificates string `koanf:"earlier_certificates"`
}

// Finance is what finance staff may do alone.
type Finance struct {
	// RefundAlone is the greatest refund, in yuan, that needs no second person.
	RefundAlone int64 `koanf:"refund_alone_up_to_yuan" validate:"gte=0,lte=1000000"`
	// ApproveSurplus lets a second payment of one bill wait for finance; without
	// it the money goes back by itself.
	ApproveSurplus bool `koanf:"approve_surplus_refund"`
}

// Alerts say how often staff are told of waiting cases.
type Alerts struct {
	IntervalMinutes int `koanf:"interval_minutes" validate:"gte=1,lte=1440"` // least time between two messages to one person
	DigestHour      int `koanf:"digest_hour" validate:"gte=0,lte=23"`        // of the daily digest, Beijing
}

// Limits bound guessing and load; 0 switches one off. TrustedNetworks are
// bound by the strict limits alone: a teaching site shares one address.
type Limits struct {
	SMSPerPhoneDay  int      `koanf:"sms_per_phone_day" validate:"gte=0"`
	SMSPerIPHour    int      `koanf:"sms_per_ip_hour" validate:"gte=0"`
	LoginPerIDHour  int      `koanf:"login_per_id_hour" validate:"gte=0"`
	LoginPerIPHour  int      `koanf:"login_per_ip_hour" validate:"gte=0"`
	UploadsPerHour  int      `koanf:"uploads_per_hour" validate:"gte=0"`
	VerifyPerIPHour int      `koanf:"verify_per_ip_hour" validate:"gte=0"`         // of the public verification page
	FacePhotos      int      `koanf:"face_photos_per_10_minutes" validate:"gte=0"` // 0 takes 40
	TrustedNetworks []string `koanf:"trusted_networks" validate:"dive,cidr"`
}

// Log is how much is logged; records are JSON lines or text.
type Log struct {
	Level  string `koanf:"level" validate:"oneof=debug info warn error"`
	Format string `koanf:"format" validate:"oneof=json text"`
}

// Defaults are the values of everything an operator need not decide.
func Defaults() Config {
	return Config{
		Listen: "127.0.0.1:8080", MetricsListen: "127.0.0.1:9090",
		MySQL: MySQL{MaxOpenConns: 32},
		WeChat: WeChat{APIBase: "https://api.weixin.qq.com", OpenBase: "https://open.weixin.qq.com",
			MPBase: "https://mp.weixin.qq.com"},
		WeChatPay: WeChatPay{BaseURL: "https://api.mch.weixin.qq.com"},
		SMS:       SMS{BaseURL: "https://sms.tencentcloudapi.com", Region: "ap-guangzhou"},
		Face:      Face{BaseURL: "https://faceid.tencentcloudapi.com", Region: "ap-guangzhou"},
		Limits: Limits{SMSPerPhoneDay: 10, SMSPerIPHour: 300, LoginPerIDHour: 20, LoginPerIPHour: 600,
			UploadsPerHour: 120, VerifyPerIPHour: 120, FacePhotos: 40},
		Finance: Finance{RefundAlone: 1000},
		Alerts:  Alerts{IntervalMinutes: 30, DigestHour: 8},
		Log:     Log{Level: "info", Format: "json"},
	}
}

// ShutdownTime is how long open requests may take to end after an interrupt.
const ShutdownTime = 15 * time.Second

func isLookupKey(s string) bool {
	b, err := base64.StdEncoding.DecodeString(s)
	return err == nil && len(b) >= 32
}
