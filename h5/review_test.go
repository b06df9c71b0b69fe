package h5_test

import "ruxue/h5"

// reviewSamples are the staff's pages of reviews.
func reviewSamples(device string, add adder) {
	frame := console("审核", device, "/staff/review")
	frame.Focus = true
	p := h5.StaffReview{Console: frame, AtCase: true, Total: 12, Label: "存档照片", Today: 26,
		List: "/staff/review", Handled: "/staff/review/done", More: "/staff/review?after=1-x",
		Walls: []h5.Action{{Label: "个人证件照照片墙 9", Href: "/staff/review/wall?item=portrait"}},
		Filters: []h5.ReviewFilter{{Name: "kind", Label: "类别", Value: "photo", Options: []h5.Option{{Label: "全部 12"}, {Value: "photo", Label: "存档照片 7"}}},
			{Name: "site", Label: "教学点", Options: []h5.Option{{Label: "全部教学点"}}}}}
	for i, name := range []string{"李晓雯", "买买提·吐尔逊·阿卜杜热合曼", "赵雅宁"} {
		p.Queue = append(p.Queue, h5.ReviewItem{Href: "/staff/review/photo/" + name, Name: name, Text: "存档照片，第 2 次", Wait: "等了 2 小时", Current: i == 0,
			Looking: []string{"", "王老师正在查看", "王老师等 3 人正在查看"}[i]})
	}
	c := h5.ReviewCase{Action: "/staff/review/photo/x", Question: "是同一人吗？", Name: "李晓雯", Line: "2026级 专升本 水利水电工程", What: "存档照片",
		Position: "第 1 条，共 7 条", Next: "/staff/review/photo/y",
		Pictures: []h5.ReviewPicture{{Label: "现场照片", Note: "3月12日 14:12 拍摄", URL: pixel}, {Label: "个人证件照", Note: "学生上传", URL: pixel},
			{Label: "学历证明材料", Note: "学生上传", URL: "/x", File: true}, {Label: "身份证人像面", Note: "没有上传"}},
		Rows: []h5.ReviewRow{{Label: "证件号码", Value: "320***********182X", Link: h5.Action{Label: "查看完整号码", Href: "/staff/students/x"}},
			{Label: "人脸识别", Value: "3 次未通过：光线太暗 2 次，与系统照片不一致 1 次"}, {Label: "缴费", Value: "已缴 ¥3,200.00，审核通过后立即发放学号"}}}
	for i, r := range []string{"与证件照不是同一人", "面部不完整", "面部被遮挡", "光线不足或模糊"} {
		c.Reasons = append(c.Reasons, h5.ReviewReason{Value: r, Key: string(rune('1' + i)), Sentence: "您的存档照片" + r + "，请重新拍摄。"})
	}
	c.Reasons = append(c.Reasons, h5.ReviewReason{Value: "其他原因", Key: "5", Sentence: "您的存档照片需要修改：{}，请重新拍摄。", Own: true})
	c.Checks = []h5.ReviewCheck{{At: "3月12日 14:10", Words: "与系统照片不一致", Score: "相似度 42"}, {At: "3月12日 14:08", Words: "光线太暗"}}
	p.Case = &c
	add("staff-review", p)
	bad := p
	wrong := c
	wrong.Looking = "王老师正在查看"
	wrong.Error, wrong.Reason = "请写明退回原因，学生会看到这句话", "其他原因"
	bad.Case, bad.Undo = &wrong, &h5.ReviewUndo{Ref: "r", Text: "周文博：退回，面部不完整", Until: 1, Left: 8}
	add("staff-review-error", bad)
	closed := p
	done := c
	done.Closed, done.Pictures = "已由 张老师 处理：通过", nil
	closed.Case = &done
	add("staff-review-closed", closed)
	add("staff-review-empty", h5.StaffReview{Console: console("审核", device, "/staff/review"), Label: "全部", List: "/staff/review", Handled: "/staff/review/done"})
	w := h5.StaffWall{Console: console("照片墙", device, "/staff/review"), Item: "portrait", Heading: "个人证件照", Total: 9, Reasons: c.Reasons,
		List: "/staff/review", Today: 3, Error: "请为勾选的照片选择退回原因"}
	for i, name := range []string{"李晓雯", "买买提·吐尔逊·阿卜杜热合曼", "赵雅宁"} {
		w.Tiles = append(w.Tiles, h5.WallTile{Subject: name, Name: name, Line: "水利水电工程", URL: pixel, Href: "/staff/review/attachment/x", Ticked: i == 1})
	}
	add("staff-wall", w)
	photos := h5.StaffPhotos{Console: console("导入录取照片", device, "/staff/import"), Campaigns: []h5.Option{{Value: "hhu", Label: "2026 级新生注册"}}, Campaign: "hhu",
		MaxMB: 64, MaxFiles: 5000, MaxPictureMB: 5, Back: "/staff/import?c=hhu", Error: "这不是 zip 压缩包，或文件不完整。请把照片压缩成一个 .zip 文件再上传",
		History: []h5.StaffImportRow{{Href: "/x", File: "2026级录取照片（函授，业余）.zip", By: "王老师", At: "2026年3月12日 14:12", State: "已导入", Tag: "ok",
			Text: "新增 812，替换 3，不变 0，没有导入 5"}, {Href: "/y", File: "照片.zip", By: "王老师", At: "2026年3月12日 14:02", State: "正在导入", Tag: "warn"}}}
	add("staff-photos", photos)
	job := h5.StaffPhotosJob{Console: console("导入录取照片", device, "/staff/import"), Base: "/staff/import/photos/x", Back: "/staff/import/photos?c=hhu",
		CampaignTitle: "2026 级新生注册", File: "2026级录取照片.zip", By: "王老师", At: "2026年3月12日 14:12", Words: "已导入", Tag: "ok", Ended: true, Total: 820, Done: 820,
		Stored: 812, Replaced: 3, Unknown: 2, Broken: 1, Twice: 2, More: true, Files: []h5.StaffPhotosFile{
			{File: "320***********1823.jpg", Words: "没有这名学生", Tag: "bad", Reason: "本次活动的名单里没有这个号码"},
			{File: "毕业照-全班合影-修改后-最终版.jpg", Words: "不能用", Tag: "bad", Reason: "文件名不是身份证号或考生号"},
			{File: "26320100000001.png", Name: "买买提·吐尔逊·阿卜杜热合曼", Words: "重复", Tag: "warn", Reason: "同一名学生有两张照片，已使用前面的 26320100000001.jpg"},
			{File: "320***********182X.jpg", Name: "李晓雯", Words: "已导入", Tag: "ok"}}}
	add("staff-photos-job", job)
	job.Busy, job.Ended, job.Files, job.Done, job.Words, job.Tag = true, false, nil, 200, "正在导入", "warn"
	add("staff-photos-busy", job)
	back := h5.StaffReturn{Console: console("退回修改", device, "/staff/students"), Action: "/staff/students/x/return", Back: "/staff/students/x",
		Student: "李晓雯", Open: true, Sections: []h5.ReturnSection{{Name: "basic", Title: "基本信息", Open: true, Ticked: true},
			{Name: "family", Title: "家庭成员", Open: true}, {Name: "graduation", Title: "毕业信息", Note: "3月12日 14:12 已由 王老师 退回：信息有误，等学生修改"}},
		Reasons: []h5.ReviewReason{{Value: "信息有误", Key: "1", Sentence: "您的{title}有误，请核对后重新提交。已填内容和缴费都有效。"},
			{Value: "其他原因", Key: "2", Sentence: "您的{title}需要修改：{}，请修改后重新提交。已填内容和缴费都有效。", Own: true}}}
	add("staff-return", back)
	back.Reason, back.Error, back.SectionError = "其他原因", "请写明退回原因，学生会看到这句话", "请选择要退回的页"
	back.Undo = &h5.ReviewUndo{Ref: "r", Text: "李晓雯：退回，信息有误", Until: 1, Left: 8}
	add("staff-return-error", back)
	add("staff-return-closed", h5.StaffReturn{Console: console("退回修改", device, "/staff/students"), Back: "/staff/students/x", Student: "李晓雯",
		Closed: "该生正在申请或已经保留、放弃入学资格，登记表不能再修改"})
	add("staff-handled", h5.StaffHandled{Console: console("最近处理", device, "/staff/review"), List: "/staff/review", Rows: []h5.HandledRow{
		{Name: "李晓雯", What: "存档照片", Words: "通过", By: "王老师", At: "3月12日 14:12", State: "已生效", Kind: "ok", Href: "/x"},
		{Name: "赵雅宁", What: "个人证件照", Words: "退回，背景或着装不合要求", By: "李老师", At: "3月12日 14:10", State: "已撤销"}}})
}
