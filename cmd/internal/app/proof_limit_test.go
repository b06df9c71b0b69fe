package app_test

import (
	"fmt"
	"testing"

	"ruxue/cmd/internal/stage"
)

// TestVerificationIsLimited: who tries numbers is stopped, with a page that says
// when to go on.
func TestVerificationIsLimited(t *testing.T) {
	w := prepareWorld(t, 1)
	w.cfg.Limits.VerifyPerIPHour = 5
	w.start()
	anybody := on(t, stage.NewWalker(w.base, w.simURL, stage.AgentPhone, ""))
	number := func(i int) string { return fmt.Sprintf("/v/0000000000ABCDEFGH%02d", i) }
	for i := range 5 {
		wantSays(t, anybody.get(number(i)), 404, "没有找到这个验证编号")
	}
	wantSays(t, anybody.get(number(6)), 429, "查询太频繁，请稍后再试")
	wantSays(t, anybody.upload(number(6), "file", "a.pdf", []byte("%PDF-"), nil), 429, "查询太频繁，请稍后再试")
	wantSays(t, anybody.get("/c/hhu/login"), 200) // the rest of the product stays open
}
