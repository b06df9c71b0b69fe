package wxpay

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core/consts"

	"ruxue/service/payment"
)

const (
	// maxBill bounds a bill in bytes: some 100,000 orders.
	maxBill = 64 << 20
	// billTimeout bounds the download of one.
	billTimeout = 2 * time.Minute
)

// Bill implements payment.Bills. The file's address and SHA-1 come in a signed
// answer; a file that does not have it (changed, or cut) is refused.
func (c *Client) Bill(ctx context.Context, kind payment.BillKind, day time.Time) ([]byte, error) {
	path := "/v3/bill/tradebill?bill_type=ALL&bill_date="
	if kind == payment.FundBill {
		path = "/v3/bill/fundflowbill?account_type=BASIC&bill_date="
	}
	var out struct {
		HashType    string `json:"hash_type"`
		HashValue   string `json:"hash_value"`
		DownloadURL string `json:"download_url"`
	}
	if err := c.call(ctx, "bill", path+day.In(beijing).Format(time.DateOnly), nil, &out); err != nil {
		var e *payment.GatewayError
		switch {
		case errors.As(err, &e) && e.Code == "NO_STATEMENT_EXIST":
			return nil, fmt.Errorf("%w: %w", payment.ErrNoBill, err)
		case errors.As(err, &e) && e.Code == "STATEMENT_CREATING":
			return nil, fmt.Errorf("%w: %w", payment.ErrBillNotReady, err)
		}
		return nil, err
	}
	address, err := url.Parse(out.DownloadURL)
	if err != nil || out.HashType != "SHA1" || out.HashValue == "" {
		return nil, &payment.GatewayError{Op: "bill", Outcome: payment.Unknown, Code: "malformed"}
	}
	body, err := c.download(ctx, address)
	if err != nil {
		return nil, err
	}
	sum := sha1.Sum(body) // WeChat Pay's choice: it guards against damage, not against forgery
	if !strings.EqualFold(hex.EncodeToString(sum[:]), out.HashValue) {
		return nil, &payment.GatewayError{Op: "bill", Outcome: payment.Unknown, Code: "hash"}
	}
	return body, nil
}

// download gets a bill's file, whose answer is not signed.
func (c *Client) download(ctx context.Context, address *url.URL) ([]byte, error) {
	res, err := c.files.Get(ctx, consts.WechatPayAPIServer+address.RequestURI())
	if res != nil && res.Response != nil && res.Response.Body != nil {
		defer func() { _ = res.Response.Body.Close() }()
	}
	if err != nil {
		return nil, classify("bill file", err)
	}
	if res.Response.StatusCode != http.StatusOK {
		return nil, &payment.GatewayError{Op: "bill file", Outcome: payment.Unknown, Code: "status"}
	}
	body, err := io.ReadAll(res.Response.Body)
	if err != nil || len(body) > maxBill {
		return nil, &payment.GatewayError{Op: "bill file", Outcome: payment.Unknown, Code: "eof"}
	}
	return body, nil
}

var _ payment.Bills = (*Client)(nil)
