package main

import (
	"io"

	"github.com/spf13/cobra"

	"ruxue/cmd/internal/app"
	"ruxue/service/admission"
	"ruxue/service/student"
)

// carryDeferrals is import --carry-from: a line for each who cannot be carried
// or has begun already, then the counts.
func carryDeferrals(cmd *cobra.Command, in app.ListCarry) error {
	db, pool, err := openDB(cmd.Context())
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	if err := campaignsThere(cmd.Context(), db, in.Campaign, in.From); err != nil {
		return err
	}
	p := &printer{w: cmd.OutOrStdout()}
	in.Each = func(x admission.Carried) error {
		if x.Outcome == admission.CarryBad || x.Outcome == admission.CarryJoined {
			p.line("  %s %s：%s。%s", x.Old.Person.Name, student.MaskID(x.Old.Person.IDNumber), x.Reason, x.Suggestion)
		}
		return p.err
	}
	rep, err := app.CarryDeferrals(cmd.Context(), db, in)
	if err != nil {
		return plainly(err)
	}
	return printCarry(cmd.OutOrStdout(), rep, in.Apply)
}

func printCarry(w io.Writer, r admission.CarryReport, applied bool) error {
	p := &printer{w: w}
	word := "将"
	if applied {
		word = "已"
	}
	p.line("保留资格 %d 人：%s转入 %d，名单中已有、%s转为待申请入学 %d，已在办理 %d，以前转入过 %d，不能转入 %d", r.Deferred, word, r.New, word, r.Listed,
		r.Joined, r.There, r.Bad)
	if r.NoFee > 0 {
		p.line("注意：%d 名学生没有学费，请用名单补上，或在活动里加收费规则", r.NoFee)
	}
	if r.NoNumber > 0 {
		p.line("注意：%d 名学生没有学号，入学前请用名单补上", r.NoNumber)
	}
	return p.err
}
