package h5_test

import "ruxue/h5"

func importSamples(device string, add adder) {
	const at = "/staff/import"
	list := h5.StaffImport{Console: console("名单导入", device, at), Campaigns: []h5.Option{{Value: "hhu", Label: "2026级新生注册"}}, Campaign: "hhu", MaxMB: 32,
		History: []h5.StaffImportRow{{Href: at + "/job/x", File: "2026级录取名单（南京、苏州、北京三个教学点）.xlsx", By: "王老师", At: "2026年3月1日 09:12", State: "等待导入",
			Tag: "warn", Text: "新增 1203，更新 12，不变 0，需要修改 14"}}}
	add("staff-import", list)
	list.Error, list.History = "请选择要导入的文件", nil
	add("staff-import-error", list)
	job := h5.StaffImportJob{Console: console("名单导入", device, at), Base: at + "/job/x", Back: at, CampaignTitle: "2026级新生注册", File: "2026级录取名单.xlsx",
		Sheet: "名单", By: "王老师", At: "2026年3月1日 09:12", State: "checked", Words: "等待导入", Tag: "warn", Rows: 1229, New: 1203, Updated: 12, Bad: 14, Good: 1215,
		NoFee: 3, NoFeeLine: 88, BadFile: true, Teachable: true, Total: 1229,
		Kinds: []h5.StaffImportCount{{Label: "证件号码有误", Count: 11}, {Label: "层次不认识", Count: 3}}, Columns: []h5.StaffImportCount{{Label: "专业", Count: 12}},
		Problems: []h5.StaffImportProblem{{Line: 17, Cell: "C17", Column: "身份证号", Value: "110***********1234", Reason: "身份证号有误，请对照身份证逐位检查",
			Suggestion: "对照身份证或录取数据逐位核对；不是身份证时，在“证件类型”列写明"}},
		Changes:  []h5.StaffImportChange{{Line: 21, Name: "阿卜杜拉·买买提·吐尔逊", Column: "专业", Before: "会计学", After: "水利水电工程"}},
		Headings: []h5.StaffImportHeading{{Name: "column-0", Text: "姓名", Column: "姓名"}, {Name: "column-1", Text: "班主任", Options: []h5.Option{{Value: "", Label: "请选择"}, {Value: "ignored", Label: "不导入"}}}}}
	add("staff-import-job", job)
	done := job
	done.State, done.Words, done.Tag, done.Teachable = "applied", "已导入", "ok", false
	add("staff-import-done", done)
	done.State, done.Words, done.Tag, done.Rows, done.New, done.Bad = "failed", "没有导完", "bad", 500, 486, 2
	done.Sentence = "处理名单时系统出错。已经导入的行都在，请稍后重试，或联系管理员"
	add("staff-import-failed", done)
	good := job
	good.Bad, good.BadFile, good.Problems, good.Kinds, good.NoFee, good.Rows = 0, false, nil, nil, 0, 1215
	add("staff-import-good", good)
	job.State, job.Words, job.Busy, job.Done, job.Total = "applying", "正在导入", true, 500, 1229
	add("staff-import-work", job)
	add("staff-import-refused", h5.StaffImportJob{Console: job.Console, Base: job.Base, Back: at, File: "x.xls", State: "refused", Words: "无法读取", Tag: "bad",
		Sentence: "这是旧版 Excel（.xls）或加密的文件，请另存为不加密的 .xlsx 再上传", Total: 1})
}
