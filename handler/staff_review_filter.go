package handler

import (
	"fmt"
	"net/url"

	"ruxue/h5"
	"ruxue/service/review"
)

// reviewFilters are the selects above the queue, and the walls of portraits.
func (h *Handler) reviewFilters(k *call, q reviewQuery) ([]h5.ReviewFilter, []h5.Action, error) {
	scope := k.staff.Scope()
	all, err := h.Reviews.Counts(k.ctx(), scope, review.Filter{CampaignID: q.filter.CampaignID})
	if err != nil {
		return nil, nil, err
	}
	choices, err := h.Reviews.Choices(k.ctx(), scope, review.Filter{CampaignID: q.filter.CampaignID})
	if err != nil {
		return nil, nil, err
	}
	kinds := h5.ReviewFilter{Name: "kind", Label: "类别", Value: string(q.filter.Kind),
		Options: []h5.Option{{Label: fmt.Sprintf("全部 %d", all.Total())}}}
	for _, kind := range review.Kinds {
		if n, ok := all[kind]; ok && (n > 0 || kind == q.filter.Kind) {
			kinds.Options = append(kinds.Options, h5.Option{Value: string(kind), Label: fmt.Sprintf("%s %d", kindWords[kind], n)})
		}
	}
	out := []h5.ReviewFilter{kinds}
	camps, err := h.Campaigns.List(k.ctx())
	if err != nil {
		return nil, nil, err
	}
	if len(camps) > 1 {
		f := h5.ReviewFilter{Name: "c", Label: "活动", Value: q.values.Get("c"), Options: []h5.Option{{Label: "全部活动"}}}
		for _, c := range camps {
			f.Options = append(f.Options, h5.Option{Value: c.Code, Label: c.Title})
		}
		out = append(out, f)
	}
	out = append(out, values("site", "教学点", "全部教学点", q.filter.Site, choices.Sites),
		values("major", "专业", "全部专业", q.filter.Major, choices.Majors))
	wait := h5.ReviewFilter{Name: "wait", Label: "等候", Value: q.values.Get("wait"), Options: []h5.Option{{Label: "不限等候时间"}}}
	for _, w := range waits {
		wait.Options = append(wait.Options, h5.Option{Value: w.value, Label: w.label})
	}
	return append(out, wait), h.walls(k, choices.Items), nil
}

func values(name, label, every, value string, from []review.Choice) h5.ReviewFilter {
	f := h5.ReviewFilter{Name: name, Label: label, Value: value, Options: []h5.Option{{Label: every}}}
	for _, c := range from {
		f.Options = append(f.Options, h5.Option{Value: c.Value, Label: fmt.Sprintf("%s %d", c.Label, c.Count)})
	}
	return f
}

// walls are the slots of portraits that may be looked at together.
func (h *Handler) walls(k *call, items []review.Choice) []h5.Action {
	var out []h5.Action
	camps, err := h.Campaigns.List(k.ctx())
	if err != nil {
		return nil
	}
	for _, x := range items {
		for _, c := range camps {
			if s, ok := c.Slot(x.Value); ok && s.Kind == "portrait" && x.Count > 1 {
				out = append(out, h5.Action{Label: fmt.Sprintf("%s照片墙 %d", s.Label, x.Count),
					Href: reviewHome + "/wall?item=" + url.QueryEscape(x.Value)})
				break
			}
		}
	}
	return out
}
