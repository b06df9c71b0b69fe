package admission

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ruxue/service/fault"
	"ruxue/service/student"
	"ruxue/service/tabular"
)

// identity reads the document's type and number.
func (k *rowCheck) identity() {
	k.entry.IDType = student.IDCard
	if s, _, ok := k.value(IDType); ok {
		t, known := idTypeOf(s)
		if !known {
			k.bad(IDType, BadFormat, s, "证件类型“"+tabular.Clip(s, 20)+"”不认识", "改为："+strings.Join(idTypes, "、"))
			return
		}
		k.entry.IDType = t
	}
	s, ok := k.number(IDNumber)
	if !ok {
		return
	}
	id := student.NormalizeIDNumber(s)
	k.entry.IDNumber = id
	if k.entry.IDType != student.IDCard {
		if n := len([]rune(id)); n < 4 || n > 40 {
			k.bad(IDNumber, BadID, id, fmt.Sprintf("证件号码应为 4 至 40 位，现在是 %d 位", n), "对照证件检查")
		}
		return
	}
	if err := student.CheckIDNumber(id); err != nil {
		k.bad(IDNumber, BadID, id, sentence(err), idHint(id))
	}
}

func idHint(id string) string {
	switch {
	case len(id) == 15 && tabular.IsDigits(id):
		return "这是 15 位的旧号码，请换成 18 位的现用号码"
	case len(id) != 18:
		return "补全或删去多余的位数；不是身份证时，在“证件类型”列写明"
	}
	return "对照身份证或录取数据逐位核对；不是身份证时，在“证件类型”列写明"
}

// person reads name, gender, nation and phone.
func (k *rowCheck) person() {
	if s, _, ok := k.value(Name); ok {
		k.entry.Name = student.NormalizeName(s)
		if err := student.CheckName(k.entry.Name); err != nil {
			hint := "按身份证上的姓名填写"
			if strings.ContainsAny(k.entry.Name, "?？□�*") {
				hint = "生僻字没有显示出来：请用支持生僻字的输入法重新填写，文件另存为 .xlsx"
			}
			k.bad(Name, BadName, k.entry.Name, sentence(err), hint)
		}
	}
	if s, _, ok := k.value(Nation); ok {
		k.entry.Nation = k.short(Nation, s, 32)
	}
	if s, ok := k.number(Phone); ok {
		k.entry.Phone = student.NormalizePhone(s)
		if err := student.CheckPhone(k.entry.Phone); err != nil {
			k.bad(Phone, BadPhone, s, sentence(err), "填本人的 11 位手机号；没有时留空")
		}
	}
	k.gender()
}

// gender compares with the identity number, whose 17th digit is odd for men
// (GB 11643), and takes it from there where the list does not say.
func (k *rowCheck) gender() {
	byID := ""
	if k.entry.IDType == student.IDCard && student.CheckIDNumber(k.entry.IDNumber) == nil {
		byID = []string{"女", "男"}[(k.entry.IDNumber[16]-'0')%2]
	}
	s, _, ok := k.value(Gender)
	if !ok {
		k.entry.Gender = byID
		return
	}
	switch strings.ToUpper(tabular.Plain(s)) {
	case "男", "男性", "M", "1":
		k.entry.Gender = "男"
	case "女", "女性", "F", "2":
		k.entry.Gender = "女"
	default:
		k.bad(Gender, BadGender, s, "性别“"+tabular.Clip(s, 10)+"”不认识", "填男或女")
		return
	}
	if byID != "" && byID != k.entry.Gender {
		k.bad(Gender, BadGender, s, "性别与身份证号不一致：身份证号第 17 位表示"+byID, "核对身份证号和性别，改正填错的一项")
	}
}

var (
	gradeForm = regexp.MustCompile(`^(20\d\d)级?$`)
	yearsForm = regexp.MustCompile(`^(\d{1,2}(?:\.\d)?)年?$`)
	otherName = map[string]string{"专科起点本科": "专升本", "专科升本科": "专升本", "专接本": "专升本", "专本": "专升本", "高中起点专科": "高起专",
		"高中起点本科": "高起本", "硕士研究生": "硕士", "博士研究生": "博士", "夜大": "夜大学", "网络": "网络教育", "自考": "自学考试"}
)

// study reads what is studied and how.
func (k *rowCheck) study() {
	if s, _, ok := k.value(Level); ok {
		k.entry.Level = k.word(Level, BadLevel, s, k.rules.Levels)
	}
	if s, _, ok := k.value(StudyForm); ok {
		k.entry.StudyForm = k.word(StudyForm, BadForm, s, k.rules.StudyForms)
	}
	if s, _, ok := k.value(Major); ok {
		k.entry.Major = s
	}
	if s, _, ok := k.value(Grade); ok {
		if m := gradeForm.FindStringSubmatch(tabular.Plain(s)); m != nil {
			k.entry.Grade = m[1] + "级"
		} else {
			k.bad(Grade, BadFormat, s, "年级“"+tabular.Clip(s, 20)+"”不认识", "写成四位年份，例如 2026级")
		}
	}
	if s, _, ok := k.value(Years); ok {
		if m := yearsForm.FindStringSubmatch(tabular.Plain(s)); m != nil {
			k.entry.Years = strings.TrimSuffix(m[1], ".0")
		} else {
			k.bad(Years, BadFormat, s, "学制“"+tabular.Clip(s, 20)+"”不认识", "写成年数，例如 2.5")
		}
	}
	if s, _, ok := k.value(Approval); ok && k.rules.Approves {
		switch tabular.Plain(s) {
		case "已审核", "已通过", "通过", "是":
			k.entry.Approval = student.Approved
		case "待审核", "未审核", "审核中", "否":
			k.entry.Approval = student.ApprovalPending
		default:
			k.bad(Approval, BadFormat, s, "审核状态“"+tabular.Clip(s, 20)+"”不认识", "填已审核或待审核")
		}
	}
}

// word finds a word of a fixed list.
func (k *rowCheck) word(col Column, kind Kind, s string, list []string) string {
	w := tabular.Plain(s)
	if slices.Contains(list, w) {
		return w
	}
	if o := otherName[w]; slices.Contains(list, o) {
		return o
	}
	k.bad(col, kind, s, col.Label()+"“"+tabular.Clip(s, 20)+"”不是本次活动的"+col.Label(), "改为："+strings.Join(list, "、"))
	return ""
}

// site reads the teaching site by code, name or both.
func (k *rowCheck) site() {
	if s, ok := k.number(SiteCode); ok {
		k.entry.SiteCode = k.code(SiteCode, s, 32)
	}
	if s, _, ok := k.value(Site); ok {
		k.entry.Site = s
	}
	code, name := k.entry.SiteCode, k.entry.Site
	if code == "" && name == "" {
		return
	}
	if len(k.rules.Sites) == 0 {
		if first, ok := k.sites[code]; ok && code != "" && name != "" && first != name {
			k.bad(Site, BadSite, name, "教学点代码 "+code+" 在前面的行里是“"+tabular.Clip(first, 30)+"”", "同一代码用同一名称，或改正代码")
		} else if code != "" && name != "" {
			k.sites[code] = name
		}
		return
	}
	for _, x := range k.rules.Sites {
		if x.Code == code || (code == "" && tabular.Plain(x.Name) == tabular.Plain(name)) {
			if name != "" && tabular.Plain(x.Name) != tabular.Plain(name) {
				k.bad(Site, BadSite, name, "教学点代码 "+code+" 是“"+x.Name+"”，与这里的名称不同", "改正代码或名称")
				return
			}
			k.entry.SiteCode, k.entry.Site = x.Code, x.Name
			return
		}
	}
	col, value := SiteCode, code
	if code == "" {
		col, value = Site, name
	}
	k.bad(col, BadSite, value, "教学点“"+tabular.Clip(value, 30)+"”不在本次活动的教学点中", "改正，或请管理员在活动里加上这个教学点")
}

var feeForm = regexp.MustCompile(`^(?:[¥￥]|RMB|CNY)?(\d{1,3}(?:,\d{3})+|\d{1,7})(?:\.(\d+))?元?$`)

// maxFeeFen is the largest fee that a bill takes: a million yuan.
const maxFeeFen = 100_000_000

// money reads the fee, in yuan with at most two decimals, as fen.
func (k *rowCheck) money() {
	s, _, ok := k.value(Fee)
	if !ok {
		return
	}
	fen, reason := fenOf(tabular.Plain(s))
	if reason != "" {
		k.bad(Fee, BadFee, s, reason, "以元为单位填数字，例如 3200 或 3200.50")
		return
	}
	k.entry.FeeFen = &fen
}

func fenOf(s string) (fen int64, reason string) {
	m := feeForm.FindStringSubmatch(s)
	if m == nil {
		return 0, "学费“" + tabular.Clip(s, 20) + "”不是金额"
	}
	cents := strings.TrimRight(m[2], "0")
	if len(cents) > 2 {
		return 0, "学费“" + tabular.Clip(s, 20) + "”的小数超过两位"
	}
	yuan, err := strconv.ParseInt(strings.ReplaceAll(m[1], ",", ""), 10, 64)
	if err != nil {
		return 0, "学费“" + tabular.Clip(s, 20) + "”不是金额"
	}
	rest, _ := strconv.ParseInt((cents + "00")[:2], 10, 64) // two digits
	if fen = yuan*100 + rest; fen > maxFeeFen {
		return 0, "学费超过 1,000,000 元"
	}
	return fen, ""
}

// numbers reads the numbers that other systems gave.
func (k *rowCheck) numbers() {
	if s, ok := k.number(ExamNumber); ok {
		k.entry.ExamNumber = k.code(ExamNumber, s, 32)
	}
	if s, ok := k.number(Number); ok {
		k.entry.Number = k.code(Number, s, 40)
	}
}

var codeForm = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._/-]*$`)

// code is a number made of letters and digits.
func (k *rowCheck) code(col Column, s string, most int) string {
	s = tabular.Plain(s)
	if !codeForm.MatchString(s) || len(s) > most {
		k.bad(col, BadFormat, s, fmt.Sprintf("%s只能由不超过 %d 位的字母和数字组成", col.Label(), most), "去掉其他字符")
		return ""
	}
	return s
}

func (k *rowCheck) short(col Column, s string, most int) string {
	if len([]rune(s)) > most {
		k.bad(col, BadFormat, s, fmt.Sprintf("%s超过 %d 个字", col.Label(), most), "缩短内容，或检查是否粘贴错列")
		return ""
	}
	return s
}

// sentence is what a fault says to people.
func sentence(err error) string {
	if f, ok := fault.As(err); ok {
		return f.Sentence
	}
	return "内容无法使用"
}
