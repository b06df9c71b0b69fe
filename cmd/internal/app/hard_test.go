package app_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ruxue/cmd/internal/stage"
)

// device is a walker whose failures on the wire end the test.
type device struct {
	*stage.Walker
	t testing.TB
}

func on(t testing.TB, p *stage.Walker) device { return device{p, t} }

func (d device) must(a stage.Answer, err error) stage.Answer {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
	return a
}

func (d device) get(path string) stage.Answer {
	d.t.Helper()
	return d.must(d.Get(d.t.Context(), path))
}

func (d device) getJSON(path string) stage.Answer {
	d.t.Helper()
	return d.must(d.Do(d.t.Context(), http.MethodGet, path, "", nil, true))
}

func (d device) post(path string, form url.Values) stage.Answer {
	d.t.Helper()
	return d.must(d.Post(d.t.Context(), path, form))
}

func (d device) ask(path string, form url.Values) stage.Answer {
	d.t.Helper()
	return d.must(d.Ask(d.t.Context(), path, form))
}

func (d device) askJSON(path string, v any) stage.Answer {
	d.t.Helper()
	return d.must(d.AskJSON(d.t.Context(), path, v))
}

func (d device) upload(path, field, name string, data []byte, form url.Values) stage.Answer {
	d.t.Helper()
	return d.must(d.Upload(d.t.Context(), path, field, name, data, form))
}

// postFile gives a file to a page without script.
func (d device) postFile(path, name string, data []byte) stage.Answer {
	d.t.Helper()
	return d.must(d.PostFile(d.t.Context(), path, name, data))
}

// until walks the journey's steps before the named one.
func (d device) until(s stage.Student, name string) device {
	d.t.Helper()
	for _, step := range stage.Steps() {
		if step.Name == name {
			return d
		}
		if err := step.Act(d.t.Context(), d.Walker, s); err != nil {
			d.t.Fatalf("%s: %v", step.Name, err)
		}
	}
	d.t.Fatalf("the journey has no step %q", name)
	return d
}

// step does the named step alone.
func (d device) step(s stage.Student, name string) {
	d.t.Helper()
	for _, step := range stage.Steps() {
		if step.Name == name {
			if err := step.Act(d.t.Context(), d.Walker, s); err != nil {
				d.t.Fatalf("%s: %v", step.Name, err)
			}
		}
	}
}

// through walks the whole journey.
func (d device) through(s stage.Student) device {
	d.t.Helper()
	d.until(s, "settled").step(s, "settled")
	return d
}

// number is the student number that her page shows.
func (d device) number() string {
	d.t.Helper()
	n, err := stage.Number(d.t.Context(), d.Walker)
	if err != nil {
		d.t.Fatal(err)
	}
	return n
}

// wantSays demands the status and every part of the text, as a person or a
// script reads it.
func wantSays(t testing.TB, a stage.Answer, status int, parts ...string) {
	t.Helper()
	text := html.UnescapeString(a.Body)
	if a.Status != status {
		t.Errorf("%s answered %d, want %d: %.300s", a.Path, a.Status, status, shortened(text))
	}
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%s does not say %.60q: %.600s", a.Path, p, shortened(text))
		}
	}
}

// wantField is wantSays for a script's answer that belongs to a field.
func wantField(t testing.TB, a stage.Answer, status int, field string, parts ...string) {
	t.Helper()
	wantSays(t, a, status, parts...)
	e, _ := a.JSON()["error"].(map[string]any)
	if e["field"] != field {
		t.Errorf("%s: the sentence %v belongs to %q, want %q", a.Path, e["message"], e["field"], field)
	}
}

// shortened is the visible text of a page.
func shortened(body string) string {
	if i := strings.Index(body, "<main"); i >= 0 {
		body = body[i:]
	}
	var out strings.Builder
	inTag := false
	for _, r := range body {
		switch {
		case r == '<':
			inTag = true
		case r == '>':
			inTag = false
			out.WriteByte(' ')
		case !inTag:
			out.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}
