package handler

import (
	"fmt"

	"ruxue/h5"
	"ruxue/service/application"
	"ruxue/service/campaign"
	"ruxue/service/student"
)

// keptIn is the title of the campaign in which the student's place was kept, ""
// for who was listed in this one.
func (h *Handler) keptIn(k *call) (string, error) {
	if k.enrolment.CarriedFrom == 0 {
		return "", nil
	}
	old, err := h.Students.Enrolment(k.ctx(), k.enrolment.CarriedFrom)
	if err != nil {
		return "", fmt.Errorf("finding the enrolment that was kept: %w", err)
	}
	c, err := h.Campaigns.ByID(k.ctx(), old.CampaignID)
	if err != nil {
		return "", fmt.Errorf("finding the campaign of a kept place: %w", err)
	}
	return c.Title, nil
}

// entering reports whether the student stands before her kept place: she has
// not been let in yet. latest is the application she submitted last.
func (k *call) entering(latest *application.Application) bool {
	switch k.enrolment.State {
	case student.Kept, student.EntryPending:
		return true
	case student.WaiverPending, student.Waived:
		return latest != nil && latest.From == student.Kept
	}
	return false
}

// doors are the choices that the student has at all: before a kept place,
// entering it or giving it up; with one that was entered, no second deferral.
func (k *call) doors(latest *application.Application) []campaign.Choice {
	entering := k.entering(latest)
	var out []campaign.Choice
	if entering {
		out = append(out, campaign.Choice{Code: campaign.Enter, Title: "申请入学", Text: "今年入学的，请先提出申请，审核通过后再办理新生注册",
			Button: "去申请"})
	}
	for _, c := range k.campaign.Choices {
		switch {
		case entering && c.Code != string(application.Waive):
		case k.enrolment.CarriedFrom != 0 && c.Code == string(application.Defer):
		default:
			out = append(out, c)
		}
	}
	return out
}

// reasonLabel is what the reason of an application is called.
func reasonLabel(kind application.Kind) string {
	if kind.Optional() {
		return "说明"
	}
	return "申请原因"
}

// fillEntry says on the form for entering which place is meant.
func (h *Handler) fillEntry(k *call, kind application.Kind, page *h5.Apply) error {
	page.ReasonLabel = reasonLabel(kind)
	if kind != application.Enter {
		return nil
	}
	page.FilesHint = "退役证、健康证明等材料，"
	kept, err := h.keptIn(k)
	if err != nil {
		return err
	}
	page.Rows = append(page.Rows, h5.Pair{Label: "资格保留自", Value: kept})
	return nil
}
