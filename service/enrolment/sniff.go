package enrolment

import (
	"bytes"
	"unicode/utf8"
)

// format is what a file is by its first bytes; its name and the content type
// that the browser sent are never believed.
type format string

const (
	formatEmpty   format = "empty"
	formatJPEG    format = "jpeg"
	formatPNG     format = "png"
	formatWebP    format = "webp"
	formatHEIC    format = "heic"
	formatPDF     format = "pdf"
	formatOther   format = "picture" // a picture, of a kind we do not take
	formatText    format = "text"
	formatArchive format = "archive" // zip, and so Word and Excel
	formatUnknown format = "unknown"
)

// sniff tells a file's format by its content.
func sniff(data []byte) format {
	has := func(s string) bool { return bytes.HasPrefix(data, []byte(s)) }
	switch {
	case len(data) == 0:
		return formatEmpty
	case has("\xFF\xD8\xFF"):
		return formatJPEG
	case has("\x89PNG\r\n\x1a\n"):
		return formatPNG
	case has("RIFF") && len(data) >= 12 && string(data[8:12]) == "WEBP":
		return formatWebP
	case isPDF(data):
		return formatPDF
	case len(data) >= 12 && string(data[4:8]) == "ftyp":
		return sniffFtyp(string(data[8:12]))
	case has("GIF8"), has("BM"), has("II*\x00"), has("MM\x00*"), has("\x00\x00\x01\x00"):
		return formatOther
	case has("PK\x03\x04"), has("Rar!"), has("7z\xBC\xAF"), has("\xD0\xCF\x11\xE0"):
		return formatArchive
	case looksLikeText(data):
		return formatText
	}
	return formatUnknown
}

// sniffFtyp tells HEIC and AVIF from films, which share the container.
func sniffFtyp(brand string) format {
	switch brand {
	case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis":
		return formatHEIC
	}
	return formatUnknown
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

// refuseAsPhoto returns the sentence for a file that is no photo we can read,
// nil for one that we can.
func refuseAsPhoto(f format) error {
	switch f {
	case formatJPEG, formatPNG, formatWebP:
		return nil
	case formatEmpty:
		return invalid("文件是空的，请重新选择照片")
	case formatHEIC:
		return invalid("这张照片是 HEIC 格式，暂时打不开。请在 iPhone 的“设置→相机→格式”里选“兼容性最佳”后重拍，或把照片截图后上传")
	case formatPDF:
		return invalid("这里要的是照片，您选的是 PDF 文件。请选 JPG 或 PNG 照片")
	case formatOther:
		return invalid("这种图片格式打不开，请换成 JPG 或 PNG，截图后上传也可以")
	case formatText, formatArchive:
		return invalid("您选的文件不是照片，请选 JPG 或 PNG 照片")
	}
	return invalid("打不开这个文件，请选 JPG 或 PNG 照片")
}
