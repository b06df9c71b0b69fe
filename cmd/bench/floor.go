package main

import (
	"context"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"ruxue/repo/simulator"
)

// floor takes a callback as straight code can: it verifies, decrypts and runs
// the statements of floor_sql.go. It is no product: it judges nothing that a
// callback of this bench does not hold.
type floor struct {
	db       *pool
	serial   string
	key      *rsa.PublicKey
	aead     cipher.AEAD
	messages map[int64]message // by enrolment, ready-made
}

// message is an outbox row as the App wrote it in an earlier round.
type message struct {
	EnrolmentID int64  `db:"enrolment_id"`
	Ref         string `db:"ref"`
	DedupeKey   string `db:"dedupe_key"`
	Template    string `db:"template"`
	Payload     []byte `db:"payload_cipher"`
}

// newFloor takes its messages from the rows that the App left.
func newFloor(ctx context.Context, db *pool, sim simulator.Config) (*floor, error) {
	f := &floor{db: db, serial: sim.PlatformPublicKeyID, messages: map[int64]message{}}
	block, _ := pem.Decode([]byte(sim.PlatformPublicKey))
	if block == nil {
		return nil, errors.New("the simulator's public key is no PEM")
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("reading the simulator's public key: %w", err)
	}
	f.key, _ = key.(*rsa.PublicKey)
	b, err := aes.NewCipher([]byte(sim.APIv3Key))
	if err != nil {
		return nil, fmt.Errorf("reading the APIv3 key: %w", err)
	}
	if f.aead, err = cipher.NewGCM(b); err != nil {
		return nil, fmt.Errorf("reading the APIv3 key: %w", err)
	}
	var all []message
	if err := db.SelectContext(ctx, &all, `SELECT enrolment_id, ref, dedupe_key, template, payload_cipher FROM outbox`); err != nil {
		return nil, fmt.Errorf("reading the App's messages: %w", err)
	}
	for _, m := range all {
		f.messages[m.EnrolmentID] = m
	}
	return f, nil
}

// ServeHTTP takes one callback.
func (f *floor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || !f.verified(r.Header, body) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	t, err := f.open(body)
	if err == nil {
		err = f.settle(r.Context(), t)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (f *floor) verified(h http.Header, body []byte) bool {
	at, err := strconv.ParseInt(h.Get("Wechatpay-Timestamp"), 10, 64)
	if err != nil || time.Since(time.Unix(at, 0)).Abs() > 5*time.Minute || h.Get("Wechatpay-Serial") != f.serial {
		return false
	}
	sig, err := base64.StdEncoding.DecodeString(h.Get("Wechatpay-Signature"))
	if err != nil {
		return false
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d\n%s\n%s\n", at, h.Get("Wechatpay-Nonce"), body))
	return rsa.VerifyPKCS1v15(f.key, crypto.SHA256, sum[:], sig) == nil
}

// trade is what a callback says.
type trade struct {
	AppID         string    `json:"appid"`
	MchID         string    `json:"mchid"`
	OutTradeNo    string    `json:"out_trade_no"`
	TransactionID string    `json:"transaction_id"`
	TradeType     string    `json:"trade_type"`
	BankType      string    `json:"bank_type"`
	SuccessTime   time.Time `json:"success_time"`
	Payer         struct {
		OpenID string `json:"openid"`
	} `json:"payer"`
	Amount struct {
		Total      int64  `json:"total"`
		PayerTotal int64  `json:"payer_total"`
		Currency   string `json:"currency"`
	} `json:"amount"`
}

func (f *floor) open(body []byte) (t trade, err error) {
	var e struct {
		Resource struct {
			Ciphertext     string `json:"ciphertext"`
			AssociatedData string `json:"associated_data"`
			Nonce          string `json:"nonce"`
		} `json:"resource"`
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return t, fmt.Errorf("reading a callback: %w", err)
	}
	sealed, err := base64.StdEncoding.DecodeString(e.Resource.Ciphertext)
	if err != nil {
		return t, fmt.Errorf("reading a callback: %w", err)
	}
	plain, err := f.aead.Open(nil, []byte(e.Resource.Nonce), sealed, []byte(e.Resource.AssociatedData))
	if err != nil {
		return t, fmt.Errorf("opening a callback: %w", err)
	}
	if err := json.Unmarshal(plain, &t); err != nil {
		return t, fmt.Errorf("reading a trade: %w", err)
	}
	return t, nil
}
