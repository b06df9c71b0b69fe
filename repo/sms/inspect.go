package sms

import (
	"context"
	"fmt"
	"strconv"
)

// Approved asks the provider (DescribeSmsTemplateList, 2021-01-11, which sends
// nothing) whether the template of login codes is approved. Its error keeps the
// provider's code; a *tencent.Refusal beginning with AuthFailure means the keys.
func (c *Client) Approved(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	id, err := strconv.ParseUint(c.cfg.TemplateCode, 10, 64)
	if err != nil {
		return false, fmt.Errorf("the SMS template's id is no number")
	}
	var out struct {
		DescribeTemplateStatusSet []struct {
			TemplateId uint64
			StatusCode int64
		}
	}
	if err := c.cloud.Call(ctx, "sms", "2021-01-11", "DescribeSmsTemplateList",
		map[string]any{"TemplateIdSet": []uint64{id}, "International": 0}, &out); err != nil {
		return false, fmt.Errorf("asking for the SMS template: %w", err)
	}
	for _, t := range out.DescribeTemplateStatusSet {
		if t.TemplateId == id {
			return t.StatusCode == 0, nil
		}
	}
	return false, nil
}
