package sheet

import (
	"fmt"
	"io"
	"slices"

	"github.com/xuri/excelize/v2"

	"ruxue/service/admission"
)

// templateRows is how many rows of the template are set to text.
const templateRows = 2000

// Template writes the list to be filled in for a campaign: headings, and a
// second worksheet that explains each.
func Template(out io.Writer, rules admission.Rules) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	if err := template(f, rules); err != nil {
		return fmt.Errorf("making the template: %w", err)
	}
	if _, err := f.WriteTo(out); err != nil {
		return fmt.Errorf("writing the template: %w", err)
	}
	return nil
}

func template(f *excelize.File, rules admission.Rules) error {
	const list, notes = "名单", "说明"
	if err := f.SetSheetName("Sheet1", list); err != nil {
		return err
	}
	if _, err := f.NewSheet(notes); err != nil {
		return err
	}
	text, err := f.NewStyle(&excelize.Style{NumFmt: textFormat})
	if err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{NumFmt: textFormat, Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	heads, explained := []any{}, [][]any{{"列名", "必填", "怎么填"}}
	for _, c := range admission.Columns {
		if c.Column == admission.Approval && !rules.Approves {
			continue
		}
		must := "否"
		if slices.Contains(rules.Need, c.Column) {
			must = "是"
		}
		heads, explained = append(heads, c.Label), append(explained, []any{c.Label, must, c.Note + vocabulary(c.Column, rules)})
	}
	explained = append(explained, []any{"", "", ""}, []any{"再次导入", "", "同一证件号码的学生会更新；空单元格不改动原有内容；已注册、已缴费或已提交申请的学生不改动。"},
		[]any{"长号码", "", "身份证号、考生号等按文本填写。号码末尾确实是多个 0 时，在前面加一个英文单引号 '。"})
	last, err := excelize.ColumnNumberToName(len(heads))
	if err != nil {
		return err
	}
	if err := f.SetSheetRow(list, "A1", &heads); err != nil {
		return err
	}
	for i := range explained {
		if err := f.SetSheetRow(notes, fmt.Sprintf("A%d", i+1), &explained[i]); err != nil {
			return err
		}
	}
	for _, do := range []func() error{
		func() error { return f.SetColWidth(list, "A", last, 18) },
		func() error { return f.SetCellStyle(list, "A2", fmt.Sprintf("%s%d", last, templateRows), text) },
		func() error { return f.SetCellStyle(list, "A1", last+"1", bold) },
		func() error { return f.SetColWidth(notes, "A", "B", 14) },
		func() error { return f.SetColWidth(notes, "C", "C", 80) },
		func() error { return f.SetCellStyle(notes, "A1", "C1", bold) },
	} {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

// vocabulary says which words a column may hold.
func vocabulary(c admission.Column, rules admission.Rules) string {
	var words []string
	switch c {
	case admission.Level:
		words = rules.Levels
	case admission.StudyForm:
		words = rules.StudyForms
	case admission.SiteCode:
		for _, s := range rules.Sites {
			words = append(words, s.Code+" "+s.Name)
		}
	}
	out := ""
	for i, w := range words {
		if i == 0 {
			out = "。可填：" + w
			continue
		}
		out += "、" + w
	}
	return out
}
