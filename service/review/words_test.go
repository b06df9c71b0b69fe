package review

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"ruxue/service/campaign"
	"ruxue/service/fault"
)

func paperCampaign() *campaign.Campaign {
	return &campaign.Campaign{ID: 1, Sections: []campaign.Section{{Name: "basic", Title: "基本信息"}}, Attachments: []campaign.Slot{
		{Name: "portrait", Kind: "portrait", Label: "证件照"}, {Name: "id-front", Group: "身份证正反面照片", Label: "人像面"},
		{Name: "diploma", Label: "毕业证书"}}}
}

// TestSentences reads what the student reads, as one would say it.
func TestSentences(t *testing.T) {
	c := paperCampaign()
	for _, x := range []struct {
		kind   Kind
		item   string
		reason string
		paid   bool
		want   string
	}{
		{Photo, "", "光线不足或模糊", false, "您的存档照片光线不足，请在明亮处重新拍摄。已填内容都有效。"},
		{Photo, "", "面部被遮挡", true, "您的存档照片面部被遮挡，请露出五官和耳朵重新拍摄。已填内容和缴费都有效。"},
		{Attachment, "portrait", "不是本人", false, "您的证件照与您本人不符，请上传您本人的证件照。已填内容都有效。"},
		{Attachment, "id-front", "照片不清晰", false, "您的身份证人像面看不清楚，请换一张清晰的重新上传。已填内容都有效。"},
		{Attachment, "diploma", "材料类型不符", true, "您的毕业证书不是要求的材料，请核对材料类型后重新上传。已填内容和缴费都有效。"},
		{Approval, "", "学历信息待核实", false, "您的报名信息中的学历待核实，请联系学校核实。"},
		{Defer, "", "证明材料不足", false, "您的保留入学资格申请缺少证明材料，请补充材料后重新提交。"},
		{Waive, "", "签名与本人不符", true, "您的放弃入学资格申请签名与姓名不符，请由您本人重新签名后提交。"},
		{Section, "basic", "信息有误", false, "您的基本信息有误，请核对后重新提交。已填内容都有效。"},
	} {
		list := built[set(c, x.kind, x.item)]
		i := slices.IndexFunc(list, func(r Reason) bool { return r.Label == x.reason })
		if i < 0 {
			t.Errorf("%s has no reason %s", x.kind, x.reason)
			continue
		}
		if got := Sentence(Title(c, x.kind, x.item), x.kind, list[i], x.paid); got != x.want {
			t.Errorf("%s %s: %s", x.kind, x.item, got)
		}
	}
}

// TestEveryReasonMakesASentence: no set is empty, no label stands twice in one.
func TestEveryReasonMakesASentence(t *testing.T) {
	for name, list := range built {
		seen := map[string]bool{Other: true}
		for _, r := range list {
			if r.Fact == "" || r.Ask == "" || seen[r.Label] {
				t.Errorf("%s: %+v", name, r)
			}
			seen[r.Label] = true
		}
		if len(list) == 0 || len(list) > 4 || ask(name) == "" {
			t.Errorf("%s has %d reasons for the keys 1 to 4, and asks %q", name, len(list), ask(name))
		}
	}
}

func TestTitlesOfWhatIsGone(t *testing.T) {
	c := &campaign.Campaign{} // a later version without the slot and the section
	for kind, want := range map[Kind]string{Attachment: "附件", Section: FormTitle, Photo: "存档照片"} {
		if got := Title(c, kind, "gone"); got != want {
			t.Errorf("%s: %s, want %s", kind, got, want)
		}
	}
	if got := set(c, Attachment, "gone"); got != setPaper {
		t.Errorf("its reasons are %s", got)
	}
}

func TestOwnReasons(t *testing.T) {
	for in, want := range map[string]string{
		" 毕业证书编号\n 看不清。":            "毕业证书编号 看不清",
		"请补盖公章 。":                   "请补盖公章",
		strings.Repeat("字", maxOwn): strings.Repeat("字", maxOwn),
	} {
		r, err := own(setPaper, in)
		if err != nil || r.Label != want || r.Fact != "需要修改："+want || r.Ask != "重新上传" {
			t.Errorf("%q: %+v, %v", in, r, err)
		}
	}
	for _, in := range []string{"", " \n\t", "。。。", strings.Repeat("字", maxOwn+1)} {
		if _, err := own(setPaper, in); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func FuzzOwn(f *testing.F) {
	f.Add("看不清。")
	f.Add("\xff\xfe")
	f.Fuzz(func(t *testing.T, in string) {
		r, err := own(setPhoto, in)
		if err != nil {
			if x, ok := fault.As(err); !ok || x.Field != "reason" {
				t.Errorf("%q: %v", in, err)
			}
			return
		}
		if n := utf8.RuneCountInString(r.Label); n == 0 || n > maxOwn || strings.ContainsAny(r.Label, "\n\r\t") {
			t.Errorf("%q became %q", in, r.Label)
		}
	})
}

// saved is a store of reasons that staff saved.
type saved struct {
	Store
	labels []string
	err    error
}

func (s saved) SavedReasons(context.Context, string, int) ([]string, error) { return s.labels, s.err }

func TestReasonsAreOfferedOnce(t *testing.T) {
	s := New(Options{Store: saved{labels: []string{"请补盖公章", "照片不清晰", "", strings.Repeat("字", 99)}}})
	list, err := s.Reasons(t.Context(), paperCampaign(), Attachment, "diploma")
	var labels []string
	for _, r := range list {
		labels = append(labels, r.Label)
	}
	if want := []string{"照片不清晰", "内容不完整", "材料类型不符", "与录取信息不一致", "请补盖公章", Other}; err != nil || !slices.Equal(labels, want) {
		t.Errorf("offered %v, %v", labels, err)
	}
	if !list[len(list)-1].Own || len(built[setPaper]) != 4 {
		t.Errorf("the last is %+v; the built-in ones have grown to %d", list[len(list)-1], len(built[setPaper]))
	}
	broken := errors.New("gone")
	if _, err := New(Options{Store: saved{err: broken}}).Reasons(t.Context(), paperCampaign(), Photo, ""); !errors.Is(err, broken) {
		t.Errorf("a broken store: %v", err)
	}
}

// TestRefusals: who was faster is named, and what she decided.
func TestRefusals(t *testing.T) {
	by := By{Ref: "a", Name: "王老师"}
	for name, x := range map[string]struct {
		c    Case
		want string // "" when it may be decided
	}{
		"it waits":             {Case{Open: true}, ""},
		"she withdrew it":      {Case{Open: true, Last: &Decision{By: by, State: Withdrawn}}, ""},
		"it was moot":          {Case{Open: true, Last: &Decision{By: by, State: Moot}}, ""},
		"sent in again":        {Case{Open: true, Last: &Decision{By: by, State: Done, Reason: "光线不足或模糊"}}, ""},
		"being decided":        {Case{Open: true, Last: &Decision{By: by, State: Waiting, Approve: true}}, "已由 王老师 处理：通过"},
		"decided":              {Case{Last: &Decision{By: by, State: Done, Reason: "光线不足或模糊"}}, "已由 王老师 处理：退回，光线不足或模糊"},
		"the student moved on": {Case{}, "学生已重新提交或撤回"},
		"withdrawn and moved":  {Case{Last: &Decision{By: by, State: Withdrawn}}, "学生已重新提交或撤回"},
	} {
		err := refusal(x.c)
		f, ok := fault.As(err)
		if x.want == "" && err != nil || x.want != "" && (!ok || f.Kind != fault.Conflict || !strings.HasPrefix(f.Sentence, x.want)) {
			t.Errorf("%s: %v, want %q", name, err, x.want)
		}
	}
}
