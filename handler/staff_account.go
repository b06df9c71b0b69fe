package handler

import (
	"context"

	"ruxue/h5"
	"ruxue/service/fault"
)

func (h *Handler) accountPage(k *call) error {
	page, err := h.accountView(k)
	if err != nil {
		return err
	}
	return h.show(k, page)
}

func (h *Handler) accountView(k *call) (h5.StaffAccount, error) {
	a := k.account
	page := h5.StaffAccount{Console: k.console("我的账号", ""), Rows: []h5.Pair{{Label: "姓名", Value: a.Name}, {Label: "账号", Value: a.Login},
		{Label: "角色", Value: a.Role.Words()}}, App: a.TOTP, Scan: a.CanScan(), Bound: a.OpenID != "", HasFactor: a.HasFactor(),
		Administrator: k.staff.May("staff.manage")}
	if a.Office != "" {
		page.Rows = append(page.Rows, h5.Pair{Label: "部门", Value: a.Office})
	}
	names, err := h.siteNames(k)
	if err != nil {
		return page, err
	}
	for _, s := range names(a.Sites) {
		page.Rows = append(page.Rows, h5.Pair{Label: "教学点", Value: s})
	}
	if a.BoundAt != nil {
		page.BoundAt = h5.Time(*a.BoundAt)
	}
	page.CodesLeft, err = h.Staff.BackupCodesLeft(k.ctx(), a)
	return page, err
}

// accountAgain shows the page with a refusal on top.
func (h *Handler) accountAgain(k *call, err error) error {
	f, ok := k.refused(err)
	if !ok || k.unfinished() != "" {
		return err
	}
	page, e := h.accountView(k)
	if e != nil {
		return e
	}
	page.Notice = &h5.Notice{Kind: h5.NoticeBad, Text: f.Sentence}
	page.Open = k.FullPath()
	return h.showAgain(k, err, page)
}

// removeApp takes the authenticator app away: POST password.
func (h *Handler) removeApp(k *call) error {
	err := h.confirmed(k, true)
	if err == nil {
		err = h.own(k, "staff.factor", "删除验证器 App", func(ctx context.Context) error { return h.Staff.RemoveTOTP(ctx, k.account) })
	}
	if err != nil {
		return h.accountAgain(k, err)
	}
	h.sendTo(k, "/staff/account")
	return nil
}

// unbindWeChat ends the binding: POST password.
func (h *Handler) unbindWeChat(k *call) error {
	err := h.confirmed(k, true)
	if err == nil {
		err = h.own(k, "staff.unbind", "解除微信绑定", func(ctx context.Context) error { return h.Staff.Unbind(ctx, k.account) })
	}
	if err != nil {
		return h.accountAgain(k, err)
	}
	h.sendTo(k, "/staff/account")
	return nil
}

// newCodes replaces the backup codes and shows them: POST password.
func (h *Handler) newCodes(k *call) error {
	err := h.confirmed(k, true)
	if err == nil && !k.account.HasFactor() {
		err = fault.New(fault.Conflict, "请先设置二次验证")
	}
	if err != nil {
		return h.accountAgain(k, err)
	}
	var codes []string
	err = h.own(k, "staff.factor", "重新生成备用码", func(ctx context.Context) (err error) {
		codes, err = h.Staff.NewBackupCodes(ctx, k.account)
		return err
	})
	if err != nil {
		return err
	}
	return h.show(k, h5.StaffCodes{Console: k.console("备用码", ""), Codes: codes, Next: "/staff/account"})
}
