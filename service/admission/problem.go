package admission

import (
	"ruxue/service/student"
	"ruxue/service/tabular"
)

// Kind is what is wrong with a row.
type Kind = tabular.Kind

// The kinds of broken row.
const (
	Missing     Kind = "missing"      // a needed value is empty
	BadID       Kind = "bad_id"       // no identity number: length, date or checksum
	Spreadsheet Kind = "spreadsheet"  // a long number that a spreadsheet rounded
	BadName     Kind = "bad_name"     // digits or signs in a name
	BadGender   Kind = "bad_gender"   // neither, or not what the identity number says
	BadPhone    Kind = "bad_phone"    // no mobile number
	BadFee      Kind = "bad_fee"      // no amount of yuan
	BadLevel    Kind = "bad_level"    // not a level of this campaign
	BadForm     Kind = "bad_form"     // not a study form of this campaign
	BadSite     Kind = "bad_site"     // not a site, or code and name of two
	BadFormat   Kind = "bad_format"   // another value in a form that cannot be used
	Duplicate   Kind = "duplicate"    // said twice in the file
	OtherPerson Kind = "other_person" // the identity number or 考生号 is somebody else's
	Collision   Kind = "collision"    // the student number is somebody else's
	NoFee       Kind = "no_fee"       // nobody says what the student owes, and the campaign is open
	MergedCell  Kind = "merged"       // part of a merged range
	NoResult    Kind = "no_result"    // a formula without a result, or with an error
)

// KindLabels name the kinds on pages.
var KindLabels = map[Kind]string{Missing: "缺少内容", BadID: "证件号码有误", Spreadsheet: "长数字被表格软件改动", BadName: "姓名有误",
	BadGender: "性别有误", BadPhone: "手机号有误", BadFee: "学费有误", NoFee: "没有学费", BadLevel: "层次不认识", BadForm: "学习形式不认识", BadSite: "教学点不认识",
	BadFormat: "格式有误", Duplicate: "文件内重复", OtherPerson: "与另一名学生冲突", Collision: "学号冲突", MergedCell: "合并单元格", NoResult: "公式没有结果"}

// Problem is one thing that is wrong with a row.
type Problem = tabular.Problem

// shown is a value as a problem or a change repeats it.
func shown(c Column, value string) string {
	switch c {
	case IDNumber:
		return student.MaskID(value)
	case Phone:
		return student.MaskPhone(value)
	}
	return tabular.Clip(value, 60)
}
