// Package notice owns what is told to people later: rows of an outbox that are
// written with what caused them, and the worker that sends them. Login codes
// never enter it: they are sent at once or not at all.
package notice

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/fault"
	"ruxue/service/reference"
)

// Kind is the way a message travels.
type Kind string

// The kinds of message.
const (
	KindTemplate Kind = "template" // WeChat template message
	KindSMS      Kind = "sms"
)

// Message is one thing to be told to one person: the student of EnrolmentID,
// or the staff account StaffID. Exactly one of the two is set.
type Message struct {
	Kind        Kind
	EnrolmentID int64
	StaffID     int64
	// DedupeKey names the cause ("registered:<ref>"): a second message with the
	// same key is dropped, so a retried transaction tells nobody twice.
	DedupeKey string
	// TemplateName is the product's own name of the template; which template of
	// the account it is stands in the configuration.
	TemplateName string
	// TemplateID names the account's template itself, where the caller knows it
	// (a campaign's); Values then are keyed by the template's own field names.
	TemplateID string
	// URL is opened when the message is tapped; "" for none.
	URL string
	// Values are the template's fields by the product's names.
	Values map[string]string
	// Instead goes out when WeChat does not reach the person; nil for nothing.
	Instead *Instead
	// NotBefore is the earliest time to send; zero for at once.
	NotBefore time.Time
}

// Instead is the text message in place of a template message.
type Instead struct {
	TemplateID string   `json:"template_id"`
	Params     []string `json:"params"`
}

// State is where a message is on its way.
type State string

// The states. Accepted means that the provider took it, Delivered that it told
// us so; Unknown is a message of which neither can be said any more.
const (
	Queued    State = "queued"
	Sending   State = "sending" // an SMS that one worker is handing over
	Accepted  State = "accepted"
	Delivered State = "delivered"
	Failed    State = "failed"
	Unknown   State = "unknown"
)

// Words returns the state's word for staff.
func (s State) Words() string {
	switch s {
	case Queued, Sending:
		return "待发送"
	case Accepted:
		return "已提交"
	case Delivered:
		return "已送达"
	case Failed:
		return "发送失败"
	default:
		return "结果未知"
	}
}

// Row is a message in the outbox.
type Row struct {
	Ref         string // also WeChat's client_msg_id
	Kind        Kind
	EnrolmentID int64
	StaffID     int64
	DedupeKey   string
	Payload     Payload
	State       State
	Tries       int
	NotBefore   time.Time
	// UncertainSince is when the first hand-over began of which it is not known
	// whether WeChat took it; nil while there is none.
	UncertainSince *time.Time
	MessageID      string
	Code           string // provider's code of the last failure
	Reason         string // simplified Chinese, for staff
	CreatedAt      time.Time
	DoneAt         *time.Time
}

// Payload is the part of a row that is encrypted at rest.
type Payload struct {
	TemplateName string            `json:"template"`
	TemplateID   string            `json:"template_id,omitempty"`
	URL          string            `json:"url,omitempty"`
	Values       map[string]string `json:"values,omitempty"`
	Instead      *Instead          `json:"instead,omitempty"`
}

// Writer stores a new row, in the caller's transaction when there is one. It
// reports false when the dedupe key is already there.
type Writer interface {
	Insert(ctx context.Context, row Row) (bool, error)
}

// Outbox takes messages.
type Outbox struct {
	store Writer
	now   func() time.Time
}

// NewOutbox returns an outbox over the store.
func NewOutbox(store Writer, now func() time.Time) *Outbox { return &Outbox{store: store, now: now} }

// Add writes the message with what caused it: it joins the transaction that ctx
// carries, and is sent only if that commits.
func (o *Outbox) Add(ctx context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	now := o.now()
	row := Row{
		Ref: reference.New(), Kind: m.Kind, EnrolmentID: m.EnrolmentID, StaffID: m.StaffID, DedupeKey: m.DedupeKey,
		Payload: Payload{TemplateName: m.TemplateName, TemplateID: m.TemplateID, URL: m.URL, Values: m.Values, Instead: m.Instead},
		State:   Queued, NotBefore: m.NotBefore, CreatedAt: now,
	}
	if row.NotBefore.Before(now) {
		row.NotBefore = now
	}
	if _, err := o.store.Insert(ctx, row); err != nil {
		return fmt.Errorf("writing a message to the outbox: %w", err)
	}
	return nil
}

func (m Message) check() error {
	switch {
	case m.Kind != KindTemplate && m.Kind != KindSMS:
		return fault.New(fault.Internal, "消息类型不正确")
	case (m.EnrolmentID == 0) == (m.StaffID == 0):
		return fault.New(fault.Internal, "消息须有且只有一个接收人")
	case m.DedupeKey == "" || len(m.DedupeKey) > 128:
		return fault.New(fault.Internal, "消息缺少防重标识")
	case m.TemplateName == "":
		return fault.New(fault.Internal, "消息缺少模板")
	}
	return nil
}
