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

// Columns are all of them in the template's order. The short names are the
// field names of the admission databases (KSH and the like).
var Columns = tabular.ColumnSet[Column]{
	{Column: ExamNumber, Label: "考生号", Note: "录取数据中的考生号，按文本填写", Synonyms: []string{"KSH", "考生编号", "准考证号", "ZKZH", "报名号"}},
	{Column: Name, Label: "姓名", Note: "与身份证一致，生僻字照写，少数民族姓名用“·”", Synonyms: []string{"XM", "学生姓名", "考生姓名"}},
	{Column: IDType, Label: "证件类型", Note: "不填就是身份证", Synonyms: []string{"ZJLX", "身份证件类型", "证件类别"}},
	{Column: IDNumber, Label: "身份证号", Note: "18 位，按文本填写；其他证件填证件号码", Synonyms: []string{"SFZH", "身份证号码", "身份证", "身份证件号", "身份证件号码", "证件号码", "证件号", "ZJHM", "公民身份号码"}},
	{Column: Gender, Label: "性别", Note: "男或女", Synonyms: []string{"XB"}},
	{Column: Nation, Label: "民族", Note: "例如 汉族", Synonyms: []string{"MZ"}},
	{Column: Level, Label: "层次", Note: "例如 专升本、高起专", Synonyms: []string{"CC", "层次名称", "学习层次", "培养层次", "录取层次", "CCMC"}},
	{Column: Major, Label: "专业", Note: "录取专业的名称", Synonyms: []string{"ZY", "专业名称", "录取专业", "ZYMC", "LQZY"}},
	{Column: StudyForm, Label: "学习形式", Note: "例如 函授、业余", Synonyms: []string{"XXXS", "学习方式", "授课方式"}},
	{Column: Years, Label: "学制", Note: "年数，例如 2.5", Synonyms: []string{"XZ", "学制年"}},
	{Column: Grade, Label: "年级", Note: "例如 2026级", Synonyms: []string{"NJ", "入学年级", "级别"}},
	{Column: SiteCode, Label: "教学点代码", Note: "教学点的代码", Synonyms: []string{"JXDDM", "站点代码", "函授站代码", "教学站代码", "学习中心代码"}},
	{Column: Site, Label: "教学点", Note: "教学点的名称", Synonyms: []string{"JXD", "JXDMC", "教学点名称", "所属教学点", "站点", "站点名称", "函授站", "函授站名称", "教学站", "学习中心"}},
	{Column: Phone, Label: "手机号", Note: "11 位手机号", Synonyms: []string{"SJH", "手机", "手机号码", "联系电话", "联系方式", "LXDH", "移动电话", "本人电话"}},
	{Column: Fee, Label: "学费", Note: "以元为单位，最多两位小数；不填按活动的收费规则", Synonyms: []string{"XF", "学费元", "应缴学费", "缴费金额", "应缴金额", "学费金额"}},
	{Column: Number, Label: "学号", Note: "学号由学校预先编好时填写，按文本填写", Synonyms: []string{"XH", "学生学号"}},
	{Column: Approval, Label: "审核状态", Note: "已审核或待审核，不填就是已审核", Synonyms: []string{"信息审核", "审核"}},
}

// ours are the headings that a file of bad rows adds, and row numbers.
var ours = []string{"原因", "建议", "序号", "XUHAO", "NO"}

// Label is the column's name in the template.
func (c Column) Label() string { return Columns.Label(c) }

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
	return Columns.Of(heading)
}
