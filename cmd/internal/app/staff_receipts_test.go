package app_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"ruxue/cmd/internal/app"
	"ruxue/cmd/internal/stage"
	"ruxue/service/fault"
	"ruxue/service/staff"
)

var receiptVisits = []staffVisit{
	{route: "GET /staff/payments/receipts", needs: staff.Receipts},
	{route: "POST /staff/payments/receipts", needs: staff.Receipts},
	{route: "GET /staff/payments/receipts/template", needs: staff.Receipts},
	{route: "GET /staff/payments/receipts/list/:ref", needs: staff.Receipts, path: "/staff/payments/receipts/list/" + unknownRef},
	{route: "POST /staff/payments/receipts/list/:ref/apply", needs: staff.Receipts, path: "/staff/payments/receipts/list/" + unknownRef + "/apply"},
	{route: "GET /staff/payments/receipts/list/:ref/bad", needs: staff.Receipts, path: "/staff/payments/receipts/list/" + unknownRef + "/bad"},
}

// giveReceipts uploads a list of receipts and returns what is shown.
func (d device) giveReceipts(name string, data []byte) stage.Answer {
	d.t.Helper()
	return d.postFile("/staff/payments/receipts?c=hhu", name, data)
}

var receiptHead = []string{"序号", "学号", "商户订单号", "票据代码", "电子票据号码", "校验码", "查看地址", "开票日期", "开票金额（元）"}

// Finance imports receipts: what is wrong is said row by row, what is right
// reaches the student's pages, her message and her 缴费凭证; a second import
// changes what differs and nothing else.
func TestFiscalReceiptsReachTheStudent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 4)
	s, poor := w.student(1), w.student(3)
	paid := on(t, w.phone()).until(s, "pay")
	paid.ask("/pay/hhu/attempt", nil)
	w.pay(t, w.orders(t, s)[0])
	w.wantPaid(t, paid, s)
	on(t, w.phone()).until(poor, "pay").ask("/pay/hhu/attempt", nil)
	order, unpaid := w.orders(t, s)[0], w.orders(t, poor)[0]
	total := w.text(t, `SELECT FORMAT(total_fen/100, 2, 'en_US') FROM bill WHERE state='paid'`)
	number := w.text(t, `SELECT student_number FROM enrolment WHERE student_number IS NOT NULL`)
	qian := w.staff(staff.Finance)
	wantSays(t, qian.get("/staff/payments"), 200, "电子票据", `href="/staff/payments/receipts"`)

	const link = "https://pj.czt.example.gov.cn/v?id=7&k=a"
	row := func(student, order, number, link, amount string) []string {
		return []string{"1", student, order, "32060126", number, "a1b2c3", link, "2026-10-02", amount}
	}
	broken := [][]string{receiptHead, row("", order, "0000123456", link, total),
		row("", unpaid, "0000123457", link, ""), row("", "RX000000no", "0000123458", link, ""), row("999999", "", "0000123459", link, ""),
		row("", order, "0000123460", "http://pj.example.cn/1", ""), row("", "", "0000123461", link, ""), row("", order, "", link, ""),
		row("", order, "0000123456", link, ""), row("", order, "0000123462", link, ""), row("", order, "0000123463", link, "1.00")}
	a := qian.giveReceipts("票据.xlsx", xlsxOf(t, broken))
	wantSays(t, a, 200, "新增</dt><dd>1<", "需要修改</dt><dd>9<", "还没有缴费", "没有这个商户订单号", "没有这个学号", "不是 https 开头",
		"学号和商户订单号都没有填", "票据号码没有填", "票据号码与第 2 行相同", "与第 2 行是同一份缴费单", "不一致", "没有用到的列：序号", "G6")
	list, query, _ := strings.Cut(a.Path+"?c=hhu", "?")
	wantSays(t, qian.post(list+"/apply?"+query, nil), 409, "有 9 行需要修改")
	bad := rowsOf(t, qian.get(list+"/bad?"+query).Body)
	if len(bad) != 10 || bad[0][len(bad[0])-1] != "建议" {
		t.Errorf("the file of bad rows: %d rows, %q", len(bad), bad[0])
	}
	if n := w.count(t, `SELECT COUNT(*) FROM fiscal_receipt`); n != 0 {
		t.Fatalf("the check stored %d receipts", n)
	}
	wantSays(t, qian.post(list+"/apply?"+query, url.Values{"skip": {"1"}}), 200, "导入完成", "新增 1 张", "9 行没有导入")
	wantSays(t, qian.post(list+"/apply?"+query, url.Values{"skip": {"1"}}), 409, "已经导入")
	wantSays(t, paid.get("/c/hhu/done"), 200, "财政电子票据", "票据号码 0000123456", "票据代码 32060126", "校验码 a1b2c3", "由 pj.czt.example.gov.cn 提供",
		`href="https://pj.czt.example.gov.cn/v?id=7&k=a"`, `rel="noopener noreferrer"`, "2026年10月2日")
	wantSays(t, qian.get("/staff/payments/bill/"+qian.found(billLink, qian.bills(order, "").Body)), 200, "票据号码 0000123456", "由 pj.czt")
	w.wantMessage(t, paid.OpenID, "0000123456")
	if pdf := paid.get("/c/hhu/receipt.pdf"); pdf.Status != 200 || !strings.HasPrefix(pdf.Body, "%PDF") {
		t.Errorf("the 缴费凭证: %d", pdf.Status)
	}
	if n := w.count(t, `SELECT COUNT(*) FROM fiscal_receipt WHERE link_cipher LIKE '%https%'`); n != 0 {
		t.Error("a link stands open in its row")
	}

	again := csvOf([][]string{receiptHead, row(number, order, "0000123456", link, "")})
	wantSays(t, qian.giveReceipts("再次.csv", again), 200, "不变</dt><dd>1<", "与系统里的内容相同")
	a = qian.giveReceipts("换开.csv", csvOf([][]string{receiptHead, row(number, "", "0000999999", link, "")}))
	wantSays(t, a, 200, "更改</dt><dd>1<", "0000123456", "0000999999", "将更改的内容")
	wantSays(t, qian.post(a.Path+"/apply?c=hhu", nil), 200, "更改 1 张")
	wantSays(t, paid.get("/c/hhu/done"), 200, "票据号码 0000999999")
	if n := w.count(t, `SELECT COUNT(*) FROM audit WHERE action='receipt.change' AND detail LIKE '%32060126-0000123456 改为 32060126-0000999999'`); n != 1 {
		t.Errorf("%d notes of the change", n)
	}
	if n := w.count(t, `SELECT COUNT(*) FROM audit WHERE action='receipt.import'`); n != 2 {
		t.Errorf("%d notes of imports", n)
	}
	wantSays(t, qian.get("/staff/payments/receipts?c=hhu"), 200, "换开.csv", "票据.xlsx", "已导入")
	wantSays(t, qian.giveReceipts("x.csv", []byte("姓名,电话\n张三,1\n")), 422, "没有找到表头")
	wantSays(t, qian.post("/staff/payments/receipts?c=hhu", nil), 422, "请选择要导入的文件")
	if tpl := rowsOf(t, qian.get("/staff/payments/receipts/template").Body); fmt.Sprint(tpl[0]) != "[学号 商户订单号 票据代码 票据号码 校验码 票据链接 开票日期 金额]" {
		t.Errorf("the template: %q", tpl[0])
	}

	bill := "/staff/payments/bill/" + qian.found(billLink, qian.bills(order, "").Body)
	refund := url.Values{"order": {order}, "key": {qian.found(refundKey, qian.get(bill).Body)}, "amount": {"200"}, "reason": {"教材费退回"}}
	wantSays(t, qian.post(bill+"/refund", refund), 200, "已保存")
	deadline := time.Now().Add(patience)
	for !strings.Contains(paid.get("/c/hhu/done").Body, "已退费 ¥200.00") {
		if time.Now().After(deadline) {
			t.Fatal("the page does not say what went back")
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// The operator imports the same lists from a file: GBK, a dry run first, the
// refused rows in a workbook of their own.
func TestReceiptsFromTheCommandLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	s := w.student(1)
	d := on(t, w.phone()).until(s, "pay")
	d.ask("/pay/hhu/attempt", nil)
	w.pay(t, w.orders(t, s)[0])
	w.wantPaid(t, d, s)
	text := "商户订单号,票据号码,链接\n" + w.orders(t, s)[0] + ",A1,https://pj.example.cn/1\nRX0,A2,https://pj.example.cn/2\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	in := app.ReceiptImport{Campaign: "hhu", BaseURL: w.base, File: filepath.Join(dir, "票据.csv"), Bad: filepath.Join(dir, "bad.xlsx")}
	if err := os.WriteFile(in.File, gbk, 0o600); err != nil {
		t.Fatal(err)
	}
	rep, applied, err := app.ImportReceipts(t.Context(), w.app.DB, in)
	if err != nil || applied || rep.New != 1 || rep.Bad != 1 {
		t.Fatalf("the dry run: %+v, %v, %v", rep, applied, err)
	}
	if data, err := os.ReadFile(in.Bad); err != nil || !strings.Contains(fmt.Sprint(rowsOf(t, string(data))), "RX0") {
		t.Errorf("the refused rows: %v", err)
	}
	in.Apply = true
	if _, applied, err = app.ImportReceipts(t.Context(), w.app.DB, in); applied || !fault.Is(err, fault.Invalid) {
		t.Errorf("applied with a bad row: %v, %v", applied, err)
	}
	in.SkipBad = true
	if rep, applied, err = app.ImportReceipts(t.Context(), w.app.DB, in); err != nil || !applied || rep.New != 1 {
		t.Errorf("applied: %+v, %v, %v", rep, applied, err)
	}
	wantSays(t, d.get("/c/hhu/done"), 200, "票据号码 A1")
	in.File = filepath.Join(dir, "none")
	if _, _, err = app.ImportReceipts(t.Context(), w.app.DB, in); err == nil {
		t.Error("a file that is not there was read")
	}
}

// text reads one text of the database.
func (w *world) text(t testing.TB, query string) (s string) {
	t.Helper()
	if err := w.db(t).GetContext(t.Context(), &s, query); err != nil {
		t.Fatal(fmt.Errorf("%s: %w", query, err))
	}
	return s
}
