package handler

import (
	"context"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"ruxue/service/audit"
	"ruxue/service/fault"
	"ruxue/service/signing"
	"ruxue/service/staff"
)

// staffPush takes WeChat's events that concern staff: a scan of a code of ours,
// and who leaves the account. ours means that the answer is written.
func (h *Handler) staffPush(k *call, p Push) (ours bool, err error) {
	switch p.Event {
	case "unsubscribe":
		return false, h.Tx.InTx(k.ctx(), func(ctx context.Context) error {
			ref, err := h.Staff.Unfollowed(ctx, p.OpenID, p.CreateTime)
			if err != nil || ref == "" {
				return err
			}
			return h.Audit.Add(ctx, audit.Entry{Actor: "system", Action: "staff.unbind", Subject: "staff:" + ref,
				Detail: "取消关注公众号，微信绑定自动解除"})
		})
	case "subscribe", "SCAN":
	default:
		return false, nil
	}
	scanned, err := h.Staff.Scanned(k.ctx(), strings.TrimPrefix(p.EventKey, "qrscene_"), p.OpenID,
		func(ctx context.Context, a *staff.Account) error {
			return h.Audit.Add(ctx, audit.Entry{Actor: "staff:" + a.Ref, Action: "staff.bind", Subject: "staff:" + a.Ref, Detail: "扫码绑定微信"})
		})
	if err != nil || !scanned.Ours {
		return false, err
	}
	if scanned.Text == "" {
		k.String(http.StatusOK, "success")
		return true, nil
	}
	answer, err := h.WeChat.Reply(p, scanned.Text)
	if err != nil {
		return true, err
	}
	k.Data(http.StatusOK, "text/xml; charset=utf-8", answer)
	return true, nil
}

// staffScanCreate makes a QR code that waits for its scan: POST purpose, which
// is bind or prove.
func (h *Handler) staffScanCreate(k *call) error {
	p := staff.Purpose(k.PostForm("purpose"))
	if at := k.unfinished(); (at == "/staff/factor") != (p == staff.Prove) || at == "/staff/password" {
		return fault.New(fault.Forbidden, errNotAllowed)
	}
	scan, err := h.Staff.BeginScan(k.ctx(), k.account, k.staffSession.Hash, h.NewToken()[:22], p)
	if err != nil {
		return err
	}
	address, err := h.WeChat.SceneQR(k.ctx(), scan.Scene(), staff.ScanLife)
	if err != nil {
		return fault.Wrap(fault.Unavailable, "暂时取不到微信二维码，请稍后再试", err)
	}
	png, err := signing.QRPNG(address)
	if err != nil {
		return err
	}
	return h.ok(k, gin.H{"ref": scan.Ref, "image": dataURI(png), "seconds": int(staff.ScanLife.Seconds())})
}

// staffScanState tells the page what became of its QR code. A login that waits
// for it goes on.
func (h *Handler) staffScanState(k *call) error {
	scan, err := h.Staff.ScanOf(k.ctx(), k.Param("ref"), k.staffSession.Hash)
	if err != nil {
		return err
	}
	out := gin.H{"state": scan.State, "message": scan.Message}
	if scan.State != staff.ScanDone {
		return h.ok(k, out)
	}
	if scan.Purpose == staff.Prove && !k.staffSession.Proven {
		if err := h.proven(k); err != nil {
			return err
		}
	}
	if scan.Purpose == staff.Prove {
		out["next"] = h.afterLogin(k, k.Query("next"))
	} // a page that bound a WeChat loads again, and shows it
	return h.ok(k, out)
}
