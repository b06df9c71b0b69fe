package mysql

import (
	"slices"

	"ruxue/service/campaign"
	"ruxue/service/roster"
)

// factColumns are the columns that a campaign's conditions are compared with;
// as student.Enrolment.Facts.
var factColumns = map[string]string{"choice": "e.choice", "level": "e.level", "major": "e.major", "site": "e.site",
	"site_code": "e.site_code", "grade": "e.grade", "study_form": "e.study_form"}

// dueClause is an expression on e: the key of the duty that is due, as
// journey.Next finds it for one student. A test holds the two together.
func dueClause(c *campaign.Campaign) clause {
	out := clause{}
	out.add("CASE WHEN e.state='registered' THEN '" + roster.KeyRegistered + "' WHEN e.state='entry_pending' THEN '" + roster.KeyEntering +
		"' WHEN e.state NOT IN ('admitted','kept') THEN '" + roster.KeyBound + "'")
	last := ""
	var ends []roster.Duty // where a journey ends that applies to the student
	for _, d := range roster.Duties(c) {
		entry := d.Key == "application:"+campaign.Enter
		if !entry {
			last = d.Key
		}
		met := metClause(d)
		if met.sql == "" {
			ends = append(ends, d)
			continue
		}
		out.add(" WHEN ")
		if !entry && d.Kind != roster.KeyLogin && !d.BeforeEntry() { // as campaign.StepsFor
			out.add("e.choice<>? AND ", campaign.Enter)
		}
		applies := whenClause(d.When)
		out.add(applies.sql, applies.args...)
		out.add(" AND NOT ("+met.sql+") THEN ?", append(met.args, d.Key)...)
	}
	for _, d := range ends {
		applies := whenClause(d.When)
		out.add(" WHEN "+applies.sql+" THEN ?", append(applies.args, d.Key)...)
	}
	out.add(" ELSE ? END", last)
	return out
}

// whenClause is true where every condition holds.
func whenClause(when map[string]string) clause {
	out := clause{sql: "1=1"}
	facts := make([]string, 0, len(when))
	for fact := range when {
		facts = append(facts, fact)
	}
	slices.Sort(facts)
	for _, fact := range facts {
		column, ok := factColumns[fact]
		if !ok { // a fact that no student has
			if when[fact] != "" {
				out.add(" AND 1=0")
			}
			continue
		}
		out.add(" AND "+column+"=?", when[fact])
	}
	return out
}

// metClause is true where the duty is met; "" for one that ends the journey.
func metClause(d roster.Duty) clause {
	switch d.Kind {
	case roster.KeyLogin:
		return clause{sql: "e.first_login_at IS NOT NULL"}
	case "choice":
		return clause{sql: "e.choice<>''"}
	case "password":
		return clause{sql: "EXISTS (SELECT 1 FROM password w WHERE w.enrolment_id=e.id AND w.state='own')"}
	case "approval":
		return clause{sql: "e.approval<>'pending'"}
	case "face":
		// The login's own check is not a standing duty: some pass or a photo that
		// staff did not reject lets the student go on.
		return clause{sql: "EXISTS (SELECT 1 FROM face_check f WHERE f.enrolment_id=e.id AND " +
			"((f.kind='check' AND f.result='passed') OR (f.kind<>'check' AND f.review_state IN ('pending','approved'))))"}
	case "check":
		return clause{sql: "e.verified_at IS NOT NULL"}
	case "form":
		return clause{"EXISTS (SELECT 1 FROM section s WHERE s.enrolment_id=e.id AND s.name=? AND s.state='submitted')", []any{d.Name}}
	case "attachments":
		parts := clause{sql: "1=1"}
		for _, slot := range d.Slots {
			applies := whenClause(slot.When)
			parts.add(" AND (NOT ("+applies.sql+") OR EXISTS (SELECT 1 FROM attachment t WHERE t.enrolment_id=e.id AND t.slot=? AND t.state='uploaded'))",
				append(applies.args, slot.Name)...)
		}
		return parts
	case "sign":
		return clause{"EXISTS (SELECT 1 FROM signature g WHERE g.enrolment_id=e.id AND g.final_name=?)", []any{d.Name}}
	case "pay":
		return clause{sql: "EXISTS (SELECT 1 FROM bill b WHERE b.enrolment_id=e.id AND b.state IN ('paid','free'))"}
	case "application":
		return clause{sql: "1=0"} // one that was submitted has moved the state
	}
	return clause{}
}

// shanghaiDay is the day of a UTC column in Beijing time, 2026-11-22.
func shanghaiDay(column string) string {
	return "DATE_FORMAT(DATE_ADD(" + column + ", INTERVAL 8 HOUR), '%Y-%m-%d')"
}
