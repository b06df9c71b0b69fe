package picture

import (
	"bytes"
	"unicode/utf8"
)

// Format is what a file is by its first bytes; its name and the content type
// that the browser sent are never believed.
type Format string

// The formats: those of pictures, and those that people send in their place.
const (
	Empty   Format = "empty"
	JPEG    Format = "jpeg"
	PNG     Format = "png"
	WebP    Format = "webp"
	HEIC    Format = "heic"
	PDF     Format = "pdf"
	Other   Format = "picture" // a picture, of a kind we do not take
	Text    Format = "text"
	Archive Format = "archive" // zip, and so Word and Excel
	Unknown Format = "unknown"
)

// Sniff tells a file's format by its content.
func Sniff(data []byte) Format {
	has := func(s string) bool { return bytes.HasPrefix(data, []byte(s)) }
	switch {
	case len(data) == 0:
		return Empty
	case has("\xFF\xD8\xFF"):
		return JPEG
	case has("\x89PNG\r\n\x1a\n"):
		return PNG
	case has("RIFF") && len(data) >= 12 && string(data[8:12]) == "WEBP":
		return WebP
	case isPDF(data):
		return PDF
	case len(data) >= 12 && string(data[4:8]) == "ftyp":
		return sniffFtyp(string(data[8:12]))
	case has("GIF8"), has("BM"), has("II*\x00"), has("MM\x00*"), has("\x00\x00\x01\x00"):
		return Other
	case has("PK\x03\x04"), has("Rar!"), has("7z\xBC\xAF"), has("\xD0\xCF\x11\xE0"):
		return Archive
	case looksLikeText(data):
		return Text
	}
	return Unknown
}

// sniffFtyp tells HEIC and AVIF from films, which share the container.
func sniffFtyp(brand string) Format {
	switch brand {
	case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis":
		return HEIC
	}
	return Unknown
}

// isPDF accepts a byte order mark and white space before the header, which
// some generators write, but no other bytes: those make files of two kinds.
func isPDF(data []byte) bool {
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	data = bytes.TrimLeft(data[:min(len(data), 64)], " \t\r\n\x00")
	return bytes.HasPrefix(data, []byte("%PDF-"))
}

func looksLikeText(data []byte) bool {
	head := data[:min(len(data), 512)]
	for i := 0; i < len(head); {
		r, n := utf8.DecodeRune(head[i:])
		cut := len(head) < len(data) && len(head)-i < utf8.UTFMax // in the middle of a character
		if r == utf8.RuneError && n <= 1 && !cut {
			return false
		}
		if (r < 0x20 || r == 0x7F) && r != '\n' && r != '\r' && r != '\t' {
			return false
		}
		i += n
	}
	return true
}
