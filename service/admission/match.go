package admission

import (
	"ruxue/service/money"
	"ruxue/service/student"
	"ruxue/service/tabular"
)

// Standing is what the records hold about a row's student.
type Standing struct {
	PersonID   int64 // 0: nobody has this identity number
	PersonName string
	// PersonSettled: some campaign has registered the person, or decided an
	// application of theirs; the name stands in papers then.
	PersonSettled bool
	Enrolment     *student.Enrolment // in this campaign, nil without one
	PhoneListed   bool               // its phone is the list's, not one that the student proved
	Paid          bool
	ExamHolder    int64 // enrolment with the row's 考生号, 0 without
	NumberHolder  int64 // enrolment with the row's student number, 0 without
}

// Outcome is what importing a row comes to.
type Outcome string

// The outcomes. Kept is a row that differs from a student who is registered,
// has paid or has applied: nothing of hers changes by a list any more.
const (
	New     Outcome = "new"
	Updated Outcome = "updated"
	Same    Outcome = "same"
	Kept    Outcome = "kept"
	Bad     Outcome = "bad"
)

// Change is one datum that an import replaces.
type Change = tabular.Change[Column]

// Decision is a row with what is to be done about it.
type Decision struct {
	Outcome  Outcome
	Entry    Entry
	Standing Standing
	Changes  []Change
	Problems []Problem
}

// decide compares an entry with the records. cells gives the places to name in
// problems.
func decide(c *Checker, row Row, e Entry, s Standing) Decision {
	k := &rowCheck{Checker: c, row: row, entry: e}
	own := int64(0)
	if s.Enrolment != nil {
		own = s.Enrolment.ID
	}
	d := Decision{Entry: e, Standing: s}
	if s.PersonID != 0 && s.PersonName != e.Name && !alike(s.PersonName, e.Name) {
		k.bad(Name, OtherPerson, e.Name, "这个证件号码已经在系统里，姓名是“"+student.MaskName(s.PersonName)+"”",
			"核对证件号码和姓名；确需更改姓名时，在“学生”页更正")
	}
	if s.ExamHolder != 0 && s.ExamHolder != own {
		k.bad(ExamNumber, OtherPerson, e.ExamNumber, "这个考生号已经属于本次活动的另一名学生", "核对考生号；两人填反时，先改正另一人")
	}
	if s.NumberHolder != 0 && s.NumberHolder != own {
		k.bad(Number, Collision, e.Number, "这个学号已经属于本次活动的另一名学生", "换一个没有用过的学号，或核对是否填错行")
	}
	switch {
	case len(k.problems) > 0:
		d.Outcome, d.Problems = Bad, k.problems
	case s.Enrolment == nil:
		d.Outcome = New
	default:
		d.Changes = changes(e, s)
		switch {
		case len(d.Changes) == 0:
			d.Outcome = Same
		case !s.Enrolment.Open() || s.Paid:
			d.Outcome, d.Changes = Kept, nil
		default:
			d.Outcome = Updated
		}
	}
	return d
}

// changes lists what the entry says otherwise. What it leaves empty stays.
func changes(e Entry, s Standing) (out []Change) {
	was := s.Enrolment
	add := func(col Column, before, after string) {
		if after != "" && before != after {
			out = append(out, Change{Line: e.Line, Name: e.Name, Column: col, Before: shown(col, before), After: shown(col, after)})
		}
	}
	if !s.PersonSettled {
		add(Name, s.PersonName, e.Name)
	}
	for _, x := range []struct {
		col           Column
		before, after string
	}{
		{ExamNumber, was.ExamNumber, e.ExamNumber}, {Gender, was.Gender, e.Gender}, {Nation, was.Nation, e.Nation},
		{Level, was.Level, e.Level}, {Major, was.Major, e.Major}, {StudyForm, was.StudyForm, e.StudyForm}, {Years, was.Years, e.Years},
		{Grade, was.Grade, e.Grade}, {SiteCode, was.SiteCode, e.SiteCode}, {Site, was.Site, e.Site}, {Number, was.ImportedNumber, e.Number},
	} {
		add(x.col, x.before, x.after)
	}
	if s.PhoneListed {
		add(Phone, was.Phone, e.Phone)
	}
	if e.FeeFen != nil {
		add(Fee, yuan(was.FeeFen), yuan(e.FeeFen))
	}
	return out
}

// alike reports whether one name may be the other, corrected: of the same
// length with at most one different character. More is another person.
func alike(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) != len(y) {
		return false
	}
	differ := 0
	for i := range x {
		if x[i] != y[i] {
			differ++
		}
	}
	return differ <= 1 && len(x) > 1
}

func yuan(fen *int64) string {
	if fen == nil {
		return ""
	}
	return money.Yuan(*fen)
}

// unpaid refuses a decision about a student without a fee.
func (c *Checker) unpaid(row Row, d Decision) Decision {
	k := &rowCheck{Checker: c, row: row, entry: d.Entry}
	k.bad(Fee, NoFee, "", "活动已经开放，这名学生没有学费：名单没有填，收费规则也没有适用的", "在“学费”列填写金额（无需缴费的填 0），或请管理员在活动里加收费规则")
	d.Outcome, d.Changes, d.Problems = Bad, nil, k.problems
	return d
}

// owes reports whether somebody says what the student of the decision will owe.
func (r Rules) owes(d Decision) bool {
	if !r.Pays {
		return true
	}
	e, was := d.Entry, d.Standing.Enrolment
	if was == nil {
		was = &student.Enrolment{}
	}
	if was.State == student.Registered || d.Outcome == Kept {
		return true
	}
	or := func(a, b string) string {
		if a != "" {
			return a
		}
		return b
	}
	fee := e.FeeFen
	if fee == nil {
		fee = was.FeeFen
	}
	_, ok := r.Fee.Items(fee, map[string]string{"choice": "register", "level": or(e.Level, was.Level), "major": or(e.Major, was.Major),
		"site": or(e.Site, was.Site), "site_code": or(e.SiteCode, was.SiteCode), "grade": or(e.Grade, was.Grade),
		"study_form": or(e.StudyForm, was.StudyForm)})
	return ok
}
