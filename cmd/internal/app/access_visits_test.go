package app_test

import (
	"net/url"

	"ruxue/cmd/internal/stage"
)

// visit is one route as it is asked for, always with the owner's references,
// and what each comer gets: the status and the page where redirects end. Who
// has no session gets nobody's; "" is the same as nobody's.
type visit struct {
	route   string // "METHOD template"
	path    string // asked for; {ref} and {ticket} are the owner's
	send    func(a *actor, path string) stage.Answer
	nobody  string // no cookie, an invented one, one that was logged out
	other   string // another student, logged in, as far in the journey
	owner   string
	private bool // the owner's answer holds what nobody else may see
}

// actor is who asks.
type actor struct {
	device
	name    string
	student stage.Student
	hand    device // scans; the device itself but for the owner on her PC
}

func form(pairs ...string) func(*actor, string) stage.Answer {
	return func(a *actor, path string) stage.Answer { a.t.Helper(); return a.post(path, with(nil, pairs...)) }
}

func asJSON(a *actor, path string) stage.Answer { a.t.Helper(); return a.getJSON(path) }

func script(a *actor, path string) stage.Answer { a.t.Helper(); return a.ask(path, nil) }

func penned(a *actor, path string) stage.Answer {
	a.t.Helper()
	return a.askJSON(path, stage.Handwriting())
}

func file(field string) func(*actor, string) stage.Answer {
	return func(a *actor, path string) stage.Answer {
		a.t.Helper()
		photo := a.student.Photo
		if field == "photo" {
			photo = a.student.Face
		}
		return a.upload(path, field, "photo.jpg", photo, url.Values{"original": {"1"}, "source": {"camera"}})
	}
}

// byHand has the phone that scanned do it.
func byHand(send func(*actor, string) stage.Answer) func(*actor, string) stage.Answer {
	return func(a *actor, path string) stage.Answer {
		a.t.Helper()
		h := *a
		h.device = a.hand
		if send == nil {
			return h.get(path)
		}
		return send(&h, path)
	}
}

const loginPage = "200 /c/hhu/login"

// visits are all routes of the product, in the order in which a student who
// is about to sign can walk them; a route that is missing here fails the test.
var visits = []visit{
	{route: "GET /healthz", path: "/healthz", nobody: "200 /healthz"},
	{route: "GET /readyz", path: "/readyz", nobody: "200 /readyz"},
	{route: "GET /static/*path", path: "/static/none/none.css", nobody: "404 /static/none/none.css"},
	{route: "GET /", path: "/", nobody: "200 /"},
	{route: "GET /wechat", path: "/wechat?signature=x&timestamp=1&nonce=1&echostr=1", nobody: "403 /wechat"},
	{route: "POST /wechat", path: "/wechat?signature=x&timestamp=1&nonce=1", send: form("a", "b"), nobody: "422 /wechat"},
	{route: "POST /pay/notify", path: "/pay/notify", send: script, nobody: "401 /pay/notify"},
	{route: "GET /wechat/oauth", path: "/wechat/oauth?code=1&state=2", nobody: "200 /wechat/oauth", other: "200 /wechat/oauth", owner: "200 /wechat/oauth"},
	{route: "GET /c/:campaign/oauth", path: "/c/hhu/oauth?code=1&state=2", nobody: "200 /c/hhu/oauth", other: "200 /c/hhu/sign/pledge", owner: "200 /c/hhu/oauth"},
	{route: "GET /c/:campaign", path: "/c/hhu", nobody: loginPage, other: "200 /c/hhu/sign/pledge"},
	{route: "GET /c/:campaign/", path: "/c/hhu/", nobody: loginPage, other: "200 /c/hhu/sign/pledge"},
	{route: "GET /c/:campaign/login", path: "/c/hhu/login", nobody: loginPage, other: "200 /c/hhu/sign/pledge"},
	{route: "POST /c/:campaign/login", path: "/c/hhu/login", send: form(), nobody: "422 /c/hhu/login"},
	{route: "POST /c/:campaign/sms", path: "/c/hhu/sms", send: script, nobody: "422 /c/hhu/sms"},
	// Of other campaigns: hhu has neither passwords, slider, approval nor home page.
	{route: "GET /c/:campaign/forgot", path: "/c/hhu/forgot", nobody: "404 /c/hhu/forgot"},
	{route: "POST /c/:campaign/forgot", path: "/c/hhu/forgot", send: form(), nobody: "404 /c/hhu/forgot"},
	{route: "GET /c/:campaign/captcha", path: "/c/hhu/captcha", nobody: loginPage, other: "200 /c/hhu/sign/pledge"},
	{route: "POST /c/:campaign/captcha", path: "/c/hhu/captcha", send: form(), nobody: "401 /c/hhu/captcha", other: "409 /c/hhu/captcha"},
	{route: "POST /c/:campaign/captcha/new", path: "/c/hhu/captcha/new", send: script, nobody: "401 /c/hhu/captcha/new", other: "409 /c/hhu/captcha/new"},
	{route: "POST /c/:campaign/captcha/sms", path: "/c/hhu/captcha/sms", send: script, nobody: "401 /c/hhu/captcha/sms", other: "409 /c/hhu/captcha/sms"},
	{route: "GET /c/:campaign/password", path: "/c/hhu/password", nobody: loginPage, other: "404 /c/hhu/password"},
	{route: "POST /c/:campaign/password", path: "/c/hhu/password", send: form(), nobody: "401 /c/hhu/password", other: "404 /c/hhu/password"},
	{route: "GET /c/:campaign/approval", path: "/c/hhu/approval", nobody: loginPage, other: "200 /c/hhu/sign/pledge"},
	{route: "GET /c/:campaign/home", path: "/c/hhu/home", nobody: loginPage, other: "200 /c/hhu/sign/pledge"},
	{route: "GET /c/:campaign/notice", path: "/c/hhu/notice", nobody: "200 /c/hhu/notice"},
	{route: "GET /c/:campaign/help", path: "/c/hhu/help", nobody: "200 /c/hhu/help"},
	{route: "GET /c/:campaign/privacy", path: "/c/hhu/privacy", nobody: "200 /c/hhu/privacy"},
	{route: "GET /c/:campaign/follow.png", path: "/c/hhu/follow.png", nobody: "200 /c/hhu/follow.png"},

	{route: "GET /c/:campaign/choices", path: "/c/hhu/choices", nobody: loginPage, other: "200 /c/hhu/choices", private: true},
	{route: "POST /c/:campaign/choices", path: "/c/hhu/choices", send: form("choice", "register"), nobody: "401 /c/hhu/choices", other: "200 /c/hhu/sign/pledge"},
	// Who chose to register has no application; TestWaiverToTheEnd walks them.
	{route: "GET /c/:campaign/apply/:kind", path: "/c/hhu/apply/defer", nobody: loginPage, other: "200 /c/hhu/sign/pledge"},
	{route: "POST /c/:campaign/apply/:kind", path: "/c/hhu/apply/defer", send: form("reason", "x"), nobody: "401 /c/hhu/apply/defer", other: "409 /c/hhu/apply/defer"},
	{route: "POST /c/:campaign/apply/:kind/draft", path: "/c/hhu/apply/defer/draft", send: script, nobody: "401 /c/hhu/apply/defer/draft", other: "409 /c/hhu/apply/defer/draft"},
	{route: "POST /c/:campaign/apply/:kind/withdraw", path: "/c/hhu/apply/defer/withdraw", send: form(), nobody: "401 /c/hhu/apply/defer/withdraw", other: "409 /c/hhu/apply/defer/withdraw"},
	{route: "POST /c/:campaign/apply/:kind/handoff", path: "/c/hhu/apply/defer/handoff", send: script, nobody: "401 /c/hhu/apply/defer/handoff", other: "409 /c/hhu/apply/defer/handoff"},
	{route: "GET /c/:campaign/apply/:kind/signature", path: "/c/hhu/apply/defer/signature", nobody: loginPage, other: "200 /c/hhu/sign/pledge"},
	{route: "GET /c/:campaign/apply/:kind/file/:slot", path: "/c/hhu/apply/defer/file/defer-1", nobody: loginPage, other: "200 /c/hhu/sign/pledge"},
	{route: "POST /c/:campaign/apply/:kind/file/:slot", path: "/c/hhu/apply/defer/file/defer-1", send: file("file"), nobody: "401 /c/hhu/apply/defer/file/defer-1", other: "409 /c/hhu/apply/defer/file/defer-1"},
	{route: "POST /c/:campaign/apply/:kind/file/:slot/remove", path: "/c/hhu/apply/defer/file/defer-1/remove", send: script, nobody: "401 /c/hhu/apply/defer/file/defer-1/remove", other: "409 /c/hhu/apply/defer/file/defer-1/remove"},
	{route: "GET /c/:campaign/face", path: "/c/hhu/face", nobody: loginPage, other: "200 /c/hhu/face", private: true},
	{route: "POST /c/:campaign/face/consent", path: "/c/hhu/face/consent", send: form("way", "face"), nobody: "401 /c/hhu/face/consent", other: "200 /c/hhu/face"},
	{route: "GET /c/:campaign/face/photo", path: "/c/hhu/face/photo", nobody: loginPage, other: "404 /c/hhu/face/photo", owner: "200 /c/hhu/face/photo", private: true},
	{route: "POST /c/:campaign/face/check", path: "/c/hhu/face/check", send: file("photo"), nobody: "401 /c/hhu/face/check", other: "200 /c/hhu/face/check"},
	{route: "POST /c/:campaign/face/archive", path: "/c/hhu/face/archive", send: file("photo"), nobody: "401 /c/hhu/face/archive", other: "403 /c/hhu/face/archive", owner: "200 /c/hhu/face/archive"},
	{route: "GET /c/:campaign/verify", path: "/c/hhu/verify", nobody: loginPage, other: "200 /c/hhu/verify", private: true},
	{route: "POST /c/:campaign/verify", path: "/c/hhu/verify", send: form(), nobody: "401 /c/hhu/verify", other: "200 /c/hhu/form/basic", private: true},
	{route: "POST /c/:campaign/verify/wrong", path: "/c/hhu/verify/wrong", send: form("text", "短"), nobody: "401 /c/hhu/verify/wrong", other: "422 /c/hhu/verify/wrong", private: true},
	{route: "GET /c/:campaign/form/:section", path: "/c/hhu/form/basic", nobody: loginPage, other: "200 /c/hhu/form/basic", private: true},
	{route: "POST /c/:campaign/form/:section", path: "/c/hhu/form/basic", send: form(), nobody: "401 /c/hhu/form/basic", other: "422 /c/hhu/form/basic", private: true},
	{route: "POST /c/:campaign/form/:section/draft", path: "/c/hhu/form/basic/draft", send: script, nobody: "401 /c/hhu/form/basic/draft", other: "200 /c/hhu/form/basic/draft"},
	{route: "GET /c/:campaign/attachments", path: "/c/hhu/attachments", nobody: loginPage, other: "200 /c/hhu/attachments", private: true},
	{route: "GET /c/:campaign/attachments/:slot", path: "/c/hhu/attachments/id-front?v={attachment}", nobody: loginPage, other: "200 /c/hhu/attachments/id-front", private: true},
	{route: "POST /c/:campaign/attachments/:slot/remove", path: "/c/hhu/attachments/id-front/remove", send: script, nobody: "401 /c/hhu/attachments/id-front/remove", other: "200 /c/hhu/attachments/id-front/remove"},
	{route: "POST /c/:campaign/attachments/:slot", path: "/c/hhu/attachments/id-front", send: file("file"), nobody: "401 /c/hhu/attachments/id-front", other: "200 /c/hhu/attachments/id-front"},
	{route: "POST /c/:campaign/attachments", path: "/c/hhu/attachments", send: form(), nobody: "401 /c/hhu/attachments", other: "200 /c/hhu/sign/pledge"},
	{route: "GET /c/:campaign/sign/:document", path: "/c/hhu/sign/pledge", nobody: loginPage, other: "200 /c/hhu/sign/pledge", private: true},

	{route: "GET /c/:campaign/handoff/:ref", path: "/c/hhu/handoff/{ref}", send: asJSON, nobody: "401 /c/hhu/handoff/{ref}", other: "404 /c/hhu/handoff/{ref}", owner: "200 /c/hhu/handoff/{ref}", private: true},
	{route: "GET /h/:ticket", path: "/h/{ticket}", send: byHand(nil), nobody: "200 /h/{ticket}", other: "409 /h/{ticket}", owner: "200 /h/{ticket}", private: true},
	{route: "POST /h/:ticket/active", path: "/h/{ticket}/active", send: byHand(script), nobody: "409 /h/{ticket}/active", owner: "200 /h/{ticket}/active"},
	{route: "POST /h/:ticket/sign", path: "/h/{ticket}/sign", send: byHand(penned), nobody: "409 /h/{ticket}/sign", owner: "200 /h/{ticket}/sign"},
	{route: "POST /h/:ticket/face/consent", path: "/h/{face}/face/consent", send: byHand(form("way", "face")), nobody: "200 /h/{face}", other: "409 /h/{face}", owner: "200 /h/{face}"},
	{route: "POST /h/:ticket/face/check", path: "/h/{face}/face/check", send: byHand(file("photo")), nobody: "409 /h/{face}/face/check", owner: "200 /h/{face}/face/check"},
	{route: "POST /h/:ticket/face/archive", path: "/h/{face}/face/archive", send: byHand(file("photo")), nobody: "409 /h/{face}/face/archive", owner: "410 /h/{face}/face/archive"},
	{route: "POST /h/:ticket/upload", path: "/h/{upload}/upload", send: byHand(file("file")), nobody: "409 /h/{upload}/upload", owner: "200 /h/{upload}/upload"},
	{route: "GET /c/:campaign/handoff/:ref/events", path: "/c/hhu/handoff/{ref}/events", send: asJSON, nobody: "401 /c/hhu/handoff/{ref}/events", other: "404 /c/hhu/handoff/{ref}/events", owner: "200 /c/hhu/handoff/{ref}/events", private: true},
	{route: "POST /c/:campaign/sign/:document", path: "/c/hhu/sign/pledge", send: penned, nobody: "401 /c/hhu/sign/pledge", other: "200 /c/hhu/sign/pledge"},
	{route: "GET /c/:campaign/sign/:document/picture", path: "/c/hhu/sign/pledge/picture", nobody: loginPage, other: "200 /c/hhu/sign/pledge/picture"},
	{route: "POST /c/:campaign/sign/:document/again", path: "/c/hhu/sign/pledge/again", send: script, nobody: "401 /c/hhu/sign/pledge/again", other: "409 /c/hhu/sign/pledge/again"},
	{route: "POST /c/:campaign/sign/:document/confirm", path: "/c/hhu/sign/pledge/confirm", send: script, nobody: "401 /c/hhu/sign/pledge/confirm", other: "422 /c/hhu/sign/pledge/confirm"},
	{route: "GET /c/:campaign/receipt.pdf", path: "/c/hhu/receipt.pdf", nobody: loginPage, other: "404 /c/hhu/receipt.pdf"},
	{route: "GET /c/:campaign/signed/:file", path: "/c/hhu/signed/other.pdf", nobody: loginPage, other: "404 /c/hhu/signed/other.pdf"},
	{route: "GET /v/:number", path: "/v/0000000000ABCDEFGHJK", nobody: "404 /v/0000000000ABCDEFGHJK"},
	{route: "POST /v/:number", path: "/v/0000000000ABCDEFGHJK", send: file("file"), nobody: "404 /v/0000000000ABCDEFGHJK"},
	{route: "POST /c/:campaign/sign/:document/handoff", path: "/c/hhu/sign/pledge/handoff", send: script, nobody: "401 /c/hhu/sign/pledge/handoff", other: "200 /c/hhu/sign/pledge/handoff"},

	{route: "POST /c/:campaign/face/handoff", path: "/c/hhu/face/handoff", send: script, nobody: "401 /c/hhu/face/handoff", other: "200 /c/hhu/face/handoff"},
	{route: "POST /c/:campaign/attachments/:slot/handoff", path: "/c/hhu/attachments/id-back/handoff", send: script, nobody: "401 /c/hhu/attachments/id-back/handoff", other: "200 /c/hhu/attachments/id-back/handoff"},
	{route: "POST /c/:campaign/handoff/:ref/end", path: "/c/hhu/handoff/{ref}/end", send: script, nobody: "401 /c/hhu/handoff/{ref}/end", other: "404 /c/hhu/handoff/{ref}/end", owner: "200 /c/hhu/handoff/{ref}/end"},

	{route: "GET /pay/:campaign", path: "/pay/hhu", nobody: loginPage, other: "200 /pay/hhu", private: true},
	{route: "POST /pay/:campaign/free", path: "/pay/hhu/free", send: form(), nobody: "401 /pay/hhu/free", other: "409 /pay/hhu/free"},
	{route: "POST /pay/:campaign/attempt", path: "/pay/hhu/attempt", send: script, nobody: "401 /pay/hhu/attempt", other: "200 /pay/hhu/attempt"},
	{route: "GET /pay/:campaign/state", path: "/pay/hhu/state", send: asJSON, nobody: "401 /pay/hhu/state", other: "200 /pay/hhu/state"},
	{route: "POST /pay/:campaign/refresh", path: "/pay/hhu/refresh", send: script, nobody: "401 /pay/hhu/refresh", other: "200 /pay/hhu/refresh"},
	{route: "GET /c/:campaign/done", path: "/c/hhu/done", nobody: loginPage, other: "200 /pay/hhu", owner: "200 /c/hhu/done", private: true},
	{route: "POST /c/:campaign/logout", path: "/c/hhu/logout", send: form(), nobody: "200 /c/hhu/login"},
}
