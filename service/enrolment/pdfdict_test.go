package enrolment

import "testing"

func TestOneDict(t *testing.T) {
	cases := map[string]bool{
		"<<>>":                         true,
		"<< /A << /B (x) >> /C [1] >>": true,
		`<< /A (a\)b(c)) >>`:           true,
		"<< /ID [<AB> <CD>] /X <EF>>>": true,
		"<< /A (>>) >>":                true,
		"":                             false,
		"<<":                           false,
		"<< /A ) >>":                   false,
		`<< \ >>`:                      false,
		"<< % >>\n>>":                  false,
		"<<>> <<>>":                    false,
		"<< /A (x >>":                  false,
		"<< /A <AB":                    false,
		"/A >>":                        false,
	}
	for text, want := range cases {
		if got := oneDict([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestReadDict(t *testing.T) {
	cases := []struct {
		text string
		part bool
		want dict
	}{
		{"1 0 obj << /Filter /FlateDecode >>", false, dict{flate: true}},
		{"1 0 obj << /Filter [/Fl] >>", false, dict{flate: true}},
		{"1 0 obj << /Type /XObject /Subtype /Image /Filter /DCTDecode >>", false, dict{image: true, odd: true}},
		{"1 0 obj << /Subtype /Im#61ge >>", false, dict{image: true}},
		{"1 0 obj << /Type /ObjStm /N 3 /First 9 /Filter /FlateDecode >>", false, dict{objects: true, flate: true}},
		{"1 0 obj << /N 3 /First 9 >>", false, dict{objects: true}},
		{"1 0 obj << /N 3 /First 9 /Filter 8 0 R >>", false, dict{objects: true, odd: true}},
		{"1 0 obj << /N 3 /First 9 /Filter [/FlateDecode /FlateDecode] >>", false, dict{objects: true, flate: true, odd: true}},
		{"1 0 obj << /First 2 0 R /N 1 >> endobj 2 0 obj << /Filter /DCTDecode >>", false, dict{odd: true}},
		{"no object here", true, dict{objects: true, odd: true}},
	}
	for _, c := range cases {
		if got := readDict([]byte(c.text), c.part); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.text, got, c.want)
		}
	}
}

// Names are found wherever the bytes are cut into pieces.
func TestNamesAcrossWrites(t *testing.T) {
	text := []byte("<< /S /Java#53cript /Type /Page /X (y) >> ")
	for cut := range text {
		var n names
		_, _ = n.Write(text[:cut])
		_, _ = n.Write(text[cut:])
		if n.active != "JavaScript" || n.pages != 1 {
			t.Fatalf("cut at %d: %+v", cut, n)
		}
	}
}

func TestUnescape(t *testing.T) {
	cases := map[string]string{"A#42C": "ABC", "#4a#4A": "JJ", "A#": "A#", "A#4": "A#4", "A#4G": "A#4G", "##41": "#A", "": ""}
	for given, want := range cases {
		if got := unescape([]byte(given)); got != want {
			t.Errorf("%q gives %q, want %q", given, got, want)
		}
	}
}
