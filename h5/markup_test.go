package h5_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"ruxue/h5"
)

func parse(t *testing.T, set *h5.Set, p h5.Page) *html.Node {
	t.Helper()
	var out bytes.Buffer
	if err := set.Render(&out, p); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(&out)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

// lint returns what is wrong with one page's markup. Nodes inside <template>
// are not in the document, so ids there do not count.
func lint(root *html.Node) []string {
	var wrong []string
	ids, labels := map[string]int{}, map[string]bool{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || inTemplate(n) {
			continue
		}
		if id, ok := attr(n, "id"); ok {
			ids[id]++
		}
		if f, ok := attr(n, "for"); ok && n.Data == "label" && words(n) != "" {
			labels[f] = true
		}
	}
	for id, n := range ids {
		if n > 1 {
			wrong = append(wrong, "id used twice: "+id)
		}
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && !inTemplate(n) {
			wrong = append(wrong, lintNode(n, ids, labels)...)
		}
	}
	return wrong
}

func lintNode(n *html.Node, ids map[string]int, labels map[string]bool) []string {
	var wrong []string
	for _, a := range n.Attr {
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
			wrong = append(wrong, "inline "+a.Key+" at <"+n.Data+">")
		}
		if a.Key == "aria-describedby" || a.Key == "aria-labelledby" {
			for id := range strings.FieldsSeq(a.Val) {
				if ids[id] == 0 {
					wrong = append(wrong, a.Key+" names no element: "+id)
				}
			}
		}
	}
	id, _ := attr(n, "id")
	kind, _ := attr(n, "type")
	switch n.Data {
	case "style":
		wrong = append(wrong, "<style>")
	case "script":
		if _, ok := attr(n, "src"); !ok {
			wrong = append(wrong, "inline script")
		}
	case "img":
		if _, ok := attr(n, "alt"); !ok {
			wrong = append(wrong, "<img> without alt")
		}
	case "button", "a", "summary":
		if words(n) == "" {
			wrong = append(wrong, "<"+n.Data+"> without words")
		}
	case "input", "select", "textarea":
		if kind != "hidden" && !labels[id] && !wrapped(n) {
			wrong = append(wrong, "<"+n.Data+" id="+id+"> without a label")
		}
	}
	return wrong
}

// wrapped is true inside a label whose own words, those outside the control,
// name it: a select's options are no label.
func wrapped(control *html.Node) bool {
	for label := range control.Ancestors() {
		if label.Data == "label" {
			return strings.TrimSpace(strings.Replace(words(label), words(control), "", 1)) != ""
		}
	}
	return false
}

func inTemplate(n *html.Node) bool {
	for a := range n.Ancestors() {
		if a.Data == "template" {
			return true
		}
	}
	return false
}

func TestMarkup(t *testing.T) {
	set := newSet(t)
	for _, device := range []string{h5.DeviceWeChat, h5.DevicePC} {
		for _, s := range gallery(device) {
			root := parse(t, set, s.page)
			for _, w := range lint(root) {
				t.Errorf("%s on %s: %s", s.name, device, w)
			}
			headings := 0
			for n := range root.Descendants() {
				if n.Data == "h1" {
					headings++
				}
			}
			if headings == 0 {
				t.Errorf("%s on %s: no h1", s.name, device)
			}
		}
	}
}

func TestLintSeesWhatIsWrong(t *testing.T) {
	root, err := html.Parse(strings.NewReader(`<p style="a" onclick="b"></p><input id="x"><script>1</script><img><button></button><i id="y"></i><i id="y"></i><b aria-describedby="none"></b>`))
	if err != nil {
		t.Fatal(err)
	}
	if got := lint(root); len(got) != 8 {
		t.Errorf("lint found %d of 8 faults: %q", len(got), got)
	}
}

// loads lists the assets that a page loads before it is usable.
func loads(root *html.Node) []string {
	var out []string
	for n := range root.Descendants() {
		if n.Data == "link" || n.Data == "script" || n.Data == "img" {
			for _, name := range []string{"href", "src"} {
				if v, ok := attr(n, name); ok && strings.HasPrefix(v, "/static/") {
					out = append(out, v)
				}
			}
		}
	}
	return out
}

func fetch(set *h5.Set, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	set.Handler().ServeHTTP(w, r)
	return w
}

func TestEveryAssetOfEveryPageIsServed(t *testing.T) {
	set := newSet(t)
	for _, s := range gallery(h5.DeviceWeChat) {
		for _, a := range loads(parse(t, set, s.page)) {
			if w := fetch(set, a); w.Code != http.StatusOK {
				t.Errorf("%s: %s answers %d", s.name, a, w.Code)
			}
		}
	}
}

// TestFormPageBudget holds the promise of 40 KB over the wire for a cold form
// page: HTML, styles, modules and what they import, gzip.
func TestFormPageBudget(t *testing.T) {
	set := newSet(t)
	for _, s := range gallery(h5.DeviceWeChat) {
		if s.name != "family" && s.name != "graduation" {
			continue
		}
		var page, zipped bytes.Buffer
		if err := set.Render(&page, s.page); err != nil {
			t.Fatal(err)
		}
		z := gzip.NewWriter(&zipped)
		if _, err := z.Write(page.Bytes()); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		total := zipped.Len()
		seen := map[string]bool{}
		for _, a := range loads(parse(t, set, s.page)) {
			if !seen[a] {
				total += fetch(set, a, "Accept-Encoding", "gzip").Body.Len()
			}
			seen[a] = true
		}
		t.Logf("%s: %d bytes in %d files", s.name, total, len(seen)+1)
		if total > 40_000 {
			t.Errorf("%s weighs %d bytes over the wire, more than 40,000", s.name, total)
		}
	}
}

func TestAssetsAreImmutableAndHashed(t *testing.T) {
	set := newSet(t)
	var page bytes.Buffer
	if err := set.Render(&page, gallery(h5.DeviceWeChat)[0].page); err != nil {
		t.Fatal(err)
	}
	path := regexp.MustCompile(`/static/[0-9a-f]{12}/lib/base\.css`).FindString(page.String())
	if path == "" {
		t.Fatal("no hashed style sheet in the page")
	}
	plain := fetch(set, path)
	zipped := fetch(set, path, "Accept-Encoding", "br, gzip")
	refused := fetch(set, path, "Accept-Encoding", "gzip;q=0")
	if got := plain.Header().Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
		t.Errorf("Cache-Control %q", got)
	}
	if plain.Header().Get("Content-Encoding") != "" || refused.Header().Get("Content-Encoding") != "" {
		t.Error("gzip sent to a client that does not take it")
	}
	if zipped.Header().Get("Content-Encoding") != "gzip" || zipped.Body.Len() >= plain.Body.Len() {
		t.Error("gzip not sent to a client that takes it")
	}
	for _, bad := range []string{
		"/static/000000000000/lib/base.css", // an old hash must not get new bytes
		strings.Replace(path, "base.css", "none.css", 1),
		strings.Replace(path, "lib/base.css", "part/layout.tmpl", 1),
		strings.Replace(path, "lib/base.css", "third_party/pigo/LICENSE", 1),
	} {
		if w := fetch(set, bad); w.Code != http.StatusNotFound {
			t.Errorf("%s answers %d", bad, w.Code)
		}
	}
}

func TestCascadeIsWhatThePageLoads(t *testing.T) {
	set := newSet(t)
	root := parse(t, set, h5.Face{Frame: frame("人脸识别", h5.DeviceWeChat), State: h5.FaceCamera})
	for n := range root.Descendants() {
		if url, ok := attr(n, "data-cascade"); ok {
			if got := fetch(set, url).Body.Bytes(); !bytes.Equal(got, h5.Cascade()) {
				t.Error("the page's cascade differs from Cascade()")
			}
			return
		}
	}
	t.Error("the camera page names no cascade")
}
