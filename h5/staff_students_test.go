package h5_test

import "ruxue/h5"

func rosterSamples(device string, add adder) {
	list := h5.StaffStudents{Console: console("学生", device, "/staff/students"), Total: 1384, PageText: "第 2 页，共 28 页", Cases: 2,
		Campaigns: []h5.Option{{Value: "hhu", Label: "2026级新生注册"}}, Campaign: "hhu",
		States: []h5.Option{{Value: "admitted", Label: "未注册"}}, Steps: []h5.Option{{Value: "pay", Label: "缴费"}},
		Sites: []h5.Option{{Value: "100", Label: "100 南京校本部教学点"}}, Majors: []h5.Option{{Value: "会计学", Label: "会计学"}},
		Prev: "/staff/students?page=1", Next: "/staff/students?page=3", Export: "/staff/exports?c=hhu", Filtered: true, Query: "李"}
	for _, n := range []string{"李晓雯", "阿卜杜拉·买买提·吐尔逊", "王𬭩"} {
		list.Rows = append(list.Rows, h5.StaffStudentRow{Href: "/staff/students/x", Name: n, ID: "110***********1234", Number: "考生号 26320000000001",
			Site: "南京校本部教学点", Course: "专升本 水利水电工程", State: "未注册", Tag: "mute", Due: "家庭成员", Case: n == "王𬭩"})
	}
	add("staff-students", list)
	list.Rows, list.Error, list.Prev, list.Next = nil, "搜索内容不能超过 60 个字", "", ""
	add("staff-students-none", list)
	reason := h5.Field{Form: "unmask", Name: "reason", Label: "原因", Required: true}
	one := h5.StaffStudent{Console: console("李晓雯", device, "/staff/students"), Base: "/staff/students/x", Student: "李晓雯", Campaign: "2026级新生注册",
		State: "未注册", Tag: "mute", Revealed: true, Due: "停在：缴费", Face: "已通过", Until: "2027年1月15日 23:59",
		Data:     []h5.StaffDatum{{Label: "姓名", Value: "李晓雯"}, {Label: "证件号码", Value: "110101199001011234", Mask: "110***********1234"}, {Label: "考生号", Value: "26320000000001"}},
		Steps:    []h5.Step{{Label: "选择", State: h5.StepDone}, {Label: "缴费", State: h5.StepCurrent}, {Label: "注册完成", State: h5.StepTodo}},
		Sections: []h5.StaffSection{{Title: "基本信息", Tag: "已提交", Kind: "ok", Rows: []h5.StaffDatum{{Label: "通讯地址", Value: "江***"}}}, {Title: "家庭成员"}},
		Files:    []h5.StaffFile{{Label: "人像面", Detail: "412 KB，2026年3月12日 14:02 上传", Href: "/x", Tag: "已上传", Kind: "ok"}, {Label: "个人证件照", Tag: "未开始", Kind: "mute"}},
		Signed:   []h5.StaffSigned{{Title: "专升本人员诚信承诺书", At: "2026年3月12日 14:10", Picture: "/x", File: "/y"}},
		Bill: &h5.StaffBill{Items: []h5.Pair{{Label: "学费", Value: "¥3,000.00"}}, Total: "¥3,000.00", Tag: "待缴费", Kind: "warn",
			Lines: []h5.StaffLine{{At: "2026年3月12日 14:12", Text: "微信内支付 ¥3,000.00，已关闭，商户订单号 260312141200abcdefghijklmnopqrst"}}},
		Messages: []h5.StaffTold{{At: "2026年3月12日 14:12", Title: "办理提醒", State: "已送达"}},
		Cases: []h5.StaffCase{{At: "2026年3月12日 14:12", Text: "专业应为法学", Reply: &h5.StaffAct{Name: "case", Action: "/x", Button: "答复并关闭", Busy: "正在发送",
			Fields: []h5.Field{{Form: "case", Name: "text", Label: "答复学生", Kind: h5.FieldTextarea, Required: true}}}},
			{At: "2026年3月11日 14:12", Text: "姓名有误", Answer: "已经更正", AnsweredAt: "2026年3月11日 15:12"}},
		Events: []h5.StaffEvent{{At: "2026年3月12日 14:12", Who: "王老师", Text: "查看证件号码；原因：与公安系统核对"}},
		Acts: []h5.StaffAct{{Name: "unmask", Title: "查看完整信息", Action: "/x", Button: "查看", Busy: "正在读取", Fields: []h5.Field{reason}},
			{Name: "correct", Title: "更正信息", Action: "/x", Button: "更正", Busy: "正在更正", Warning: "该生已注册：学号、已签署的文件和缴费记录不会改变",
				Confirm: "我已了解影响，仍要更正", Error: "请勾选确认后再提交", Open: true,
				Fields: []h5.Field{{Form: "correct", Name: "reason", Label: "原因", Error: "请写明原因，至少 4 个字"}}}},
		Code: "482915", CodeText: "请当面或电话告诉学生"}
	add("staff-student", one)
	add("staff-student-bare", h5.StaffStudent{Console: console("王𬭩", device, "/staff/students"), Student: "王𬭩", State: "未注册", Tag: "mute"})
	overview := h5.StaffOverview{Console: console("概览", device, "/staff/overview"), Campaigns: list.Campaigns, Campaign: "hhu", Total: 1384, Registered: 803, Paid: 850, Cases: 2,
		Hold:   &h5.StaffHold{Students: 23, Due: true, More: 21, Names: []string{"陈立川（考生号 26320102150001）", "买买提·吐尔逊（考生号 26320102150002）"}},
		Steps:  []h5.StaffBar{{Label: "选择", Value: 1384, Max: 1384, Note: "120 人停在这一步", Href: "/x"}, {Label: "注册完成", Value: 803, Max: 1384}},
		Sites:  []h5.StaffGroup{{Name: "南京校本部教学点", Total: 700, Registered: 400, Paid: 410, Href: "/x"}, {Total: 3}},
		Majors: []h5.StaffGroup{{Name: "专升本 水利水电工程", Total: 700, Registered: 400, Paid: 410, Bound: 2, Href: "/x"}},
		Days:   []h5.StaffDay{{Day: "2026-03-12", Registered: 42, Paid: 51, Max: 51}}}
	add("staff-overview", overview)
	add("staff-overview-none", h5.StaffOverview{Console: console("概览", device, "/staff/overview"), Campaigns: list.Campaigns})
	add("staff-exports", h5.StaffExports{Console: console("导出", device, "/staff/students"), Campaigns: list.Campaigns, Campaign: "hhu", States: list.States,
		Sites: list.Sites, Majors: list.Majors, Kinds: []h5.ExportKind{{Value: "students", Label: "学生名单", Text: "Excel 或 CSV 表格，自己选列"}, {Value: "photos", Label: "证件照", Text: "以证件号码命名，打包为 zip"}},
		Kind: "students", Format: "xlsx", Full: true, Error: "请写明原因，至少 4 个字", ErrorField: "reason",
		Columns: []h5.ExportColumn{{Key: "exam_number", Label: "考生号", Preset: true, Chosen: true}, {Key: "basic.email", Label: "基本信息 电子邮箱"}},
		Jobs: []h5.ExportJob{{Ref: "a", Name: "hhu-学生名单-20261122-1402.xlsx", At: "2026年11月22日 14:02", Text: "正在生成，500 / 1384", Total: 1384, Done: 500, Live: true},
			{Ref: "b", Name: "hhu-证件照-20261122-1302.zip", At: "2026年11月22日 13:02", Text: "共 803 条，41.2 MB，保留至 2026年11月23日 13:02；2 人没有文件", Total: 805, Done: 805, Href: "/staff/exports/b/file"}}})
	add("staff-exports-site", h5.StaffExports{Console: console("导出", device, "/staff/students"), Campaigns: list.Campaigns, Error: "您有 5 个文件正在生成，请等它们完成后再导出"})
}
