// Package h5 owns the pages that students and staff see: templates, style sheets, ES
// modules and the pictures they use. It embeds all of them, names them by the
// hash of their content, compresses them once, and renders typed views. It
// imports nothing of this module and reaches nothing outside: what a page
// shows is only what its view struct holds.
//
// A page is the struct of the same name (Login, Form, Pay, …). Every struct
// embeds Frame, the part around a student's page, or Console, the part around a
// page of staff. Pages obey the policy
// `default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:`:
// no inline script, style or handler.
package h5

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed page part lib third_party/pigo third_party/signature_pad
var files embed.FS

// Page is one of this package's view structs.
type Page interface {
	// PageName is the folder under page/ that holds the page's template.
	PageName() string
}

// Set is every page and asset, parsed and compressed; safe for concurrent use.
type Set struct {
	pages  map[string]*template.Template
	assets *assets
}

// New parses every template and prepares every asset. It fails on a broken
// template or on an import of a module that does not exist.
func New() (*Set, error) {
	a, err := newAssets(files)
	if err != nil {
		return nil, fmt.Errorf("preparing the assets: %w", err)
	}
	base, err := template.New("h5").Funcs(functions(a)).ParseFS(files, "part/*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("parsing the parts: %w", err)
	}
	names, err := fs.Glob(files, "page/*/*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("listing the pages: %w", err)
	}
	set := &Set{pages: map[string]*template.Template{}, assets: a}
	for _, file := range names {
		t, err := base.Clone()
		if err != nil {
			return nil, fmt.Errorf("copying the parts: %w", err)
		}
		if t, err = t.ParseFS(files, file); err != nil {
			return nil, fmt.Errorf("parsing page %s: %w", file, err)
		}
		set.pages[strings.TrimSuffix(path.Base(file), ".tmpl")] = t
	}
	return set, nil
}

// Render writes the page as HTML. Nothing is written when it fails.
func (s *Set) Render(w io.Writer, page Page) error {
	t := s.pages[page.PageName()]
	if t == nil {
		return fmt.Errorf("rendering page %q: no such page", page.PageName())
	}
	var out bytes.Buffer
	layout := "layout"
	if l, ok := page.(interface{ Layout() string }); ok {
		layout = l.Layout()
	}
	if err := t.ExecuteTemplate(&out, layout, page); err != nil {
		return fmt.Errorf("rendering page %q: %w", page.PageName(), err)
	}
	if _, err := out.WriteTo(w); err != nil {
		return fmt.Errorf("writing page %q: %w", page.PageName(), err)
	}
	return nil
}

// Handler serves the assets under /static/<hash>/, immutable, gzip or plain.
func (s *Set) Handler() http.Handler { return s.assets }

// ServeHTTP serves the assets; see Handler.
func (s *Set) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.assets.ServeHTTP(w, r) }

// Cascade returns pigo's face cascade (third_party/pigo), the same bytes that
// the camera page loads, so that browser and server judge alike. The caller
// must not change them.
func Cascade() []byte {
	b, err := files.ReadFile("third_party/pigo/facefinder")
	if err != nil {
		panic("h5: the embedded face cascade is missing: " + err.Error())
	}
	return b
}

// font is Noto Sans SC Regular; no page loads it.
//
//go:embed third_party/noto-sans-sc/NotoSansSC-Regular.ttf
var font []byte

// Font returns the TrueType font that papers are printed with: it has the rare
// characters of names too, beyond the BMP. The caller must not change it.
func Font() []byte { return font }
