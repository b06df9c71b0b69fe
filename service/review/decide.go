package review

import (
	"context"
	"fmt"
	"slices"

	"ruxue/service/campaign"
	"ruxue/service/fault"
)

// savedReasons is how many saved reasons a case offers beside the built-in ones.
const savedReasons = 10

// Reasons are what a case may be sent back for: the built-in ones, those that
// staff saved, and at last the one they write themselves.
func (s *Service) Reasons(ctx context.Context, c *campaign.Campaign, kind Kind, item string) ([]Reason, error) {
	name := set(c, kind, item)
	out := slices.Clone(built[name])
	saved, err := s.Store.SavedReasons(ctx, name, savedReasons)
	if err != nil {
		return nil, fmt.Errorf("reading saved reasons: %w", err)
	}
	for _, label := range saved {
		r, err := own(name, label)
		if err != nil || slices.ContainsFunc(out, func(x Reason) bool { return x.Label == r.Label }) {
			continue
		}
		out = append(out, r)
	}
	return append(out, Reason{Label: Other, Fact: "需要修改：", Ask: ask(name), Own: true}), nil
}

// Order is one decision that somebody wants to make.
type Order struct {
	Kind    Kind
	Subject string
	Approve bool
	Reason  string // label of a reason, or Other
	Own     string // the reason in staff's own words, with Other
	Save    bool   // keep Own for the next time
	Batch   string // shared by decisions of one act; "" for a single one
}

// Decide records a decision; it takes effect after Undoable. fault.Conflict
// names who was faster and what she decided, or that the record moved on.
func (s *Service) Decide(ctx context.Context, scope Scope, by By, o Order) (Decision, error) {
	c, err := s.Case(ctx, scope, o.Kind, o.Subject)
	if err != nil {
		return Decision{}, err
	}
	camp, err := s.Campaigns.ByID(ctx, c.CampaignID)
	if err != nil {
		return Decision{}, fmt.Errorf("finding the campaign: %w", err)
	}
	name := set(camp, c.Kind, c.Item)
	var reason Reason
	if !o.Approve {
		if reason, err = s.reason(ctx, camp, c, o); err != nil {
			return Decision{}, err
		}
	}
	var out Decision
	err = s.Store.InTx(ctx, func(ctx context.Context) error {
		if err := s.Store.LockEnrolment(ctx, c.EnrolmentID); err != nil {
			return err
		}
		now, err := s.Store.Case(ctx, scope, o.Kind, o.Subject)
		if err != nil {
			return err
		}
		if err := refusal(now); err != nil {
			return err
		}
		out = s.decision(now, by, o)
		if !o.Approve {
			out.Reason, out.Remark = reason.Label, Sentence(Title(camp, c.Kind, c.Item), c.Kind, reason, now.Paid)
		}
		ok, err := s.Store.Insert(ctx, out)
		if err == nil && !ok {
			err = fault.New(fault.Conflict, "其他老师刚刚处理了这一条，请看下一条")
		}
		return err
	})
	if err != nil {
		return Decision{}, err
	}
	if o.Save && reason.Label != "" && o.Reason == Other {
		if err := s.Store.SaveReason(ctx, name, reason.Label, by.Ref); err != nil {
			return out, fmt.Errorf("saving a reason: %w", err)
		}
	}
	return out, nil
}

func (s *Service) decision(c Case, by By, o Order) Decision {
	now := s.Now().UTC()
	return Decision{Ref: s.NewRef(), CampaignID: c.CampaignID, EnrolmentID: c.EnrolmentID, Kind: c.Kind, Subject: c.Subject,
		Item: c.Item, Evidence: c.SHA256, Approve: o.Approve, Batch: o.Batch, By: by, State: Waiting,
		DecidedAt: now, EffectiveAt: now.Add(Undoable)}
}

// reason is the one that the order names.
func (s *Service) reason(ctx context.Context, camp *campaign.Campaign, c Case, o Order) (Reason, error) {
	if o.Reason == Other {
		return own(set(camp, c.Kind, c.Item), o.Own)
	}
	list, err := s.Reasons(ctx, camp, c.Kind, c.Item)
	if err != nil {
		return Reason{}, err
	}
	i := slices.IndexFunc(list, func(r Reason) bool { return r.Label == o.Reason && !r.Own })
	if i < 0 {
		return Reason{}, fault.New(fault.Invalid, "请选择退回原因").On("reason")
	}
	return list[i], nil
}

// refusal is why a case cannot be decided (any more).
func refusal(c Case) error {
	d := c.Last
	switch {
	case d != nil && (d.State == Waiting || (!c.Open && d.State == Done)):
		return fault.New(fault.Conflict, "已由 "+d.By.Name+" 处理："+d.Words())
	case !c.Open:
		return fault.New(fault.Conflict, "学生已重新提交或撤回，这一条不用再审核")
	}
	return nil
}

// Words says the decision in one line: 通过, or 退回，光线不足或模糊.
func (d Decision) Words() string {
	if d.Approve {
		return "通过"
	}
	return "退回，" + d.Reason
}

// Undo withdraws the member of staff's own decision, or a batch of them, by its
// reference; fault.Conflict once it took effect. It returns what was withdrawn.
func (s *Service) Undo(ctx context.Context, by By, ref string) ([]Decision, error) {
	var out []Decision
	err := s.Store.InTx(ctx, func(ctx context.Context) (err error) {
		out, err = s.Store.Withdraw(ctx, by.Ref, ref, s.Now())
		if err == nil && len(out) == 0 {
			return fault.New(fault.Conflict, "已超过 10 秒，决定已经生效，不能撤销")
		}
		return err
	})
	return out, err
}
