package picture

import "encoding/binary"

// jpegHead is what the markers of a JPEG tell before anything is decoded.
type jpegHead struct {
	progressive bool
	samples     float64 // samples per pixel over all components: 1.5 for 4:2:0
	frames      int     // 1; the decoder refuses more, but late
	scans       int
	whole       float64 // bytes per pixel of the copy that CMYK and RGB are put together in
	orientation int     // EXIF, 1–8; 1 without
}

// readJPEGHead walks the markers up to the end of the first image. It never
// fails: what it cannot read keeps its worst value, and decoding decides.
func readJPEGHead(data []byte) jpegHead {
	h := jpegHead{samples: 3, orientation: 1}
	for i := 2; i+4 <= len(data); {
		if data[i] != 0xFF {
			i++ // entropy-coded bytes, or padding
			continue
		}
		m := data[i+1]
		if m == 0xD9 {
			break
		}
		if m == 0x00 || m == 0x01 || m == 0xFF || m >= 0xD0 && m <= 0xD8 {
			i++
			if m != 0xFF {
				i++
			}
			continue
		}
		n := int(binary.BigEndian.Uint16(data[i+2:]))
		body := data[min(i+4, len(data)):min(i+2+max(n, 2), len(data))]
		h.segment(m, body)
		i += 2 + max(n, 2)
	}
	return h
}

func (h *jpegHead) segment(marker byte, body []byte) {
	switch {
	case marker == 0xDA:
		h.scans++
	case marker == 0xC0, marker == 0xC1, marker == 0xC2:
		h.frames++
		h.progressive = marker == 0xC2
		h.samples = samplesPerPixel(body)
		if len(body) >= 15 && (body[5] == 4 || body[6] == 'R' && body[9] == 'G' && body[12] == 'B') {
			h.whole = 4
		}
	case marker == 0xEE && len(body) >= 12 && string(body[:5]) == "Adobe" && body[11] == 0:
		h.whole = 4
	case marker == 0xE1 && h.scans == 0 && h.orientation == 1:
		h.orientation = exifOrientation(body)
	}
}

// samplesPerPixel reads the sampling factors of a frame header.
func samplesPerPixel(sof []byte) float64 {
	if len(sof) < 6 || len(sof) < 6+3*int(sof[5]) {
		return 4
	}
	most, sum := 1, 0
	for c := range int(sof[5]) {
		area := int(sof[7+3*c]>>4) * int(sof[7+3*c]&15)
		most, sum = max(most, area), sum+area
	}
	return max(1, float64(sum)/float64(most))
}
