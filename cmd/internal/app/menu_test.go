package app

import (
	"testing"

	"ruxue/repo/wechat"
	"ruxue/service/campaign"
)

func TestMergeMenuKeepsForeignButtons(t *testing.T) {
	list := []*campaign.Campaign{{Code: "hhu", MenuLabel: "2026新生注册"}}
	have := []wechat.Button{{Name: "学院官网", URL: "https://example.edu.cn/"}, {Name: "旧标签", URL: "https://zc.example.edu.cn/c/hhu/"}}
	got := mergeMenu(have, list, "https://zc.example.edu.cn")
	if len(got) != 2 || got[0].Name != "2026新生注册" || got[1].Name != "学院官网" {
		t.Fatalf("merged = %+v", got)
	}
	if again := mergeMenu(got, list, "https://zc.example.edu.cn"); len(again) != 2 {
		t.Fatalf("pushing twice changes the menu: %+v", again)
	}
}
