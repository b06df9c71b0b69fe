package campaign_test

import (
	"slices"
	"strings"
	"testing"

	"ruxue/service/campaign"
)

// The expectations are the operating manual's (seeds 004).
func TestHHUOffersTheManualsDoorsAndSteps(t *testing.T) {
	_, c := hhu(t)
	if !slices.Contains(c.Entries, "/ws/app/login/toRegister") || c.StudentURL != "http://hhu.cep.webtrn.cn/np" {
		t.Errorf("entries %v, students at %s", c.Entries, c.StudentURL)
	}
	var doors, steps []string
	for _, x := range c.Choices {
		doors = append(doors, x.Title+"："+x.Text)
	}
	if want := []string{"新生实名制注册：学生正常报到注册", "保留入学资格申请：今年不报到注册，但申请保留入学资格，明年如想入学须申请",
		"放弃入学资格申请：学生确认放弃入学"}; !slices.Equal(doors, want) {
		t.Errorf("doors %q", doors)
	}
	for _, s := range c.Steps {
		steps = append(steps, strings.TrimSuffix(s.Kind+":"+s.Name, ":"))
		if s.Kind == "sign" && s.When["level"] != "专升本" {
			t.Errorf("the pledge is signed when %v", s.When)
		}
		door := "register"
		if s.Kind == "application" {
			door = s.Name
		}
		if s.Kind != "choice" && s.Kind != "face" && s.When["choice"] != door {
			t.Errorf("%s is asked when %v", s.Kind, s.When)
		}
	}
	if want := strings.Fields("choice face check form:basic form:family form:graduation attachments sign:pledge pay done application:defer application:waive"); !slices.Equal(steps, want) {
		t.Errorf("steps %v", steps)
	}
	if !c.Face.Archive || c.Login.Kind != "sms" {
		t.Errorf("face %+v, login %+v", c.Face, c.Login)
	}
}

func TestHHUAsksTheManualsFields(t *testing.T) {
	_, c := hhu(t)
	for name, want := range map[string]string{
		"family":     "姓名* 与本人关系* 工作单位 职务 联系方式*",
		"graduation": "学习层次* 最后学历* 最后毕业学校* 最后毕业专业* 毕业证号* 毕业年份*",
	} {
		s, ok := c.Section(name)
		var got []string
		for _, f := range s.Fields {
			label := f.Label
			if f.Required {
				label += "*"
			}
			got = append(got, label)
		}
		if !ok || strings.Join(got, " ") != want {
			t.Errorf("%s asks %q, the manual %q", name, got, want)
		}
	}
	if s, _ := c.Section("family"); !s.Repeated || s.Min < 1 || s.Max <= s.Min || s.AddLabel != "添加家庭成员" {
		t.Errorf("family members: %+v", s)
	}
	if s, ok := c.Section("basic"); !ok || !slices.ContainsFunc(s.Fields, func(f campaign.Field) bool { return f.Label == "手机号" && f.Required }) {
		t.Error("the basic section asks no phone")
	}
	if _, ok := c.Section("nothing"); ok {
		t.Error("found a section that is not there")
	}
}

func TestHHUTakesTheManualsAttachments(t *testing.T) {
	_, c := hhu(t)
	for name, want := range map[string]struct{ bytes, pdf, width, height int }{
		"id-front": {500_000, 0, 0, 0}, "id-back": {500_000, 0, 0, 0}, "portrait": {50_000, 0, 480, 640},
		"qualification": {5_000_000, 5_000_000, 0, 0},
	} {
		s, ok := c.Slot(name)
		if !ok || !s.Required || s.MaxBytes != want.bytes || s.MaxPDF != want.pdf || s.Width != want.width || s.Height != want.height {
			t.Errorf("%s: %+v", name, s)
		}
	}
	q, _ := c.Slot("qualification")
	if want := []string{"教育部学历证书电子注册备案表", "中国高等教育学历认证报告", "国外学历学位认证书"}; !slices.Equal(q.Types, want) || q.When["level"] != "专升本" {
		t.Errorf("the proof of education: %+v", q)
	}
	if len(c.Attachments) != 4 {
		t.Errorf("%d attachments", len(c.Attachments))
	}
	if _, ok := c.Slot("nothing"); ok {
		t.Error("found a slot that is not there")
	}
}

func TestHHUHasAFeeANumberAndAPledgeForEveryLevel(t *testing.T) {
	_, c := hhu(t)
	s, _ := c.Section("graduation")
	for _, level := range s.Fields[0].Options {
		facts := map[string]string{"level": level, "grade": "2026级", "site_code": "100"}
		items, ok := c.Fee.Items(nil, facts)
		if !ok || len(items) == 0 || items[0].Fen <= 0 {
			t.Errorf("%s owes %v", level, items)
		}
		if p, err := c.Number.PrefixFor(facts); err != nil || !strings.HasPrefix(p, "26100") {
			t.Errorf("%s: %q %v", level, p, err)
		}
	}
	d, ok := c.Document("pledge")
	if !ok || d.Title != "专升本人员诚信承诺书" || d.Confirm || d.Text() == "" {
		t.Errorf("the pledge: %+v", d)
	}
	if _, ok := c.Document("nothing"); ok {
		t.Error("found a document that is not there")
	}
}
