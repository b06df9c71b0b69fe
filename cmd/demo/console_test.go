package main

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/stage"
	"ruxue/repo/sheet"
)

var administrator = regexp.MustCompile(`guanli\s+(\S+)\s.*备用码 (\S+)`)

// loginAdministrator logs in with what the welcome prints.
func loginAdministrator(t *testing.T, pc *stage.Walker, welcome string) {
	t.Helper()
	m := administrator.FindStringSubmatch(welcome)
	if m == nil {
		t.Fatalf("the welcome names no administrator:\n%s", welcome)
	}
	if err := stage.LoginStaff(t.Context(), pc, &stage.Staff{Login: "guanli", Password: m[1], Codes: m[2:]}); err != nil {
		t.Fatal(err)
	}
}

var consoleLink = regexp.MustCompile(`href="(/staff[^"#]*)"`)

// linksAtMost is how many addresses of one kind are opened: of twenty students
// one page is like another.
const linksAtMost = 3

// everyConsolePage opens every page of the console that a link leads to.
func everyConsolePage(t *testing.T, pc *stage.Walker) {
	t.Helper()
	kinds, seen, next := map[string]int{}, map[string]bool{}, []string{"/staff/overview"}
	for len(next) > 0 {
		path := next[0]
		next = next[1:]
		a, err := pc.Get(t.Context(), path)
		if err != nil || a.Status != http.StatusOK {
			t.Errorf("%s: %d %v %.200s", path, a.Status, err, a.Sentence())
			continue
		}
		for _, m := range consoleLink.FindAllStringSubmatch(a.Body, -1) {
			link := strings.ReplaceAll(m[1], "&amp;", "&")
			kind := kindOf(link)
			if seen[link] || kinds[kind] >= linksAtMost {
				continue
			}
			seen[link] = true
			kinds[kind]++
			next = append(next, link)
		}
	}
	for _, want := range []string{"overview", "review", "students", "import", "payments", "messages", "campaigns", "people", "audit"} {
		if kinds["/staff/"+want] == 0 {
			t.Errorf("no link leads to /staff/%s", want)
		}
	}
}

var reference = regexp.MustCompile(`[A-Za-z0-9_-]{22}`)

// kindOf is an address without what it is about.
func kindOf(link string) string {
	path, _, _ := strings.Cut(link, "?")
	return reference.ReplaceAllString(path, "*")
}

// importThree uploads a list of three students and imports it.
func importThree(t *testing.T, pc *stage.Walker) {
	t.Helper()
	w, err := sheet.NewWriter("名单", []sheet.Column{{Title: "考生号"}, {Title: "姓名"}, {Title: "证件类型"}, {Title: "身份证号"}, {Title: "层次"},
		{Title: "专业"}, {Title: "学习形式"}, {Title: "年级"}, {Title: "教学点代码"}, {Title: "学费"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []string{"1", "2", "3"} {
		if err := w.Row([]string{"263290000000" + n, "张文雅", "护照", "E9000000" + n, "专升本", "会计学", "函授", "2026级", "100", "3200"}); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	if err := w.Finish(&file); err != nil {
		t.Fatal(err)
	}
	a, err := pc.PostFile(t.Context(), "/staff/import?c=hhu", "名单.xlsx", file.Bytes())
	if err != nil || !strings.HasPrefix(a.Path, "/staff/import/job/") {
		t.Fatalf("uploading: %d %s %v", a.Status, a.Path, err)
	}
	worked(t, pc, a.Path, "没有需要修改的行")
	if a, err = pc.Post(t.Context(), a.Path+"/apply", nil); err != nil || a.Status != http.StatusOK {
		t.Fatalf("applying: %d %v", a.Status, err)
	}
	worked(t, pc, a.Path, "新增 3 人，更新 0 人")
}

// worked waits until the list's page says how it went.
func worked(t *testing.T, pc *stage.Walker, path, want string) {
	t.Helper()
	for range 300 {
		state, err := pc.Get(t.Context(), path+"/state")
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(state.Body, `"busy":false`) {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if a, err := pc.Get(t.Context(), path); err != nil || !strings.Contains(a.Body, want) {
		t.Errorf("the list's page does not say %q: %v %.600s", want, err, a.Body)
	}
}
