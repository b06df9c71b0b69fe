package audit

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// PerPage is how many entries one page of the log holds.
const PerPage = 50

// Query asks the log; empty fields ask for everything.
type Query struct {
	// Actor is "staff", "student" or "system", or one account: "staff:<ref>".
	Actor string
	// Action is one action, or a group of them: "staff" is "staff.…".
	Action  string
	Subject string // "enrolment:<ref>"
	From    time.Time
	To      time.Time // exclusive
	Before  int64     // id that a page ends before; 0 begins with the newest
}

// Named is an entry with its actor's name for people to read: a staff member's,
// a student's, or "".
type Named struct {
	Entry
	Name string
}

// Searcher reads the log.
type Searcher interface {
	// Search returns the newest entries first, at most limit.
	Search(ctx context.Context, q Query, limit int) ([]Named, error)
}

// Page returns one page of the log, and the id that the next one begins
// before, 0 after the last.
func Page(ctx context.Context, store Searcher, q Query) ([]Named, int64, error) {
	list, err := store.Search(ctx, q, PerPage+1)
	if err != nil {
		return nil, 0, fmt.Errorf("searching the audit log: %w", err)
	}
	if len(list) > PerPage {
		return list[:PerPage], list[PerPage-1].ID, nil
	}
	return list, 0, nil
}

// words are the actions in plain words; the longest beginning counts, so that a
// group has one too.
var words = map[string]string{
	"admission": "名单", "admission.import": "导入名单", "admission.apply": "开始导入名单", "admission.columns": "说明名单的列", "admission.bad_rows": "下载需修改的行", "admission.photos": "导入录取照片", "admission.carry": "转入保留资格", "reminder.start": "催办", "message.resend": "重发消息",
	"staff": "账号", "staff.add": "新建账号", "staff.bind": "绑定微信", "staff.unbind": "解除微信绑定", "staff.link": "打开审核链接",
	"staff.login": "工作人员登录", "staff.password": "修改密码", "staff.factor": "二次验证", "staff.update": "修改账号",
	"staff.reset": "重置", "staff.unmask": "查看完整信息", "staff.correct": "更正信息", "staff.phone": "修改手机号",
	"staff.code": "发放登录码", "staff.extend": "延长办理时间", "staff.case": "答复信息有误", "staff.file": "查看文件",
	"student": "学生操作", "student.login": "学生登录", "student.password": "学生修改密码", "student.choose": "选择事项",
	"student.verify": "核对信息", "student.case": "提出信息有误",
	"face": "人脸识别", "face.consent": "同意人脸识别", "face.check": "人脸识别", "face.archive": "拍照存档",
	"attachment.handoff": "手机上传附件", "review": "审核", "review.open": "查看审核材料", "review.undo": "撤销审核", "review.moot": "审核失效",
	"application": "申请", "payment": "缴费", "refund": "退款", "export": "导出", "export.download": "下载导出文件", "campaign": "活动", "reconcile": "对账",
	"message": "消息", "reminder": "催办", "receipt": "财政电子票据",
}

// Words returns an action in plain words; one that nobody named is itself.
func Words(action string) string {
	for key := action; key != ""; {
		if w, ok := words[key]; ok {
			return w
		}
		i := strings.LastIndexByte(key, '.')
		if i < 0 {
			break
		}
		key = key[:i]
	}
	return action
}

// Groups are the groups of actions that a filter offers.
func Groups() []string {
	return []string{"staff", "admission", "review", "student", "face", "application", "payment", "refund", "receipt", "export", "message", "reminder", "campaign"}
}
