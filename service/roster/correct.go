package roster

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// Datum is one admission datum that staff may correct.
type Datum struct {
	Name    string // machine name
	Label   string
	Masked  bool // hidden on pages until it is unmasked with a reason
	Person  bool // belongs to the person: counts in all her campaigns
	Need    bool // must not be empty
	Options []string
	max     int
}

// Data are the correctable data in the order of pages.
func Data() []Datum {
	return []Datum{
		{Name: "name", Label: "姓名", Person: true, Need: true, max: 60},
		{Name: "id_number", Label: "证件号码", Masked: true, Person: true, Need: true, max: 40},
		{Name: "gender", Label: "性别", Need: true, Options: []string{"男", "女"}, max: 8},
		{Name: "nation", Label: "民族", max: 32},
		{Name: "exam_number", Label: "考生号", max: 32},
		{Name: "site", Label: "教学点", Need: true, max: 32},
		{Name: "grade", Label: "年级", max: 32},
		{Name: "level", Label: "层次", Need: true, max: 32},
		{Name: "major", Label: "专业", Need: true, max: 200},
		{Name: "study_form", Label: "学习形式", max: 32},
		{Name: "years", Label: "学制", max: 16},
		{Name: "imported_number", Label: "名单中的学号", max: 40},
	}
}

// DatumNamed returns the datum with the machine name.
func DatumNamed(name string) (Datum, bool) {
	for _, d := range Data() {
		if d.Name == name {
			return d, true
		}
	}
	return Datum{}, false
}

// Of returns the student's value of the datum.
func (d Datum) Of(e *student.Enrolment) string {
	return map[string]string{"name": e.Person.Name, "id_number": e.Person.IDNumber, "gender": e.Gender, "nation": e.Nation,
		"exam_number": e.ExamNumber, "site": e.SiteCode, "grade": e.Grade, "level": e.Level, "major": e.Major,
		"study_form": e.StudyForm, "years": e.Years, "imported_number": e.ImportedNumber}[d.Name]
}

// Correction is a datum to be replaced.
type Correction struct {
	Field  string
	Value  string
	Reason string
	// Confirmed says that the person has read what the change affects; a
	// registered student is not corrected without it.
	Confirmed bool
}

// Affects is what a correction of the student has consequences for, "" when for
// nothing that was decided yet.
func Affects(e *student.Enrolment) string {
	switch e.State {
	case student.Registered:
		return "该生已注册：学号、已签署的文件和缴费记录不会改变，之后的导出、登记表和查询使用新的信息"
	case student.Admitted, student.Kept:
		if e.VerifiedAt != nil {
			return "该生已核对过信息：下次打开时会请学生重新核对；已产生的缴费单不会改变"
		}
		return ""
	}
	if e.State == student.EntryPending {
		return "该生已提交入学申请：申请和已签署的文件不会改变"
	}
	return "该生已申请保留或放弃入学资格：申请和已签署的文件不会改变"
}

// Correct replaces one datum, with an audit entry, in one transaction. What the
// student confirmed before is asked again.
func (s *Service) Correct(ctx context.Context, by staff.Actor, c *campaign.Campaign, e *student.Enrolment, in Correction) error {
	d, ok := DatumNamed(in.Field)
	if !ok {
		return fault.New(fault.Invalid, "请选择要更正的项目").On("field")
	}
	reason, err := CheckReason(in.Reason)
	if err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		now, err := s.Store.Lock(ctx, e.ID)
		if err != nil {
			return err
		}
		value, extra, err := s.check(ctx, c, now, d, in.Value)
		if err != nil {
			return err
		}
		if value == d.Of(now) {
			return fault.New(fault.Conflict, "新内容与现在的相同，没有更正").On("value")
		}
		if !now.Open() && !in.Confirmed {
			return fault.New(fault.Conflict, Affects(now)+"。请勾选确认后再提交").On("confirmed")
		}
		if err := s.Store.SetDatum(ctx, now, d.Name, value, extra); err != nil {
			if f, ok := fault.As(err); ok {
				return f.On("value")
			}
			return fmt.Errorf("correcting a datum: %w", err)
		}
		if now.Open() && now.VerifiedAt != nil {
			if err := s.Store.AskAgain(ctx, now.ID); err != nil {
				return err
			}
		}
		return s.note(ctx, by, "staff.correct", now, fmt.Sprintf("更正%s：%s → %s；原因：%s", d.Label, d.shown(d.Of(now)), d.shown(value), reason))
	})
}

// shown is a value as the audit log may hold it.
func (d Datum) shown(v string) string {
	switch d.Name {
	case "name":
		return student.MaskName(v)
	case "id_number", "exam_number", "imported_number":
		v = student.MaskID(v)
	}
	if v == "" {
		return "（空）"
	}
	return v
}

// check returns the value as it is stored, or what is wrong with it.
func (s *Service) check(ctx context.Context, c *campaign.Campaign, e *student.Enrolment, d Datum, typed string) (value, extra string, err error) {
	value = strings.TrimSpace(norm.NFKC.String(typed))
	bad := func(format string, args ...any) error { return fault.Newf(fault.Invalid, format, args...).On("value") }
	switch {
	case value == "" && d.Need:
		return "", "", bad("请输入新的%s", d.Label)
	case utf8.RuneCountInString(value) > d.max:
		return "", "", bad("%s不能超过 %d 个字", d.Label, d.max)
	case strings.ContainsFunc(value, unicode.IsControl):
		return "", "", bad("%s中有不能使用的字符", d.Label)
	case len(d.Options) > 0 && !slices.Contains(d.Options, value):
		return "", "", bad("%s应为%s", d.Label, strings.Join(d.Options, "或"))
	}
	switch d.Name {
	case "name":
		value = student.NormalizeName(value)
		err = onValue(student.CheckName(value))
	case "id_number":
		value = student.NormalizeIDNumber(value)
		if e.Person.IDType == student.IDCard {
			err = onValue(student.CheckIDNumber(value))
		}
	case "imported_number":
		err = checkNumber(e, value, bad)
	case "site":
		return s.checkSite(ctx, c, value)
	case "level":
		facts := e.Facts()
		facts["level"] = value
		if _, e := c.Number.PrefixFor(facts); c.Number.Kind == "pattern" && e != nil {
			err = bad("活动里没有这个层次，学号规则无法使用它，请检查")
		}
	}
	return value, extra, err
}

func checkNumber(e *student.Enrolment, value string, bad func(string, ...any) error) error {
	if e.State == student.Registered {
		return bad("学号已经发放，不能更正名单中的学号")
	}
	if strings.ContainsFunc(value, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		return bad("学号只能有字母、数字和短横线")
	}
	return nil
}

// checkSite takes the code of a site that the campaign has; extra is its name.
func (s *Service) checkSite(ctx context.Context, c *campaign.Campaign, code string) (value, name string, err error) {
	choices, err := s.Store.Choices(ctx, staff.Scope{All: true}, c.ID)
	if err != nil {
		return "", "", err
	}
	for _, site := range choices.Sites {
		if site.Code == code {
			return site.Code, site.Name, nil
		}
	}
	return "", "", fault.New(fault.Invalid, "活动里没有这个教学点，请从列表中选择；新的教学点请用名单导入").On("value")
}

func onValue(err error) error {
	if f, ok := fault.As(err); ok {
		return f.On("value")
	}
	return err
}
