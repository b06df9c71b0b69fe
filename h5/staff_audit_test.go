package h5_test

import "ruxue/h5"

// auditSamples are the audit log in its states.
func auditSamples(device string, add adder) {
	p := h5.StaffAudit{Console: console("日志", device, "/staff/audit"),
		Actors:  []h5.SelectOption{{Label: "全部人员", Selected: true}, {Value: "staff", Label: "工作人员"}},
		Actions: []h5.SelectOption{{Label: "全部操作", Selected: true}, {Value: "review", Label: "审核"}}}
	none := p
	none.Filtered, none.From, none.To = true, "2026-03-01", "2026-03-12"
	add("staffaudit-none", none)
	p.Next, p.Subject = "/staff/audit?before=7", "enrolment:x"
	p.Rows = []h5.AuditRow{
		{At: "2026年3月12日 14:12", Who: "王老师", Kind: "工作人员", What: "查看完整信息", Detail: "证件号码，理由：电话核对身份，学生来电要求更正姓名中的一个字", Href: "/staff/students/x"},
		{At: "2026年3月12日 14:10", Who: "阿卜杜热合曼·买买提艾力", Kind: "学生", What: "同意人脸识别", Href: "/staff/students/x"},
		{At: "2026年3月12日 4:00", Who: "系统", What: "导入名单", Detail: "hhu，120 行"},
	}
	add("staffaudit", p)
}
