package h5_test

import "ruxue/h5"

// sample is one page in one state; the gallery is every page in every state.
type sample struct {
	name string
	page h5.Page
}

func frame(title, device string) h5.Frame {
	return h5.Frame{
		Title: title, Campaign: "hhu", Institution: "河海大学远程与继续教育学院", ShortName: "河海大学",
		PlatformTitle: "高等学历继续教育平台", Device: device, Student: "李*雯",
		Contacts: []h5.Contact{
			{Office: "学籍管理部", Phone: "025-83787964", Hours: "工作日 8:30—17:00", Mail: "xjglb@hhu.edu.cn"},
			{Office: "技术支持", QQ: "180989685"},
		},
	}
}

func stepped(f h5.Frame, current int) h5.Frame {
	for i, l := range []string{"基本信息", "家庭成员", "最后毕业信息", "附件上传"} {
		s := h5.Step{Label: l, State: h5.StepTodo}
		if i < current {
			s.State, s.Href = h5.StepDone, "/c/hhu/form/x"
		} else if i == current {
			s.State = h5.StepCurrent
		}
		f.Steps = append(f.Steps, s)
	}
	return f
}

// gallery builds every page in every state for one device.
func gallery(device string) []sample {
	var out []sample
	add := func(name string, p h5.Page) { out = append(out, sample{name, p}) }
	loginSamples(device, add)
	choiceSamples(device, add)
	faceSamples(device, add)
	formSamples(device, add)
	signSamples(device, add)
	proofSamples(device, add)
	paySamples(device, add)
	textSamples(device, add)
	passwordSamples(device, add)
	staffSamples(device, add)
	campaignSamples(device, add)
	rosterSamples(device, add)
	importSamples(device, add)
	carrySamples(device, add)
	reviewSamples(device, add)
	messageSamples(device, add)
	auditSamples(device, add)
	paymentSamples(device, add)
	receiptSamples(device, add)
	return out
}

type adder func(string, h5.Page)

// pixel is a small PNG that stands for a QR code.
const pixel = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="

func loginSamples(device string, add adder) {
	f := frame("新生注册", device)
	f.Student = ""
	l := h5.Login{Frame: f, WindowText: "2026年1月1日 至 2026年3月31日 23:59", NoticeHref: "/c/hhu/notice", Minutes: 15,
		Preparation: []h5.Material{
			{Icon: h5.MaterialCard, Title: "身份证正反面照片", Text: "每张不超过 500 KB"},
			{Icon: h5.MaterialPortrait, Title: "个人证件照电子版", Text: "480×640 像素，不超过 50 KB，用于学籍资料存档"},
			{Icon: h5.MaterialDiploma, Title: "学历证明材料电子版", Text: "仅专升本：《教育部学历证书电子注册备案表》《中国高等教育学历认证报告》《国外学历学位认证书》，三者之一"},
		},
		Tips:     []string{"人脸识别时请露出耳朵，避免刘海等遮挡，并确定摄像头可用。"},
		LoginURL: "https://h5.example.edu.cn/c/hhu/login"}
	if device == h5.DevicePC {
		l.PCQR = pixel
	}
	first := l
	first.FirstVisit = true
	add("login-first", first)
	l.IDNumber.Value, l.Name.Value, l.Phone.Value, l.Code.Value, l.Consent = "32010619941018182X", "李晓雯", "13812346027", "4907", true
	add("login", l)
	bad := l
	bad.Phone = h5.Input{Value: "1381234602", Error: "手机号应为 11 位，现在只有 10 位"}
	bad.Code = h5.Input{Value: "1111", Error: "验证码不对，请看最新一条短信"}
	bad.Consent, bad.ConsentError = false, "请先阅读并勾选《个人信息处理说明》"
	add("login-errors", bad)
	closed := l
	closed.Closed = "注册时间为 2026年1月1日 至 2026年3月31日 23:59，已经结束。如需办理，请联系学籍管理部。"
	add("login-closed", closed)
	open := l
	open.OpenInWeChat = true
	add("login-inwechat", open)
}

func choiceSamples(device string, add adder) {
	f := frame("新生注册", device)
	c := h5.Choices{Frame: f, Greeting: "李晓雯，您好", Deadline: "请在 2026年3月31日 23:59 前办理", Chosen: "register", CanReset: true,
		Cards: []h5.Choice{
			{Code: "register", Title: "新生实名制注册", Text: "学生正常报到注册", Detail: "已完成人脸识别，下一步：家庭成员", Button: "继续注册", Tag: "填写中"},
			{Code: "defer", Title: "保留入学资格申请", Text: "今年不报到注册，但申请保留入学资格，明年如想入学须申请", Button: "去申请", Tag: "未开始"},
			{Code: "waive", Title: "放弃入学资格申请", Text: "学生确认放弃入学", Button: "去申请", Tag: "未开始"},
		}}
	add("choices", c)
	n := c
	n.Notice = &h5.Notice{Kind: h5.NoticeWarn, Title: "保留入学资格申请待审核", Text: "3月12日 14:26 已提交。学籍管理部一般在 3 个工作日内审核，结果会发到您的微信。"}
	n.Chosen, n.CanReset = "defer", false
	n.Cards = []h5.Choice{
		{Code: "defer", Title: "保留入学资格申请", Text: "今年不报到注册，但申请保留入学资格，明年如想入学须申请", Button: "查看申请", Tag: "待审核", Withdraw: "/c/hhu/apply/defer/withdraw"},
		{Code: "register", Title: "新生实名制注册", Locked: true, Why: "已提交保留入学资格申请，不能同时注册。撤回申请后可以注册。"},
		{Code: "waive", Title: "放弃入学资格申请", Locked: true, Why: "已提交保留入学资格申请，不能同时放弃。"},
	}
	add("choices-locked", n)
	add("verify", h5.Verify{Frame: frame("身份信息核对", device), Rows: []h5.Pair{
		{Label: "姓名", Value: "李晓雯"}, {Label: "性别", Value: "女"}, {Label: "民族", Value: "汉族"}, {Label: "证件类型", Value: "身份证"},
		{Label: "证件号码", Value: "320***********182X"}, {Label: "所属教学点", Value: "南京校本部教学点"}, {Label: "年级", Value: "2026级"},
		{Label: "层次", Value: "专升本"}, {Label: "专业", Value: "水利水电工程"}, {Label: "学习形式", Value: "函授"}, {Label: "学制", Value: "2.5 年"}}, Wrong: h5.Field{Name: "text", Label: "哪里有误", Kind: h5.FieldTextarea, Required: true, Error: "请写明哪一项有误"}})
	add("verify-wrong", h5.Verify{Frame: frame("身份信息核对", device), Waiting: true, Rows: []h5.Pair{{Label: "姓名", Value: "李晓雯"}}, Cases: []h5.VerifyCase{
		{At: "2026年3月12日 14:12", Text: "专业应为法学"}, {At: "2026年3月11日 14:12", Text: "姓名有误", Answer: "已经更正", AnsweredAt: "2026年3月11日 15:12"}}})
}

func faceSamples(device string, add adder) {
	f := h5.Face{Frame: frame("人脸识别", device), Next: "/c/hhu/verify", RetentionDays: 180, HandoffAvailable: device == h5.DevicePC}
	for _, s := range []string{h5.FaceConsent, h5.FaceCamera, h5.FacePassed, h5.FaceFailed, h5.FaceDocuments, h5.FaceArchived} {
		f.State, f.Archive, f.Message = s, s == h5.FaceFailed, "光线太暗，没有认出您。"
		f.PhotoURL, f.PhotoAt = "", ""
		if s == h5.FaceArchived {
			f.PhotoAt = "3月12日 14:12"
		}
		add("face-"+s, f)
	}
}

func member(name, relation, phone string) []h5.Field {
	return []h5.Field{
		{Name: "name", Label: "姓名", Required: true, Value: name, MaxLength: 64},
		{Name: "relation", Label: "与本人关系", Kind: h5.FieldSelect, Required: true, Value: relation,
			Options: []h5.Option{{Value: "father", Label: "父亲"}, {Value: "mother", Label: "母亲"}}},
		{Name: "employer", Label: "工作单位"},
		{Name: "post", Label: "职务"},
		{Name: "phone", Label: "联系方式", Kind: h5.FieldTel, Required: true, Value: phone},
	}
}

func formSamples(device string, add adder) {
	f := h5.Form{Frame: stepped(frame("新生入学登记表", device), 1), Section: "家庭成员", Action: "/c/hhu/form/family", Repeated: true,
		ItemLabel: "家庭成员", AddLabel: "添加家庭成员", Min: 1, Max: 6, Prev: "/c/hhu/form/basic", SavedAt: "14:10",
		Items: [][]h5.Field{member("李建国", "father", "139 1234 5678")}, Blank: member("", "", "")}
	add("family", f)
	bad := f
	bad.SavedAt = ""
	one := member("李建国", "father", "1391234567")
	one[4].Error = "手机号应为 11 位，现在只有 10 位"
	bad.Items = [][]h5.Field{one, member("王秀兰", "mother", "13912345679")}
	add("family-error", bad)
	read := f
	read.ReadOnly, read.Next, read.Items = true, "/c/hhu/form/graduation", append(read.Items, member("王秀兰", "mother", "13912345679"))
	read.Notice = &h5.Notice{Kind: h5.NoticeInfo, Text: "已经缴费或已提交申请，内容不能再修改。如有错误请联系学校"}
	add("family-read", read)
	g := h5.Form{Frame: stepped(frame("新生入学登记表", device), 2), Section: "最后毕业信息", Action: "/c/hhu/form/graduation", Prev: "/c/hhu/form/family", SavedAt: "14:21",
		Fields: []h5.Field{
			{Name: "level", Label: "学习层次", Kind: h5.FieldReadonly, Value: "专升本"},
			{Name: "degree", Label: "最后学历", Kind: h5.FieldSelect, Required: true, Value: "junior", Options: []h5.Option{{Value: "junior", Label: "大学专科"}, {Value: "bachelor", Label: "大学本科"}}},
			{Name: "school", Label: "最后毕业学校", Required: true, Value: "南京水利职业技术学院"},
			{Name: "major", Label: "最后毕业专业", Required: true, Value: "水利工程"},
			{Name: "certificate", Label: "毕业证号", Required: true, Value: "1085 4120 1506 00", Error: "毕业证号应为 18 位，现在只有 14 位", Hint: "在毕业证书右下角"},
			{Name: "year", Label: "毕业年份", Kind: h5.FieldYear, Required: true, Placeholder: "如 2015"},
			{Name: "birthday", Label: "出生日期", Kind: h5.FieldDate},
			{Name: "remark", Label: "备注", Kind: h5.FieldTextarea, Width: "full", MaxLength: 200},
		}}
	add("graduation", g)
	slots := []h5.Slot{
		{Name: "id_front", Label: "人像面", Group: "身份证正反面照片", Required: true, Kind: h5.SlotPhoto, MaxBytes: 500_000, State: h5.SlotUploaded, URL: pixel, FileName: "a.jpg", Bytes: 310_000},
		{Name: "id_back", Label: "国徽面", Group: "身份证正反面照片", Required: true, Kind: h5.SlotPhoto, MaxBytes: 500_000, State: h5.SlotReturned, URL: pixel, FileName: "b.jpg", Error: "国徽面照片模糊，看不清有效期限。请放平证件，避开反光，再拍一次。"},
		{Name: "portrait", Label: "个人证件照", Required: true, Kind: h5.SlotPortrait, MaxBytes: 50_000, Width: 480, Height: 640, State: h5.SlotNone},
		{Name: "proof", Label: "学历证明材料", Required: true, Kind: h5.SlotDocument, MaxBytes: 10_000_000, State: h5.SlotNone, Code: true,
			Text:  "三者之一，可提前在学信网下载：《教育部学历证书电子注册备案表》《中国高等教育学历认证报告》《国外学历学位认证书》",
			Types: []h5.Option{{Value: "a", Label: "教育部学历证书电子注册备案表"}, {Value: "b", Label: "中国高等教育学历认证报告"}, {Value: "c", Label: "国外学历学位认证书"}}},
	}
	add("attachments", h5.Attachments{Frame: stepped(frame("新生入学登记表", device), 3), Slots: slots, Prev: "/c/hhu/form/graduation", Handoff: device == h5.DevicePC})
	done := append([]h5.Slot(nil), slots...)
	done[3].State, done[3].URL, done[3].FileName = h5.SlotUploaded, "/x.pdf", "学历证书备案表.pdf"
	add("attachments-pdf", h5.Attachments{Frame: stepped(frame("新生入学登记表", device), 3), Slots: done})
	files := []h5.Slot{{Name: "waive-1", Label: "附件 1", Kind: h5.SlotDocument, State: h5.SlotNone, Action: "/c/hhu/apply/waive/file/waive-1", MaxBytes: 5_000_000},
		{Name: "waive-2", Label: "附件 2", Kind: h5.SlotDocument, State: h5.SlotNone, Action: "/c/hhu/apply/waive/file/waive-2", MaxBytes: 5_000_000}}
	add("apply", h5.Apply{Frame: frame("新生放弃入学资格申请", device), Heading: "放弃入学资格", Action: "/c/hhu/apply/waive",
		Warning: "提交后不能注册。老师审核通过前，您可以撤回。", Rows: []h5.Pair{{Label: "学生", Value: "李晓雯，水利水电工程"}}, ReasonLabel: "申请原因",
		Reason: h5.Input{Value: "工作调动到外地，无法按时参加学习。"}, Statement: "本人自愿放弃入学资格，愿承担由此带来的后果。", Slots: files, Handoff: device == h5.DevicePC, Prev: "/c/hhu/choices"})
	add("applied", h5.Applied{Frame: frame("新生放弃入学资格申请", device), Type: "放弃入学资格", Name: "放弃入学资格申请", SubmittedAt: "2026年3月12日 14:26", Office: "学籍管理部", ReasonLabel: "申请原因",
		Reason: "工作调动到外地，无法按时参加学习。", Statement: "本人自愿放弃入学资格，愿承担由此带来的后果。", PictureURL: pixel, Withdraw: "/c/hhu/apply/waive/withdraw", Prev: "/c/hhu/choices"})
}

func pledge() h5.Document {
	d := h5.Document{Code: "pledge", Title: "专升本人员诚信承诺书", Version: "2026年2月20日版", Sample: true}
	for _, h := range []string{"一、关于学历", "二、关于材料", "三、关于政策调整", "四、关于违纪处理"} {
		d.Sections = append(d.Sections, h5.DocSection{Heading: h, Paragraphs: []string{
			"本人承诺所填写的信息和上传的材料真实、准确、完整，如有不实，愿意承担由此产生的一切后果及责任。",
			"如因国家政策调整等不可抗力因素，学校会及时下发通知，报名时工作人员口头表达如与本承诺书不一致时，以学校相关规定及本承诺书为准。"}})
	}
	return d
}

func signSamples(device string, add adder) {
	s := h5.Sign{Frame: frame("诚信承诺书", device), Document: pledge(), Greeting: "您好：李*雯", Prev: "/c/hhu/attachments", Handoff: device == h5.DevicePC}
	add("sign", s)
	s.Theme, s.Confirm = h5.ThemeGreen, true
	if device != h5.DevicePhone { // the third one has just arrived
		s.Submitted = &h5.Submitted{Ref: "ref", PictureURL: pixel, Signer: "李晓雯", SignedAt: "2026年3月12日 14:32"}
	}
	add("sign-confirm", s)
	f := frame("学生签名", device)
	f.Student = ""
	h := h5.Handoff{Frame: f, Address: "/h/ticket", User: "陈*川", Code: "47", Document: pledge(), Confirm: true}
	h.Theme = h5.ThemeGreen
	add("handoff", h)
	h.Submitted = true
	add("handoff-submitted", h)
	u := h5.HandoffUpload{Frame: f, Address: "/h/ticket", User: "李*雯", Code: "47", Group: "身份证正反面照片",
		Slot: h5.Slot{Name: "id_front", Label: "人像面", Kind: h5.SlotPhoto, MaxBytes: 500_000, State: h5.SlotNone, Action: "/h/ticket/upload"}}
	u.Title = "用手机拍"
	add("handoff-upload", u)
	u.Uploaded = true
	add("handoff-upload-again", u)
	add("handoffend", h5.HandoffEnd{Frame: f, Heading: "二维码已过期", Text: "请在电脑上点“重新获取二维码”，再扫一次。"})
}

func paySamples(device string, add adder) {
	p := h5.Pay{Frame: frame("缴费", device), Address: "/pay/abc", BillTitle: "2026级新生学费", Line: "李晓雯，专升本 水利水电工程",
		Items: []h5.BillItem{{Name: "学费（2026学年）", Fen: 290000}, {Name: "教材费", Fen: 30000}}, TotalFen: 320000,
		Way: h5.WayJSAPI, State: h5.PayUnpaid, Next: "/c/hhu/done", PageURL: "https://h5.example.edu.cn/pay/abc", Since: "14:32"}
	if device == h5.DevicePC {
		p.Way = h5.WayNative
	}
	for _, s := range []string{h5.PayUnpaid, h5.PayWaiting, h5.PayPaid, h5.PayClosed} {
		p.State = s
		add("pay-"+s, p)
	}
	free := p
	free.State, free.TotalFen, free.Items = h5.PayFree, 0, []h5.BillItem{{Name: "学费"}}
	add("pay-free", free)
	p.State, p.Way = h5.PayUnpaid, h5.WayInWeChat
	add("pay-inwechat", p)
	d := h5.Done{Refund: "已退款 ¥200.00，退款中 ¥1,200.50，原路退回", Frame: frame("注册完成", device), Number: "26100CS10127", Name: "李晓雯", Grade: "2026级", Level: "专升本", Form: "函授", Major: "水利水电工程",
		PaidAt: "2026年3月12日 14:33", PaidFen: 320000, PortraitURL: pixel, StudentURL: "http://hhu.cep.webtrn.cn/np", ReceiptURL: "/c/hhu/receipt", FollowQR: pixel}
	add("done", d)
	d.Fiscal = &h5.FiscalReceipt{Code: "32060126", Number: "0000123456", Check: "a1b2c3", Issued: "2026年3月20日", Link: "https://pj.czt.jiangsu.gov.cn/v?id=7", Host: "pj.czt.jiangsu.gov.cn"}
	add("done-fiscal", d)
	d.Pending = &h5.Pending{Title: "已缴费，照片待审核", Text: "审核通过后注册完成，并显示学号", PhotoURL: pixel, PhotoAt: "3月12日 14:12", Retake: "/c/hhu/face",
		Timeline: []h5.TimelineItem{
			{Label: "填写信息", Time: "3月12日 14:20 完成", State: h5.StepDone}, {Label: "缴纳学费", Time: "3月12日 14:33，¥3,200.00", State: h5.StepDone},
			{Label: "老师审核存档照片", Time: "3 个工作日内审核，结果发微信通知", State: h5.StepCurrent}, {Label: "显示学号", Time: "到时打开本页即可看到", State: h5.StepTodo}}}
	add("done-pending", d)
}

func textSamples(device string, add adder) {
	text := []string{"必须学生本人登录。", "人脸识别时请露出耳朵，避免刘海等遮挡，确定摄像头可用。"}
	add("notice", h5.Notes{Frame: frame("注意事项", device), Paragraphs: text, Back: "/c/hhu/login"})
	add("help", h5.Help{Frame: frame("帮助", device), Back: "/c/hhu/login", FAQ: []h5.QA{{Question: "收不到验证码怎么办？", Answer: "请先检查手机号是否正确，60 秒后可以重发。"}}})
	add("privacy", h5.Privacy{Frame: frame("个人信息处理说明", device), Paragraphs: text, Sample: true})
	add("error", h5.Error{Frame: frame("出错了", device), Heading: "系统暂时没有响应", Text: "您填的内容已保存，请稍后重试", Reference: "7K3M-20Q8", Action: h5.Action{Label: "重试", Href: "/c/hhu"}})
	f := frame("新生注册", device)
	f.Student = ""
	add("message", h5.Message{Frame: f, Heading: "没有取得微信授权", Text: "不授权也可以登录，但收不到结果通知。", Action: h5.Action{Label: "继续登录", Href: "/c/hhu/login"}, CopyURL: "https://h5.example.edu.cn/c/hhu/login"})
	add("index", h5.Index{Frame: h5.Frame{Title: "入学", Institution: "河海大学远程与继续教育学院", Device: device}, Campaigns: []h5.CampaignLink{
		{Title: "2026 新生注册", Institution: "河海大学远程与继续教育学院", Href: "/c/hhu/login", WindowText: "2026年1月1日 至 2026年3月31日 23:59"}}})
}

func proofSamples(device string, add adder) {
	f := frame("签署文件验证", device)
	f.Student = ""
	p := h5.Proof{Frame: f, Address: "/v/7K3M20Q8XD7K3M20Q8XD", Rows: []h5.Pair{{Label: "文件", Value: "《专升本人员诚信承诺书》"},
		{Label: "签署人", Value: "李*雯"}, {Label: "签署时间", Value: "2026年3月12日 14:32"},
		{Label: "验证编号", Value: "7K3M2-0Q8XD-7K3M2-0Q8XD"},
		{Label: "证据哈希", Value: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}}}
	add("proof", p)
	same, other, wrong, pending := p, p, p, p
	same.Compared, same.Same = true, true
	add("proof-same", same)
	other.Compared = true
	add("proof-different", other)
	wrong.Why, wrong.Error = "保存的签署记录与签署时不一致，请联系学校核实", "请选择要核对的 PDF 文件"
	add("proof-wrong", wrong)
	pending.Pending = true
	add("proof-pending", pending)
}
