package handler

import (
	"context"
	"fmt"

	"ruxue/h5"
	"ruxue/service/fault"
	"ruxue/service/journey"
	"ruxue/service/payment"
	"ruxue/service/student"
)

// debt is what the campaign's rules or the list say the student owes.
type debt struct {
	payment.BillInput
	total int64 // fen
}

func (d debt) free() bool { return d.total == 0 }

// owed says what the student owes; a sentence for her when nothing says it.
func (k *call) owed() (debt, error) {
	if k.campaign.Number.Kind == "imported" && k.enrolment.ImportedNumber == "" && !k.progress.Paid {
		return debt{}, fault.New(fault.Conflict, "您的学号还没有录入，暂不能缴费，请联系学校，填写的内容都已保存")
	}
	items, ok := k.campaign.Fee.Items(k.enrolment.FeeFen, k.enrolment.Facts())
	if !ok {
		return debt{}, fault.New(fault.Conflict, "您的学费标准还没有确定，请联系学校，填写的内容都已保存")
	}
	d := debt{BillInput: payment.BillInput{EnrolmentID: k.enrolment.ID, CampaignVersion: k.campaign.Version}}
	for _, it := range items {
		d.Items = append(d.Items, payment.Item{Name: it.Name, Fen: it.Fen})
		d.total += it.Fen
	}
	return d, nil
}

// settleFree completes the registration of who owes nothing once everything
// else is done; false when there was nothing to do. The bill of 0 and the
// student number are one transaction.
func (h *Handler) settleFree(k *call) (bool, error) {
	if k.enrolment.State != student.Admitted || (!k.progress.Free && journey.Next(k.campaign, k.progress).Kind != "pay") {
		return false, nil
	}
	owed, err := k.owed()
	if err != nil || !owed.free() {
		return false, nil // the page of payment says why
	}
	err = h.Tx.InTx(k.ctx(), func(ctx context.Context) error {
		b, err := h.Payments.EnsureBill(ctx, owed.BillInput)
		if err != nil || b.State != payment.BillFree {
			return err // an order of before the fee became 0 is still alive
		}
		return h.Registration.Complete(ctx, k.enrolment.ID)
	})
	if err != nil {
		return false, fmt.Errorf("completing a registration without a fee: %w", err)
	}
	return true, nil
}

// payFree is 完成注册 on the page of who owes nothing.
func (h *Handler) payFree(k *call) error {
	if err := h.refresh(k); err != nil {
		return err
	}
	if !k.progress.Paid {
		return fault.New(fault.Conflict, "学费已有变化，请重新打开缴费页面")
	}
	if k.wantsJSON() {
		return h.ok(k, map[string]any{"paid": true, "next": k.after("pay", "")})
	}
	return redirect{k.after("pay", "")}
}

// payView is the page of payment with the student's items.
func (k *call) payView(items []payment.Item, totalFen int64) h5.Pay {
	e := k.enrolment
	page := h5.Pay{Frame: k.frame("缴费"), Address: "/pay/" + k.campaign.Code, BillTitle: e.Grade + "学费",
		Line: student.MaskName(e.Person.Name) + "，" + e.Level + " " + e.Major, TotalFen: totalFen, Prev: k.prev("pay", "")}
	for _, it := range items {
		page.Items = append(page.Items, h5.BillItem{Name: it.Name, Fen: it.Fen})
	}
	return page
}

func (k *call) freeView(d debt) h5.Pay {
	page := k.payView(d.Items, 0)
	page.State = h5.PayFree
	return page
}
