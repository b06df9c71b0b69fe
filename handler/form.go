package handler

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/enrolment"
	"ruxue/service/fault"
)

// formTitle is the title of the whole form in the manual's pictures.
const formTitle = "新生入学登记表"

// maxForm is what the server reads of a form, in bytes.
const maxForm = 1 << 20

func (k *call) owner() enrolment.Owner {
	return enrolment.Owner{EnrolmentID: k.enrolment.ID, EnrolmentRef: k.enrolment.Ref, CampaignCode: k.campaign.Code}
}

// info is what the form knows of the student from the admitted list.
func (k *call) info() enrolment.Info {
	e := k.enrolment
	facts := e.Facts()
	return enrolment.Info{Facts: facts, Admission: map[string]string{"level": e.Level, "phone": e.Phone,
		"name": e.Person.Name, "major": e.Major, "gender": e.Gender, "nation": e.Nation}}
}

func (k *call) section() (campaign.Section, error) {
	s, ok := k.campaign.Section(k.Param("section"))
	if !ok {
		return s, fault.New(fault.NotFound, "")
	}
	return s, nil
}

func (h *Handler) formPage(k *call) error {
	s, err := k.section()
	if err != nil {
		return err
	}
	saved, err := h.Sections.Load(k.ctx(), k.owner(), s, k.info())
	if err != nil {
		return err
	}
	page := k.formView(s, saved.Values, nil)
	if !saved.SavedAt.IsZero() {
		page.SavedAt = saved.SavedAt.In(campaign.Shanghai).Format("15:04")
	}
	if saved.State == enrolment.Returned {
		page.ReadOnly, page.Next = false, ""
		page.Notice = &h5.Notice{Kind: h5.NoticeBad, Title: "这一页需要修改", Text: saved.Remark}
		if saved.Remark == "" {
			page.Notice.Text = "其余内容都已保存"
		}
		page.Notice.Text = k.numberHolds() + page.Notice.Text
	}
	return h.show(k, page)
}

// formView builds the page from the campaign's section and the values.
func (k *call) formView(s campaign.Section, v enrolment.Values, errs map[string]string) h5.Form {
	f := k.frame(formTitle)
	f.Steps = k.steps("form", s.Name)
	page := h5.Form{Frame: f, Action: k.base() + "/form/" + s.Name, Section: s.Title, Repeated: s.Repeated,
		ItemLabel: s.ItemName, AddLabel: s.AddLabel, Min: s.Min, Max: s.Max, Prev: k.prev("form", s.Name), ReadOnly: k.frozen}
	if k.frozen {
		page.Next = k.after("form", s.Name)
		page.Notice = &h5.Notice{Kind: h5.NoticeInfo, Text: errFrozen}
	}
	if !s.Repeated {
		page.Fields = k.fields(s, v.Fields, func(name string) string { return errs[name] })
		return page
	}
	for i, item := range v.Items {
		page.Items = append(page.Items, k.fields(s, item, func(name string) string { return errs[enrolment.ItemKey(i, name)] }))
	}
	page.Blank = k.fields(s, nil, func(string) string { return "" })
	if e := errs[s.Name]; e != "" {
		page.Notice = &h5.Notice{Kind: h5.NoticeBad, Text: e}
	} else if e := errs[""]; e != "" {
		page.Notice = &h5.Notice{Kind: h5.NoticeBad, Text: e}
	}
	return page
}

func (k *call) fields(s campaign.Section, values map[string]string, errOf func(string) string) []h5.Field {
	var out []h5.Field
	for _, f := range s.Fields {
		if !k.info().Applies(f, values) {
			continue
		}
		x := h5.Field{Name: f.Name, Label: f.Label, Kind: fieldKind(f), Required: f.Required, Value: values[f.Name],
			Error: errOf(f.Name), Hint: f.Hint, Placeholder: f.Placeholder, Autocomplete: f.Autocomplete}
		if f.Kind == "mobile" || f.Kind == "postcode" {
			x.InputMode = "numeric"
		}
		if f.Kind == "textarea" || f.Kind == "email" {
			x.Width = "full"
		}
		for _, o := range f.Options {
			x.Options = append(x.Options, h5.Option{Value: o, Label: o})
		}
		out = append(out, x)
	}
	return out
}

// fieldKind is the control of a campaign's kind of field.
func fieldKind(f campaign.Field) string {
	if f.ReadOnly {
		return h5.FieldReadonly
	}
	switch f.Kind {
	case "mobile", "tel":
		return h5.FieldTel
	case "postcode":
		return h5.FieldNumber
	}
	return f.Kind
}

// formValues reads what was typed. A read-only field is not sent by the page;
// its value is the admitted list's.
func (k *call) formValues(s campaign.Section) (enrolment.Values, error) {
	k.Request.Body = http.MaxBytesReader(k.Writer, k.Request.Body, maxForm)
	if err := k.parseForm(); err != nil {
		return enrolment.Values{}, err
	}
	return enrolment.FromForm(s, k.Request.PostForm), nil
}

func (k *call) parseForm() error {
	err := k.Request.ParseForm()
	if err == nil && k.ContentType() == gin.MIMEMultipartPOSTForm {
		err = k.Request.ParseMultipartForm(maxForm)
	}
	switch {
	case tooLarge(err):
		return fault.Wrap(fault.TooLarge, "填写的内容太长，请缩短后再提交", err)
	case err != nil: // above all never a form that looks empty: it would replace the draft
		return fault.Wrap(fault.Invalid, "填写的内容没有传完，请重新提交", err)
	}
	return nil
}

// submitForm is 下一步; the first wrong field gets its sentence and nothing
// typed is lost. Without JavaScript 添加家庭成员 is a submit of its own.
func (h *Handler) submitForm(k *call) error {
	s, err := k.section()
	if err != nil {
		return err
	}
	v, err := k.formValues(s)
	if err != nil {
		return err
	}
	if edited, ok := editItems(s, v, k.PostForm("action")); ok {
		if _, err := h.Sections.SaveDraft(k.ctx(), k.owner(), s, edited); err != nil {
			return err
		}
		page := k.formView(s, enrolment.Shown(s, edited, k.info()), nil)
		page.ReadOnly, page.Next = false, ""
		return h.show(k, page)
	}
	errs, err := h.Sections.Submit(k.ctx(), k.owner(), s, v, k.info())
	if err != nil {
		return err
	}
	if len(errs) > 0 {
		if k.wantsJSON() {
			k.JSON(http.StatusUnprocessableEntity, gin.H{"error": gin.H{"kind": "invalid",
				"message": "有 " + strconv.Itoa(len(errs)) + " 处需要修改", "fields": errs}})
			return nil
		}
		page := k.formView(s, enrolment.Shown(s, v, k.info()), errs)
		page.ReadOnly, page.Next = false, ""
		h.render(k, http.StatusUnprocessableEntity, page)
		return nil
	}
	return h.mended(k, "form", s.Name)
}

// editItems does what the buttons of a repeated section do without JavaScript:
// "add" and "remove.<i>".
func editItems(s campaign.Section, v enrolment.Values, action string) (enrolment.Values, bool) {
	if !s.Repeated {
		return v, false
	}
	if action == "add" {
		v.Items = append(v.Items, map[string]string{})
		return v, true
	}
	number, ok := strings.CutPrefix(action, "remove.")
	i, err := strconv.Atoi(number)
	if !ok || err != nil || i < 0 || i >= len(v.Items) {
		return v, false
	}
	v.Items = slices.Delete(v.Items, i, i+1)
	return v, true
}

// saveDraft keeps what was typed while typing.
func (h *Handler) saveDraft(k *call) error {
	s, err := k.section()
	if err != nil {
		return err
	}
	v, err := k.formValues(s)
	if err != nil {
		return err
	}
	at, err := h.Sections.SaveDraft(k.ctx(), k.owner(), s, v)
	if err != nil {
		return err
	}
	return h.ok(k, gin.H{"saved_at": at.In(campaign.Shanghai).Format("15:04")})
}
