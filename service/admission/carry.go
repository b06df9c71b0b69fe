package admission

import (
	"context"
	"fmt"

	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/student"
	"ruxue/service/tabular"
)

// CarryStore holds the deferrals of one campaign and the students of the other.
// Calls join the transaction of their context.
type CarryStore interface {
	InTx(ctx context.Context, fn func(ctx context.Context) error) error
	// Deferred lists at most limit enrolments of the campaign, by id after one,
	// whose place was kept: there, or earlier and not entered since.
	Deferred(ctx context.Context, campaignID, after int64, limit int) ([]int64, error)
	// Deferrals returns what the records hold about these enrolments, those left
	// out that are deferred no more. lock holds both campaigns' enrolments of
	// their students until the transaction ends.
	Deferrals(ctx context.Context, ids []int64, into int64, lock bool) ([]Deferral, error)
	// Carry stores an enrolment in the state Kept for each and returns their
	// references. fault.Conflict means that somebody else was faster.
	Carry(ctx context.Context, into int64, list []Carried) ([]string, error)
	// Link says of an enrolment which other one it carries on; kept moves one
	// that is admitted to Kept.
	Link(ctx context.Context, id, from int64, kept bool) error
}

// Deferral is a place kept in one campaign with what there is of its student in
// the other.
type Deferral struct {
	*student.Enrolment
	CarriedTo int64 // campaign that carried it on, 0 for none
	// Here is her enrolment in the other campaign, nil without one; Begun says
	// that she did anything there.
	Here       *student.Enrolment
	Begun      bool
	ExamHolder int64 // enrolment there with her 考生号, 0 without
}

// CarryOutcome is what becomes of a deferral.
type CarryOutcome string

// The outcomes. Joined is a student whom the campaign's list holds already and
// who has begun: she goes on, and can defer no second time.
const (
	CarryNew    CarryOutcome = "new"
	CarryListed CarryOutcome = "listed" // in the list and untouched: she applies to enter
	CarryJoined CarryOutcome = "joined"
	CarryThere  CarryOutcome = "there" // carried before
	CarryBad    CarryOutcome = "bad"
)

// Carried is a deferral with what is done about it.
type Carried struct {
	Outcome CarryOutcome
	Old     *student.Enrolment
	Here    *student.Enrolment // her enrolment in the campaign, nil for CarryNew and mostly CarryBad
	// New are the data that she gets in the campaign.
	New student.Admission
	// Reason says why not, Suggestion what to do; of CarryBad, and Reason of
	// CarryListed and CarryJoined too.
	Reason, Suggestion string
}

// CarryReport is what carrying would do, or did.
type CarryReport struct {
	Deferred                        int // places kept in the earlier campaign
	New, Listed, Joined, There, Bad int
	NoFee, NoNumber                 int       // of New: what a list or rule still has to say
	People                          []Carried // the first ones that are carried
	Problems                        []Carried // the first ones that cannot be, or joined
}

// Moved is how many get to apply by carrying.
func (r CarryReport) Moved() int { return r.New + r.Listed }

// How many a report lists.
const (
	MaxCarryPeople   = 50
	MaxCarryProblems = 200
)

// CarryOrder is what is to be carried where.
type CarryOrder struct {
	From, Into *campaign.Campaign
	Grade      string // 年级 that all get, "" keeps each one's own
	Actor      string // "staff:<ref>" or "system"
	// Each, which may be nil, is told about every deferral.
	Each func(Carried) error
}

// Carrier carries places kept in one campaign into a later one, where their
// students apply to enter.
type Carrier struct {
	Store CarryStore
	Audit Auditor
	// Title names a campaign by its internal id, in reasons.
	Title func(ctx context.Context, id int64) (string, error)
}

// Check says what Apply would do, and changes nothing.
func (k *Carrier) Check(ctx context.Context, o CarryOrder) (CarryReport, error) {
	return k.run(ctx, o, func(ctx context.Context, r *carrying, ids []int64) ([]Carried, error) {
		return k.look(ctx, r, ids, false)
	})
}

// Apply carries all that can be, in transactions of BatchRows. Run again it
// carries only what is new.
func (k *Carrier) Apply(ctx context.Context, o CarryOrder) (CarryReport, error) {
	rep, err := k.run(ctx, o, k.write)
	if err != nil || rep.Moved()+rep.Joined == 0 {
		return rep, err
	}
	return rep, k.Audit.Add(ctx, audit.Entry{Actor: o.Actor, Action: "admission.carry", Subject: "campaign:" + o.Into.Code,
		Detail: fmt.Sprintf("从“%s”转入保留资格：新增 %d，名单中已有 %d，已在办理 %d，不能转入 %d", o.From.Title, rep.New, rep.Listed, rep.Joined, rep.Bad)})
}

// carrying is the state of one run.
type carrying struct {
	CarryOrder
	rules  Rules
	titles map[int64]string
}

type carryStep func(ctx context.Context, r *carrying, ids []int64) ([]Carried, error)

func (k *Carrier) run(ctx context.Context, o CarryOrder, do carryStep) (rep CarryReport, err error) {
	if err := o.check(); err != nil {
		return rep, err
	}
	r := &carrying{CarryOrder: o, rules: RulesOf(o.Into), titles: map[int64]string{o.From.ID: o.From.Title, o.Into.ID: o.Into.Title}}
	for after := int64(0); ; {
		ids, err := k.Store.Deferred(ctx, o.From.ID, after, BatchRows)
		if err != nil {
			return rep, fmt.Errorf("looking for kept places: %w", err)
		}
		if len(ids) == 0 {
			return rep, nil
		}
		list, err := do(ctx, r, ids)
		if err != nil {
			return rep, err
		}
		for _, x := range list {
			rep.note(x, r.rules)
			if o.Each == nil {
				continue
			}
			if err := o.Each(x); err != nil {
				return rep, err
			}
		}
		after = ids[len(ids)-1]
	}
}

// check refuses an order that cannot be meant.
func (o CarryOrder) check() error {
	if o.From.ID == o.Into.ID {
		return fault.New(fault.Invalid, "请选择另一个活动").On("from")
	}
	if !o.Into.TakesEntries() {
		return fault.Newf(fault.Invalid, "“%s”的步骤里没有“选择”，学生无法在那里申请入学", o.Into.Title).On("from")
	}
	_, was, err := o.From.Window.Bounds()
	if err != nil {
		return err
	}
	_, ends, err := o.Into.Window.Bounds()
	if err != nil {
		return err
	}
	if !ends.After(was) {
		return fault.Newf(fault.Invalid, "“%s”不晚于“%s”，不能往回转。请选择更早的活动", o.Into.Title, o.From.Title).On("from")
	}
	if o.Grade != "" && !gradeForm.MatchString(tabular.Plain(o.Grade)) {
		return fault.New(fault.Invalid, "年级写成四位年份，例如 2027级").On("grade")
	}
	return nil
}

// look decides about a batch.
func (k *Carrier) look(ctx context.Context, r *carrying, ids []int64, lock bool) ([]Carried, error) {
	list, err := k.Store.Deferrals(ctx, ids, r.Into.ID, lock)
	if err != nil {
		return nil, fmt.Errorf("reading kept places: %w", err)
	}
	out := make([]Carried, len(list))
	for i, d := range list {
		if out[i], err = k.decide(ctx, r, d); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// write decides about a batch and stores it, in one transaction.
func (k *Carrier) write(ctx context.Context, r *carrying, ids []int64) (out []Carried, err error) {
	for range maxRaces {
		err = k.Store.InTx(ctx, func(ctx context.Context) error {
			if out, err = k.look(ctx, r, ids, true); err != nil {
				return err
			}
			return k.store(ctx, r, out)
		})
		if !fault.Is(err, fault.Conflict) {
			break
		}
	}
	if err != nil {
		return nil, fmt.Errorf("carrying kept places: %w", err)
	}
	return out, nil
}

func (k *Carrier) store(ctx context.Context, r *carrying, list []Carried) error {
	var fresh []Carried
	for _, x := range list {
		switch x.Outcome {
		case CarryNew:
			fresh = append(fresh, x)
		case CarryListed, CarryJoined:
			if err := k.Store.Link(ctx, x.Here.ID, x.Old.ID, x.Outcome == CarryListed); err != nil {
				return err
			}
			if err := k.log(ctx, r, x.Old.Ref, x.Here.Ref); err != nil {
				return err
			}
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	refs, err := k.Store.Carry(ctx, r.Into.ID, fresh)
	if err != nil {
		return err
	}
	for i, x := range fresh {
		if err := k.log(ctx, r, x.Old.Ref, refs[i]); err != nil {
			return err
		}
	}
	return nil
}

// log says in both timelines where the kept place went.
func (k *Carrier) log(ctx context.Context, r *carrying, from, into string) error {
	for _, x := range [][2]string{{from, "保留的入学资格转入“" + r.Into.Title + "”"}, {into, "保留的入学资格从“" + r.From.Title + "”转入"}} {
		if err := k.Audit.Add(ctx, audit.Entry{Actor: r.Actor, Action: "admission.carry", Subject: "enrolment:" + x[0], Detail: x[1]}); err != nil {
			return err
		}
	}
	return nil
}

// note counts a deferral.
func (r *CarryReport) note(x Carried, rules Rules) {
	r.Deferred++
	switch x.Outcome {
	case CarryNew:
		r.New++
		if !rules.owes(Decision{Entry: Entry{Admission: x.New}}) {
			r.NoFee++
		}
		if rules.Number.Kind == "imported" {
			r.NoNumber++
		}
	case CarryListed:
		r.Listed++
	case CarryJoined:
		r.Joined++
	case CarryThere:
		r.There++
	case CarryBad:
		r.Bad++
	}
	switch x.Outcome {
	case CarryNew, CarryListed:
		if len(r.People) < MaxCarryPeople {
			r.People = append(r.People, x)
		}
	case CarryJoined, CarryBad:
		if len(r.Problems) < MaxCarryProblems {
			r.Problems = append(r.Problems, x)
		}
	}
}
