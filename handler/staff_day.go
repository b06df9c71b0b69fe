package handler

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/payment"
)

// dayOf reads a day of an address or a form; "" is yesterday.
func (h *Handler) dayOf(text string) (time.Time, error) {
	if text == "" {
		return payment.Day(h.Now()).AddDate(0, 0, -1), nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, campaign.Shanghai)
	if err != nil {
		return day, fault.New(fault.Invalid, "日期写成 2026-11-21 的样子").On("date")
	}
	return day, nil
}

// staffDays is the report of a day.
func (h *Handler) staffDays(k *call) error {
	day, err := h.dayOf(k.Query("date"))
	if err != nil {
		return err
	}
	return h.dayPage(k, http.StatusOK, day, nil)
}

func (h *Handler) dayPage(k *call, status int, day time.Time, notice *h5.Notice) error {
	date := day.In(campaign.Shanghai).Format(time.DateOnly)
	page := h5.StaffReconciliation{Console: k.console("每日对账", "/staff/payments"), Date: date}
	page.Notice = notice
	r, done, err := h.Till.Reconciliation(k.ctx(), day)
	if err != nil {
		return err
	}
	if page.Done = done; done {
		page.At, page.Sheet = campaign.DateTime(r.At), "/staff/payments/days/"+date+".xlsx"
		for _, row := range r.Table() {
			if row[0] != "差异" && row[0] != "说明" {
				row[3] = h5.Grouped(row[3])
				page.Rows = append(page.Rows, row)
			}
		}
		for _, d := range r.Differences {
			if d.Settled {
				if d.Kind != payment.RefundCarried {
					page.Closed++
				}
				continue
			}
			page.Found = append(page.Found, differenceView(date, d))
		}
		if len(page.Found) > payment.ListMost {
			page.Found = page.Found[:payment.ListMost] // the workbook has them all
		}
	}
	days, err := h.Till.Days(k.ctx(), 31)
	if err != nil {
		return err
	}
	for _, d := range days {
		page.Days = append(page.Days, h5.StaffDayLink{Label: d.Day.Format("2006年1月2日"), Href: "/staff/payments/days?date=" + d.Day.Format(time.DateOnly), Open: d.Open})
	}
	h.render(k, status, page)
	return nil
}

func differenceView(date string, d payment.Difference) h5.StaffMatter {
	id := strconv.FormatInt(d.ID, 10)
	m := h5.StaffMatter{Title: d.Kind.Words(), Text: strings.TrimSpace(d.OutTradeNo+" "+d.OutRefundNo) + "\n系统 " + h5.Yuan(d.HereFen) + "，微信 " + h5.Yuan(d.ThereFen),
		Remedy: d.Kind.Remedy(), Act: closeAct("difference-"+id, "/staff/payments/difference/"+id)}
	m.Act.Fields = append(m.Act.Fields, h5.Field{Name: "date", Kind: "hidden", Value: date})
	return m
}

// notedBooks store a reconciliation in one transaction with its entry. WeChat
// Pay was asked before that.
type notedBooks struct {
	payment.Books
	noted func(save func(ctx context.Context) error) error
}

// SaveReconciliation implements payment.Books.
func (b notedBooks) SaveReconciliation(_ context.Context, r payment.Reconciliation) error {
	return b.noted(func(ctx context.Context) error { return b.Books.SaveReconciliation(ctx, r) })
}

// staffReconcile compares a day now.
func (h *Handler) staffReconcile(k *call) error {
	day, err := h.dayOf(k.PostForm("date"))
	if err == nil {
		_, err = h.Payments.Reconcile(k.ctx(), notedBooks{h.Till, func(save func(ctx context.Context) error) error {
			return h.noted(k, "payment.reconcile", "day:"+day.Format(time.DateOnly), "核对当天的账单", save)
		}}, h.Bills, day)
	}
	if f, ok := k.refused(err); ok {
		h.logError(k, err, f.Kind, "")
		if day.IsZero() {
			day, _ = h.dayOf("")
		}
		return h.dayPage(k, answers[f.Kind].status, day, &h5.Notice{Kind: h5.NoticeBad, Text: f.Sentence})
	}
	if err != nil {
		return err
	}
	h.sendTo(k, "/staff/payments/days?date="+day.Format(time.DateOnly))
	return nil
}

// staffDaySheet is the report as a workbook.
func (h *Handler) staffDaySheet(k *call) error {
	date := strings.TrimSuffix(k.Param("day"), ".xlsx")
	day, err := h.dayOf(date)
	if err != nil {
		return err
	}
	r, found, err := h.Till.Reconciliation(k.ctx(), day)
	if err != nil {
		return err
	}
	if !found {
		return fault.New(fault.NotFound, "这一天还没有核对")
	}
	var b bytes.Buffer
	if err := h.ReportSheet(&b, r); err != nil {
		return err
	}
	k.Header("Content-Disposition", `attachment; filename="reconciliation-`+date+`.xlsx"`)
	k.Data(http.StatusOK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b.Bytes())
	return nil
}

// staffDifference closes a difference of a report.
func (h *Handler) staffDifference(k *call) error {
	id, err := strconv.ParseInt(k.Param("id"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "")
	}
	day, err := h.dayOf(k.PostForm("date"))
	if err == nil {
		err = h.Payments.AnswerDifference(k.ctx(), h.Till, id, strings.TrimSpace(k.PostForm("resolution")), *k.staff)
	}
	if f, ok := fault.As(err); ok && f.Kind != fault.Internal && !k.wantsJSON() && !day.IsZero() {
		return h.dayPage(k, answers[f.Kind].status, day, &h5.Notice{Kind: h5.NoticeBad, Text: f.Sentence})
	}
	if err != nil {
		return err
	}
	h.sendTo(k, "/staff/payments/days?date="+day.Format(time.DateOnly))
	return nil
}
