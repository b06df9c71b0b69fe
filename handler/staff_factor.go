package handler

import (
	"context"

	"ruxue/h5"
	"ruxue/service/fault"
	"ruxue/service/signing"
	"ruxue/service/staff"
)

// issuer is what an authenticator app shows above the code.
func (k *call) issuer() string { return k.house.name() + "注册管理" }

func (h house) name() string {
	if h.shortName != "" {
		return h.shortName
	}
	return h.institution
}

// at demands that the login waits at this very page, or is complete.
func (h *Handler) at(path string) endpoint {
	return func(k *call) error {
		if err := h.withHalfStaff(k); err != nil {
			return err
		}
		if k.staff.ReviewOnly {
			return fault.New(fault.Forbidden, errNotAllowed)
		}
		if to := k.unfinished(); to != "" && to != path {
			if k.wantsJSON() || k.Request.Method != "GET" {
				return fault.New(fault.Unauthorized, errHalf)
			}
			return redirect{to}
		}
		return nil
	}
}

const errHalf = "登录还没有完成，请重新登录"

// half demands a login of which any step may be missing.
func (h *Handler) half(k *call) error {
	if err := h.withHalfStaff(k); err != nil {
		return err
	}
	if k.staff.ReviewOnly {
		return fault.New(fault.Forbidden, errNotAllowed)
	}
	return nil
}

func (h *Handler) factorPage(k *call) error {
	if k.unfinished() == "" {
		return redirect{h.afterLogin(k, k.Query("next"))}
	}
	return h.show(k, h.factorView(k, k.Query("next")))
}

func (h *Handler) factorView(k *call, next string) h5.StaffFactor {
	p := h5.StaffFactor{Console: k.console("二次验证", ""), Next: staffNext(next), App: k.account.TOTP, Scan: k.account.CanScan(), Kept: k.kept()}
	p.Nav = nil
	return p
}

// factor takes the code of the app, or a backup code.
func (h *Handler) factor(k *call) error {
	err := h.Staff.ProveFactor(k.ctx(), k.account, k.PostForm("code"), h.place(k))
	if f, ok := k.refused(err); ok {
		page := h.factorView(k, k.PostForm("next"))
		page.Code.Error = f.Sentence
		return h.showAgain(k, err, page)
	}
	if err != nil {
		return err
	}
	if err := h.proven(k); err != nil {
		return err
	}
	return h.goOn(k, k.PostForm("next"))
}

// proven marks the session as proven, under a new cookie.
func (h *Handler) proven(k *call) error {
	k.staffSession.Proven = true
	return h.renewStaff(k, true)
}

func (h *Handler) setupPage(k *call) error {
	if k.account.TOTP {
		return redirect{"/staff/account"}
	}
	page, err := h.setupView(k, "")
	if err != nil {
		return err
	}
	return h.show(k, page)
}

func (h *Handler) setupView(k *call, sealed string) (page h5.StaffSetup, err error) {
	page = h5.StaffSetup{Console: k.console("设置二次验证", ""), AskPassword: k.account.HasFactor(), Must: k.account.MustSetUp(),
		Bound: k.account.OpenID != "", Scan: k.account.CanScan()}
	if page.Must {
		page.Nav = nil
	}
	var s staff.Setup
	if sealed == "" {
		s, err = h.Staff.BeginTOTP(k.account, k.issuer())
	} else {
		s, err = h.Staff.ResumeTOTP(k.account, k.issuer(), sealed)
	}
	if err != nil {
		return page, err
	}
	png, err := signing.QRPNG(s.URI)
	if err != nil {
		return page, err
	}
	page.QR, page.Secret, page.Sealed = dataURI(png), s.Secret, s.Sealed
	return page, nil
}

// setup sets up an authenticator app: POST sealed and code, and password where
// another factor exists already.
func (h *Handler) setup(k *call) error {
	sealed := k.PostForm("sealed")
	err := h.confirmed(k, k.account.HasFactor())
	var codes []string
	if err == nil {
		err = h.own(k, "staff.factor", "设置验证器 App", func(ctx context.Context) (err error) {
			codes, err = h.Staff.FinishTOTP(ctx, k.account, sealed, k.PostForm("code"))
			return err
		})
	}
	if f, ok := fault.As(err); ok && f.Field != "" && !k.wantsJSON() {
		page, e := h.setupView(k, sealed)
		if e != nil {
			return e
		}
		page.Code.Value = bounded(k.PostForm("code"))
		if f.Field == "code" {
			page.Code.Error = f.Sentence
		} else {
			page.Password.Error = f.Sentence
		}
		return h.showAgain(k, err, page)
	}
	if err != nil {
		return err
	}
	return h.factorSet(k, codes)
}

// confirmed compares the posted password, if it is demanded.
func (h *Handler) confirmed(k *call, demanded bool) error {
	if !demanded {
		return nil
	}
	return h.Staff.Confirm(k.ctx(), k.account, k.PostForm("password"), h.place(k))
}

// factorSet ends the setting up of a second factor: the session has proven it,
// and the backup codes are shown, once.
func (h *Handler) factorSet(k *call, codes []string) (err error) {
	must := k.unfinished() != ""
	if k.account, err = h.Staff.ByRef(k.ctx(), k.account.Ref); err != nil {
		return err
	}
	k.staffSession.Proven = true
	if err := h.renewStaff(k, must); err != nil {
		return err
	}
	next := "/staff/account"
	if must {
		next = staffNext(k.staffSession.Next)
	}
	if len(codes) > 0 {
		return h.show(k, h5.StaffCodes{Console: k.console("备用码", ""), Codes: codes, Next: next})
	}
	h.sendTo(k, next)
	return nil
}

// scanFactor says whether a scan with the bound WeChat is a second factor: POST
// on=1 or 0, and password where a factor exists already.
func (h *Handler) scanFactor(k *call) error {
	on := k.PostForm("on") == "1"
	if err := h.confirmed(k, k.account.HasFactor()); err != nil {
		return h.accountAgain(k, err)
	}
	var codes []string
	detail := map[bool]string{true: "微信扫码作为二次验证", false: "不再用微信扫码作为二次验证"}[on]
	err := h.own(k, "staff.factor", detail, func(ctx context.Context) (err error) {
		codes, err = h.Staff.SetScanFactor(ctx, k.account, on)
		return err
	})
	if err != nil {
		return h.accountAgain(k, err)
	}
	if on {
		return h.factorSet(k, codes)
	}
	h.sendTo(k, "/staff/account")
	return nil
}
