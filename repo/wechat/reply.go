package wechat

import (
	"crypto/rand"
	"encoding/xml"
	"fmt"
	"strconv"

	"github.com/silenceper/wechat/v2/util"
)

type cdata struct {
	Text string `xml:",cdata"`
}

type replyXML struct {
	XMLName    xml.Name `xml:"xml"`
	To         cdata    `xml:"ToUserName"`
	From       cdata    `xml:"FromUserName"`
	CreateTime int64    `xml:"CreateTime"`
	Type       cdata    `xml:"MsgType"`
	Content    cdata    `xml:"Content"`
}

type sealedReply struct {
	XMLName   xml.Name `xml:"xml"`
	Encrypt   cdata    `xml:"Encrypt"`
	Signature cdata    `xml:"MsgSignature"`
	Timestamp string   `xml:"TimeStamp"`
	Nonce     cdata    `xml:"Nonce"`
}

// Reply is the body that answers a push with a text (被动回复用户消息), sealed
// when an AES key is set.
func (c *Client) Reply(p Push, text string) ([]byte, error) {
	now := c.cfg.Now()
	plain, err := xml.Marshal(replyXML{To: cdata{p.OpenID}, From: cdata{p.Account}, CreateTime: now.Unix(),
		Type: cdata{"text"}, Content: cdata{text}})
	if err != nil {
		return nil, fmt.Errorf("writing a reply: %w", err)
	}
	if c.cfg.EncodingAESKey == "" {
		return plain, nil
	}
	var salt [16]byte
	_, _ = rand.Read(salt[:])
	sealed, err := util.EncryptMsg(salt[:], plain, c.cfg.AppID, c.cfg.EncodingAESKey)
	if err != nil {
		return nil, fmt.Errorf("sealing a reply: %w", err)
	}
	stamp, nonce := strconv.FormatInt(now.Unix(), 10), rand.Text()[:10]
	out, err := xml.Marshal(sealedReply{Encrypt: cdata{string(sealed)}, Timestamp: stamp, Nonce: cdata{nonce},
		Signature: cdata{util.Signature(c.cfg.Token, stamp, nonce, string(sealed))}})
	if err != nil {
		return nil, fmt.Errorf("writing a sealed reply: %w", err)
	}
	return out, nil
}
