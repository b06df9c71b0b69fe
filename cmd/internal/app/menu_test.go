package app

import (
	"slices"
	"testing"

	"ruxue/repo/wechat"
	"ruxue/service/campaign"
)

const site = "https://zc.example.edu.cn"

var (
	news    = wechat.Button{Type: "view", Name: "学院官网", URL: "https://example.edu.cn/"}
	program = wechat.Button{Type: "miniprogram", Name: "校园卡", URL: "https://example.edu.cn/card", AppID: "wx1", PagePath: "pages/card"}
	hhu     = &campaign.Campaign{Code: "hhu", MenuLabel: "2026新生注册"}
	wust    = &campaign.Campaign{Code: "wust", MenuLabel: "同等学力"}
)

func view(name, code string) wechat.Button {
	return wechat.Button{Type: "view", Name: name, URL: site + "/c/" + code + "/"}
}

func TestMergeMenu(t *testing.T) {
	t.Parallel()
	more := wechat.Button{Name: "更多", Sub: []wechat.Button{program}}
	for name, c := range map[string]struct {
		have []wechat.Button
		list []*campaign.Campaign
		want []wechat.Button
		full bool
	}{
		"empty":            {nil, []*campaign.Campaign{hhu, wust}, []wechat.Button{view("2026新生注册", "hhu"), view("同等学力", "wust")}, false},
		"foreign stays":    {[]wechat.Button{news, program}, []*campaign.Campaign{hhu}, []wechat.Button{news, program, view("2026新生注册", "hhu")}, false},
		"relabelled there": {[]wechat.Button{view("旧标签", "hhu"), news}, []*campaign.Campaign{hhu}, []wechat.Button{view("2026新生注册", "hhu"), news}, false},
		"below a button": {[]wechat.Button{news, {Name: "更多", Sub: []wechat.Button{view("旧", "hhu"), program}}}, []*campaign.Campaign{hhu},
			[]wechat.Button{news, {Name: "更多", Sub: []wechat.Button{view("2026新生注册", "hhu"), program}}}, false},
		"no room at the top": {[]wechat.Button{news, news, more}, []*campaign.Campaign{hhu},
			[]wechat.Button{news, news, {Name: "更多", Sub: []wechat.Button{program, view("2026新生注册", "hhu")}}}, false},
		"a longer code is another": {[]wechat.Button{view("二〇二五", "hhu-2025")}, []*campaign.Campaign{hhu},
			[]wechat.Button{view("二〇二五", "hhu-2025"), view("2026新生注册", "hhu")}, false},
		"full": {[]wechat.Button{news, news, program}, []*campaign.Campaign{hhu}, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			before := MenuLines(c.have)
			got, err := MergeMenu(c.have, c.list, site)
			if (err != nil) != c.full {
				t.Fatal(err)
			}
			if c.full {
				return
			}
			if !slices.Equal(MenuLines(got), MenuLines(c.want)) {
				t.Errorf("merged %q, want %q", MenuLines(got), MenuLines(c.want))
			}
			if !slices.Equal(MenuLines(c.have), before) {
				t.Error("merging changed what was there")
			}
			if again, err := MergeMenu(got, c.list, site); err != nil || len(MenuDiff(got, again)) != 0 {
				t.Errorf("pushing twice changes the menu: %v %v", MenuDiff(got, again), err)
			}
		})
	}
}

func TestMenuDiff(t *testing.T) {
	t.Parallel()
	got := MenuDiff([]wechat.Button{view("旧", "hhu"), news}, []wechat.Button{view("新", "hhu"), news})
	want := []string{"- 旧\t" + site + "/c/hhu/", "+ 新\t" + site + "/c/hhu/"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
