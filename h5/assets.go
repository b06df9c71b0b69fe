package h5

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// types are the kinds of asset that are served; other files (templates,
// licences) stay inside the binary.
var types = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
	"":     "application/octet-stream", // the face cascade has no extension
}

// assets serves the files that pages load. One hash over all of them stands in
// the address, so a relative import inside a module gets a new address too
// when the imported file changes.
type assets struct {
	prefix string // "/static/<hash>/"
	files  map[string]asset
	deps   map[string][]string // module → everything it imports, transitively
}

type asset struct {
	kind        string
	plain, gzip []byte // gzip is nil where it does not help
}

func newAssets(tree fs.FS) (*assets, error) {
	a := &assets{files: map[string]asset{}, deps: map[string][]string{}}
	sum := sha256.New()
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		kind, ok := types[path.Ext(name)]
		if !ok || path.Base(name) == "LICENSE" || path.Base(name) == "VERSION" {
			return nil
		}
		plain, err := fs.ReadFile(tree, name)
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(plain))
		sum.Write(plain)
		zipped, err := compress(plain)
		if err != nil {
			return fmt.Errorf("compressing %s: %w", name, err)
		}
		a.files[name] = asset{kind: kind, plain: plain, gzip: zipped}
		return nil
	})
	if err != nil {
		return nil, err
	}
	a.prefix = "/static/" + hex.EncodeToString(sum.Sum(nil))[:12] + "/"
	return a, a.link()
}

func compress(plain []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if out.Len() >= len(plain) {
		return nil, nil
	}
	return out.Bytes(), nil
}

// importLine matches a static import or re-export of a relative module.
var importLine = regexp.MustCompile(`(?m)^(?:import|export)\b[^;'"]*['"](\.[^'"]+)['"]`)

// link finds what each module imports, so that a page can preload all of it in
// one round trip instead of discovering it file by file.
func (a *assets) link() error {
	direct := map[string][]string{}
	for name, f := range a.files {
		if path.Ext(name) != ".js" {
			continue
		}
		for _, m := range importLine.FindAllSubmatch(f.plain, -1) {
			to := path.Join(path.Dir(name), string(m[1]))
			if _, ok := a.files[to]; !ok {
				return fmt.Errorf("module %s imports %s, which does not exist", name, to)
			}
			direct[name] = append(direct[name], to)
		}
	}
	for name := range direct {
		seen := map[string]bool{}
		var visit func(string)
		visit = func(n string) {
			for _, to := range direct[n] {
				if !seen[to] {
					seen[to] = true
					visit(to)
				}
			}
		}
		visit(name)
		for to := range seen {
			a.deps[name] = append(a.deps[name], to)
		}
		sort.Strings(a.deps[name])
	}
	return nil
}

// url is the address of an asset; an unknown name is an error so that a
// mistyped one breaks the page's test and not the student's page.
func (a *assets) url(name string) (string, error) {
	if _, ok := a.files[name]; !ok {
		return "", fmt.Errorf("no asset %q", name)
	}
	return a.prefix + name, nil
}

// ServeHTTP serves one asset. The hash in the address makes it immutable; an
// address with an old hash is not found rather than answered with new bytes.
func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutPrefix(r.URL.Path, a.prefix)
	f, found := a.files[name]
	if !ok || !found {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	body := f.plain
	if f.gzip != nil && acceptsGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		body = f.gzip
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	// A client that went away is not our concern.
	_, _ = w.Write(body)
}

// acceptsGzip reads Accept-Encoding; "gzip;q=0" is a refusal.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			continue
		}
		q, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		if !ok {
			return true
		}
		v, err := strconv.ParseFloat(q, 64)
		return err == nil && v > 0
	}
	return false
}
