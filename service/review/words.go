package review

import (
	"strings"

	"ruxue/service/campaign"
	"ruxue/service/fault"
)

// The sets of reasons.
const (
	setPhoto       = "photo"
	setPortrait    = "portrait"
	setPaper       = "paper"
	setApproval    = "approval"
	setApplication = "application"
	setSection     = "section"
)

// Other is the label of the reason that staff write themselves.
const Other = "其他原因"

// Reason is a reason to send something back.
type Reason struct {
	Label string
	// Fact and Ask make the sentence for the student: 您的存档照片<Fact>，请<Ask>。
	Fact string
	Ask  string
	// Own is true where staff write the fact themselves.
	Own bool
}

// built are the reasons that need no saving, in the order of the keys 1 to 5.
var built = map[string][]Reason{
	setPhoto: {{Label: "与证件照不是同一人", Fact: "与证件照不是同一人", Ask: "由您本人重新拍摄"},
		{Label: "面部不完整", Fact: "没有拍全面部", Ask: "让整张脸都在画面内重新拍摄"},
		{Label: "面部被遮挡", Fact: "面部被遮挡", Ask: "露出五官和耳朵重新拍摄"},
		{Label: "光线不足或模糊", Fact: "光线不足", Ask: "在明亮处重新拍摄"}},
	setPortrait: {{Label: "不是本人", Fact: "与您本人不符", Ask: "上传您本人的证件照"},
		{Label: "面部不清晰", Fact: "面部不清晰", Ask: "换一张清晰的重新上传"},
		{Label: "不是正面免冠照", Fact: "不是正面免冠照", Ask: "露出五官和双耳重新拍摄"},
		{Label: "背景或着装不合要求", Fact: "背景或着装不合要求", Ask: "按示例重新上传"}},
	setPaper: {{Label: "照片不清晰", Fact: "看不清楚", Ask: "换一张清晰的重新上传"},
		{Label: "内容不完整", Fact: "内容不完整", Ask: "把整页都拍进去重新上传"},
		{Label: "材料类型不符", Fact: "不是要求的材料", Ask: "核对材料类型后重新上传"},
		{Label: "与录取信息不一致", Fact: "与录取信息不一致", Ask: "核对后重新上传"}},
	setApproval: {{Label: "与报名材料不一致", Fact: "与报名材料不一致", Ask: "联系学校核对"},
		{Label: "报名材料不齐全", Fact: "不齐全，还缺少材料", Ask: "联系学校补交"},
		{Label: "学历信息待核实", Fact: "中的学历待核实", Ask: "联系学校核实"}},
	setApplication: {{Label: "申请原因不清楚", Fact: "原因不清楚", Ask: "写明原因后重新提交"},
		{Label: "证明材料不足", Fact: "缺少证明材料", Ask: "补充材料后重新提交"},
		{Label: "签名与本人不符", Fact: "签名与姓名不符", Ask: "由您本人重新签名后提交"},
		{Label: "不符合规定", Fact: "不符合学校规定", Ask: "联系学校了解"}},
	setSection: {{Label: "信息有误", Fact: "有误", Ask: "核对后重新提交"},
		{Label: "内容不完整", Fact: "内容不完整", Ask: "补充后重新提交"}},
}

// FormTitle names the form as a whole, for student and staff.
const FormTitle = "登记表"

// maxOwn is how many characters a reason of staff's own may have: with the
// sentence around it, it still fits a remark.
const maxOwn = 60

// set is the set of reasons of a case in its campaign.
func set(c *campaign.Campaign, kind Kind, item string) string {
	switch kind {
	case Photo:
		return setPhoto
	case Attachment:
		if s, ok := c.Slot(item); ok && s.Kind == "portrait" {
			return setPortrait
		}
		return setPaper
	case Approval:
		return setApproval
	case Section:
		return setSection
	}
	return setApplication
}

// Title names what is decided about, for staff and student: 存档照片.
func Title(c *campaign.Campaign, kind Kind, item string) string {
	switch kind {
	case Photo:
		return "存档照片"
	case Attachment:
		if s, ok := c.Slot(item); ok {
			if s.Group != "" {
				return strings.TrimSuffix(s.Group, "正反面照片") + s.Label
			}
			return s.Label
		}
		return "附件"
	case Approval:
		return "报名信息"
	case Defer:
		return "保留入学资格申请"
	case Waive:
		return "放弃入学资格申请"
	case Enter:
		return "入学申请"
	case Section:
		if s, ok := c.Section(item); ok {
			return s.Title
		}
	}
	return FormTitle
}

// Sentence is what the student reads when the case is sent back for the reason.
func Sentence(title string, kind Kind, r Reason, paid bool) string {
	text := "您的" + title + r.Fact
	if r.Ask != "" {
		text += "，请" + r.Ask
	}
	switch {
	case kind == Approval || kind.Application():
		return text + "。"
	case paid:
		return text + "。已填内容和缴费都有效。"
	}
	return text + "。已填内容都有效。"
}

// ask is what has to be done about a reason that staff wrote themselves.
func ask(set string) string {
	switch set {
	case setPhoto:
		return "重新拍摄"
	case setApproval:
		return "联系学校"
	case setSection, setApplication:
		return "修改后重新提交"
	}
	return "重新上传"
}

// own makes a reason of what staff wrote; it is refused when empty or too long.
func own(set, text string) (Reason, error) {
	text = strings.TrimRight(strings.Join(strings.Fields(text), " "), " 。．.!！;；")
	switch n := len([]rune(text)); {
	case n == 0:
		return Reason{}, fault.New(fault.Invalid, "请写明退回原因，学生会看到这句话").On("reason")
	case n > maxOwn:
		return Reason{}, fault.Newf(fault.Invalid, "退回原因最多 %d 个字，现在有 %d 个", maxOwn, n).On("reason")
	}
	return Reason{Label: text, Fact: "需要修改：" + text, Ask: ask(set)}, nil
}

// Approved is what the student is told when the case is approved; "" for what
// needs no message of its own.
func Approved(kind Kind) string {
	switch kind {
	case Photo:
		return "您的存档照片已审核通过。"
	case Approval:
		return "您的报名信息已审核通过，可以登录继续办理。"
	case Attachment, Section:
		return ""
	}
	return "您的申请已审核通过。"
}
