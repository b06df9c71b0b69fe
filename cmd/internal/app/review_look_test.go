package app_test

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"ruxue/service/review"
	"ruxue/service/staff"
)

// Who opens a case is seen by the others, who pass it over while there are more;
// deciding stays open to both, and the later one is told.
func TestReviewLook(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	_, _, one := w.shot(t, 0)
	_, _, two := w.shot(t, 1)
	_, _, three := w.shot(t, 2)
	w.clock.move(review.LookFor)
	wang, li := w.staff(staff.Registrar), w.staff(staff.Administrator)
	wang.t, li.t = t, t
	const mark = "正在查看"
	if a := wang.get(one); a.Status != 200 || strings.Contains(a.Body, mark+"</") {
		t.Fatalf("%d: she is told of herself, or of nobody", a.Status)
	}
	list := li.get("/staff/review?kind=photo")
	wantSays(t, list, 200, mark, `action="`+two+`"`)
	if n := strings.Count(list.Body, mark+"</span>"); n != 1 {
		t.Errorf("%d cases are marked, want one", n)
	}
	wantSays(t, li.get(one), 200, mark, "您仍可以处理，先作出的决定有效", `data-approve`)
	wang.get(two) // she goes on: one is Li's alone
	wantSays(t, wang.get("/staff/review?kind=photo"), 200, `action="`+two+`"`)
	a := li.ask(one, url.Values{"verdict": {"approve"}, "query": {"kind=photo"}})
	if next, _ := a.JSON()["next"].(string); next != three+"?kind=photo" {
		t.Errorf("the next is %s, want the one that nobody looks at, %s", next, three)
	}
	wantSays(t, wang.ask(one, url.Values{"verdict": {"approve"}}), 409, "已由", "处理：通过")
	li.get(three)
	w.clock.move(review.LookFor + 1)
	wang.get(three)
	wantSays(t, li.get("/staff/review?kind=photo"), 200, `action="`+two+`"`) // her mark on it is over
}

// The mark is no way to learn of another site's cases.
func TestReviewLookBySite(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	_, _, path := w.shot(t, 1) // site 101
	all := w.staff(staff.Registrar)
	all.get(path)
	site := w.staff(staff.Site, "100")
	if a := site.get("/staff/review"); strings.Contains(a.Body, "正在查看</span>") {
		t.Error("she sees who looks at another site's case")
	}
	wantSays(t, site.get(path), 404)
}

// Who was never recognised has a photo all the same: her archived one stands
// beside her attachments, which wait on her page too.
func TestReviewOfAttachmentsShowsTheArchivedPhoto(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	_, s, path := w.shot(t, 0)
	r := w.staff(staff.Registrar)
	r.t = t
	page := r.get("/staff/review?kind=attachment")
	wantSays(t, page, 200, "拍照存档，待审核")
	face := regexp.MustCompile(`src="(/staff/review/attachment/[^"]+/picture/face)"`).FindStringSubmatch(page.Body)
	if face == nil {
		t.Fatal("no photo stands beside the attachment")
	}
	wantSays(t, r.get(face[1]), 200, "\xFF\xD8")
	_, student := r.find(s.Name)
	waits := regexp.MustCompile(`个人证件照</p>.{0,300}<span class="tag warn">待审核</span>`)
	if a := r.get(student); !waits.MatchString(a.Body) {
		t.Errorf("her page does not say that the picture waits: %s", shortened(a.Body))
	}
	wantSays(t, r.ask(path, url.Values{"verdict": {"approve"}}), 200)
	w.undone(t)
	wantSays(t, r.get("/staff/review?kind=attachment"), 200, "拍照存档，已通过")
}

// TestWhoOpenedACaseIsLogged: one entry a case and session, whether the case's
// page or the wall shows its pictures, and no picture without it.
func TestWhoOpenedACaseIsLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	_, s, path := w.shot(t, 0)
	r := w.staff(staff.Registrar)
	entries := func() int { return w.count(t, `SELECT COUNT(*) FROM audit WHERE action='review.open'`) }
	back := w.withoutLog(t)
	for _, at := range []string{path, path + "/picture/face"} {
		if a := r.get(at); a.Status != 500 || strings.Contains(a.Body, "\xFF\xD8") {
			t.Errorf("without a log %s answers %d", at, a.Status)
		}
	}
	back()
	for range 2 {
		page := r.get(path)
		for _, src := range regexp.MustCompile(`src="(/staff/review/[^"]+/picture/[^"]+)"`).FindAllStringSubmatch(page.Body, -1) {
			wantSays(t, r.get(html.UnescapeString(src[1])), 200)
		}
	}
	if n := entries(); n != 1 {
		t.Errorf("%d entries of one case", n)
	}
	wall := r.get("/staff/review/wall?item=portrait")
	shown := regexp.MustCompile(`src="(/staff/review/[^"]+/picture/[^"]+)"`).FindStringSubmatch(wall.Body)
	if shown == nil {
		t.Fatal("the wall is empty")
	}
	wantSays(t, r.get(html.UnescapeString(shown[1])), 200)
	wantSays(t, r.get(html.UnescapeString(shown[1])), 200)
	if n := entries(); n != 2 {
		t.Errorf("%d entries after the wall", n)
	}
	w.staff(staff.Registrar).get(path)
	if n := entries(); n != 3 {
		t.Errorf("%d entries after another session", n)
	}
	_, student := r.find(s.Name)
	wantSays(t, r.get(student), 200, "查看待审核的存档照片")
}
