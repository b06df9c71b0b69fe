package export

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/enrolment"
	"ruxue/service/money"
	"ruxue/service/roster"
	"ruxue/service/student"
)

// Column is one column of the students' table.
type Column struct {
	Key, Label string
	// Registry tells that the preset for 学信网 registration has it.
	Registry bool
	// Section and Field are set for a value that students handed in.
	Section string
	Field   campaign.Field

	of   func(e *student.Enrolment) string
	mask func(string) string
}

// Columns are what the campaign's students' table can have: admission and
// registration first, then what was handed in.
func Columns(c *campaign.Campaign) []Column {
	out := []Column{
		{Key: "exam_number", Label: "考生号", Registry: true, of: func(e *student.Enrolment) string { return e.ExamNumber }},
		{Key: "name", Label: "姓名", Registry: true, of: func(e *student.Enrolment) string { return e.Person.Name }},
		{Key: "gender", Label: "性别", Registry: true, of: func(e *student.Enrolment) string { return e.Gender }},
		{Key: "birthday", Label: "出生日期", Registry: true, of: birthday, mask: func(string) string { return "" }},
		{Key: "id_type", Label: "证件类型", Registry: true, of: func(e *student.Enrolment) string { return e.Person.IDType }},
		{Key: "id_number", Label: "证件号码", Registry: true, of: func(e *student.Enrolment) string { return e.Person.IDNumber }, mask: student.MaskID},
		{Key: "nation", Label: "民族", Registry: true, of: func(e *student.Enrolment) string { return e.Nation }},
		{Key: "number", Label: "学号", Registry: true, of: func(e *student.Enrolment) string { return e.Number }},
		{Key: "major", Label: "专业", Registry: true, of: func(e *student.Enrolment) string { return e.Major }},
		{Key: "level", Label: "层次", Registry: true, of: func(e *student.Enrolment) string { return e.Level }},
		{Key: "study_form", Label: "学习形式", Registry: true, of: func(e *student.Enrolment) string { return e.StudyForm }},
		{Key: "years", Label: "学制", Registry: true, of: func(e *student.Enrolment) string { return e.Years }},
		{Key: "grade", Label: "年级", Registry: true, of: func(e *student.Enrolment) string { return e.Grade }},
		{Key: "enrolled", Label: "入学日期", Registry: true, of: enrolledDay(c)},
		{Key: "site_code", Label: "教学点代码", of: func(e *student.Enrolment) string { return e.SiteCode }},
		{Key: "site", Label: "教学点", of: func(e *student.Enrolment) string { return e.Site }},
		{Key: "phone", Label: "手机号", of: func(e *student.Enrolment) string { return e.Phone }, mask: student.MaskPhone},
		{Key: "state", Label: "状态", of: func(e *student.Enrolment) string { return roster.StateLabel(e.State) }},
		{Key: "registered_at", Label: "注册完成时间", of: func(e *student.Enrolment) string { return moment(e.RegisteredAt) }},
	}
	for _, s := range c.Sections {
		if s.Repeated {
			continue
		}
		for _, f := range s.Fields {
			out = append(out, Column{Key: s.Name + "." + f.Name, Label: s.Title + " " + f.Label, Section: s.Name, Field: f,
				mask: func(v string) string { return student.MaskField(f, v) }})
		}
	}
	return out
}

// birthday is read off a citizen's number.
func birthday(e *student.Enrolment) string {
	if id := e.Person.IDNumber; e.Person.IDType == student.IDCard && len(id) == 18 {
		return id[6:14]
	}
	return ""
}

// enrolledDay is the first day of the campaign's window, as the registry writes
// a date: the campaign has no other day of enrolment.
func enrolledDay(c *campaign.Campaign) func(*student.Enrolment) string {
	day := strings.ReplaceAll(c.Window.From, "-", "")
	return func(*student.Enrolment) string { return day }
}

func moment(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.In(campaign.Shanghai).Format("2006-01-02 15:04:05")
}

// row returns the student's values of the columns.
func (s *Service) row(ctx context.Context, c *campaign.Campaign, e *student.Enrolment, columns []Column, full bool) ([]string, error) {
	handed := map[string]enrolment.Values{}
	out := make([]string, len(columns))
	for i, col := range columns {
		if col.Section == "" {
			out[i] = col.of(e)
		} else {
			v, ok := handed[col.Section]
			if !ok {
				var err error
				if v, _, err = s.Sections.Handed(ctx, owner(c, e), col.Section); err != nil {
					return nil, fmt.Errorf("reading what a student handed in: %w", err)
				}
				handed[col.Section] = v
			}
			out[i] = v.Fields[col.Field.Name]
		}
		if !full && col.mask != nil {
			out[i] = col.mask(out[i])
		}
	}
	return out, nil
}

func owner(c *campaign.Campaign, e *student.Enrolment) enrolment.Owner {
	return enrolment.Owner{EnrolmentID: e.ID, EnrolmentRef: e.Ref, CampaignCode: c.Code}
}

// paymentHeader and paymentRow are the payments' table; amounts are in yuan.
var paymentHeader = []string{"商户订单号", "微信支付单号", "姓名", "学号", "考生号", "教学点", "层次", "专业", "金额（元）", "已退款（元）", "用途", "方式", "支付时间"}

func paymentRow(p Payment) []string {
	purpose := map[string]string{"bill": "缴费", "surplus": "重复付款"}[p.Purpose]
	at := p.At
	return []string{p.OutTradeNo, p.TransactionID, p.Name, p.Number, p.ExamNumber, p.Site, p.Level, p.Major, money.Plain(p.TotalFen), money.Plain(p.RefundedFen),
		purpose, way(p), moment(&at)}
}

func way(p Payment) string {
	switch {
	case p.Source == "offline":
		return "线下缴费"
	case p.TradeType == "NATIVE":
		return "扫码支付"
	}
	return "微信支付"
}
