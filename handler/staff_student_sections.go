package handler

import (
	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/enrolment"
	"ruxue/service/student"
)

var sectionTags = map[enrolment.State][2]string{enrolment.Draft: {"填写中", "accent"}, enrolment.Submitted: {"已提交", "ok"},
	enrolment.Returned: {"需修改", "bad"}}

func (h *Handler) fillSections(k *call, open string, page *h5.StaffStudent) error {
	states, err := h.Sections.States(k.ctx(), k.enrolment.ID)
	if err != nil {
		return err
	}
	for _, s := range k.campaign.Sections {
		view := h5.StaffSection{Title: s.Title, Tag: sectionTags[states[s.Name]][0], Kind: sectionTags[states[s.Name]][1]}
		v, ok, err := h.Sections.Handed(k.ctx(), k.owner(), s.Name)
		if err != nil {
			return err
		}
		if ok {
			view.Open = open == "section:"+s.Name || open == hiddenAll
			view.Rows = sectionRows(s, v, view.Open)
		}
		page.Sections = append(page.Sections, view)
	}
	return nil
}

// sectionRows are what was handed in; what was typed freely is hidden.
func sectionRows(s campaign.Section, v enrolment.Values, open bool) []h5.StaffDatum {
	var out []h5.StaffDatum
	items := v.Items
	if !s.Repeated {
		items = []map[string]string{v.Fields}
	}
	for i, item := range items {
		for _, f := range s.Fields {
			value := item[f.Name]
			if value == "" {
				continue
			}
			d := h5.StaffDatum{Label: f.Label, Value: value}
			if s.Repeated {
				d.Label = digit(i+1) + " " + f.Label
			}
			if mask := student.MaskField(f, value); mask != value {
				d.Value = mask
				if open {
					d.Value, d.Mask = value, mask
				}
			}
			out = append(out, d)
		}
	}
	return out
}
