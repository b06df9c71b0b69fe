package enrolment

import (
	"bytes"
	"context"
	"fmt"
	"image"
	_ "image/jpeg" // the formats that image.Decode knows
	_ "image/png"
	"math"
	"strings"
	"time"

	_ "golang.org/x/image/webp"
	"golang.org/x/sync/semaphore"

	"ruxue/service/fault"
)

// The bounds of a photo. They are checked on its header, before any pixel is
// decoded, so that a small file cannot ask for much memory.
const (
	// MaxPhotoBytes is the size of the largest photo taken in, 15 MB.
	MaxPhotoBytes = 15 << 20
	// maxPixels lets the 50-megapixel mode of current phones (8192×6144 and
	// 8160×6144) pass.
	maxPixels = 51_000_000
	// maxDecode is the memory that one decode may need, in bytes: baseline
	// JPEG and 8- or 16-bit PNG up to the pixel bound, progressive JPEG with
	// 4:2:0 sampling too. What needs more is refused with a sentence.
	maxDecode = 384 << 20
	// maxScans bounds the scans of a progressive JPEG, and maxWork scans ×
	// pixels: a scan costs few bytes in the file and a pass over the image.
	maxScans = 100
	maxWork  = 1_000_000_000
	// decodeBudget is the memory that all decodes together may use. Measured:
	// six 50-megapixel JPEGs (8192×6144, 4:2:0) at once make the heap grow by
	// 370 MB, one takes about a second and a half of one core.
	decodeBudget = 384 << 20
	// decodeFloor is counted for the smallest photo, so that at most eight
	// are worked on at once.
	decodeFloor = decodeBudget / 8
	// decodeWait is how long an upload waits for its turn.
	decodeWait = 20 * time.Second
)

// decodes is one budget for the process, because memory is.
var decodes = semaphore.NewWeighted(decodeBudget)

// picture is a decoded photo that is still to be turned upright.
type picture struct {
	image.Image
	orientation int
}

// withPicture decodes the photo within bounds and calls use with it; the
// memory is counted against the budget until use returns.
func withPicture(data []byte, use func(picture) (Image, error)) (Image, error) {
	f := sniff(data)
	if err := refuseAsPhoto(f); err != nil {
		return Image{}, err
	}
	if len(data) > MaxPhotoBytes {
		return Image{}, fault.Newf(fault.TooLarge, "照片有 %s，超过 15 MB。请用截图或较低的清晰度重拍后上传", megabytes(len(data))).On("file")
	}
	need, orientation, err := measure(f, data)
	if err != nil {
		return Image{}, err
	}
	ctx, stop := context.WithTimeout(context.Background(), decodeWait)
	defer stop()
	if err := decodes.Acquire(ctx, need); err != nil {
		return Image{}, fault.New(fault.Unavailable, "现在上传的人较多，照片还没有保存，请过一分钟再上传").After(time.Minute)
	}
	defer decodes.Release(need)
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return Image{}, broken(err)
	}
	return use(picture{Image: img, orientation: orientation})
}

// measure returns the memory that decoding needs in bytes and the orientation,
// from the headers alone.
func measure(f format, data []byte) (need int64, orientation int, err error) {
	cfg, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return 0, 0, broken(err)
	}
	if cfg.Width <= 0 || cfg.Height <= 0 {
		return 0, 0, broken(nil)
	}
	pixels := int64(cfg.Width) * int64(cfg.Height)
	tooMany := invalid("照片有 %d×%d 像素，太大了。请用截图或普通清晰度重拍后上传", cfg.Width, cfg.Height)
	if pixels > maxPixels {
		return 0, 0, tooMany
	}
	perPixel := 8.0 // WebP: the pixels and the tables of its lossless form
	if f == formatPNG {
		perPixel = pngPerPixel(data)
	}
	if f == formatJPEG {
		h := readJPEGHead(data)
		orientation, perPixel = h.orientation, h.samples
		if h.progressive {
			perPixel += 4 * h.samples // the decoder keeps every coefficient
		}
		if h.scans > maxScans || h.progressive && int64(h.scans)*pixels > maxWork {
			return 0, 0, broken(fmt.Errorf("%d scans", h.scans))
		}
	} else {
		orientation = chunkOrientation(f, data)
	}
	if need = int64(math.Ceil(perPixel * float64(pixels))); need > maxDecode {
		return 0, 0, tooMany
	}
	return min(max(need+need/8, decodeFloor), decodeBudget), orientation, nil
}

// pngPerPixel returns the bytes a pixel takes while a PNG (whose header has
// been read already) is decoded; interlacing holds a second, partial picture.
func pngPerPixel(data []byte) float64 {
	n := 4.0
	if data[24] == 16 {
		n = 8
	}
	if data[28] != 0 {
		n *= 1.5
	}
	return n
}

func broken(err error) error {
	return fault.Wrap(fault.Invalid, "照片不完整或已损坏，打不开。请重新拍摄或换一张上传", err).On("file")
}

// megabytes prints a size for people: "5 MB", "15.3 MB".
func megabytes(n int) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(n)/1e6), ".0") + " MB"
}
