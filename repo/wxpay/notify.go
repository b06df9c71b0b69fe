package wxpay

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/wechatpay-apiv3/wechatpay-go/services/payments"

	"ruxue/service/fault"
	"ruxue/service/payment"
)

// maxNotify bounds a callback's body in bytes; real ones have about 2 KiB.
const maxNotify = 64 << 10

// ErrProbe is in the chain when the callback is WeChat Pay's own test of
// whether we verify signatures (SIGNTEST): refuse it, but raise no alarm.
var ErrProbe = errors.New("a signature probe of WeChat Pay")

type envelope struct {
	EventType string `json:"event_type"`
	Resource  *struct {
		Algorithm      string `json:"algorithm"`
		Ciphertext     string `json:"ciphertext"`
		AssociatedData string `json:"associated_data"`
		Nonce          string `json:"nonce"`
	} `json:"resource"`
}

// ParseNotify reads, verifies and decrypts a callback. It must be the first to
// read the body. Kinds of error: fault.TooLarge above 64 KiB;
// fault.Unauthorized for a missing, wrong or old signature (errors.Is ErrProbe
// for a probe): answer 401; fault.Invalid for what is signed but malformed.
func (c *Client) ParseNotify(w http.ResponseWriter, r *http.Request) (ev payment.Event, err error) {
	defer func() {
		if p := recover(); p != nil { // the SDK trusts what is signed
			ev, err = payment.Event{}, malformed("a panic while reading it")
		}
	}()
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxNotify))
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return ev, fault.Wrap(fault.TooLarge, "回调报文过大", errors.New("a callback above 64 KiB"))
		}
		return ev, malformed("the body ended early")
	}
	if strings.HasPrefix(r.Header.Get("Wechatpay-Signature"), "WECHATPAY/SIGNTEST/") {
		return ev, fault.Wrap(fault.Unauthorized, "签名验证失败", ErrProbe)
	}
	if t := r.Header.Get("Wechatpay-Signature-Type"); t != "" && t != "WECHATPAY2-SHA256-RSA2048" {
		return ev, fault.Wrap(fault.Unauthorized, "签名验证失败", errors.New("an unknown signature type"))
	}
	signed := &http.Request{Header: r.Header, Body: io.NopCloser(bytes.NewReader(body))}
	if c.incoming.Validate(r.Context(), signed) != nil {
		return ev, fault.Wrap(fault.Unauthorized, "签名验证失败", errors.New("a callback whose signature does not verify"))
	}
	return c.read(body)
}

// read takes a verified body.
func (c *Client) read(body []byte) (payment.Event, error) {
	var e envelope
	if json.Unmarshal(body, &e) != nil || e.Resource == nil {
		return payment.Event{}, malformed("no JSON with a resource")
	}
	trade := strings.HasPrefix(e.EventType, "TRANSACTION.")
	if !trade && !strings.HasPrefix(e.EventType, "REFUND.") {
		return payment.Event{Kind: payment.OtherEvent, Source: "callback"}, nil
	}
	if e.Resource.Algorithm != "AEAD_AES_256_GCM" || len(e.Resource.Nonce) != c.aead.NonceSize() {
		return payment.Event{}, malformed("an unknown cipher")
	}
	sealed, err := base64.StdEncoding.DecodeString(e.Resource.Ciphertext)
	if err != nil {
		return payment.Event{}, malformed("a ciphertext that is not base64")
	}
	plain, err := c.aead.Open(nil, []byte(e.Resource.Nonce), sealed, []byte(e.Resource.AssociatedData))
	if err != nil {
		return payment.Event{}, malformed("a ciphertext of another key")
	}
	if trade {
		return readTrade(plain)
	}
	return readRefund(plain)
}

// readTrade takes a decrypted TRANSACTION.* resource.
func readTrade(plain []byte) (payment.Event, error) {
	var tx payments.Transaction
	if json.Unmarshal(plain, &tx) != nil {
		return payment.Event{}, malformed("a transaction that is no JSON")
	}
	ev, err := tradeEvent(tx, "callback")
	if err != nil {
		return payment.Event{}, malformed(err.Error())
	}
	return ev, nil
}

// readRefund takes a decrypted REFUND.* resource.
func readRefund(plain []byte) (payment.Event, error) {
	var ans refundAnswer
	if json.Unmarshal(plain, &ans) != nil {
		return payment.Event{}, malformed("a refund that is no JSON")
	}
	ev, ok := ans.event("callback")
	if !ok {
		return payment.Event{}, malformed("a refund without number or state")
	}
	return ev, nil
}

func malformed(why string) error {
	return fault.Wrap(fault.Invalid, "回调报文有误", fmt.Errorf("a malformed callback: %s", why))
}
