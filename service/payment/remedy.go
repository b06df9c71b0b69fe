package payment

import "strings"

// Title names a problem for finance.
func (p Problem) Title() string {
	switch p.Kind {
	case ProblemUnknown:
		return "收到了系统里没有的订单或退款"
	case ProblemIdentity:
		return "收到其他公众号或商户号的付款"
	case ProblemAmount:
		return "付款金额与订单不一致"
	case ProblemTwice:
		return "同一订单有两笔微信支付单"
	case ProblemRefunded:
		return "入账前已在商户平台退款"
	case ProblemRefund:
		return "退款没有成功"
	case ProblemCompletion:
		return "已缴费，注册没有完成"
	case ProblemOffline:
		return "需要线下退款"
	case ProblemReconcile:
		return "对账有差异"
	}
	return "需要核对"
}

// Remedy says what a person can do about it.
func (p Problem) Remedy() string {
	switch p.Kind {
	case ProblemUnknown:
		return "在微信支付商户平台按单号查询：不是本系统的业务则无需处理；是本系统的，请联系技术人员核对数据库备份。"
	case ProblemIdentity:
		return "检查配置中的公众号 AppID 与商户号，必要时联系技术人员。款项在商户平台可查。"
	case ProblemAmount:
		return "在商户平台核对实收金额。确认学生已付款而金额不符的，在商户平台原路退回，请学生重新缴费。"
	case ProblemTwice:
		return "在商户平台核对两笔支付单，把多收的一笔原路退回，再登记处理结果。"
	case ProblemRefunded:
		return "款项已在商户平台退回，系统没有入账。确认退款到账后即可关闭；学生可以重新缴费。"
	case ProblemRefund:
		return refundRemedy(strings.TrimPrefix(p.Detail, "refund: "))
	case ProblemCompletion:
		return "系统每分钟自动重试。若一直没有学号，请检查学号规则或该学生的导入学号。"
	case ProblemOffline:
		return "该学生当初是银行转账：请线下转账退回，然后在这笔付款下登记退款和流水号。"
	case ProblemReconcile:
		return "打开当天的对账报告，按差异逐条核对。"
	}
	return "请联系技术人员。"
}

// refundRemedy explains WeChat Pay's code of a refund that did not work.
func refundRemedy(code string) string {
	switch code {
	case "NOT_ENOUGH":
		return "商户账户可用余额不足：请充值或等当日收款到账。系统每小时自动重试，单号不变，不会重复退款。"
	case RefundAbnormal:
		return "原支付账户不能收款（银行卡注销、账户冻结等）：请在商户平台“交易中心-退款管理”对这笔退款发起“异常退款”，退到用户另一张卡，或退到商户银行账户后线下转给学生。完成后系统自动更新。"
	case codeTwiceBack:
		return "这笔退款已登记为线下转账，之后微信支付又原路退回了一次：请核对两边到账，联系学生追回多退的一笔，再登记处理结果。"
	case RefundClosed:
		return "微信支付关闭了这笔退款：请核对原因后重新申请一笔。"
	case "ACCOUNT_ERROR", "ACCOUNT_ABNORMAL", "USER_ACCOUNT_ABNORMAL":
		return "用户账户异常或已注销：请联系学生，线下转账退回后登记。"
	case "NO_AUTH", "NOAUTH":
		return "商户没有退款权限，或接口被限制：请在商户平台开通后重试。"
	case "INVALID_REQUEST", "PARAM_ERROR":
		return "微信支付拒绝了这笔退款：可能已在商户平台退过，或已超过一年。请在商户平台核对。"
	}
	return "请在商户平台查看原因，处理后点“重试”。重试使用同一退款单号，不会重复退款。"
}
