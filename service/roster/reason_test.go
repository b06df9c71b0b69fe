package roster_test

import (
	"testing"

	"ruxue/service/fault"
	"ruxue/service/roster"
)

// TestNoReasonHoldsANumberOfAPerson: reasons go into the log, however the
// number is written.
func TestNoReasonHoldsANumberOfAPerson(t *testing.T) {
	for name, reason := range map[string]string{
		"a phone": "本人来电 13800138000", "a phone in groups": "本人来电 138 0013 8000", "a phone with hyphens": "本人来电 138-0013-8000",
		"a phone in wide digits": "本人来电 １３８００１３８０００", "wide and in groups": "本人来电 １３８ ００１３ ８０００",
		"an identity number": "证件 11010519491231002X 有误", "one in groups": "证件 110105 19491231 002X 有误",
		"one over two lines": "证件 110105\n19491231\n0021",
	} {
		if got, err := roster.CheckReason(reason); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s is logged: %q", name, got)
		}
	}
	for name, reason := range map[string]string{
		"a day": "2026-08-30 到场核对", "two days": "2026-08-30 至 2026-09-05 住院", "a time": "2026-08-30 14:05 到场",
		"a year and a form": "2026 级第 12 号表 3 页", "a landline's extension": "办公室 8306 转 12", "years": "2021 2022 2023 三年",
	} {
		if _, err := roster.CheckReason(reason); err != nil {
			t.Errorf("%s is refused: %q, %v", name, reason, err)
		}
	}
}
