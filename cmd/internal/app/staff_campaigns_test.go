package app_test

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"ruxue/service/staff"
)

var campaignVisits = []staffVisit{
	{route: "GET /staff/campaigns", needs: staff.CampaignEdit},
	{route: "GET /staff/campaigns/:code", needs: staff.CampaignEdit, path: "/staff/campaigns/hhu"},
	{route: "POST /staff/campaigns/:code", needs: staff.CampaignEdit, path: "/staff/campaigns/hhu"},
}

var (
	inputOnPage = regexp.MustCompile(`<input[^>]*name="([^"]+)" value="([^"]*)"[^>]*>`)
	dateOnPage  = regexp.MustCompile(`<input class="control" type="date" id="[^"]*" name="([^"]+)" value="([^"]*)"`)
	longOnPage  = regexp.MustCompile(`(?s)<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>`)
)

// formOf is what a browser would send of the form as it stands on the page.
func formOf(body string) url.Values {
	out := url.Values{}
	for _, re := range []*regexp.Regexp{inputOnPage, dateOnPage, longOnPage} {
		for _, m := range re.FindAllStringSubmatch(body, -1) {
			if !strings.Contains(m[0], `type="checkbox"`) || strings.Contains(m[0], " checked") {
				out.Set(m[1], html.UnescapeString(m[2]))
			}
		}
	}
	return out
}

// takenOnPage are the fields whose newest words stand ticked.
func takenOnPage(body string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`name="take" value="([^"]+)" checked`).FindAllStringSubmatch(body, -1) {
		out = append(out, m[1])
	}
	return out
}

// TestCampaignInTheConsole: an edit is shown before it is saved, becomes the
// next version that students read at once, never overwrites what somebody else
// saved, and leaves what was signed as it was.
func TestCampaignInTheConsole(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	signer := on(t, w.phone()).until(w.student(0), "pay") // her pledge is signed
	type signed struct {
		Version int64  `db:"document_version_id"`
		Title   string `db:"title"`
		Body    string `db:"body"`
		Hash    string `db:"row_hash"`
	}
	read := func() (s signed) {
		if err := w.db(t).Get(&s, `SELECT g.document_version_id, v.title, v.body, g.row_hash FROM signature g
			JOIN document_version v ON v.id=g.document_version_id WHERE g.state='final'`); err != nil {
			t.Fatal(err)
		}
		return s
	}
	before := read()
	const path = "/staff/campaigns/hhu"
	d := w.staff(staff.Administrator)
	wantSays(t, d.get("/staff/campaigns"), 200, "2026级新生注册", "第 1 版", "样文待替换", "开放中")
	wantSays(t, d.get("/staff/campaigns/nothing"), 404)
	page := d.get(path)
	form, stale := formOf(page.Body), formOf(page.Body)
	if form.Get("base") != "1" || form.Get("title-pledge") == "" || form.Get("office-0") == "" || form.Get("save") != "" {
		t.Fatalf("the form: %v", form)
	}
	wantSays(t, d.post(path, form), 200, "没有修改，内容与第 1 版相同")

	form.Set("to", "2026-01-01")
	form.Set("notice", "第一段新通知。\n\n第二段。")
	wantSays(t, d.post(path, form), 422, "没有保存", "结束日期不能早于开始日期", "第一段新通知。")
	form.Set("to", "2029-06-30")
	form.Set("text-pledge", "## 新承诺\n本人承诺材料属实。")
	form.Del("sample-pledge")
	wantSays(t, d.post(path, form), 200, "将要修改的内容", "2029年6月30日 23:59", "第一段新通知。", "新承诺", "保存为第 2 版")
	wantSays(t, d.get("/staff/campaigns"), 200, "第 1 版")
	form.Set("save", "1")
	wantSays(t, d.post(path, form), 200, "已保存为第 2 版", "已签署的文件不变")

	// Students read it at once.
	reader := on(t, w.phone())
	wantSays(t, reader.get("/c/hhu/notice"), 200, "第一段新通知。")
	next := on(t, w.phone()).until(w.student(2), "sign")
	wantSays(t, next.get("/c/hhu/sign/pledge"), 200, "新承诺", "本人承诺材料属实。")
	next.step(w.student(2), "sign")
	if after := read(); after != before {
		t.Errorf("what was signed changed from %+v to %+v", before, after)
	}
	if a := signer.get("/c/hhu/"); a.Path != "/c/hhu/pay" && !strings.HasPrefix(a.Path, "/pay/") {
		t.Errorf("who had signed the older text is sent to %s", a.Path)
	}
	var versions int
	if err := w.db(t).Get(&versions, `SELECT COUNT(*) FROM document_version`); err != nil || versions != 2 {
		t.Errorf("%d document versions, %v", versions, err)
	}

	// Another administrator edited from version 1.
	other := w.staff(staff.Administrator)
	stale.Set("label", "注册时间")
	stale.Set("save", "1")
	a := other.post(path, stale)
	wantSays(t, a, 409, "其他人已把活动修改到第 2 版", "没有保存", "注册时间", "第一段新通知。")
	if again := formOf(a.Body); again.Get("label") != "注册时间" || again.Get("base") != "2" {
		t.Errorf("what was typed is lost: %v", again)
	}
	wantSays(t, a, 409, "您没有改这一项，其他人改为", `value="notice" checked`, "2029-06-30")
	if strings.Contains(a.Body, `value="label"`) {
		t.Error("what she alone changed is shown as a clash")
	}
	// Her own words, with what the other changed elsewhere, before anything is saved.
	merged := formOf(a.Body)
	merged["take"] = takenOnPage(a.Body)
	merged.Set("save", "1")
	a = other.post(path, merged)
	wantSays(t, a, 200, "将要修改的内容", "注册时间", "保存为第 3 版")
	merged = formOf(a.Body)
	if merged.Get("notice") != form.Get("notice") || merged.Get("to") != "2029-06-30" || merged.Get("label") != "注册时间" {
		t.Errorf("merged: %v", merged)
	}
	merged.Set("save", "1")
	wantSays(t, other.post(path, merged), 200, "已保存为第 3 版")
	// Both changed one thing: whoever comes later decides.
	clash := form
	clash.Set("base", "2")
	clash.Set("label", "报到时间")
	a = d.post(path, clash)
	wantSays(t, a, 409, "第 3 版", "您和其他人都改了这一项，其他人改为", `value="label"`)
	if strings.Contains(a.Body, `value="label" checked`) || formOf(a.Body).Get("label") != "报到时间" {
		t.Error("what both changed is decided for her")
	}
	clash = formOf(a.Body)
	clash["take"] = []string{"label"}
	wantSays(t, d.post(path, clash), 200, "没有修改，内容与第 3 版相同")
	var detail string
	if err := w.db(t).Get(&detail, `SELECT detail FROM audit WHERE action='campaign.edit' ORDER BY id DESC LIMIT 1`); err != nil || detail != "第 3 版，修改了开放时间" {
		t.Errorf("the log says %q, %v", detail, err)
	}
}
