package simulator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/officialaccount/message"
)

func TestTemplateWithSDK(t *testing.T) {
	w := newWorld(t)
	oa := w.account()
	done := make(chan *message.MixMessage, 4)
	w.receive(oa, func(m *message.MixMessage) *message.Reply { done <- m; return nil })
	tpl := oa.GetTemplate()
	good := func() *message.TemplateMessage {
		return &message.TemplateMessage{
			ToUser: student, TemplateID: w.cfg.Templates[0].ID, URL: w.product.URL + "/c/hhu/done", ClientMsgID: "c1",
			Data: map[string]*message.TemplateDataItem{
				"thing1": {Value: "陈*川"}, "character_string2": {Value: "2026070001"}, "thing3": {Value: "土木工程"}, "time4": {Value: "2026年3月31日 23:59"},
			},
		}
	}
	id, err := tpl.Send(good())
	if err != nil {
		t.Fatal(err)
	}
	m := <-done
	if m.Event != message.EventTemplateSendJobFinish || m.TemplateMsgID != id || m.Status != "success" {
		t.Fatalf("%+v, want the fate of %d", m, id)
	}
	if again, err := tpl.Send(good()); err != nil || again != id || len(w.sim.Messages(student)) != 1 {
		t.Fatalf("the same client_msg_id: %v %v", again, err)
	}
	w.clock.add(11 * time.Minute)
	if later, err := tpl.Send(good()); err != nil || later == id {
		t.Fatalf("the same client_msg_id later: %v %v", later, err)
	}
	for name, tc := range map[string]struct {
		change func(*message.TemplateMessage)
		code   string
	}{
		"stranger":   {func(m *message.TemplateMessage) { m.ToUser = stranger }, "43004"},
		"openid":     {func(m *message.TemplateMessage) { m.ToUser = "o" }, "40003"},
		"template":   {func(m *message.TemplateMessage) { m.TemplateID = "x" }, "40037"},
		"thing":      {func(m *message.TemplateMessage) { m.Data["thing1"].Value = strings.Repeat("长", 21) }, "47003"},
		"characters": {func(m *message.TemplateMessage) { m.Data["character_string2"].Value = "学号" }, "47003"},
		"time":       {func(m *message.TemplateMessage) { m.Data["time4"].Value = "明天" }, "47003"},
		"missing":    {func(m *message.TemplateMessage) { delete(m.Data, "thing3") }, "47003"},
	} {
		t.Run(name, func(t *testing.T) {
			m := good()
			m.ClientMsgID = ""
			tc.change(m)
			if _, err := tpl.Send(m); err == nil || !strings.Contains(err.Error(), tc.code) {
				t.Errorf("want %s, got %v", tc.code, err)
			}
		})
	}
	w.must("POST", "/_sim/users", map[string]any{"openid": student2, "nickname": "拒收", "follower": true, "refuses": true})
	refused := good()
	refused.ToUser = student2
	if _, err := tpl.Send(refused); err != nil {
		t.Fatal(err)
	}
	for m := range done {
		if string(m.FromUserName) == student2 {
			if m.Status != "failed:user block" {
				t.Fatalf("%+v", m)
			}
			break
		}
	}
}
