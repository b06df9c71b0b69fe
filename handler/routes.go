package handler

import (
	"github.com/gin-gonic/gin"

	"ruxue/service/signing"
)

// routes lists every address, grouped by what it demands.
func (h *Handler) routes() {
	e := h.engine
	e.Use(h.observe, gin.CustomRecoveryWithWriter(nil, h.recovered), headers, h.bodies)
	e.MaxMultipartMemory = maxBody // what a form brings never lies on a disk
	e.NoRoute(h.notFound)
	e.NoMethod(h.notFound) // the address of a form, opened again: a page, not gin's words

	h.openRoutes(e)
	e.GET("/wechat/oauth", h.guard(h.withSession), h.do(h.oauth))
	h.handoffRoutes(e.Group("/h/:ticket", h.guard(h.withSession)))
	h.staffRoutes(e)
	c := e.Group("/c/:campaign", h.guard(h.withCampaign), h.guard(h.withSession))
	h.visitorRoutes(c)
	h.studentRoutes(c.Group("", h.guard(h.withStudent)))
	h.payRoutes(e.Group("/pay/:campaign", h.guard(h.withCampaign), h.guard(h.withSession), h.guard(h.withStudent),
		h.guard(h.reach("pay", ""))))
}

// openRoutes ask for no session.
func (h *Handler) openRoutes(e *gin.Engine) {
	e.GET("/healthz", h.healthz)
	e.GET("/readyz", h.readyz)
	e.GET("/static/*path", gin.WrapH(h.Pages.Handler()))
	e.GET("/", h.do(h.index))
	for name := range h.VerifyFiles {
		e.GET("/"+name, h.do(h.verifyFile(name)))
	}

	// Anybody who holds a signed paper.
	e.GET("/v/:number", h.do(h.proofPage))
	e.POST("/v/:number", h.do(h.proofCompare))

	// WeChat and WeChat Pay, by their signatures.
	e.GET("/wechat", h.do(h.wechatEcho))
	e.POST("/wechat", h.do(h.wechatPush))
	e.POST("/pay/notify", h.do(h.payNotify))
}

// visitorRoutes are a campaign's pages for any browser, logged in or not.
func (h *Handler) visitorRoutes(c *gin.RouterGroup) {
	c.GET("", h.do(h.start))
	c.GET("/", h.do(h.start))
	c.GET("/oauth", h.do(h.oauth))
	c.GET("/login", h.do(h.loginPage))
	c.POST("/login", h.do(h.login))
	c.POST("/sms", h.do(h.sms))
	c.POST("/logout", h.do(h.logout))
	c.GET("/forgot", h.guard(h.passwordOnly), h.do(h.forgotPage))
	c.POST("/forgot", h.guard(h.passwordOnly), h.do(h.forgot))
	c.GET("/notice", h.do(h.notice))
	c.GET("/help", h.do(h.help))
	c.GET("/privacy", h.do(h.privacy))
	c.GET("/follow.png", h.do(h.followQR))
}

// handoffRoutes are for the phone that scanned a handoff, by its ticket and openid.
func (h *Handler) handoffRoutes(t *gin.RouterGroup) {
	t.GET("", h.do(h.scanPage))
	t.POST("/active", h.do(h.handoffActive))
	t.POST("/sign", h.do(h.handoffSign))
	t.POST("/upload", h.guard(h.lentFor(signing.KindUpload)), h.do(h.handoffUpload))
	tf := t.Group("/face", h.guard(h.lentFor(signing.KindFace)))
	tf.POST("/consent", h.do(h.handoffConsent))
	tf.POST("/check", h.do(h.handoffCheck))
	tf.POST("/archive", h.do(h.handoffArchive))
}

// payRoutes lie in the one directory that is registered with WeChat Pay.
func (h *Handler) payRoutes(p *gin.RouterGroup) {
	p.GET("", h.do(h.payPage))
	p.POST("/free", h.do(h.payFree))
	p.POST("/attempt", h.do(h.payAttempt))
	p.GET("/state", h.do(h.payState))
	p.POST("/refresh", h.do(h.payRefresh))
}

// studentRoutes are the pages of the journey, each behind its step.
func (h *Handler) studentRoutes(s *gin.RouterGroup) {
	s.GET("/choices", h.do(h.choicesPage))
	s.POST("/choices", h.do(h.choose))

	h.applyRoutes(s.Group("/apply/:kind", h.guard(h.reach("application", "kind"))))

	t := s.Group("/captcha", h.guard(h.reach("captcha", "")))
	t.GET("", h.do(h.captchaPage))
	t.POST("", h.do(h.captcha))
	t.POST("/new", h.do(h.captchaNew))
	t.POST("/sms", h.do(h.captchaSMS))

	p := s.Group("/password", h.guard(h.passwordOnly), h.guard(h.reach("password", "")))
	p.GET("", h.do(h.passwordPage))
	p.POST("", h.do(h.changePassword))

	s.GET("/approval", h.guard(h.reach("approval", "")), h.do(h.approvalPage))
	s.GET("/home", h.guard(h.reach("home", "")), h.do(h.homePage))

	f := s.Group("/face", h.guard(h.reach("face", "")))
	f.GET("", h.do(h.facePage))
	f.POST("/consent", h.do(h.faceConsent))
	f.POST("/check", h.do(h.faceCheck))
	f.POST("/archive", h.do(h.faceArchive))
	f.GET("/photo", h.do(h.facePhoto))
	f.POST("/handoff", h.do(h.faceHandoff))

	v := s.Group("/verify", h.guard(h.reach("check", "")))
	v.GET("", h.do(h.verifyPage))
	v.POST("", h.do(h.verify))
	v.POST("/wrong", h.do(h.complain))

	form := s.Group("/form/:section", h.guard(h.reach("form", "section")))
	form.GET("", h.do(h.formPage))
	form.POST("", h.guard(h.sectionMendable), h.do(h.submitForm))
	form.POST("/draft", h.guard(h.sectionMendable), h.do(h.saveDraft))

	a := s.Group("/attachments", h.guard(h.reach("attachments", "")))
	a.GET("", h.do(h.attachmentsPage))
	a.POST("", h.do(h.attachmentsNext))
	a.GET("/:slot", h.do(h.attachmentFile))
	a.POST("/:slot", h.guard(h.slotMendable), h.do(h.upload))
	a.POST("/:slot/remove", h.guard(h.editable), h.do(h.removeAttachment))
	a.POST("/:slot/handoff", h.guard(h.slotMendable), h.do(h.uploadHandoff))

	h.signRoutes(s)

	done := s.Group("/done", h.guard(h.reach("done", "")))
	done.GET("", h.do(h.donePage))
}

// signRoutes are the documents to sign, the papers that come of it, and the
// PC's side of a handoff.
func (h *Handler) signRoutes(s *gin.RouterGroup) {
	d := s.Group("/sign/:document", h.guard(h.reach("sign", "document")))
	d.GET("", h.do(h.signPage))
	d.POST("", h.do(h.sign))
	d.GET("/picture", h.do(h.signPicture))
	d.POST("/again", h.do(h.signAgain))
	d.POST("/confirm", h.do(h.signConfirm))
	d.POST("/handoff", h.do(h.handoffCreate))
	s.GET("/signed/:file", h.do(h.signedFile))
	s.GET("/receipt.pdf", h.do(h.receipt))
	s.GET("/handoff/:ref", h.do(h.handoffState))
	s.GET("/handoff/:ref/events", h.do(h.handoffEvents))
	s.POST("/handoff/:ref/end", h.do(h.handoffEnd))
}

// applyRoutes are the pages of 保留入学资格 and 放弃入学资格.
func (h *Handler) applyRoutes(a *gin.RouterGroup) {
	a.GET("", h.do(h.applyPage))
	a.POST("", h.do(h.apply))
	a.POST("/draft", h.guard(h.editable), h.do(h.applyDraft))
	a.POST("/withdraw", h.do(h.applyWithdraw))
	a.GET("/signature", h.do(h.applySignature))
	a.POST("/handoff", h.guard(h.editable), h.do(h.applyHandoff))
	a.GET("/file/:slot", h.do(h.applyFile))
	a.POST("/file/:slot", h.guard(h.editable), h.do(h.applyUpload))
	a.POST("/file/:slot/remove", h.guard(h.editable), h.do(h.applyRemove))
}
