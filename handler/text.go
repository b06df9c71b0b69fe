package handler

import (
	"net/http"

	"ruxue/h5"
)

// index lists the campaigns.
func (h *Handler) index(k *call) error {
	list, err := h.Campaigns.List(k.ctx())
	if err != nil {
		return err
	}
	page := h5.Index{Frame: k.frame("新生注册")}
	for _, c := range list {
		page.Campaigns = append(page.Campaigns, h5.CampaignLink{Title: c.Title, Institution: c.Institution,
			Href: "/c/" + c.Code + "/", WindowText: c.Window.Text()})
	}
	return h.show(k, page)
}

// notice is 查看通知.
func (h *Handler) notice(k *call) error {
	return h.show(k, h5.Notes{Frame: k.frame(k.campaign.Notice.Title), Paragraphs: k.campaign.Notice.Paragraphs,
		Back: k.base() + "/"})
}

// help is 帮助: contacts with hours, questions with answers.
func (h *Handler) help(k *call) error {
	page := h5.Help{Frame: k.frame("帮助"), Back: k.base() + "/"}
	for _, q := range k.campaign.FAQ {
		page.FAQ = append(page.FAQ, h5.QA{Question: q.Question, Answer: q.Answer})
	}
	return h.show(k, page)
}

func (h *Handler) privacy(k *call) error {
	p := k.campaign.Privacy
	return h.show(k, h5.Privacy{Frame: k.frame(p.Title), Paragraphs: p.Paragraphs, Sample: p.Sample, Back: k.base() + "/"})
}

// verifyFile serves a domain-check file that WeChat asks for at the root.
func (h *Handler) verifyFile(name string) endpoint {
	return func(k *call) error {
		k.String(http.StatusOK, h.VerifyFiles[name])
		return nil
	}
}
