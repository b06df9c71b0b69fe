package handler

import (
	"fmt"

	"ruxue/h5"
	"ruxue/service/admission"
	"ruxue/service/campaign"
	"ruxue/service/tabular"
)

// problemsShown is how many bad rows' problems and changes the page lists; the
// file of bad rows has all.
const problemsShown = 200

// importJobView fills the page of one list.
func (h *Handler) importJobView(k *call, j *admission.Job) (h5.StaffImportJob, error) {
	c, err := h.Campaigns.ByID(k.ctx(), j.CampaignID)
	if err != nil {
		return h5.StaffImportJob{}, err
	}
	r := j.Report
	p := h5.StaffImportJob{Console: k.console("名单导入", importPath), Base: importPath + "/job/" + j.Ref, Back: importPath + "?c=" + c.Code,
		CampaignTitle: c.Title, File: j.FileName, Sheet: r.Sheet, By: j.ActorName, At: campaign.DateTime(j.CreatedAt), State: string(j.State),
		Busy: j.Busy(), Words: jobWords[j.State], Tag: jobTags[j.State], Done: j.RowsDone, Total: max(j.RowsTotal, 1), Sentence: j.Sentence,
		Rows: r.Rows, New: r.New, Updated: r.Updated, Same: r.Same, Kept: r.Kept, Bad: r.Bad, Good: r.New + r.Updated,
		NoFee: r.NoFee, NoFeeLine: r.NoFeeLine, BadFile: j.BadKey != "", Teachable: j.FileKey != "" && (j.State == admission.Checked || j.State == admission.Refused)}
	if p.Busy {
		return p, nil
	}
	p.Kinds = kindViews(r.Kinds, admission.KindLabels)
	for _, x := range r.Columns {
		p.Columns = append(p.Columns, h5.StaffImportCount{Label: x.Column.Label(), Count: x.Count})
	}
	p.Problems, p.MoreProblems = problemViews(r.Problems[:min(len(r.Problems), problemsShown)]), len(r.Problems) > problemsShown
	p.Changes, p.MoreChanges = changeViews(r.Changes[:min(len(r.Changes), problemsShown)]), len(r.Changes) > problemsShown
	p.Headings = headingViews(r)
	return p, nil
}

func kindViews(list []tabular.KindCount, labels map[tabular.Kind]string) (out []h5.StaffImportCount) {
	for _, x := range list {
		out = append(out, h5.StaffImportCount{Label: labels[x.Kind], Count: x.Count})
	}
	return out
}

func problemViews(list []tabular.Problem) (out []h5.StaffImportProblem) {
	for _, x := range list {
		out = append(out, h5.StaffImportProblem{Line: x.Line, Cell: x.Cell, Column: x.Column, Value: x.Value, Reason: x.Reason, Suggestion: x.Suggestion})
	}
	return out
}

func changeViews[C interface {
	~string
	Label() string
}](list []tabular.Change[C]) (out []h5.StaffImportChange) {
	for _, x := range list {
		out = append(out, h5.StaffImportChange{Line: x.Line, Name: x.Name, Column: x.Column.Label(), Before: x.Before, After: x.After})
	}
	return out
}

// headingViews says what each heading was taken for; unknown ones can be named.
func headingViews(r admission.Report) (out []h5.StaffImportHeading) {
	options := []h5.Option{{Value: "", Label: "请选择"}, {Value: string(admission.Ignored), Label: "不导入"}}
	for _, i := range admission.Columns {
		options = append(options, h5.Option{Value: string(i.Column), Label: i.Label})
	}
	for n, x := range r.Headings {
		v := h5.StaffImportHeading{Name: fmt.Sprintf("column-%d", n), Text: x.Text, Column: x.Column.Label()}
		switch x.Column {
		case "":
			v.Options = options
		case admission.Ignored:
			v.Column = "不导入"
		}
		out = append(out, v)
	}
	return out
}
