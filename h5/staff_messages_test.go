package h5_test

import "ruxue/h5"

// messageSamples are the ledger and the reminders in their states.
func messageSamples(device string, add adder) {
	c := console("消息", device, "/staff/messages")
	filters := h5.StaffMessages{Console: c, Here: "/staff/messages",
		Campaigns: []h5.SelectOption{{Label: "全部活动", Selected: true}, {Value: "hhu", Label: "2026级高等学历继续教育新生注册"}},
		Occasions: []h5.SelectOption{{Label: "全部事项", Selected: true}, {Value: "review", Label: "审核结果通知"}},
		States:    []h5.SelectOption{{Label: "全部结果", Selected: true}, {Value: "failed", Label: "发送失败 2"}}}
	add("staffmessages-none", filters)
	full := filters
	full.Next = "/staff/messages?before=7"
	full.Notice = &h5.Notice{Kind: h5.NoticeOK, Text: "已重新发送，结果见最上面的一条"}
	full.Rows = []h5.SentRow{
		{Ref: "a", Name: "李晓雯", Href: "/staff/students/a", Major: "水利水电工程", What: "审核结果通知", Way: "微信", At: "2026年3月12日 14:12", State: "已送达", Kind: h5.NoticeOK},
		{Ref: "b", Name: "阿卜杜热合曼·买买提艾力", Href: "/staff/students/b", Major: "土木工程（道路与桥梁方向）", What: "注册结果通知", Way: "微信",
			At: "2026年3月12日 14:12", State: "发送失败", Kind: h5.NoticeBad, Reason: "未关注公众号（43004）", CanResend: true},
		{Ref: "c", Name: "王老师", Major: "工作人员", What: "学校通知", Way: "短信", At: "2026年3月12日 14:12", State: "结果未知", Kind: h5.NoticeWarn, Reason: "发送接口没有应答", CanResend: true},
		{Ref: "d", Name: "赵雅宁", Href: "/staff/students/d", Major: "会计学", What: "办理提醒", Way: "微信", At: "2026年3月12日 14:11", State: "待发送"},
	}
	add("staffmessages", full)
	r := h5.StaffReminders{Console: c, Campaign: "hhu", Campaigns: filters.Campaigns[1:],
		Steps: []h5.SelectOption{{Value: "login", Label: "还没有登录过"}, {Value: "form:family", Label: "停在“家庭成员”", Selected: true}}}
	add("staffreminders-first", r)
	r.Preview = &h5.ReminderPreview{Step: "form:family", Where: "停在“家庭成员”", To: "张*丰", Count: 1203,
		Lines: []h5.Pair{{Label: "姓名", Value: "张*丰"}, {Label: "事项", Value: "家庭成员"}, {Label: "截止时间", Value: "2026年3月31日 23:59"}}}
	r.Rounds = []h5.ReminderRound{{Ref: "x", Step: "选择", At: "2026年3月12日 14:12", Total: 400, Sent: 120, Failed: 4, Percent: 31},
		{Ref: "y", Step: "缴费", At: "2026年3月11日 9:00", Total: 12, Sent: 12, Percent: 100}}
	add("staffreminders", r)
	r.Preview = &h5.ReminderPreview{Step: "pay", Where: "停在“缴费”", Count: 3, Today: true}
	add("staffreminders-today", r)
}
