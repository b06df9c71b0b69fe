package evidence_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ruxue/h5"
	"ruxue/service/evidence"
)

func TestAmountsInCapitals(t *testing.T) {
	for fen, want := range map[int64]string{
		0: "零元整", 1: "壹分", 10: "壹角整", 11: "壹角壹分", 100: "壹元整", 105: "壹元零伍分", 150: "壹元伍角整",
		1000: "壹拾元整", 10100: "壹佰零壹元整", 320000: "叁仟贰佰元整", 320005: "叁仟贰佰元零伍分", 333333: "叁仟叁佰叁拾叁元叁角叁分",
		1000000: "壹万元整", 1000500: "壹万零伍元整", 1005000: "壹万零伍拾元整", 1200000: "壹万贰仟元整", 10000000: "壹拾万元整",
		10010000: "壹拾万零壹佰元整", 100000000: "壹佰万元整", 100100000: "壹佰万壹仟元整", 1000000050000: "壹佰亿零伍佰元整",
		1000100000000: "壹佰亿零壹佰万元整", 10000001: "壹拾万元零壹分",
	} {
		if got := evidence.Capital(fen); got != want {
			t.Errorf("%d fen: %s, want %s", fen, got, want)
		}
	}
}

// Every amount reads back as itself.
func FuzzCapital(f *testing.F) {
	f.Add(int64(320000))
	f.Fuzz(func(t *testing.T, fen int64) {
		fen = max(fen, -fen) % 1e14
		if fen < 0 {
			return
		}
		words := evidence.Capital(fen)
		var total, group, digit int64
		for _, r := range words {
			if i := strings.IndexRune("零壹贰叁肆伍陆柒捌玖", r); i >= 0 {
				digit = int64(i / len("零"))
				continue
			}
			switch r {
			case '拾':
				group += digit * 10
			case '佰':
				group += digit * 100
			case '仟':
				group += digit * 1000
			case '万':
				total, group = total+(group+digit)*1e6, 0
			case '亿':
				total, group = total+(group+digit)*1e10, 0
			case '元':
				total, group = total+(group+digit)*100, 0
			case '角':
				total += digit * 10
			case '分':
				total += digit
			}
			digit = 0
		}
		if total != fen || strings.Contains(words, "零零") {
			t.Errorf("%d fen is %s, which reads %d", fen, words, total)
		}
	})
}

func TestReceipt(t *testing.T) {
	r := evidence.Receipt{Institution: "河海大学远程与继续教育学院", Campaign: "2026级新生注册", Name: "王𬭩", IDType: "身份证号",
		IDMasked: "320106********1234", Number: "26100CS10001", Major: "2026级 专升本 水利水电工程",
		Items: []evidence.ReceiptItem{{Name: "学费", Fen: 300000}, {Name: "教材费", Fen: 20000}}, TotalFen: 320000, Way: "微信支付",
		OutTradeNo: "A1B2C3", TransactionID: "4200001234202611220000000001",
		PaidAt: time.Date(2026, 11, 22, 6, 33, 0, 0, time.UTC), PrintedAt: time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)}
	read := func() string {
		t.Helper()
		pdf, err := evidence.NewPrinter(h5.Font()).Receipt(r)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "receipt.pdf")
		if err := os.WriteFile(path, pdf, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", path, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	text := read()
	for _, want := range []string{"缴费凭证", "河海大学远程与继续教育学院", "王𬭩", "320106********1234", "26100CS10001", "学费", "¥3,000.00",
		"教材费", "¥200.00", "¥3,200.00", "人民币叁仟贰佰元整", "A1B2C3", "4200001234202611220000000001", "2026年11月22日 14:33", "不是财政票据", "第 1 页，共 1 页"} {
		if !strings.Contains(text, want) {
			t.Errorf("the receipt lacks %s:\n%s", want, text)
		}
	}
	if strings.Contains(text, "退款") {
		t.Error("it speaks of a refund")
	}
	if !strings.Contains(text, "财政电子票据由学校另行开具") {
		t.Error("it does not say that another paper follows")
	}
	r.FiscalCode, r.FiscalNumber, r.FiscalBack = "32060126", "0000123456", "已退费"
	for _, want := range []string{"票据号码 0000123456", "已退费", "32060126", "报销请以它为准"} {
		if text = read(); !strings.Contains(text, want) {
			t.Errorf("the receipt lacks %s:\n%s", want, text)
		}
	}
	r.RefundedFen, r.Number = 123456789, ""
	if text = read(); !strings.Contains(text, "¥1,234,567.89（已退回或退款中）") || strings.Contains(text, "学号") {
		t.Error(text)
	}
}
