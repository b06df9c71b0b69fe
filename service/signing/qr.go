package signing

import (
	"fmt"

	"rsc.io/qr"
)

// QRPNG returns the text as a QR code: PNG, 8 pixels a module, error correction
// M (15 % may be covered), with the quiet zone scanners need.
func QRPNG(text string) ([]byte, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil, fmt.Errorf("making a QR code of %d bytes: %w", len(text), err)
	}
	return code.PNG(), nil
}
