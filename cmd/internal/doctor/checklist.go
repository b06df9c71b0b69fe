package doctor

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"ruxue/config"
)

// Item is one thing to enter in a provider's console.
type Item struct {
	Where string // the console and the page
	What  string // the field, as the console calls it
	Value string
}

// Checklist is what has to be entered by hand in the consoles of the Official
// Account, the merchant and the cloud, from the configuration. It holds no
// secret: what must be copied from a secret names its key in the configuration.
func Checklist(cfg config.Config) ([]Item, error) {
	base, err := url.Parse(cfg.BaseURL)
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("base_url is no address")
	}
	const settings, basic, merchant = "公众号后台 · 功能设置", "公众号后台 · 基本配置", "微信支付商户平台"
	mode := "安全模式"
	if cfg.WeChat.EncodingAESKey == "" {
		mode = "明文模式（建议改为安全模式，并填写 wechat.encoding_aes_key）"
	}
	out := []Item{
		{settings, "网页授权域名", base.Host},
		{settings, "JS 接口安全域名", base.Host},
		{settings, "业务域名", base.Host},
		{basic, "服务器地址 (URL)", cfg.BaseURL + "/wechat"},
		{basic, "令牌 (Token)", "与 wechat.token 相同"},
		{basic, "消息加解密密钥 (EncodingAESKey)", "与 wechat.encoding_aes_key 相同"},
		{basic, "消息加解密方式", mode},
		{basic, "IP 白名单", "本服务器访问外网时的地址，不在名单里时 ruxue doctor 报 40164"},
		{"公众号后台 · 模板消息", "所属行业", "教育"},
		{"公众号后台 · 模板消息", "提醒老师的模板", staffTemplateItem(cfg.WeChat.StaffTemplate)},
		{"公众号后台 · 模板消息", "通知学生的模板", "每个活动文件 templates 里的编号和字段，见 ruxue campaign export 代码；缺的由 ruxue doctor 列出"},
		{merchant + " · 产品中心 · 开发配置", "JSAPI 支付授权目录", cfg.BaseURL + "/pay/"},
		{merchant + " · 产品中心 · AppID 账号管理", "关联的 AppID", cfg.WeChat.AppID},
		{merchant + " · 账户中心 · API 安全", "商户证书序列号", cfg.WeChatPay.MchSerial},
		{merchant + " · 账户中心 · API 安全", "APIv3 密钥", "与 wechatpay.api_v3_key 相同"},
		{merchant + " · 账户中心 · API 安全", "验签方式", verification(cfg.WeChatPay)},
		{"腾讯云短信控制台", "应用、签名、正文模板", strings.Join([]string{cfg.SMS.AppID, cfg.SMS.SignName, cfg.SMS.TemplateID}, " / ")},
		{"腾讯云人脸核身控制台", "照片人脸核身", "开通服务，子账号授予 faceid 权限"},
	}
	files := make([]string, 0, len(cfg.WeChat.VerifyFiles))
	for f := range cfg.WeChat.VerifyFiles {
		files = append(files, f)
	}
	slices.Sort(files)
	value := "后台给出的 MP_verify_….txt，文件名与内容填入 wechat.verify_files"
	if len(files) > 0 {
		value = strings.Join(files, "，") + "（已配置）"
	}
	return slices.Insert(out, 3, Item{settings, "域名校验文件", value}), nil
}

// staffTemplateItem is the template that tells staff of waiting cases, and what
// its fields bear.
func staffTemplateItem(t config.StaffTemplate) string {
	if t.ID == "" {
		return "未配置 wechat.staff_template：有待审时老师收不到提醒"
	}
	words := map[string]string{"item": "事项", "student": "学生", "time": "时间"}
	var fields []string
	for _, name := range slices.Sorted(maps.Keys(t.Fields)) {
		fields = append(fields, name+" "+words[t.Fields[name]])
	}
	return t.ID + "（" + strings.Join(fields, "，") + "）"
}

// verification is what has to be applied for so that WeChat Pay's signatures can
// be verified as configured.
func verification(p config.WeChatPay) string {
	var out []string
	if p.PublicKeyID != "" {
		out = append(out, "微信支付公钥，编号 "+p.PublicKeyID)
	}
	if p.Certificates {
		out = append(out, "平台证书，由程序下载和更换")
	}
	return strings.Join(out, "；")
}
