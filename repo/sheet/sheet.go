// Package sheet reads the tables that offices upload (xlsx, and csv in UTF-8 or
// GBK) row by row, and writes xlsx row by row. A file is hostile until read:
// sizes are bounded before anything is unpacked.
package sheet

import (
	"bytes"
	"fmt"
	"io"

	"ruxue/service/fault"
	"ruxue/service/tabular"
)

// MaxBytes bounds a file as it is uploaded.
const MaxBytes = 32 << 20

// Bounds of what an xlsx file may unpack to, in bytes. Worksheets and shared
// strings beyond xmlInMemory go through temporary files; other parts are held
// in memory, so they have a bound of their own.
const (
	maxUnpacked  = 400 << 20
	maxOtherPart = 48 << 20
	xmlInMemory  = 8 << 20
	maxCell      = 128 << 10 // of one cell's XML text; a spreadsheet ends at 32,767 characters
	maxParts     = 2000
)

var (
	magicZip = []byte("PK\x03\x04")
	magicOLE = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
)

// Open begins to read a table of size bytes, whatever its name says it is. The
// error of a file that cannot be read is a fault with a sentence. Close removes
// the temporary files.
func Open(r io.ReaderAt, size int64) (tabular.Table, error) {
	switch {
	case size == 0:
		return nil, fault.New(fault.Invalid, "文件是空的")
	case size > MaxBytes:
		return nil, fault.Newf(fault.TooLarge, "文件超过 %d MB，请分成几个文件导入", MaxBytes>>20)
	}
	head := make([]byte, min(size, 512))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, fmt.Errorf("reading the file's head: %w", err)
	}
	text := bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\ufeff")))
	switch {
	case bytes.HasPrefix(head, magicZip):
		return openXLSX(r, size)
	case bytes.HasPrefix(head, magicOLE):
		return nil, fault.New(fault.Invalid, "这是旧版 Excel（.xls）或加密的文件，请另存为不加密的 .xlsx 再上传")
	case bytes.HasPrefix(text, []byte("<")):
		return nil, fault.New(fault.Invalid, "这个文件的内容是网页，不是表格，请用表格软件打开后另存为 .xlsx 再上传")
	}
	return openCSV(r, size)
}

// unreadable is the sentence for a file that is damaged or no table at all.
func unreadable(cause error) error {
	return fault.Wrap(fault.Invalid, "文件无法读取，可能已损坏。请用表格软件打开，另存为 .xlsx 再上传", cause)
}
