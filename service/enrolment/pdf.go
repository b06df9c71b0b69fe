package enrolment

import (
	"bytes"
	"fmt"

	"ruxue/service/fault"
	"ruxue/service/picture"
)

// MaxPDFBytes is the size of the largest PDF taken in, 5 MB.
const MaxPDFBytes = 5 << 20

// CheckPDF reports why a PDF is not taken in, as a sentence, or nil. The file
// is kept as it is (a signature on it must stay valid), so nothing in it may
// act: no script, program, embedded file, film or XFA form, also not inside
// object streams, behind #-escaped names or in compressed streams. What cannot
// be looked into (encrypted, odd object streams) is refused. maxBytes of 0
// means MaxPDFBytes.
func CheckPDF(data []byte, maxBytes int) error {
	if maxBytes <= 0 || maxBytes > MaxPDFBytes {
		maxBytes = MaxPDFBytes
	}
	if err := refuseAsPDF(picture.Sniff(data)); err != nil {
		return err
	}
	if len(data) > maxBytes {
		return fault.Newf(fault.TooLarge, "PDF 应在 %s 以内，现在是 %s", kilobytes(maxBytes), kilobytes(len(data))).On("file")
	}
	if !bytes.Contains(data, []byte("startxref")) {
		return invalid("PDF 不完整，可能没有下载完。请重新下载后上传")
	}
	found, err := scanPDF(data)
	switch {
	case found.encrypted:
		return invalid("PDF 加了密码或权限限制，打不开。请另存为没有密码的 PDF 后上传")
	case found.active != "":
		return fault.Wrap(fault.Invalid, "PDF 里有脚本、附件或可执行内容，不能上传。请打印成新的 PDF 或拍照后上传",
			fmt.Errorf("found /%s", found.active)).On("file")
	case err != nil:
		return fault.Wrap(fault.Invalid, "PDF 的内容无法检查。请打印成新的 PDF 或拍照后上传", err).On("file")
	case found.pages == 0:
		return invalid("PDF 里没有页面，可能已损坏。请重新下载后上传")
	}
	return nil
}

func refuseAsPDF(f picture.Format) error {
	switch f {
	case picture.PDF:
		return nil
	case picture.Empty:
		return invalid("文件是空的，请重新选择 PDF")
	case picture.Archive:
		return invalid("这是压缩包或 Office 文件，请转成 PDF 后上传")
	case picture.Text:
		return invalid("您选的文件不是 PDF，改了名字的文件也打不开")
	}
	return invalid("打不开这个文件，请选 PDF")
}
