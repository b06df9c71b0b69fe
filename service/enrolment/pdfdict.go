package enrolment

import "bytes"

// dict is what matters of a stream's dictionary.
type dict struct {
	image   bool // a picture: large, and nothing can hide in its pixels
	objects bool // an object stream, or something a reader could take for one
	flate   bool // compressed with Flate
	odd     bool // more or other filters than Flate, or a predictor
}

// readDict reads the dictionary at the end of b, which ends before the keyword
// "stream". Where the dictionary begins is only believed when it cannot be
// contested; else all of b counts, and a part of something longer counts as
// an odd object stream.
func readDict(b []byte, part bool) dict {
	if own, ok := lastObject(b); ok {
		b = own
	} else if part {
		return dict{objects: true, odd: true}
	}
	var (
		d    dict
		last string
		seen = map[string]int{}
	)
	n := names{each: func(name string) {
		seen[name]++
		d.image = d.image || last == "Subtype" && name == "Image"
		last = name
	}}
	n.feed(b)
	n.feed([]byte{' '})
	count := func(names ...string) (sum int) {
		for _, name := range names {
			sum += seen[name]
		}
		return sum
	}
	flate := count("FlateDecode", "Fl")
	d.objects = seen["ObjStm"] > 0 || seen["First"] > 0 && seen["N"] > 0
	d.flate = flate > 0
	d.odd = flate > 1 || count("Filter", "F") > 0 && !d.flate ||
		count("DecodeParms", "DP", "Predictor", "LZWDecode", "LZW", "ASCII85Decode", "A85", "ASCIIHexDecode", "AHx",
			"RunLengthDecode", "RL", "Crypt", "DCTDecode", "JPXDecode") > 0
	return d
}

// lastObject returns what follows the last "obj" in b, when that is one whole
// dictionary whichever way it is read. The word could also stand in a string
// or a comment in the middle of a dictionary, to hide its first half: then a
// parenthesis is left over, or there is a backslash or a comment, and ok is
// false.
func lastObject(b []byte) (own []byte, ok bool) {
	i := bytes.LastIndex(b, []byte("obj"))
	if i < 0 {
		return nil, false
	}
	line := b[bytes.LastIndexAny(b[:i], "\r\n")+1 : i]
	own = bytes.TrimRight(b[i+len("obj"):], " \t\r\n\f\x00")
	return own, !bytes.ContainsAny(line, "%(") && oneDict(bytes.TrimLeft(own, " \t\r\n\f\x00"))
}

// oneDict reports whether b is exactly one << … >> without comments and with
// nothing outside strings that only a string may hold.
func oneDict(b []byte) bool {
	if !bytes.HasPrefix(b, []byte("<<")) {
		return false
	}
	depth, parens := 0, 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case parens > 0:
			switch c {
			case '\\':
				i++
			case '(':
				parens++
			case ')':
				parens--
			}
		case c == '(':
			parens++
		case c == ')', c == '\\', c == '%':
			return false
		case c == '<' && i+1 < len(b) && b[i+1] == '<':
			depth++
			i++
		case c == '<': // a string in hexadecimal
			j := bytes.IndexByte(b[i:], '>')
			if j < 0 {
				return false
			}
			i += j
		case c == '>' && i+1 < len(b) && b[i+1] == '>' && depth > 0:
			depth--
			i++
			if depth == 0 {
				return i == len(b)-1
			}
		}
	}
	return false
}
