package handler

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/audit"
	"ruxue/service/staff"
)

// ownRoutes are what every account has: the way in and the own account.
func (h *Handler) ownRoutes() []staffRoute {
	get, post, needs := http.MethodGet, http.MethodPost, staff.Own
	return []staffRoute{
		{get, "", needs, h.staffHome},
		{get, "/session", needs, h.staffAlive},
		{get, "/account", needs, h.accountPage},
		{post, "/account/unbind", needs, h.unbindWeChat},
		{post, "/account/app/remove", needs, h.removeApp},
		{post, "/account/codes", needs, h.newCodes},
	}
}

// staffHome goes to the first page of the navigation that the person may open.
func (h *Handler) staffHome(k *call) error {
	if len(k.nav) == 0 {
		return h.show(k, h5.StaffMessage{Console: k.console("首页", ""), Heading: k.staff.Name + "，您好",
			Text: "您已登录，" + k.staff.Role.Words() + "的页面还没有开放"})
	}
	return redirect{k.nav[0].path}
}

// staffAlive tells a page's script whether the session is still there.
func (h *Handler) staffAlive(k *call) error {
	return h.ok(k, gin.H{"ref": k.staff.Ref, "name": k.staff.Name})
}

func (h *Handler) staffLoginPage(k *call) error {
	if err := h.staffSession(k); err != nil {
		return err
	}
	next := staffNext(k.Query("next"))
	if k.account != nil && !k.staffSession.ReviewOnly {
		return redirect{h.afterLogin(k, next)}
	}
	k.account = nil
	if err := h.furnish(k); err != nil {
		return err
	}
	return h.show(k, h5.StaffLogin{Console: k.console("工作人员登录", ""), Next: next})
}

// staffLogin compares the password; a refusal shows the page again.
func (h *Handler) staffLogin(k *call) error {
	if err := h.furnish(k); err != nil {
		return err
	}
	next := staffNext(k.PostForm("next"))
	err := h.tryStaffLogin(k, next)
	if err == nil {
		return h.goOn(k, next)
	}
	f, ok := k.refused(err)
	if !ok {
		return err
	}
	page := h5.StaffLogin{Console: k.console("工作人员登录", ""), Next: next, Login: h5.Input{Value: bounded(k.PostForm("login"))}, Kept: k.kept()}
	if f.Field == "login" {
		page.Login.Error = f.Sentence
	} else {
		page.Password.Error = f.Sentence
	}
	return h.showAgain(k, err, page)
}

func (h *Handler) tryStaffLogin(k *call, next string) error {
	a, err := h.Staff.Login(k.ctx(), k.PostForm("login"), k.PostForm("password"), h.place(k))
	if err != nil {
		return err
	}
	old, _ := k.Cookie(h.staffCookie())
	now := h.Now()
	k.account, k.staffSession = a, staff.Session{StaffID: a.ID, Epoch: a.Epoch, Next: next, LoginAt: now, SeenAt: now}
	k.staffToken = old
	return h.renewStaff(k, true)
}

// renewStaff stores the session under a new cookie. Where that completes the
// login it is noted first: the session stands in Redis, outside the entry's
// transaction, and there is to be none without an entry.
func (h *Handler) renewStaff(k *call, completes bool) (err error) {
	if completes && k.unfinished() == "" {
		if err := h.completeStaff(k); err != nil {
			return err
		}
	}
	if k.staffToken, err = h.StaffSessions.Start(k.ctx(), k.staffToken, k.staffSession); err != nil {
		return err
	}
	h.setStaffCookie(k, k.staffToken)
	return nil
}

// completeStaff notes that the login is complete.
func (h *Handler) completeStaff(k *call) error {
	err := h.Tx.InTx(k.ctx(), func(ctx context.Context) error {
		if err := h.Staff.Complete(ctx, k.account); err != nil {
			return err
		}
		return h.Audit.Add(ctx, audit.Entry{Actor: "staff:" + k.account.Ref, Action: "staff.login",
			Subject: "staff:" + k.account.Ref, Detail: "登录，设备：" + deviceWords(k.device)})
	})
	if err != nil {
		return err
	}
	return h.knowDevice(k)
}

func (h *Handler) staffLogout(k *call) error {
	if token, err := k.Cookie(h.staffCookie()); err == nil && token != "" {
		if err := h.StaffSessions.Delete(k.ctx(), token); err != nil {
			return err
		}
	}
	h.setStaffCookie(k, "")
	return redirect{"/staff/login"}
}

func (h *Handler) staffPasswordPage(k *call) error {
	return h.show(k, h.staffPasswordView(k))
}

func (h *Handler) staffPasswordView(k *call) h5.StaffPassword {
	p := h5.StaffPassword{Console: k.console("修改密码", ""), AskOld: k.account.PasswordOwn}
	if !p.AskOld {
		p.Title, p.Nav = "设置密码", nil
	}
	return p
}

// staffPassword replaces the password; every other session of the account ends.
func (h *Handler) staffPassword(k *call) error {
	epoch, err := h.Staff.ChangePassword(k.ctx(), k.account, k.PostForm("old"), k.PostForm("password"), k.PostForm("again"), h.place(k),
		func(ctx context.Context) error {
			return h.noteStaffIn(ctx, k, "staff.password", "staff:"+k.staff.Ref, "修改自己的密码")
		})
	if f, ok := k.refused(err); ok {
		page := h.staffPasswordView(k)
		page.Notice = fieldErrors{"old": &page.Old.Error, "again": &page.Again.Error, "password": &page.New.Error}.put(f, page.Notice)
		return h.showAgain(k, err, page)
	}
	if err != nil {
		return err
	}
	first := !k.account.PasswordOwn
	k.account.PasswordOwn, k.account.Epoch = true, epoch
	k.staffSession.Epoch = epoch
	if err := h.renewStaff(k, first); err != nil {
		return err
	}
	next := "/staff"
	if first {
		next = k.staffSession.Next
	}
	h.sendTo(k, h.afterLogin(k, next))
	return nil
}
