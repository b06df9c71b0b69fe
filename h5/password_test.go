package h5_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"ruxue/h5"
)

func passwordFrame(title, device string) h5.Frame {
	f := frame(title, device)
	f.Institution, f.ShortName, f.PlatformTitle, f.Theme = "武汉科技大学继续教育学院", "武汉科技大学", "同等学力申硕综合服务平台", h5.ThemeGreen
	f.Contacts = []h5.Contact{{Office: "同等学力办公室", Person: "胡老师", Phone: "027-52104247", Hours: "工作日 8:30 至 11:30，14:00 至 17:00"}}
	return f
}

// passwordSamples are the pages of a campaign with login by password.
func passwordSamples(device string, add adder) {
	f := passwordFrame("学生登录", device)
	f.Student = ""
	l := h5.Login{Frame: f, ByPassword: true, Tips: []string{"登录账号为手机号码", "初始密码为身份证号后 6 位"}, Minutes: 5,
		WindowLabel: "平台开放时间", WindowText: "2026年1月1日 至 2027年12月31日 23:59", Phone: h5.Input{Value: "139 7112 8806"}, Consent: true}
	if device == h5.DevicePC {
		l.PCQR = pixel
	}
	add("login-password", l)
	l.Password.Error = "账户或密码不正确，还可以再试 4 次"
	add("login-password-wrong", l)
	l.Name.Error, l.Password.Error = "这个手机号登记了几名学生，请填写您的姓名，并再输一次密码", ""
	add("login-password-name", l)
	l.Name.Error = ""
	l.Phone, l.Password.Error = h5.Input{Error: "手机号不能为空"}, "密码不能为空"
	add("login-password-empty", l)
	p := h5.Password{Frame: passwordFrame("设置新密码", device)}
	add("password", p)
	p.New.Error, p.AskOld, p.Back = "新密码至少 8 位，请再加几位", true, "/c/wust/"
	add("password-change", p)
	p = h5.Password{Frame: f, Forgot: true, ConsentError: "请阅读个人信息处理说明，同意后勾选", Back: "/c/wust/login"}
	p.Title = "重新设置密码"
	add("password-forgot", p)
	c := h5.Captcha{Frame: passwordFrame("安全校验", device), Phone: "139****8806", Tips: []string{"登录账号为手机号码", "初始密码为身份证号后 6 位，首次登录后请修改", "人脸识别需要摄像头，没有的可以扫码用手机完成"}}
	add("captcha", c)
	c.Code.Error = "验证码不对，还可以再试 4 次"
	add("captcha-code", c)
	add("waiting", h5.Waiting{Frame: passwordFrame("信息审核", device), Heading: "你的信息还在审核确认中，请耐心等待！", Text: "审核通过后即可登录继续，不用反复登录"})
	home := h5.Home{Frame: passwordFrame("系统首页", device), Greeting: "李*雯，您好", Status: h5.HomeStatus{Tag: "已通过", Text: "身份认证和签署已完成，没有需要您办理的事项"}, Rows: []h5.Pair{{Label: "专业", Value: "临床医学"}},
		Links: []h5.Action{{Label: "查看登录须知", Href: "/c/wust/notice"}}, Password: "/c/wust/password"}
	add("home", home)
	home.Paid = &h5.HomePayment{Fen: 320000, At: "2026年3月12日 14:33", ReceiptURL: "/c/wust/receipt.pdf",
		Fiscal: &h5.FiscalReceipt{Number: "0000123456", Link: "https://pj.czt.hubei.gov.cn/v?id=7", Host: "pj.czt.hubei.gov.cn", Back: "已退费"}}
	home.Signed = []h5.SignedDocument{{Title: "知情承诺书", At: "2026年3月12日 14:32", Href: "/c/wust/evidence/x"}, {Title: "补充承诺书", At: "2026年3月13日 09:00"}}
	home.Status = h5.HomeStatus{Tag: "待审核", Text: "存档照片正在等待老师审核，2026年3月12日 14:26 提交，一般需要 3 个工作日"}
	home.Messages = []h5.HomeMessage{{Title: "审核结果通知", At: "2026年3月12日 14:40", Rows: []h5.Pair{{Label: "结果", Value: "需修改"}, {Value: "请重拍"}}},
		{Title: "办理提醒", At: "2026年3月1日 09:00"}}
	add("home-signed", home)
}

func TestTheSliderByKeysAndByPointer(t *testing.T) {
	box := &inbox{}
	fresh := `{"ok":true,"id":"abc","picture":"` + pixel + `","tile":"` + pixel + `","y":40,"width":320,"height":180,"size":60}`
	server := site(t, map[string]http.HandlerFunc{"POST /c/hhu/captcha/new": box.answer(fresh),
		"POST /c/hhu/captcha": box.answer(`{"error":{"kind":"invalid","message":"没有对准，请用新的图片再试一次"}}`)})
	ctx := browser(t)
	do(t, ctx, chromedp.EmulateViewport(1280, 800), chromedp.Navigate(server.URL+"/g/pc/captcha"))
	until(t, ctx, "the slider has the focus", `document.activeElement.id === 'slide' && document.querySelector('#slide').max === '260'`)
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("#slide"), kb.ArrowRight+kb.ArrowRight+kb.ArrowRight))
	until(t, ctx, "the tile moves", `document.querySelector('[data-tile]').style.left === '0.9375%'`)
	if got := box.got("/c/hhu/captcha"); len(got) != 0 {
		t.Errorf("arrow keys alone submit %q", got)
	}
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("#slide"), kb.Enter))
	until(t, ctx, "a refusal brings a new picture", `/没有对准/.test(document.body.innerText) && document.querySelector('#slide').value === '0' && !document.querySelector('#slide').disabled`)
	_ = eval[bool](t, ctx, `(() => { const s = document.querySelector('#slide'); s.dispatchEvent(new PointerEvent('pointerdown')); s.value = 137; s.dispatchEvent(new Event('input')); s.dispatchEvent(new Event('change')); return true; })()`)
	until(t, ctx, "letting go submits", `document.querySelector('#slide').value === '0'`)
	if got := strings.Join(box.got("/c/hhu/captcha"), " "); got != "id=abc&x=3 id=abc&x=137" {
		t.Errorf("sent %q", got)
	}
	shoot(t, ctx, "captcha-slider")
}
