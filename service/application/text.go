package application

import (
	"strings"

	"ruxue/service/campaign"
	"ruxue/service/student"
)

// Rows are the applicant's read-only lines in the manual's order, label first.
// The identity number is masked; 学号 stands only where the list has one.
func Rows(e *student.Enrolment, k Kind) [][2]string {
	var out [][2]string
	for _, p := range [][2]string{{"姓名", e.Person.Name}, {"证件号码", student.MaskID(e.Person.IDNumber)}, {"所属教学点", e.Site},
		{"年级", e.Grade}, {"层次", e.Level}, {"专业", e.Major}, {"学习形式", e.StudyForm}, {"学号", e.ImportedNumber},
		{"申请类型", k.Type()}} {
		if p[1] != "" {
			out = append(out, p)
		}
	}
	return out
}

// Text is what the student signs: who applies, for what, why, and the sentence
// that was typed. The application's reference makes it hers alone.
func (a Application) Text(e *student.Enrolment) string {
	who := campaign.DocSection{Heading: "申请人"}
	for _, r := range Rows(e, a.Kind) {
		who.Paragraphs = append(who.Paragraphs, r[0]+"："+r[1])
	}
	d := campaign.Document{Sections: []campaign.DocSection{who, a.what()}}
	if s := a.Kind.Sentence(); s != "" {
		d.Sections = append(d.Sections, campaign.DocSection{Heading: "声明", Paragraphs: []string{s}})
	}
	d.Sections = append(d.Sections, campaign.DocSection{Heading: "申请编号", Paragraphs: []string{a.Ref}})
	return d.Text()
}

// what is what is applied for, and why.
func (a Application) what() campaign.DocSection {
	reason := tidy(a.Reason)
	if a.Kind != Enter {
		return campaign.DocSection{Heading: "申请原因", Paragraphs: []string{"申请原因：" + reason}}
	}
	out := campaign.DocSection{Heading: "申请事项", Paragraphs: []string{"本人的入学资格已保留，现申请入学。"}}
	if reason != "" {
		out.Paragraphs = append(out.Paragraphs, "说明："+reason)
	}
	return out
}

// tidy is a text as it is kept: no blanks around it, line breaks of one kind.
func tidy(s string) string {
	s = strings.ToValidUTF8(s, "")
	return strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(s))
}
