package simulator

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestTradeBill(t *testing.T) {
	now := time.Date(2026, 3, 31, 23, 30, 0, 0, beijing)
	s, err := New(Options{Base: "http://sim", Clock: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.pay.orders["BILL-1"] = &order{AppID: s.keys.AppID, MchID: s.keys.MchID, OutTradeNo: "BILL-1", TradeType: "JSAPI", Description: "学费",
		Total: 320000, State: stateSuccess, TransactionID: "4200001", PaidAt: now, Payer: "o1"}
	s.pay.refunds["R-1"] = &refund{ID: "50301", OutRefundNo: "R-1", OutTradeNo: "BILL-1", Refund: 5, Status: "SUCCESS", Created: now}
	ask := func(date string) (answer, map[string]string) {
		a := s.bill(s.billText, "")(&call{r: httptest.NewRequest("GET", "/v3/bill/tradebill?bill_date="+date, nil)})
		var out map[string]string
		if a.status == http.StatusOK {
			if err := json.Unmarshal(a.body, &out); err != nil {
				t.Fatal(err)
			}
		}
		return a, out
	}
	for date, code := range map[string]string{"2026-03-31": "STATEMENT_CREATING", "2026-02-30": "PARAM_ERROR", "2026-03-01": "NO_STATEMENT_EXIST", "2025-01-01": "INVALID_REQUEST"} {
		if a, _ := ask(date); a.code != code {
			t.Errorf("%s: %s, want %s", date, a.code, code)
		}
	}
	now = now.Add(11 * time.Hour) // 10:30 of the next day
	_, out := ask("2026-03-31")
	file := s.billFile(&call{r: httptest.NewRequest("GET", out["download_url"], nil)})
	sum := sha1.Sum(file.body)
	if out["hash_value"] != hex.EncodeToString(sum[:]) {
		t.Error("the file is not what the hash says")
	}
	lines := strings.Split(strings.TrimSpace(string(file.body)), "\r\n")
	if len(lines) != 5 || strings.Count(lines[0], ",") != strings.Count(lines[1], ",`") || lines[4] != "`2,`3200.00,`0.05,`0.00,`19.20000,`3200.00,`0.05" {
		t.Errorf("bill:\n%s", file.body)
	}
}

func TestYuan(t *testing.T) {
	for fen, want := range map[int64]string{0: "¥0.00", 5: "¥0.05", 99999: "¥999.99", 100000: "¥1,000.00", 123456789: "¥1,234,567.89"} {
		if got := yuan(fen); got != want {
			t.Errorf("%d: %s, want %s", fen, got, want)
		}
	}
}

func TestTemplateValues(t *testing.T) {
	for _, tc := range []struct {
		kind, value string
		want        bool
	}{
		{"thing", strings.Repeat("字", 20), true}, {"thing", strings.Repeat("字", 21), false}, {"thing", "", false}, {"thing", "a\nb", false},
		{"character_string", strings.Repeat("A1", 16), true}, {"character_string", strings.Repeat("A", 33), false}, {"character_string", "学号", false},
		{"phrase", "已通过", true}, {"phrase", "审核已经通过", false}, {"phrase", "OK", false},
		{"name", "阿卜杜·热合曼", true}, {"name", strings.Repeat("长", 11), false}, {"name", strings.Repeat("l", 20), true}, {"name", strings.Repeat("l", 21), false}, {"name", "A1", false},
		{"time", "2019年10月1日 15:01", true}, {"time", "2019年10月1日", true}, {"time", "15点", false},
		{"amount", "¥3,200.00", true}, {"amount", "3200元", true}, {"amount", "三千", false},
		{"number", "12.5", true}, {"number", "一", false}, {"letter", "abc", true}, {"letter", "a1", false},
		{"phone_number", "+86-27-6886", true}, {"phone_number", "电话", false}, {"keyword", "任意内容", true},
	} {
		if got := fits(tc.kind, tc.value); got != tc.want {
			t.Errorf("%s %q: %v", tc.kind, tc.value, got)
		}
	}
}
