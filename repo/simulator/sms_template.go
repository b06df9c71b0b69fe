package simulator

import (
	"fmt"
	"slices"
)

// smsTemplates is DescribeSmsTemplateList: the state of the named templates.
// An unknown id is left out, as the real one does; all here are approved.
func (s *Simulator) smsTemplates(c *call) answer {
	var in struct {
		TemplateIdSet []uint64
		International *int
		Limit, Offset int
	}
	if !c.json(&in) {
		return cloudError("InvalidParameter", "参数错误。")
	}
	if in.International == nil {
		return cloudError("MissingParameter", "缺少参数 `International`。")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []map[string]any{}
	for _, id := range in.TemplateIdSet {
		i := slices.IndexFunc(s.cloud.templates, func(t SMSTemplate) bool { return t.ID == fmt.Sprint(id) })
		if i < 0 {
			continue
		}
		list = append(list, map[string]any{"TemplateId": id, "International": *in.International, "StatusCode": 0,
			"ReviewReply": "", "TemplateName": s.cloud.templates[i].Name, "CreateTime": 0,
			"TemplateContent": s.cloud.templates[i].Text})
	}
	return cloudJSON(map[string]any{"DescribeTemplateStatusSet": list})
}
