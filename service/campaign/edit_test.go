package campaign

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"ruxue/service/fault"
)

func hhuFile(t testing.TB) ([]byte, *Campaign) {
	t.Helper()
	body, err := os.ReadFile("../../config/campaigns/hhu.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse(body)
	if err != nil {
		t.Fatal(err)
	}
	return body, c
}

// drawer keeps one campaign's versions.
type drawer struct {
	bodies  [][]byte
	sources []string
}

func (d *drawer) Body(context.Context, string) ([]byte, int, error) {
	return d.bodies[len(d.bodies)-1], len(d.bodies), nil
}

func (d *drawer) BodyAt(_ context.Context, _ string, version int) ([]byte, error) {
	if version < 1 || version > len(d.bodies) {
		return nil, fault.New(fault.NotFound, "")
	}
	return d.bodies[version-1], nil
}

func (d *drawer) Apply(_ context.Context, _ *Campaign, body []byte, base int, source string) (int, error) {
	if base != len(d.bodies) {
		return 0, fault.New(fault.Conflict, "")
	}
	d.bodies, d.sources = append(d.bodies, body), append(d.sources, source)
	return len(d.bodies), nil
}

func (d *drawer) InTx(ctx context.Context, fn func(ctx context.Context) error) error { return fn(ctx) }

func unnoted(context.Context, *Campaign, []Part) error { return nil }

func TestAnEditIsANewVersionOfTheFile(t *testing.T) {
	body, c := hhuFile(t)
	d := &drawer{bodies: [][]byte{body}}
	e := NewEditor(d, NewService(nil, time.Now), nil)
	edit := EditOf(c)
	if got, parts, err := e.Save(t.Context(), "hhu", 1, edit, "x", unnoted); err != nil || len(parts) != 0 || got.Version != 1 || len(d.bodies) != 1 {
		t.Fatalf("an edit that changes nothing: %v %v", parts, err)
	}
	edit.Window.To = "2027-01-31"
	edit.Notice.Paragraphs = []string{"第一段：有冒号 # 和井号。\n\n  第二段。  "}
	edit.Documents[0].Text = "前言\n## 一、承诺\n本人承诺 \"如实\"。"
	got, parts, err := e.Save(t.Context(), "hhu", 1, edit, "staff:x", unnoted)
	if err != nil || got.Version != 2 || d.sources[0] != "staff:x" {
		t.Fatal(got, err)
	}
	var titles []string
	for _, p := range parts {
		titles = append(titles, p.Title)
	}
	if want := []string{"开放时间", "通知", "《" + c.Documents[0].Title + "》"}; !slices.Equal(titles, want) {
		t.Errorf("changed: %q, want %q", titles, want)
	}
	again, err := Parse(d.bodies[1])
	if err != nil {
		t.Fatal(err)
	}
	if again.Window.To != "2027-01-31" || len(again.Notice.Paragraphs) != 2 || again.Documents[0].Text() != edit.Documents[0].Text {
		t.Errorf("%+v %+v %q", again.Window, again.Notice, again.Documents[0].Text())
	}
	// What was not edited is the same, with its comments.
	for i, l := range Changed(Diff(string(body), string(d.bodies[1])), 0) {
		if l.Op == '-' && strings.HasPrefix(strings.TrimSpace(l.Text), "#") {
			t.Errorf("%d: a comment is lost: %s", i, l.Text)
		}
	}
	if _, _, err := e.Save(t.Context(), "hhu", 1, edit, "x", unnoted); !fault.Is(err, fault.Conflict) {
		t.Errorf("from an older version: %v", err)
	}
}

func TestAnEditIsChecked(t *testing.T) {
	_, c := hhuFile(t)
	for field, change := range map[string]func(*Edit){
		"label":          func(e *Edit) { e.Window.Label = " " },
		"from":           func(e *Edit) { e.Window.From = "3月1日" },
		"to":             func(e *Edit) { e.Window.To = "2020-01-01" },
		"notice_title":   func(e *Edit) { e.Notice.Title = strings.Repeat("长", 101) },
		"notice":         func(e *Edit) { e.Notice.Paragraphs = []string{" \n "} },
		"office-0":       func(e *Edit) { e.Contacts = nil },
		"office-1":       func(e *Edit) { e.Contacts[1] = Contact{Office: "技术支持"} },
		"title-pledge":   func(e *Edit) { e.Documents[0].Title = "" },
		"text-pledge":    func(e *Edit) { e.Documents[0].Text = "\n" },
		"consent-pledge": func(e *Edit) { e.Documents[0].Consent = "" },
		"":               func(e *Edit) { e.Documents[0].Name = "other" },
	} {
		e := EditOf(c)
		e.Contacts = slices.Clone(e.Contacts)
		change(&e)
		_, err := e.Apply(c)
		f, ok := fault.As(err)
		if !ok || f.Kind != fault.Invalid || f.Field != field || f.Sentence == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	if c.Documents[0].Title == "" || EditOf(c).Documents[0].Title == "" {
		t.Error("a refused edit changed the campaign")
	}
}

func TestDiff(t *testing.T) {
	show := func(d []DiffLine) string {
		var b strings.Builder
		for _, l := range d {
			if l.Op == 0 {
				b.WriteString("…")
				continue
			}
			b.WriteString(string(l.Op) + l.Text)
		}
		return b.String()
	}
	for _, c := range [][3]string{
		{"a\nb\nc\n", "a\nb\nc", ""},
		{"", "a", "+a"},
		{"a", "", "-a"},
		{"a\nb\nc\nd\ne\nf", "a\nB\nc\nd\ne\nf\ng", " a-b+B c… f+g"},
		{"a\nb", "b\na", "-a b+a"},
	} {
		if got := show(Changed(Diff(c[0], c[1]), 1)); got != c[2] {
			t.Errorf("%q to %q: %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

// FuzzDiff: without the new lines a comparison is the old text, and the other
// way round.
func FuzzDiff(f *testing.F) {
	f.Add("a\nb\nc", "a\nc\nd")
	f.Fuzz(func(t *testing.T, a, b string) {
		var before, after []string
		for _, l := range Diff(a, b) {
			if l.Op != '+' {
				before = append(before, l.Text)
			}
			if l.Op != '-' {
				after = append(after, l.Text)
			}
		}
		if !slices.Equal(before, lines(a)) || !slices.Equal(after, lines(b)) {
			t.Errorf("%q and %q come out as %q and %q", a, b, before, after)
		}
	})
}
