package handler

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/payment"
	"ruxue/service/signing"
	"ruxue/service/student"
)

// PayNotifier verifies and decrypts a callback of WeChat Pay.
type PayNotifier interface {
	ParseNotify(w http.ResponseWriter, r *http.Request) (payment.Event, error)
}

func (k *call) payWay() string {
	switch k.device {
	case h5.DeviceWeChat:
		return h5.WayJSAPI
	case h5.DevicePhone:
		return h5.WayInWeChat
	}
	return h5.WayNative
}

func (h *Handler) payPage(k *call) error {
	if done, err := h.askOpenID(k, "/pay/"+k.campaign.Code); done || err != nil {
		return err
	}
	owed, err := k.owed()
	if err != nil {
		return err
	}
	if owed.free() && k.enrolment.State == student.Admitted {
		return h.show(k, k.freeView(owed))
	}
	b, err := h.Payments.EnsureBill(k.ctx(), owed.BillInput)
	if err != nil {
		return err
	}
	if b.Settled() {
		if err := h.refresh(k); err != nil {
			return err
		}
		return redirect{k.after("pay", "")}
	}
	page := k.payView(b.Items, b.TotalFen)
	page.State, page.Way, page.PageURL = h5.PayUnpaid, k.payWay(), h.BaseURL.String()+k.base()+"/"
	if b.State == payment.BillVoid {
		page.State, page.ClosedText = h5.PayClosed, "您已提交其他申请，不需要缴费"
	}
	attempts, _, err := h.Payments.Timeline(k.ctx(), k.enrolment.ID)
	if err != nil {
		return err
	}
	for _, a := range attempts {
		if a.State.Live() && page.State == h5.PayUnpaid {
			page.State, page.Since = h5.PayWaiting, a.CreatedAt.In(campaign.Shanghai).Format("15:04")
		}
	}
	return h.show(k, page)
}

// payAttempt is 去缴费. The amount comes from the bill alone; a second click
// and a second device get the same live attempt, or close it for their own.
func (h *Handler) payAttempt(k *call) error {
	way := payment.Native
	switch k.payWay() {
	case h5.WayInWeChat:
		return fault.New(fault.Invalid, "请复制链接，在微信中打开后缴费")
	case h5.WayJSAPI:
		way = payment.JSAPI
		if k.session.OpenID == "" {
			return fault.New(fault.Conflict, "请重新打开本页面，授权后再缴费")
		}
	}
	owed, err := k.owed()
	if err != nil {
		return err
	}
	if owed.free() {
		return h.payFree(k)
	}
	if _, err := h.Payments.EnsureBill(k.ctx(), owed.BillInput); err != nil {
		return err
	}
	in := payment.StartInput{EnrolmentID: k.enrolment.ID, Way: way, OpenID: k.session.OpenID, ClientIP: k.ip(),
		Description: k.campaign.ShortName + k.enrolment.Grade + "学费"}
	cashier, err := h.Payments.Start(k.ctx(), in)
	if err != nil {
		return err
	}
	if cashier.Paid {
		if err := h.refresh(k); err != nil {
			return err
		}
		return h.ok(k, gin.H{"paid": true, "next": k.after("pay", "")})
	}
	if cashier.Way == payment.JSAPI {
		return h.ok(k, gin.H{"way": h5.WayJSAPI, "params": cashier.Params})
	}
	png, err := signing.QRPNG(cashier.CodeURL)
	if err != nil {
		return err
	}
	return h.ok(k, gin.H{"way": h5.WayNative, "qr": dataURI(png),
		"expires_in": int(cashier.ExpireAt.Sub(h.Now()).Seconds())})
}

// payState is polled by the page: it reads our rows, never WeChat Pay.
func (h *Handler) payState(k *call) error {
	b, _, err := h.Payments.BillOf(k.ctx(), k.enrolment.ID)
	if err != nil {
		return err
	}
	return h.payAnswer(k, b, "")
}

func (h *Handler) payAnswer(k *call, b payment.Bill, message string) error {
	body := gin.H{"paid": b.Settled(), "state": b.State}
	if b.Settled() {
		body["next"] = k.after("pay", "")
	}
	if message != "" {
		body["message"] = message
	}
	return h.ok(k, body)
}

// payRefresh is 钱付了没更新？: it asks WeChat Pay now.
func (h *Handler) payRefresh(k *call) error {
	ok, wait, err := h.Limiter.Allow(k.ctx(), "pay-refresh:"+k.enrolment.Ref, 6, time.Minute)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.TooMany, "刚刚查询过，请稍等再查").After(wait)
	}
	b, message, err := h.Payments.Refresh(k.ctx(), k.enrolment.ID)
	if err != nil {
		return err
	}
	if err := h.refresh(k); err != nil {
		return err
	}
	return h.payAnswer(k, b, message)
}

// ProbeHeader carries the mark of `ruxue doctor`, which asks whether callbacks
// arrive by sending one without a signature.
const ProbeHeader = "Ruxue-Probe"

// isProbe reports whether a refused callback is the doctor's: it bears a mark
// that only this server's keys make, for a minute, and nothing of a signature.
// The answer is that of any other, and a stolen mark hides nothing but that an
// unsigned request came.
func (h *Handler) isProbe(k *call, kind fault.Kind) bool {
	const longest = 200
	mark := k.GetHeader(ProbeHeader)
	if kind != fault.Unauthorized || mark == "" || len(mark) > longest {
		return false
	}
	for name := range k.Request.Header {
		if strings.HasPrefix(name, "Wechatpay-") {
			return false
		}
	}
	return h.Probed(mark)
}

// payNotify takes a callback: verified, decrypted, settled in one transaction,
// then 204. Anything but a stored result makes WeChat Pay call again; nothing
// may read the body before the verifier.
func (h *Handler) payNotify(k *call) error {
	ev, err := h.PayNotify.ParseNotify(k.Writer, k.Request)
	if err == nil {
		err = h.Payments.Settle(k.ctx(), ev)
	}
	if err == nil {
		h.metrics.notifies.WithLabelValues("settled").Inc()
		k.Status(http.StatusNoContent)
		k.Writer.WriteHeaderNow()
		return nil
	}
	kind := fault.KindOf(err)
	if h.isProbe(k, kind) {
		h.metrics.notifies.WithLabelValues("probe").Inc()
		h.Log.InfoContext(k.ctx(), "payment callback probed by the doctor, refused as it should be")
	} else {
		h.metrics.notifies.WithLabelValues(kind.String()).Inc()
		h.Log.WarnContext(k.ctx(), "payment callback refused", "kind", kind.String(), "error", scrub(err.Error()))
	}
	status := answers[kind].status
	// WeChat Pay wants a 4xx or 5xx with a JSON body; the sentence is for its log.
	k.JSON(status, gin.H{"code": "FAIL", "message": strings.ToUpper(kind.String())})
	return nil
}
