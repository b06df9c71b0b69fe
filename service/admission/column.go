package admission

import (
	"slices"

	"ruxue/service/tabular"
)

// Column is what a column of the list holds.
type Column string

// The columns. Ignored is a heading that a person said not to import.
const (
	IDType     Column = "id_type"
	IDNumber   Column = "id_number"
	Name       Column = "name"
	ExamNumber Column = "exam_number"
	Number     Column = "number"
	Gender     Column = "gender"
	Nation     Column = "nation"
	Grade      Column = "grade"
	Level      Column = "level"
	Major      Column = "major"
	StudyForm  Column = "study_form"
	Years      Column = "years"
	SiteCode   Column = "site_code"
	Site       Column = "site"
	Phone      Column = "phone"
	Fee        Column = "fee"
	Approval   Column = "approval"
	Ignored    Column = "ignored"
)

// ColumnInfo is how a column is called and explained.
type ColumnInfo struct {
	Column   Column
	Label    string
	Note     string   // in the template
	Synonyms []string // as tabular.Fold leaves them, Label apart
}

// Columns are all of them in the template's order. The short names are the
// field names of the admission databases (KSH and the like).
var Columns = []ColumnInfo{
	{ExamNumber, "考生号", "录取数据中的考生号，按文本填写", []string{"KSH", "考生编号", "准考证号", "ZKZH", "报名号"}},
	{Name, "姓名", "与身份证一致，生僻字照写，少数民族姓名用“·”", []string{"XM", "学生姓名", "考生姓名"}},
	{IDType, "证件类型", "不填就是身份证", []string{"ZJLX", "身份证件类型", "证件类别"}},
	{IDNumber, "身份证号", "18 位，按文本填写；其他证件填证件号码", []string{"SFZH", "身份证号码", "身份证", "身份证件号", "身份证件号码", "证件号码", "证件号", "ZJHM", "公民身份号码"}},
	{Gender, "性别", "男或女", []string{"XB"}},
	{Nation, "民族", "例如 汉族", []string{"MZ"}},
	{Level, "层次", "例如 专升本、高起专", []string{"CC", "层次名称", "学习层次", "培养层次", "录取层次", "CCMC"}},
	{Major, "专业", "录取专业的名称", []string{"ZY", "专业名称", "录取专业", "ZYMC", "LQZY"}},
	{StudyForm, "学习形式", "例如 函授、业余", []string{"XXXS", "学习方式", "授课方式"}},
	{Years, "学制", "年数，例如 2.5", []string{"XZ", "学制年"}},
	{Grade, "年级", "例如 2026级", []string{"NJ", "入学年级", "级别"}},
	{SiteCode, "教学点代码", "教学点的代码", []string{"JXDDM", "站点代码", "函授站代码", "教学站代码", "学习中心代码"}},
	{Site, "教学点", "教学点的名称", []string{"JXD", "JXDMC", "教学点名称", "所属教学点", "站点", "站点名称", "函授站", "函授站名称", "教学站", "学习中心"}},
	{Phone, "手机号", "11 位手机号", []string{"SJH", "手机", "手机号码", "联系电话", "联系方式", "LXDH", "移动电话", "本人电话"}},
	{Fee, "学费", "以元为单位，最多两位小数；不填按活动的收费规则", []string{"XF", "学费元", "应缴学费", "缴费金额", "应缴金额", "学费金额"}},
	{Number, "学号", "学号由学校预先编好时填写，按文本填写", []string{"XH", "学生学号"}},
	{Approval, "审核状态", "已审核或待审核，不填就是已审核", []string{"信息审核", "审核"}},
}

// ours are the headings that a file of bad rows adds, and row numbers.
var ours = []string{"原因", "建议", "序号", "XUHAO", "NO"}

// Label is the column's name in the template.
func (c Column) Label() string {
	for _, i := range Columns {
		if i.Column == c {
			return i.Label
		}
	}
	return ""
}

// Known reports whether the value is a column that can be imported.
func (c Column) Known() bool { return c.Label() != "" }

// columnOf finds a heading's column: what people taught comes first, then the
// built-in names. "" is unknown.
func columnOf(heading string, taught map[string]Column) Column {
	folded := tabular.Fold(heading)
	if c, ok := taught[folded]; ok {
		return c
	}
	if slices.Contains(ours, folded) {
		return Ignored
	}
	for _, i := range Columns {
		if folded == tabular.Fold(i.Label) || slices.Contains(i.Synonyms, folded) {
			return i.Column
		}
	}
	return ""
}
