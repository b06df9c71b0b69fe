package admission

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ruxue/service/student"
	"ruxue/service/tabular"
)

// decide says what becomes of one deferral.
func (k *Carrier) decide(ctx context.Context, r *carrying, d Deferral) (Carried, error) {
	out := Carried{Old: d.Enrolment, Here: d.Here, New: r.entry(d.Enrolment)}
	bad := func(reason, suggestion string) (Carried, error) {
		out.Outcome, out.Reason, out.Suggestion = CarryBad, reason, suggestion
		return out, nil
	}
	switch {
	case d.CarriedTo == r.Into.ID:
		out.Outcome = CarryThere
		return out, nil
	case d.CarriedTo != 0:
		title, err := k.titleOf(ctx, r, d.CarriedTo)
		if err != nil {
			return out, err
		}
		return bad("已经转入“"+title+"”", "一份保留资格只转入一次，不需要处理")
	case d.State == student.Kept:
		return bad("资格是更早的活动保留的，她在“"+r.From.Title+"”中没有申请入学", "入学资格只保留一次；学校仍同意入学时，用录取名单导入她")
	case d.Here != nil && d.Here.CarriedFrom != 0:
		return bad("本活动中的她是从另一个活动转入的", "不需要处理")
	case d.Here != nil:
		return r.listed(out, d), nil
	case d.ExamHolder != 0:
		return bad("她的考生号在本活动中属于另一名学生", "核对两人的考生号，在“学生”页更正后再转入")
	}
	if problems := r.unknown(&out.New); len(problems) > 0 {
		return bad(strings.Join(problems, "；"), "在活动里补上，或在“学生”页更正她的信息，再转入")
	}
	out.Outcome = CarryNew
	return out, nil
}

// listed decides about a student whom the campaign's own list holds.
func (r *carrying) listed(out Carried, d Deferral) Carried {
	switch s := d.Here.State; {
	case s == student.Admitted && !d.Begun:
		out.Outcome, out.Reason = CarryListed, "名单中已有她，转为待申请入学"
	case s == student.Admitted || s == student.Registered:
		out.Outcome, out.Reason, out.Suggestion = CarryJoined, "名单中已有她，并且已经开始办理", "继续办理，不需要申请入学"
		if s == student.Registered {
			out.Reason = "名单中已有她，并且已经注册完成"
		}
	default:
		out.Outcome, out.Reason, out.Suggestion = CarryBad, "她在本活动中已经另外申请保留或放弃入学资格", "不需要处理；有疑问时联系学生"
	}
	return out
}

// entry are the data that the student takes along. Fee and student number are
// the campaign's own to give.
func (r *carrying) entry(e *student.Enrolment) student.Admission {
	a := student.Admission{IDType: e.Person.IDType, IDNumber: e.Person.IDNumber, Name: e.Person.Name, ExamNumber: e.ExamNumber,
		Gender: e.Gender, Nation: e.Nation, SiteCode: e.SiteCode, Site: e.Site, Grade: e.Grade, Level: e.Level, Major: e.Major,
		StudyForm: e.StudyForm, Years: e.Years, Phone: e.Phone}
	if m := gradeForm.FindStringSubmatch(tabular.Plain(r.Grade)); m != nil {
		a.Grade = m[1] + "级"
	}
	return a
}

// unknown says what of the data the campaign does not know or lacks, and gives
// the site the name that it has there.
func (r *carrying) unknown(a *student.Admission) (out []string) {
	word := func(c Column, value string, list []string) {
		if value != "" && !slices.Contains(list, value) {
			out = append(out, fmt.Sprintf("%s“%s”不是本活动的%s", c.Label(), tabular.Clip(value, 20), c.Label()))
		}
	}
	word(Level, a.Level, r.rules.Levels)
	word(StudyForm, a.StudyForm, r.rules.StudyForms)
	if len(r.rules.Sites) > 0 && a.SiteCode+a.Site != "" {
		found := false
		for _, s := range r.rules.Sites {
			if s.Code == a.SiteCode || (a.SiteCode == "" && tabular.Plain(s.Name) == tabular.Plain(a.Site)) {
				a.SiteCode, a.Site, found = s.Code, s.Name, true
				break
			}
		}
		if !found {
			out = append(out, "教学点“"+tabular.Clip(strings.TrimSpace(a.SiteCode+" "+a.Site), 30)+"”不在本活动的教学点中")
		}
	}
	have := map[Column]string{Level: a.Level, Major: a.Major, StudyForm: a.StudyForm, Grade: a.Grade, SiteCode: a.SiteCode,
		Site: a.Site, Phone: a.Phone}
	for _, c := range r.rules.Need {
		if value, ok := have[c]; ok && value == "" {
			out = append(out, c.Label()+"没有填")
		}
	}
	return out
}

func (k *Carrier) titleOf(ctx context.Context, r *carrying, id int64) (string, error) {
	if t, ok := r.titles[id]; ok {
		return t, nil
	}
	t, err := k.Title(ctx, id)
	if err != nil {
		return "", fmt.Errorf("naming a campaign: %w", err)
	}
	r.titles[id] = t
	return t, nil
}
