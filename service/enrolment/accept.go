package enrolment

import (
	"path"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/picture"
)

const (
	pdfType  = "application/pdf"
	jpegType = "image/jpeg"
)

// accept checks an upload against the rule and returns the record without its
// references, and the bytes to keep.
func accept(rule campaign.Slot, up Upload) (Attachment, []byte, error) {
	a := Attachment{Slot: rule.Name, State: Uploaded}
	if err := describe(rule, &a, up.Type, up.VerifyCode); err != nil {
		return a, nil, err
	}
	img, err := content(rule, up)
	if err != nil {
		return a, nil, err
	}
	if img.JPEG == nil {
		a.ContentType, a.FileName = pdfType, fileName(up.FileName, rule.Label, ".pdf")
		return a, up.Data, nil
	}
	a.ContentType, a.FileName = jpegType, fileName(up.FileName, rule.Label, ".jpg")
	a.Width, a.Height = img.Width, img.Height
	return a, img.JPEG, nil
}

// describe checks and sets what goes with the file: its type and code.
func describe(rule campaign.Slot, a *Attachment, kind, code string) (err error) {
	a.Type, a.VerifyCode = strings.TrimSpace(kind), ""
	if len(rule.Types) == 0 {
		a.Type = ""
	} else if !slices.Contains(rule.Types, a.Type) {
		return fault.Newf(fault.Invalid, "请先选择%s的种类，再上传", rule.Label).On("type")
	}
	if rule.VerifyCode != "" {
		a.VerifyCode, err = verifyCode(rule.VerifyCode, code)
	}
	return err
}

// content returns the fitted photo, or one without JPEG for a PDF that is kept
// as it is.
func content(rule campaign.Slot, up Upload) (Image, error) {
	f := picture.Sniff(up.Data)
	switch rule.Kind {
	case "portrait":
		if !up.Original {
			// The page framed it already: keep the student's own cut.
			if img, err := CheckPortrait(up.Data, rule.Width, rule.Height, rule.MaxBytes); err == nil {
				return img, nil
			}
		}
		return FitPortrait(up.Data, rule.Width, rule.Height, rule.MaxBytes)
	case "document":
		switch f {
		case picture.PDF:
			return Image{}, CheckPDF(up.Data, rule.MaxPDF)
		case picture.Archive:
			return Image{}, invalid("这是压缩包或 Office 文件，请转成 PDF 或拍照后上传")
		case picture.Text, picture.Unknown:
			return Image{}, invalid("打不开这个文件，请选 PDF 或 JPG、PNG 照片")
		}
	}
	return FitPhoto(up.Data, rule.MaxBytes)
}

// verifyCode normalizes the code under which a qualification can be looked up
// online; it may be left empty.
func verifyCode(label, code string) (string, error) {
	code = strings.ToUpper(withoutSpace(norm.NFKC.String(code)))
	for _, r := range code {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') && r != '-' {
			return "", fault.Newf(fault.Invalid, "%s只有字母和数字，请对照材料检查", label).On("verify_code")
		}
	}
	if len(code) > 40 {
		return "", fault.Newf(fault.Invalid, "%s最多 40 位，现在有 %d 位", label, len(code)).On("verify_code")
	}
	return code, nil
}

// fileName makes a name to show and to download under: the last part of what
// the device said, without what breaks headers or file systems, with the ending
// of what the file really is.
func fileName(name, label, ext string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`/:*?"<>|`, r) {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(strings.TrimSuffix(name, path.Ext(name)), ". ")
	if name == "" {
		name = label
	}
	if r := []rune(name); len(r) > 100 {
		name = string(r[:100])
	}
	return name + ext
}
