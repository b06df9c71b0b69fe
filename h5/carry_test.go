package h5_test

import "ruxue/h5"

// carrySamples are the pages about places that an earlier campaign kept.
func carrySamples(device string, add adder) {
	const at = "/staff/import"
	c := h5.StaffCarry{Console: console("转入保留资格", device, at), Action: at + "/carry", Back: at + "?c=hhu2027", Campaign: "hhu2027",
		Title: "2027级新生注册", From: "hhu", FromTitle: "2026级新生注册", Grade: "2027级", Checked: true, Kept: 23, New: 18, Listed: 1, Joined: 1, There: 2,
		Bad: 1, Moves: 20, NoFee: 2, NoNumber: 18, MorePeople: true,
		People: []h5.StaffCarryLine{{Href: "/staff/students/x", Name: "阿卜杜拉·买买提·吐尔逊", ID: "110***********1234", Site: "南京校本部教学点", Course: "专升本 水利水电工程", Grade: "2027级"},
			{Href: "/staff/students/y", Name: "李晓雯", ID: "110***********0019", Site: "北京教学点", Course: "高起专 会计学", Grade: "2026级", Reason: "名单中已有她，转为待申请入学"}},
		Problems: []h5.StaffCarryLine{{Href: "/staff/students/z", Name: "王伟", ID: "320***********0037", Reason: "层次“高起本”不是本活动的层次；教学点“102 苏州教学点”不在本活动的教学点中",
			Suggestion: "在活动里补上，或在“学生”页更正她的信息，再转入"}}}
	add("staff-carry", c)
	c.People, c.Problems, c.NoFee, c.NoNumber, c.MorePeople = nil, nil, 0, 0, false
	c.New, c.Listed, c.Joined, c.There, c.Bad, c.Moves = 0, 0, 0, 23, 0, 0
	c.Notice = &h5.Notice{Kind: h5.NoticeOK, Title: "已转入", Text: "现在有 23 人从“2026级新生注册”转入。他们登录后先申请入学，申请在“审核”里处理"}
	add("staff-carry-done", c)
	add("staff-carry-refused", h5.StaffCarry{Console: c.Console, Action: c.Action, Back: c.Back, Campaign: c.Campaign, Title: c.FromTitle, From: c.Campaign,
		FromTitle: c.Title, Refusal: "“2026级新生注册”不晚于“2027级新生注册”，不能往回转。请选择更早的活动"})
	add("staff-import-carry", h5.StaffImport{Console: c.Console, Campaigns: []h5.Option{{Value: "hhu2027", Label: "2027级新生注册"}}, Campaign: "hhu2027", MaxMB: 32,
		Earlier: []h5.Option{{Value: "hhu", Label: "2026级新生注册"}}, CarryPath: at + "/carry"})

	doors := h5.Choices{Frame: frame("2027级新生注册", device), Greeting: "李*雯，您好", Deadline: "请在 2027年12月31日 23:59 前办理", Foot: "完成某一项后，另一项将无法操作或申请。",
		Cards: []h5.Choice{{Code: "enter", Title: "申请入学", Text: "今年入学的，请先提出申请，审核通过后再办理新生注册", Button: "去申请", Tag: "未开始"},
			{Code: "waive", Title: "放弃入学资格申请", Text: "学生确认放弃入学", Button: "去申请", Tag: "未开始"}}}
	doors.Notice = &h5.Notice{Kind: h5.NoticeInfo, Title: "您的入学资格已保留", Text: "您在“2026级新生注册”中申请保留了入学资格，现在可以申请入学"}
	add("choices-kept", doors)
	add("apply-enter", h5.Apply{Frame: frame("保留资格新生入学申请", device), Heading: "申请入学", Action: "/c/hhu/apply/enter",
		Warning: "审核通过后即可办理新生注册，结果会通知您。审核通过前，您可以撤回。", ReasonLabel: "说明", ReasonOptional: true, FilesHint: "退役证、健康证明等材料，",
		Rows: []h5.Pair{{Label: "姓名", Value: "李晓雯"}, {Label: "证件号码", Value: "110***********0019"}, {Label: "所属教学点", Value: "南京校本部教学点"},
			{Label: "专业", Value: "水利水电工程"}, {Label: "申请类型", Value: "申请入学"}, {Label: "资格保留自", Value: "2026级新生注册"}},
		Slots:   []h5.Slot{{Name: "enter-1", Label: "附件 1", Kind: h5.SlotDocument, State: h5.SlotNone, Action: "/c/hhu/apply/enter/file/enter-1", MaxBytes: 5_000_000}},
		Handoff: device == h5.DevicePC, Prev: "/c/hhu/choices"})
	add("applied-enter", h5.Applied{Frame: frame("保留资格新生入学申请", device), Type: "申请入学", Name: "入学申请", SubmittedAt: "2027年3月12日 14:26", Office: "学籍管理部",
		ReasonLabel: "说明", PictureURL: pixel, Withdraw: "/c/hhu/apply/enter/withdraw", Prev: "/c/hhu/choices"})
}
