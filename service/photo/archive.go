package photo

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"

	"ruxue/service/fault"
)

// The bounds of an archive. All but the last hold before anything is unpacked.
const (
	// MaxArchive is the size of an archive in bytes; it is held in memory, once
	// as it came and once sealed.
	MaxArchive = 64 << 20
	// MaxFiles is how many files one may have, what is no picture included.
	MaxFiles = 5000
	// maxUnpacked bounds what the files say they are together, in bytes: pictures
	// are hardly smaller packed.
	maxUnpacked = 4 * MaxArchive
	// MaxPicture is the size of one picture in bytes, whatever the archive says.
	MaxPicture = 5 << 20
	// maxPixels bounds a picture's width × height.
	maxPixels = 25_000_000
)

var errNotZip = fault.New(fault.Invalid, "这不是 zip 压缩包，或文件不完整。请把照片压缩成一个 .zip 文件再上传").On("file")

// centralHeader begins each file's record in an archive's directory.
var centralHeader = []byte("PK\x01\x02")

// openArchive reads an archive's directory within the bounds and returns its
// files, without what systems put there.
func openArchive(data []byte) ([]*zip.File, error) {
	if len(data) > MaxArchive {
		return nil, fault.Newf(fault.TooLarge, "压缩包超过 %d MB，请分成几个压缩包", MaxArchive>>20).On("file")
	}
	// Counted before the directory is read, whose size in memory is many times its
	// size in the file; the mark may stand in a few pictures by chance.
	if n := bytes.Count(data, centralHeader); n > MaxFiles+MaxFiles/10 {
		return nil, tooMany(n)
	}
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, errNotZip
	}
	var out []*zip.File
	var packed, unpacked uint64
	pictures := 0
	for _, f := range r.File {
		packed, unpacked = packed+min(f.CompressedSize64, MaxArchive+1), unpacked+min(f.UncompressedSize64, maxUnpacked+1)
		_, kind := numberOf(f.Name)
		if kind == litter {
			continue
		}
		if out = append(out, f); kind != stranger {
			pictures++
		}
	}
	switch {
	case packed > uint64(len(data)): // files that share their bytes
		return nil, fault.New(fault.Invalid, "压缩包的结构不正常，请重新压缩后上传").On("file")
	case unpacked > maxUnpacked:
		return nil, fault.Newf(fault.TooLarge, "压缩包解开后超过 %d MB，不能导入。请检查里面的文件，或分成几个压缩包", maxUnpacked>>20).On("file")
	case len(out) > MaxFiles:
		return nil, tooMany(len(out))
	case pictures == 0:
		return nil, fault.New(fault.Invalid, "压缩包里没有 JPG 或 PNG 照片").On("file")
	}
	return out, nil
}

func tooMany(n int) error {
	return fault.Newf(fault.TooLarge, "压缩包里有 %d 个文件，一次最多 %d 个，请分成几个压缩包", n, MaxFiles).On("file")
}

// errTooBig is of a file that unpacks to more than a picture may have.
var errTooBig = errors.New("the file is too large")

// encrypted is the flag of a file under a password.
const encrypted = 1

var errPassword = errors.New("the file has a password")

// unpack reads one file; it stops at MaxPicture, whatever the directory says.
func unpack(f *zip.File) ([]byte, error) {
	if f.Flags&encrypted != 0 {
		return nil, errPassword
	}
	if f.UncompressedSize64 > MaxPicture {
		return nil, errTooBig
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("opening a file of an archive: %w", err)
	}
	defer func() { _ = r.Close() }()
	data, err := io.ReadAll(io.LimitReader(r, MaxPicture+1))
	if err != nil {
		return nil, fmt.Errorf("unpacking a file of an archive: %w", err)
	}
	if len(data) > MaxPicture {
		return nil, errTooBig
	}
	return data, nil
}
