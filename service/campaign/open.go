package campaign

import (
	"context"
	"fmt"
	"strings"

	"ruxue/service/fault"
)

// named is how many of the students without a fee are named.
const named = 10

// mayOpen refuses an edit that opens the window now while students have no fee,
// and names them: they would come as far as the payment and no further.
func (e *Editor) mayOpen(ctx context.Context, have, want *Campaign) error {
	now := e.live.now()
	if have.Window.Open(now) || !want.Window.Open(now) || !want.hasStep("pay") {
		return nil
	}
	live, err := e.live.ByCode(ctx, want.Code)
	if err != nil {
		return err
	}
	n, names, err := want.unpaid(ctx, e.roll, live.ID, named)
	if err != nil || n == 0 {
		return err
	}
	list := strings.Join(names, "、")
	if n > len(names) {
		list += " 等"
	}
	return fault.Newf(fault.Invalid, "%d 名学生没有学费，不能开放：%s。请在名单里补上学费，或在活动文件里加收费规则", n, list).On("from")
}

// unpaid counts the students of a list for whom nobody says a fee, and names
// some of them.
func (c *Campaign) unpaid(ctx context.Context, roll Roll, id int64, limit int) (n int, names []string, err error) {
	kin, err := roll.WithoutFee(ctx, id)
	if err != nil {
		return 0, nil, fmt.Errorf("looking for students without a fee: %w", err)
	}
	for _, k := range kin {
		k.Facts["choice"] = "register"
		if _, ok := c.Fee.Items(nil, k.Facts); ok {
			continue
		}
		if n += k.Students; len(names) == limit {
			continue
		}
		some, err := roll.NamesOf(ctx, id, k.Facts, limit-len(names))
		if err != nil {
			return 0, nil, fmt.Errorf("naming students without a fee: %w", err)
		}
		names = append(names, some...)
	}
	return n, names, nil
}
