package wechat

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/util"

	"ruxue/service/fault"
)

const (
	// maxPush bounds the body of a push in bytes; WeChat's are below 4 KiB.
	maxPush = 64 << 10
	// maxAge is how far a push's timestamp may be from our clock.
	maxAge = 5 * time.Minute
)

// Push is something that happened in the Official Account.
type Push struct {
	Type       string // text, event …
	Event      string // subscribe, unsubscribe, SCAN, CLICK, VIEW, TEMPLATESENDJOBFINISH …
	OpenID     string
	EventKey   string // as sent: a scan that follows says qrscene_<scene>
	MsgID      string // of a message, or of the template message that was delivered
	Status     string // TEMPLATESENDJOBFINISH: success, failed:user block …
	CreateTime time.Time
	Text       string // of a text message
	Account    string // the original id of the Official Account (gh_…)
	Raw        []byte // the body as it came, for who forwards it
	// DedupeKey is the same for every repetition of one push: WeChat sends it
	// again when it is not answered within 5 s.
	DedupeKey string
}

// Scene returns the scene of a scanned QR code: a scan that follows the account
// says it with a prefix, one by a follower without.
func (p Push) Scene() string {
	if p.Event != "subscribe" && p.Event != "SCAN" {
		return ""
	}
	return strings.TrimPrefix(p.EventKey, "qrscene_")
}

type envelope struct {
	Encrypt string `xml:"Encrypt"`
}

type pushXML struct {
	To         string `xml:"ToUserName"`
	From       string `xml:"FromUserName"`
	CreateTime int64  `xml:"CreateTime"`
	Type       string `xml:"MsgType"`
	Event      string `xml:"Event"`
	EventKey   string `xml:"EventKey"`
	MsgID      string `xml:"MsgId"` // of messages
	JobID      string `xml:"MsgID"` // of TEMPLATESENDJOBFINISH
	Status     string `xml:"Status"`
	Content    string `xml:"Content"`
}

// Echo answers the GET by which WeChat checks the address: it returns echostr
// if the signature is right and fresh, else fault.Forbidden.
func (c *Client) Echo(r *http.Request) (string, error) {
	q := r.URL.Query()
	if err := c.signed(q, q.Get("signature")); err != nil {
		return "", err
	}
	return q.Get("echostr"), nil
}

// ParsePush reads a pushed message. Once an AES key is configured a plain one
// is refused: its body is covered by no signature. A wrong or stale signature
// is fault.Forbidden, a malformed body fault.Invalid.
func (c *Client) ParsePush(r *http.Request) (Push, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxPush+1))
	if err != nil {
		return Push{}, fault.Wrap(fault.Invalid, "消息没有传完", errors.New("the push was cut off"))
	}
	if len(body) > maxPush {
		return Push{}, fault.New(fault.TooLarge, "消息太大")
	}
	q, raw := r.URL.Query(), body
	if c.cfg.EncodingAESKey == "" {
		err = c.signed(q, q.Get("signature"))
	} else {
		body, err = c.decrypt(q, body)
	}
	if err != nil {
		return Push{}, err
	}
	p, err := decodePush(body)
	p.Raw = raw
	return p, err
}

func (c *Client) decrypt(q url.Values, body []byte) ([]byte, error) {
	var e envelope
	if err := xml.Unmarshal(body, &e); err != nil {
		return nil, badPush("its XML does not parse")
	}
	if e.Encrypt == "" {
		return nil, forbidden("a plain push although an AES key is set")
	}
	if err := c.signed(q, q.Get("msg_signature"), e.Encrypt); err != nil {
		return nil, err
	}
	_, plain, err := util.DecryptMsg(c.cfg.AppID, e.Encrypt, c.cfg.EncodingAESKey)
	if err != nil {
		return nil, forbidden("it does not decrypt with our key and app id")
	}
	return plain, nil
}

// signed checks SHA-1 over the sorted token, timestamp, nonce and extra in
// constant time, then the timestamp's age.
func (c *Client) signed(q url.Values, signature string, extra ...string) error {
	stamp := q.Get("timestamp")
	want := util.Signature(append([]string{c.cfg.Token, stamp, q.Get("nonce")}, extra...)...)
	if c.cfg.Token == "" || subtle.ConstantTimeCompare([]byte(want), []byte(signature)) != 1 {
		return forbidden("the signature is wrong")
	}
	sec, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return forbidden("the timestamp is no number")
	}
	if age := c.cfg.Now().Sub(time.Unix(sec, 0)); age > maxAge || age < -maxAge {
		return forbidden("the timestamp is stale")
	}
	return nil
}

func decodePush(body []byte) (Push, error) {
	var x pushXML
	if err := xml.Unmarshal(body, &x); err != nil {
		return Push{}, badPush("its XML does not parse")
	}
	p := Push{
		Type: x.Type, Event: x.Event, OpenID: x.From, EventKey: x.EventKey, MsgID: x.MsgID, Status: x.Status,
		CreateTime: time.Unix(x.CreateTime, 0), Text: x.Content, Account: x.To,
	}
	if p.MsgID == "" {
		p.MsgID = x.JobID
	}
	if p.OpenID == "" || p.Type == "" {
		return Push{}, badPush("it names no sender or type")
	}
	p.DedupeKey = fmt.Sprintf("event:%s:%d:%s:%s", x.From, x.CreateTime, x.Event, x.JobID)
	if x.MsgID != "" {
		p.DedupeKey = "message:" + x.MsgID
	}
	return p, nil
}

func forbidden(why string) error {
	return fault.Wrap(fault.Forbidden, "消息签名不正确", errors.New("a wechat push is refused: "+why))
}

func badPush(why string) error {
	return fault.Wrap(fault.Invalid, "消息格式不正确", errors.New("a wechat push is unreadable: "+why))
}

// SignedQuery is the query of WeChat's check of the server address, signed by
// our token, so that the address can be tried before WeChat does.
func (c *Client) SignedQuery(echo string) url.Values {
	stamp, nonce := strconv.FormatInt(c.cfg.Now().Unix(), 10), rand.Text()[:10]
	return url.Values{"timestamp": {stamp}, "nonce": {nonce}, "echostr": {echo},
		"signature": {util.Signature(c.cfg.Token, stamp, nonce)}}
}
