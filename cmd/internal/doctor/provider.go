package doctor

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ruxue/cmd/internal/app"
	"ruxue/handler"
	"ruxue/repo/faceid"
	"ruxue/repo/sms"
	"ruxue/repo/tencent"
	"ruxue/service/evidence"
	"ruxue/service/payment"
)

// elsewhere tells of providers that are not the real ones: right for a staging
// server, and nothing works for students.
func (d *Doctor) elsewhere(context.Context) []Check {
	const name = "服务商地址"
	var settings []string
	for _, p := range d.cfg.Elsewhere() {
		settings = append(settings, p.Setting)
	}
	if len(settings) > 0 {
		return skipped(name, "不是真实地址，只能用于试运行："+strings.Join(settings, "、"))
	}
	return good(name, "都是真实地址")
}

// site opens the product's own front page as a student's phone would.
func (d *Doctor) site(ctx context.Context) []Check {
	const name = "网址"
	u, err := url.Parse(d.cfg.BaseURL)
	if err != nil {
		return bad(name, "base_url 不是网址", "核对 base_url")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.cfg.BaseURL+"/readyz", nil)
	if err != nil {
		return bad(name, "base_url 不是网址", "核对 base_url")
	}
	res, err := d.http.Do(req)
	if err != nil {
		return bad(name, "打不开 "+d.cfg.BaseURL, "确认服务已启动（`ruxue serve`），域名解析和代理指向它，证书有效")
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return bad(name, fmt.Sprintf("%s/readyz 答复 %d", d.cfg.BaseURL, res.StatusCode), "看 /readyz 说哪一部分没有准备好")
	}
	if u.Scheme != "https" {
		return skipped(name, "可以打开，但不是 https：微信支付和摄像头在正式环境需要 https")
	}
	left := res.TLS.PeerCertificates[0].NotAfter.Sub(d.now())
	if left < 14*24*time.Hour {
		return bad(name, fmt.Sprintf("证书 %d 天后到期", int(left.Hours()/24)), "更新域名证书")
	}
	return good(name, fmt.Sprintf("可以打开，证书还有 %d 天", int(left.Hours()/24)))
}

// pay asks for an order that cannot exist: the refusal proves that the
// merchant's signature was taken and that WeChat Pay's own was verified.
func (d *Doctor) pay(ctx context.Context) []Check {
	const name = "微信支付"
	gateway, err := app.Gateway(ctx, d.cfg)
	if err != nil {
		return bad(name, "商户配置读不出来", "核对 wechatpay 的证书序列号、私钥、APIv3 密钥与公钥")
	}
	_, err = gateway.Query(ctx, "DOCTOR"+rand.Text()[:20])
	var e *payment.GatewayError
	switch {
	case err == nil, errors.As(err, &e) && e.Outcome == payment.Missing:
		return good(name, "商户签名有效，应答的签名相符")
	case e == nil || e.Code == "network" || e.Code == "timeout" || e.Code == "eof":
		return bad(name, "微信支付没有应答", "确认服务器可以访问 wechatpay.base_url")
	case e.Code == "unverified":
		return bad(name, "应答的签名不符", "核对 wechatpay.public_key_id 与 public_key（平台证书模式则核对 api_v3_key）")
	case e.Code == "SIGN_ERROR":
		return bad(name, "商户签名不被接受", "核对 mch_id、mch_serial 与 mch_private_key 是否属于同一张商户证书，时钟是否准确")
	}
	return bad(name, "微信支付拒绝了查询（"+e.Code+"）", "核对商户号是否已开通 APIv3，以及商户号与公众号的绑定")
}

// payNotify posts an unsigned callback: it has to arrive and be refused. Its
// mark tells the server's log whose it is.
func (d *Doctor) payNotify(ctx context.Context) []Check {
	const name = "支付回调地址"
	address := d.cfg.BaseURL + "/pay/notify"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader("{}"))
	if err != nil {
		return bad(name, "base_url 不是网址", "核对 base_url")
	}
	req.Header.Set("Content-Type", "application/json")
	if mark, err := app.Probe(d.cfg, d.now()); err == nil { // without keys another check fails
		req.Header.Set(handler.ProbeHeader, mark)
	}
	status, header, _, err := d.do(req)
	switch {
	case err != nil:
		return bad(name, "打不开 "+address, "确认服务已启动，域名和代理指向它，代理不拦截没有登录的 POST")
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed || status/100 == 3 || status/100 == 5,
		status/100 == 4 && !strings.HasPrefix(header.Get("Content-Type"), "application/json"):
		return bad(name, fmt.Sprintf("%s 答复 %d", address, status), "代理须把 /pay/notify 原样交给本服务")
	case status/100 == 2:
		return bad(name, "没有签名的回调被接受", "这个地址不是由本服务回答的，核对代理")
	}
	return good(name, address+" 可用，拒绝没有签名的回调")
}

func (d *Doctor) sms(ctx context.Context) []Check {
	const name = "短信"
	c := d.cfg.SMS
	client, err := sms.New(sms.Config{SecretID: c.SecretID, SecretKey: c.SecretKey, Region: c.Region, BaseURL: c.BaseURL,
		SDKAppID: c.AppID, SignName: c.SignName, TemplateCode: c.TemplateID})
	if err != nil {
		return bad(name, "配置不完整", "核对 sms 的各项")
	}
	approved, err := client.Approved(ctx)
	if err != nil {
		return cloudTrouble(name, "sms", err)
	}
	if !approved {
		return bad(name, "验证码模板不存在或未通过审核", "核对 sms.template_id，在短信控制台查看审核状态")
	}
	return good(name, "密钥有效，验证码模板已通过审核")
}

func (d *Doctor) face(ctx context.Context) []Check {
	const name = "人脸核身"
	c := d.cfg.Face
	client, err := faceid.New(faceid.Config{SecretID: c.SecretID, SecretKey: c.SecretKey, Region: c.Region, BaseURL: c.BaseURL})
	if err == nil {
		err = client.Check(ctx)
	}
	if err != nil {
		return cloudTrouble(name, "face", err)
	}
	return good(name, "密钥有效")
}

func cloudTrouble(name, section string, err error) []Check {
	var r *tencent.Refusal
	switch {
	case errors.As(err, &r) && strings.HasPrefix(r.Code, "AuthFailure.SignatureExpire"):
		return bad(name, "签名过期（"+r.Code+"）", "用 NTP 对时")
	case errors.As(err, &r) && strings.HasPrefix(r.Code, "AuthFailure"):
		return bad(name, "密钥不被接受（"+r.Code+"）", "核对 "+section+".secret_id 与 secret_key，以及子账号的权限")
	case errors.As(err, &r) && !strings.HasPrefix(r.Code, "ClientError"):
		return bad(name, "服务商拒绝（"+r.Code+"）", "在腾讯云控制台确认服务已开通、余额充足")
	}
	return bad(name, "服务商没有应答", "确认服务器可以访问 "+section+".base_url")
}

func (d *Doctor) seal(context.Context) []Check {
	const name = "电子印章"
	if d.cfg.Seal.PrivateKey == "" {
		return skipped(name, "没有配置 seal：签署文件（PDF）等到配置后才生成")
	}
	if _, err := evidence.NewSeal(d.cfg.Seal.Certificate, d.cfg.Seal.PrivateKey); err != nil {
		return bad(name, "证书与私钥读不出来或不配对", "核对 seal.certificate 与 seal.private_key")
	}
	block, _ := pem.Decode([]byte(d.cfg.Seal.Certificate))
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return bad(name, "证书读不出来", "核对 seal.certificate")
	}
	if left := cert.NotAfter.Sub(d.now()); left < 30*24*time.Hour {
		return bad(name, fmt.Sprintf("证书 %d 天后到期", int(left.Hours()/24)), "向发证机构更新证书")
	}
	return good(name, "证书与私钥配对，有效期至 "+cert.NotAfter.Format(time.DateOnly))
}
