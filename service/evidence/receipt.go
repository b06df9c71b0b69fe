package evidence

import (
	"fmt"
	"strings"
	"time"

	"ruxue/service/campaign"
)

// Receipt is what a 缴费凭证 says: that a student's payment arrived. It is no
// fiscal receipt (财政票据) and says so.
type Receipt struct {
	Institution   string
	Campaign      string // title
	Name          string
	IDType        string
	IDMasked      string
	Number        string // the student number, "" before it is given
	Major         string // grade, level and major
	Items         []ReceiptItem
	TotalFen      int64
	RefundedFen   int64  // gone back or on its way
	Way           string // 微信支付, 银行转账
	OutTradeNo    string // ours
	TransactionID string // WeChat Pay's, or the bank's serial number
	FiscalCode    string // 票据代码 of the 财政电子票据, "" without
	FiscalNumber  string // 票据号码, "" while there is no such receipt
	FiscalBack    string // 已退费, "" for nothing
	PaidAt        time.Time
	PrintedAt     time.Time
}

// ReceiptItem is one item of the bill.
type ReceiptItem struct {
	Name string
	Fen  int64
}

// Receipt returns the receipt as a PDF.
func (p *Printer) Receipt(r Receipt) ([]byte, error) {
	s, err := newSheet(p.font)
	if err != nil {
		return nil, err
	}
	s.centred(r.Institution, 12)
	s.down(4)
	s.centred("缴费凭证", 20)
	s.down(12)
	s.pair("缴费事由", r.Campaign)
	s.pair("姓名", r.Name)
	s.pair(r.IDType, r.IDMasked)
	if r.Number != "" {
		s.pair("学号", r.Number)
	}
	s.pair("专业", r.Major)
	s.ruled()
	for _, it := range r.Items {
		s.pair("收费项目", it.Name+"    "+figures(it.Fen))
	}
	s.ruled()
	s.pair("金额小写", figures(r.TotalFen))
	s.pair("金额大写", "人民币"+Capital(r.TotalFen))
	if r.RefundedFen > 0 {
		s.pair("其中退款", figures(r.RefundedFen)+"（已退回或退款中）")
	}
	s.ruled()
	s.pair("缴费方式", r.Way)
	s.pair("缴费时间", campaign.DateTime(r.PaidAt)+"（北京时间）")
	s.pair("商户订单号", r.OutTradeNo)
	s.pair("交易单号", r.TransactionID)
	issued := "由学校另行开具"
	if r.FiscalNumber != "" {
		issued = "已经开具，报销请以它为准"
		s.pair("财政电子票据", strings.TrimSpace("票据号码 "+r.FiscalNumber+"    "+r.FiscalBack))
		if r.FiscalCode != "" {
			s.pair("票据代码", r.FiscalCode)
		}
	}
	s.down(10)
	s.paragraph("本凭证仅证明学费已经收到，不是财政票据，不作报销凭据。财政电子票据"+issued+"。", 10, 0)
	return s.finish("打印时间 " + campaign.DateTime(r.PrintedAt))
}

func (s *sheet) ruled() {
	s.down(8)
	s.rule()
	s.down(8)
}

// figures writes an amount as ¥3,200.00.
func figures(fen int64) string {
	yuan := fmt.Sprint(fen / 100)
	for i := len(yuan) - 3; i > 0; i -= 3 {
		yuan = yuan[:i] + "," + yuan[i:]
	}
	return fmt.Sprintf("¥%s.%02d", yuan, fen%100)
}
