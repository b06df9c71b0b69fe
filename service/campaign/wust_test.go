package campaign_test

import (
	"strings"
	"testing"

	"ruxue/config/campaigns"
	"ruxue/service/campaign"
)

func wust(t testing.TB) (body string, c *campaign.Campaign) {
	t.Helper()
	raw, err := campaigns.Files.ReadFile("wust.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if c, err = campaign.Parse(raw); err != nil {
		t.Fatal(err)
	}
	return string(raw), c
}

// TestTheSecondManualsWordsStand compares with what the second manual prints.
func TestTheSecondManualsWordsStand(t *testing.T) {
	_, c := wust(t)
	if strings.Join(c.Entries, " ") != "/studentLogin /live" || c.PhoneEntry != "/live" || c.Theme != "green" ||
		c.Platform != "同等学力申硕综合服务平台" {
		t.Errorf("%v %s %s %s", c.Entries, c.PhoneEntry, c.Theme, c.Platform)
	}
	if k := c.Contacts[0]; k.Office != "同等学力办公室" || k.Person != "胡老师" || k.Phone != "027-52104247" {
		t.Errorf("%+v", k)
	}
	d, _ := c.Document("commitment")
	if d.Title != "知情承诺书" || !d.Confirm || !d.Sample || d.Consent != "我已阅读并同意《入学须知》" {
		t.Errorf("%+v", d)
	}
	for i, begin := range []string{"一、", "二、", "三、", "四、各自职责", "五、关于政策调整", "六、关于知识产权保护", "七、关于违纪处理"} {
		if !strings.HasPrefix(d.Sections[i].Heading, begin) {
			t.Errorf("section %d is headed %s", i+1, d.Sections[i].Heading)
		}
	}
	for _, s := range []string{"建议学员在读期间不要变更手机号码", "包括电子课件在内的任何作品", "购买、由他人代写、剽窃或者伪造数据",
		"住院医师规范化培训基地培训证明", "报名时工作人员口头表达如与本校知情承诺书不一致时"} {
		if !strings.Contains(d.Text(), s) {
			t.Errorf("the text does not say %s", s)
		}
	}
}

func TestWhatPasswordsNeed(t *testing.T) {
	body, _ := wust(t)
	for _, c := range []struct{ old, new, want string }{
		{"  - {kind: password, label: 设置新密码}\n", "", "要有 password 这一步"},
		{"phone_entry: /live", "phone_entry: /other", "phone_entry"},
		{"url: /c/wust/notice", "url: javascript:alert(1)", "links[0]"},
		{"{kind: home, label: 系统首页}", "{kind: done, label: 完成}", "number.kind"},
	} {
		changed := strings.Replace(body, c.old, c.new, 1)
		if changed == body {
			t.Fatalf("%q is not in the file", c.old)
		}
		if _, err := campaign.Parse([]byte(changed)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.new, err)
		}
	}
}
