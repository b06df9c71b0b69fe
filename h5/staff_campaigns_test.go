package h5_test

import (
	"testing"

	"ruxue/h5"
)

func campaignSamples(device string, add adder) {
	add("staff-campaigns", h5.StaffCampaigns{Console: console("活动", device, "/staff/campaigns"), Rows: []h5.CampaignRow{
		{Href: "/staff/campaigns/hhu", Title: "2026级新生注册", Platform: "高等学历继续教育平台", Window: "2026年3月1日 至 2026年12月31日 23:59", Open: true, Version: 3, Samples: 2},
		{Href: "/staff/campaigns/wust", Title: "同等学力研修班签约", Platform: "同等学力人员申请硕士学位平台", Window: "2026年3月1日 至 2026年6月30日 23:59", Version: 1}}})
	in := func(s string) h5.Input { return h5.Input{Value: s} }
	p := h5.StaffCampaign{Console: console("2026级新生注册", device, "/staff/campaigns"), Code: "hhu", Base: 3, Label: in("新生实名制注册时间"),
		From: in("2026-03-01"), To: in("2026-12-31"), NoticeTitle: in("关于2026级新生注册的通知"), NoticeSample: true,
		NoticeText: in("请2026级新生在规定时间内完成实名制注册。完成信息核对及填报，并成功缴纳学费方可视为完成全部注册流程。\n\n必须学生本人登录。"),
		Offices:    []h5.Office{{Number: "0", Office: in("学籍管理部"), Phone: in("025-83787964"), Hours: in("工作日 8:30至17:00"), Mail: in("xjglb@hhu.edu.cn")}, {Number: "1"}},
		Documents: []h5.DocumentEdit{{Name: "pledge", Heading: in("专升本人员诚信承诺书"), Consent: in("我已阅读并同意《专升本人员诚信承诺书》"),
			Text: in("## 一、关于学历\n\n本人承诺所填写的信息和上传的材料真实、准确、完整。")}}}
	add("staff-campaign", p)
	p.Previewed, p.Changes = true, []h5.ChangedPart{{Title: "开放时间", Lines: []h5.ChangedLine{{Text: "新生实名制注册时间"},
		{Old: true, Text: "2026年3月1日 至 2026年12月31日 23:59"}, {New: true, Text: "2026年3月1日 至 2027年1月31日 23:59"}, {Gap: true}}}}
	add("staff-campaign-changes", p)
	p.Previewed, p.Changes = false, nil
	merge := p
	merge.Notice = &h5.Notice{Kind: h5.NoticeWarn, Text: "其他人已把活动修改到第 4 版，没有保存。您填写的内容都在，其他人改过的地方在下面标出，请逐项选择，再查看修改"}
	merge.Clashes = []h5.Clash{{Field: "to", Theirs: "2027-01-31"}, {Field: "notice", Theirs: "请按时注册。\n必须学生本人登录。", Untouched: true,
		Lines: []h5.ChangedLine{{Old: true, Text: "请2026级新生在规定时间内完成实名制注册。"}, {New: true, Text: "请按时注册。"}, {Text: "必须学生本人登录。"}}},
		{Field: "office-0", Theirs: "学籍管理部 025-83787000", Untouched: true}, {Field: "sample-pledge", Theirs: "标为样文"}}
	add("staff-campaign-merge", merge)
	p.To.Error = "结束日期不能早于开始日期"
	p.Notice = &h5.Notice{Kind: h5.NoticeBad, Text: "没有保存：结束日期不能早于开始日期"}
	add("staff-campaign-wrong", p)
}

func TestFieldsOfACampaign(t *testing.T) {
	p := &h5.StaffCampaign{Offices: []h5.Office{{Number: "0"}, {Number: "1"}}, Documents: []h5.DocumentEdit{{Name: "id-card"}}}
	for name, want := range map[string]*h5.Input{"to": &p.To, "notice": &p.NoticeText, "office-1": &p.Offices[1].Office,
		"text-id-card": &p.Documents[0].Text, "title-id-card": &p.Documents[0].Heading, "office-7": nil, "": nil, "text-": nil} {
		if got := p.Field(name); got != want {
			t.Errorf("%q: another input", name)
		}
	}
}
