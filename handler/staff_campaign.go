package handler

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ruxue/h5"
	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/staff"
)

// CampaignEditor changes campaigns.
type CampaignEditor interface {
	Current(ctx context.Context, code string) (*campaign.Campaign, error)
	At(ctx context.Context, code string, version int) (*campaign.Campaign, error)
	Save(ctx context.Context, code string, base int, e campaign.Edit, source string,
		note func(ctx context.Context, saved *campaign.Campaign, changed []campaign.Part) error) (*campaign.Campaign, []campaign.Part, error)
}

const campaignsPath = "/staff/campaigns"

// campaignRoutes are the campaigns: their list, and the parts that staff edit.
func (h *Handler) campaignRoutes() []staffRoute {
	return []staffRoute{
		{http.MethodGet, "/campaigns", staff.CampaignEdit, h.staffCampaigns},
		{http.MethodGet, "/campaigns/:code", staff.CampaignEdit, h.staffCampaign},
		{http.MethodPost, "/campaigns/:code", staff.CampaignEdit, h.editCampaign},
	}
}

func (h *Handler) staffCampaigns(k *call) error {
	list, err := h.Campaigns.List(k.ctx())
	if err != nil {
		return err
	}
	page := h5.StaffCampaigns{Console: k.console("活动", campaignsPath)}
	for _, c := range list {
		lack, err := h.Starts.Lack(k.ctx(), c)
		if err != nil {
			return err
		}
		page.Rows = append(page.Rows, h5.CampaignRow{Href: campaignsPath + "/" + c.Code, Title: c.Title, Platform: c.Platform, Feeless: lack.Students,
			Window: c.Window.Dates(), Open: c.Window.Open(h.Now()) && lack.Students == 0, Version: c.Version, Samples: samples(c)})
	}
	return h.show(k, page)
}

// samples is how many texts of the campaign were invented and must be replaced.
func samples(c *campaign.Campaign) int {
	n := 0
	for _, d := range c.Documents {
		if d.Sample {
			n++
		}
	}
	if c.Notice.Sample {
		n++
	}
	return n
}

func (h *Handler) staffCampaign(k *call) error {
	c, err := h.CampaignEditor.Current(k.ctx(), k.Param("code"))
	if err != nil {
		return err
	}
	page := campaignView(k, c, campaign.EditOf(c))
	live, err := h.Campaigns.ByCode(k.ctx(), c.Code)
	if err != nil {
		return err
	}
	lack, err := h.Starts.Lack(k.ctx(), live)
	if err != nil {
		return err
	}
	page.Hold = holdOf(lack, k.staff.Scope().All)
	if v, err := strconv.Atoi(k.Query("saved")); err == nil && v == c.Version {
		page.Notice = &h5.Notice{Kind: h5.NoticeOK, Text: fmt.Sprintf("已保存为第 %d 版，学生现在看到的就是新内容。已签署的文件不变", v)}
	}
	return h.show(k, page)
}

// spareOffices is how many empty contacts the form offers.
const spareOffices = 1

// campaignView is the form with what is typed; c is the current version.
func campaignView(k *call, c *campaign.Campaign, e campaign.Edit) h5.StaffCampaign {
	in := func(s string) h5.Input { return h5.Input{Value: s} }
	page := h5.StaffCampaign{Console: k.console(c.Title, campaignsPath), Code: c.Code, Base: c.Version, Label: in(e.Window.Label),
		From: in(e.Window.From), To: in(e.Window.To), NoticeTitle: in(e.Notice.Title),
		NoticeText: in(strings.Join(e.Notice.Paragraphs, "\n\n")), NoticeSample: e.Notice.Sample}
	for i := range len(e.Contacts) + spareOffices {
		var x campaign.Contact
		if i < len(e.Contacts) {
			x = e.Contacts[i]
		}
		page.Offices = append(page.Offices, h5.Office{Number: strconv.Itoa(i), Office: in(x.Office), Person: in(x.Person), Phone: in(x.Phone),
			Hours: in(x.Hours), Mail: in(x.Mail), QQ: in(x.QQ)})
	}
	for _, d := range e.Documents {
		page.Documents = append(page.Documents, h5.DocumentEdit{Name: d.Name, Heading: in(d.Title), Consent: in(d.Consent),
			Text: in(strings.ReplaceAll(d.Text, "\n", "\n\n")), Sample: d.Sample})
	}
	return page
}

// maxContacts bounds what a form may bring.
const maxContacts = 30

// editOf is what the form brought.
func editOf(k *call, c *campaign.Campaign) campaign.Edit {
	on := func(name string) bool { return k.PostForm(name) != "" }
	e := campaign.Edit{Window: campaign.Window{Label: k.PostForm("label"), From: k.PostForm("from"), To: k.PostForm("to")},
		Notice: campaign.Text{Title: k.PostForm("notice_title"), Paragraphs: campaign.Paragraphs(k.PostForm("notice")), Sample: on("notice_sample")}}
	for i := range maxContacts {
		n := strconv.Itoa(i)
		if _, ok := k.GetPostForm("office-" + n); !ok {
			break
		}
		e.Contacts = append(e.Contacts, campaign.Contact{Office: k.PostForm("office-" + n), Person: k.PostForm("person-" + n),
			Phone: k.PostForm("phone-" + n), Hours: k.PostForm("hours-" + n), Mail: k.PostForm("mail-" + n), QQ: k.PostForm("qq-" + n)})
	}
	for len(e.Contacts) > 0 && e.Contacts[len(e.Contacts)-1] == (campaign.Contact{}) {
		e.Contacts = e.Contacts[:len(e.Contacts)-1]
	}
	for _, d := range campaign.EditOf(c).Documents {
		if _, ok := k.GetPostForm("title-" + d.Name); !ok { // newer than the form
			e.Documents = append(e.Documents, d)
			continue
		}
		e.Documents = append(e.Documents, campaign.DocumentEdit{Name: d.Name, Title: k.PostForm("title-" + d.Name),
			Consent: k.PostForm("consent-" + d.Name), Sample: on("sample-" + d.Name),
			Text: strings.Join(campaign.Paragraphs(k.PostForm("text-"+d.Name)), "\n")})
	}
	return e
}

// editCampaign shows what the edit changes, and with save=1 stores it. What
// somebody else saved meanwhile is never overwritten unseen: the form comes
// back, based on the newest version, with what the other saved beside each field
// that differs; take names the fields in which that is wanted.
func (h *Handler) editCampaign(k *call) error {
	c, err := h.CampaignEditor.Current(k.ctx(), k.Param("code"))
	if err != nil {
		return err
	}
	e, take := editOf(k, c), k.PostFormArray("take")
	base, _ := strconv.Atoi(k.PostForm("base"))
	if base != c.Version {
		return h.mergeCampaign(k, c, e, base)
	}
	e = e.Take(campaign.EditOf(c), take)
	want, err := e.Apply(c)
	if err != nil {
		return h.campaignAgain(k, c, e, nil, err)
	}
	changed := campaign.Compare(c, want)
	if k.PostForm("save") == "" || len(changed) == 0 || len(take) > 0 {
		page := campaignView(k, c, e)
		page.Changes, page.Previewed = changesOf(changed), true
		return h.show(k, page)
	}
	saved, changed, err := h.CampaignEditor.Save(k.ctx(), c.Code, base, e, "staff:"+k.staff.Ref, h.noteEdit(k))
	if err != nil {
		return h.campaignAgain(k, c, e, changed, err)
	}
	h.sendTo(k, campaignsPath+"/"+url.PathEscape(c.Code)+"?saved="+strconv.Itoa(saved.Version))
	return nil
}

// mergeCampaign shows an edit of an older version beside the newest one, c.
func (h *Handler) mergeCampaign(k *call, c *campaign.Campaign, e campaign.Edit, base int) error {
	old, err := h.CampaignEditor.At(k.ctx(), c.Code, base)
	if err != nil {
		return err
	}
	theirs := campaign.EditOf(c)
	page := campaignView(k, c, e)
	for range len(theirs.Contacts) - len(e.Contacts) { // a place for what is only theirs
		page.Offices = append(page.Offices, h5.Office{Number: strconv.Itoa(len(page.Offices))})
	}
	for _, x := range campaign.Clashes(campaign.EditOf(old), e, theirs) {
		page.Clashes = append(page.Clashes, h5.Clash{Field: x.Field, Theirs: x.Theirs, Untouched: x.Untouched,
			Lines: linesOf(campaign.Changed(campaign.Diff(x.Mine, x.Theirs), 1))})
	}
	f := fault.Newf(fault.Conflict, "其他人已把活动修改到第 %d 版，没有保存。您填写的内容都在，其他人改过的地方在下面标出，请逐项选择，再查看修改", c.Version)
	if len(page.Clashes) == 0 {
		f = fault.Newf(fault.Conflict, "其他人已把活动修改到第 %d 版，没有保存。他改的地方与您填写的没有不同，请再查看修改", c.Version)
	}
	page.Notice = &h5.Notice{Kind: h5.NoticeWarn, Text: f.Sentence}
	return h.showAgain(k, f, page)
}

// noteEdit records which parts of a campaign were edited.
func (h *Handler) noteEdit(k *call) func(ctx context.Context, saved *campaign.Campaign, changed []campaign.Part) error {
	return func(ctx context.Context, saved *campaign.Campaign, changed []campaign.Part) error {
		titles := make([]string, 0, len(changed))
		for _, p := range changed {
			titles = append(titles, p.Title)
		}
		return h.Audit.Add(ctx, audit.Entry{Actor: "staff:" + k.staff.Ref, Action: "campaign.edit", Subject: "campaign:" + saved.Code,
			Detail: fmt.Sprintf("第 %d 版，修改了%s", saved.Version, strings.Join(titles, "、"))})
	}
}

func changesOf(list []campaign.Part) []h5.ChangedPart {
	out := make([]h5.ChangedPart, 0, len(list))
	for _, p := range list {
		out = append(out, h5.ChangedPart{Title: p.Title, Lines: linesOf(p.Lines)})
	}
	return out
}

func linesOf(list []campaign.DiffLine) []h5.ChangedLine {
	out := make([]h5.ChangedLine, 0, len(list))
	for _, l := range list {
		out = append(out, h5.ChangedLine{New: l.Op == '+', Old: l.Op == '-', Gap: l.Op == 0, Text: l.Text})
	}
	return out
}

// campaignAgain shows the form with what was typed and the sentence at its field.
func (h *Handler) campaignAgain(k *call, c *campaign.Campaign, e campaign.Edit, changed []campaign.Part, err error) error {
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.Invalid && f.Kind != fault.Conflict || k.wantsJSON() {
		return err
	}
	page := campaignView(k, c, e)
	page.Changes = changesOf(changed)
	if field := page.Field(f.Field); field != nil {
		field.Error = f.Sentence
		page.Notice = &h5.Notice{Kind: h5.NoticeBad, Text: "没有保存：" + f.Sentence}
	} else {
		page.Notice = &h5.Notice{Kind: h5.NoticeBad, Text: f.Sentence}
	}
	return h.showAgain(k, err, page)
}
