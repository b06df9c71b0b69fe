package picture

import (
	"bytes"
	"encoding/binary"
)

// exifOrientation returns the orientation tag (0x0112) of an APP1 segment's
// body, or 1 when there is none or it makes no sense. Only the first directory
// is looked at: the second one describes the thumbnail.
func exifOrientation(app1 []byte) int {
	tiff, ok := bytes.CutPrefix(app1, []byte("Exif\x00\x00"))
	if !ok {
		return 1
	}
	return tiffOrientation(tiff)
}

// tiffOrientation reads the tag from a TIFF block, as EXIF in PNG (eXIf) and
// WebP (EXIF) chunks is.
func tiffOrientation(tiff []byte) int {
	tiff = bytes.TrimPrefix(tiff, []byte("Exif\x00\x00"))
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	start := uint64(order.Uint32(tiff[4:]))
	if start+2 > uint64(len(tiff)) {
		return 1
	}
	dir := tiff[start+2:]
	for range order.Uint16(tiff[start:]) {
		if len(dir) < 12 {
			return 1
		}
		if order.Uint16(dir) == 0x0112 {
			return plausible(order, dir)
		}
		dir = dir[12:]
	}
	return 1
}

// plausible returns the entry's value when it is one SHORT between 1 and 8.
func plausible(order binary.ByteOrder, entry []byte) int {
	if order.Uint16(entry[2:]) != 3 || order.Uint32(entry[4:]) != 1 {
		return 1
	}
	if v := int(order.Uint16(entry[8:])); v >= 1 && v <= 8 {
		return v
	}
	return 1
}

// chunkOrientation finds EXIF in the chunks of a PNG or WebP.
func chunkOrientation(f Format, data []byte) int {
	switch f {
	case PNG:
		for i := 8; i+12 <= len(data); {
			n := int64(binary.BigEndian.Uint32(data[i:]))
			if n > int64(len(data)-i-12) {
				return 1
			}
			if string(data[i+4:i+8]) == "eXIf" {
				return tiffOrientation(data[i+8 : i+8+int(n)])
			}
			i += 12 + int(n)
		}
	case WebP:
		for i := 12; i+8 <= len(data); {
			n := int64(binary.LittleEndian.Uint32(data[i+4:]))
			if n > int64(len(data)-i-8) {
				return 1
			}
			if string(data[i:i+4]) == "EXIF" {
				return tiffOrientation(data[i+8 : i+8+int(n)])
			}
			i += 8 + int(n+n%2)
		}
	}
	return 1
}
