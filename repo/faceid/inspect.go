package faceid

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ruxue/repo/tencent"
)

// Check reports whether the provider takes our keys, without comparing a face:
// a call without its parameters is refused for that, and free, once the
// signature was found right.
func (c *Client) Check(ctx context.Context) error {
	err := c.cloud.Call(ctx, "faceid", "2018-03-01", "ImageRecognitionV2", map[string]any{}, nil)
	var r *tencent.Refusal
	if errors.As(err, &r) && (strings.HasPrefix(r.Code, "MissingParameter") || strings.HasPrefix(r.Code, "InvalidParameter")) {
		return nil
	}
	if err == nil {
		return nil
	}
	return fmt.Errorf("asking the face service: %w", err)
}
