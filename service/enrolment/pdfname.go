package enrolment

// forbidden are the names that make a PDF act, embed something, or hide what
// it shows: ISO 32000-2 §12.6.4 (actions), §7.11.4, §12.5.6 and §12.7.9 (XFA).
var forbidden = map[string]bool{
	"JavaScript": true, "Launch": true, "Rendition": true, "ImportData": true, "SubmitForm": true,
	"GoToE": true, "EmbeddedFile": true, "EmbeddedFiles": true, "FileAttachment": true,
	"RichMedia": true, "RichMediaContent": true, "XFA": true,
}

// names is a writer that finds PDF names in whatever bytes come, with their
// #-escapes undone. It keeps its place between writes.
type names struct {
	active    string // the first forbidden name, or ""
	encrypted bool
	pages     int
	// text is whether the bytes are PDF syntax: only then is /JS looked at,
	// which is too short not to turn up in compressed bytes by chance. (An
	// action with a script also has to say /JavaScript or /Rendition.)
	text bool
	each func(name string) // also told every name, or nil

	in    bool
	name  []byte
	typed bool // the name before was /Type, and only white space came since
}

// Write never fails; it makes names an io.Writer for io.Copy.
func (n *names) Write(b []byte) (int, error) {
	n.feed(b)
	return len(b), nil
}

func (n *names) feed(b []byte) {
	for _, c := range b {
		if n.in {
			if regular(c) {
				if len(n.name) < 128 {
					n.name = append(n.name, c)
				}
				continue
			}
			n.end()
		}
		switch {
		case c == '/':
			n.in, n.name = true, n.name[:0]
		case !space(c):
			n.typed = false
		}
	}
}

func (n *names) end() {
	name := unescape(n.name)
	typed := n.typed
	n.in, n.typed = false, name == "Type"
	switch {
	case forbidden[name] || n.text && name == "JS":
		if n.active == "" {
			n.active = name
		}
	case name == "Encrypt":
		n.encrypted = true
	case typed && name == "Page":
		n.pages++
	}
	if n.each != nil {
		n.each(name)
	}
}

func (n *names) merge(m names) {
	if n.active == "" {
		n.active = m.active
	}
	n.pages += m.pages
	n.encrypted = n.encrypted || m.encrypted
}

// unescape undoes #xx in a name.
func unescape(b []byte) string {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] == '#' && i+2 < len(b) {
			if hi, lo := hexDigit(b[i+1]), hexDigit(b[i+2]); hi >= 0 && lo >= 0 {
				out = append(out, byte(hi<<4|lo))
				i += 2
				continue
			}
		}
		out = append(out, b[i])
	}
	return string(out)
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// space and regular are PDF's character classes (ISO 32000-2 §7.2.3).
func space(c byte) bool {
	return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' '
}

func regular(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return false
	}
	return !space(c)
}
