package handler

import (
	"net/url"
	"strings"
	"testing"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/enrolment"
	"ruxue/service/face"
	"ruxue/service/fault"
	"ruxue/service/photo"
	"ruxue/service/roster"
)

// TestWhoKeepsACampaignShutIsNamedToThoseWhoMayRead, and counted for the others.
func TestWhoKeepsACampaignShutIsNamedToThoseWhoMayRead(t *testing.T) {
	lack := campaign.Lack{Students: 12, Names: []string{"李雯（考生号 1）", "陈立川（考生号 2）"}, Due: true}
	if v := holdOf(lack, true); v == nil || v.Students != 12 || len(v.Names) != 2 || v.More != 10 || !v.Due {
		t.Errorf("to who may read names: %+v", v)
	}
	if v := holdOf(lack, false); v == nil || v.Students != 12 || v.Names != nil {
		t.Errorf("to who may not: %+v", v)
	}
	if v := holdOf(campaign.Lack{}, true); v != nil {
		t.Errorf("nobody keeps it shut, and %+v is shown", v)
	}
}

// TestWhoComesFromWhere: places are taken over from campaigns that end before
// this one, are another and grant a deferral.
func TestWhoComesFromWhere(t *testing.T) {
	made := func(id int64, to string, kinds ...string) *campaign.Campaign {
		c := &campaign.Campaign{ID: id, Code: to, Title: to, Window: campaign.Window{From: "2020-01-01", To: to}, Steps: []campaign.Step{{Kind: "choice"}}}
		for _, k := range kinds {
			c.Steps = append(c.Steps, campaign.Step{Kind: "application", Name: k})
		}
		return c
	}
	into := made(1, "2026-09-30", "defer")
	list := []*campaign.Campaign{into, made(2, "2025-09-30", "defer"), made(3, "2025-09-29", "waive"), made(4, "2027-09-30", "defer"),
		made(5, "no day", "defer"), made(6, "2024-09-30", "waive", "defer")}
	var got []string
	for _, o := range earlier(list, into) {
		got = append(got, o.Value)
	}
	if s := strings.Join(got, " "); s != "2025-09-30 2024-09-30" {
		t.Errorf("from %s", s)
	}
	into.Steps = nil
	if got := earlier(list, into); got != nil {
		t.Errorf("a campaign that takes no entries takes over from %v", got)
	}
}

func TestWhatAnArchiveOfPhotosBrought(t *testing.T) {
	for name, x := range map[string]struct {
		n    map[photo.Result]int
		want string
	}{
		"nothing":       {nil, "新增 0，替换 0，不变 0"},
		"all were good": {map[photo.Result]int{photo.Stored: 3, photo.Replaced: 2, photo.Same: 1}, "新增 3，替换 2，不变 1"},
		"some were not": {map[photo.Result]int{photo.Stored: 3, photo.Unknown: 1, photo.Broken: 1, photo.Twice: 1}, "新增 3，替换 0，不变 0，没有导入 3"},
	} {
		if got := photoSummary(photo.Report{Counts: x.n}); got != x.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestFaceChecksAreSummedUp(t *testing.T) {
	far := []face.Cause{{Words: "光线太暗", Times: 2}, {Words: "不是本人", Times: 1}}
	for name, x := range map[string]struct {
		sum  face.Summary
		want string
	}{
		"at once":            {face.Summary{Passed: true, Score: 92.4}, "一次通过，最高相似度 92"},
		"without a score":    {face.Summary{Passed: true}, "一次通过"},
		"never":              {face.Summary{}, "没有做过人脸识别"},
		"in vain":            {face.Summary{Unrecognised: 3, Causes: far, Score: 40}, "3 次未通过：光线太暗 2 次，不是本人 1 次，最高相似度 40"},
		"after three in all": {face.Summary{Unrecognised: 3, Causes: far, Passed: true}, "3 次未通过：光线太暗 2 次，不是本人 1 次，之后通过"},
	} {
		if got := faceSummary(x.sum); got != x.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestWhoDecidesAnApplicationReadsWhetherItIsTheStudent: a waiver is final, so
// that a photo which waits is named before it.
func TestWhoDecidesAnApplicationReadsWhetherItIsTheStudent(t *testing.T) {
	archive := func(r face.Review) face.Summary {
		return face.Summary{Unrecognised: 3, Archive: face.Standing{Ref: "a", Review: r}}
	}
	for name, x := range map[string]struct {
		sum  face.Summary
		want string
	}{
		"nobody asked":     {face.Summary{}, ""},
		"passed":           {face.Summary{Passed: true, Score: 92.4}, "一次通过，最高相似度 92"},
		"waits":            {archive(face.ReviewPending), "拍照存档，待审核，请先审核这张照片"},
		"staff agreed":     {archive(face.ReviewApproved), "拍照存档，已通过"},
		"staff refused":    {archive(face.ReviewRejected), "拍照存档，已退回"},
		"failed, no photo": {face.Summary{Unrecognised: 1, Causes: []face.Cause{{Words: "光线太暗", Times: 1}}}, "1 次未通过：光线太暗 1 次"},
	} {
		if got := identityWords(x.sum); got != x.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestASlotShowsWhatWasUploaded: what was sent back says why, and a replaced
// picture has another address.
func TestASlotShowsWhatWasUploaded(t *testing.T) {
	k := &call{campaign: &campaign.Campaign{Code: "hhu"}}
	slot := campaign.Slot{Name: "diploma", Label: "毕业证书", Required: true, Types: []string{"专科", "本科"}, VerifyCode: "学信网在线验证码"}
	empty := slotView(k, slot, enrolment.Attachment{})
	if empty.State != h5.SlotNone || empty.URL != "" || !empty.Required || !empty.Code || len(empty.Types) != 2 {
		t.Errorf("empty: %+v", empty)
	}
	good := slotView(k, slot, enrolment.Attachment{Ref: "a&b", FileName: "x.jpg", Type: "本科", Remark: "旧的说明"})
	if good.URL != "/c/hhu/attachments/diploma?v=a%26b" || good.Error != "" || good.TypeValue != "本科" || good.FileName != "x.jpg" {
		t.Errorf("uploaded: %+v", good)
	}
	back := slotView(k, slot, enrolment.Attachment{Ref: "c", State: enrolment.Returned, Remark: "看不清楚"})
	if back.Error != "看不清楚" || back.URL == good.URL {
		t.Errorf("sent back: %+v", back)
	}
}

// TestARefusedFormKeepsWhatWasTyped, with the sentence at its field, or above
// the form where the field is none of its own.
func TestARefusedFormKeepsWhatWasTyped(t *testing.T) {
	long := strings.Repeat("长", 300)
	for name, x := range map[string]struct{ field, atReason, atText, above string }{
		"at a field":    {"reason", "请写明原因", "", ""},
		"at another's":  {"phone", "", "", "请写明原因"},
		"at none":       {"", "", "", "请写明原因"},
		"at the answer": {"text", "", "请写明原因", ""},
	} {
		a := h5.StaffAct{Fields: []h5.Field{{Name: "reason"}, {Name: "text"}, {Name: "key", Kind: "hidden"}}}
		k := callTo("/staff/students/7/case", url.Values{"reason": {long}, "text": {long}, "key": {"k"}})
		(&Handler{}).typed(k, &a, fault.New(fault.Invalid, "请写明原因").On(x.field))
		if !a.Open || a.Fields[0].Error != x.atReason || a.Fields[1].Error != x.atText || a.Error != x.above {
			t.Errorf("%s: %+v", name, a)
		}
		if a.Fields[0].Value != strings.Repeat("长", 200) || a.Fields[1].Value != long || a.Fields[2].Value != "k" {
			t.Errorf("%s: what was typed is not kept", name)
		}
	}
}

func TestWhereAReminderFindsItsStudents(t *testing.T) {
	c := &campaign.Campaign{Steps: []campaign.Step{{Kind: "pay", Label: "缴费"}}}
	for step, want := range map[string]string{roster.KeyLogin: "还没有登录过", "pay": "停在“缴费”", roster.KeyEntering: "停在“入学申请待审核”"} {
		if got := standing(c, step); got != want {
			t.Errorf("%s: %s, want %s", step, got, want)
		}
	}
}
