package simulator

import (
	"fmt"
	"image"
	"io"
)

// ReadQR returns the text of the QR code that fills a picture (PNG or JPEG), as
// a phone's scanner does.
func ReadQR(picture io.Reader) (string, error) {
	img, _, err := image.Decode(picture)
	if err != nil {
		return "", fmt.Errorf("reading a picture of a QR code: %w", err)
	}
	return readQR(img)
}
