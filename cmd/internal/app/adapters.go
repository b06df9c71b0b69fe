package app

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"ruxue/handler"
	"ruxue/repo/blob"
	"ruxue/repo/wechat"
	"ruxue/service/campaign"
	"ruxue/service/notice"
	"ruxue/service/sealed"
	"ruxue/service/student"
)

// octets is the blob store of sealed files: what they are shows in no type.
type octets struct{ *blob.Store }

// Put implements sealed.Store.
func (o octets) Put(ctx context.Context, key string, data []byte) error {
	return o.Store.Put(ctx, key, data, "application/octet-stream")
}

// files are the sealed files of every domain.
func (a *App) files() sealed.Files { return sealed.Files{Store: octets{a.blobs}, Cipher: a.ring} }

// official is the WeChat client as the handlers see it.
type official struct {
	*wechat.Client
	follow *followCode
}

// followCode keeps the code that follows the account: a temporary one lives 30
// days, and every page of every student shows the same.
type followCode struct {
	mu    sync.Mutex
	code  string
	until time.Time
}

const (
	followLife = 30 * 24 * time.Hour
	followKept = 24 * time.Hour
)

// AuthorizeURL implements handler.WeChat.
func (o official) AuthorizeURL(redirectURI, state string) string {
	return o.Client.AuthorizeURL(redirectURI, wechat.ScopeBase, state)
}

// Exchange implements handler.WeChat.
func (o official) Exchange(ctx context.Context, code string) (string, bool, error) {
	u, err := o.Client.Exchange(ctx, code)
	return u.OpenID, u.Snapshot, err
}

// Push implements handler.WeChat.
func (o official) Push(r *http.Request) (handler.Push, error) {
	p, err := o.ParsePush(r)
	return handler.Push{Type: p.Type, Event: p.Event, OpenID: p.OpenID, EventKey: p.EventKey, MsgID: p.MsgID,
		Status: p.Status, DedupeKey: p.DedupeKey, CreateTime: p.CreateTime, Text: p.Text, Account: p.Account, Raw: p.Raw}, err
}

// Reply implements handler.WeChat.
func (o official) Reply(p handler.Push, text string) ([]byte, error) {
	return o.Client.Reply(wechat.Push{OpenID: p.OpenID, Account: p.Account}, text)
}

// SceneQR implements handler.WeChat.
func (o official) SceneQR(ctx context.Context, scene string, life time.Duration) (string, error) {
	code, _, err := o.TempQR(ctx, scene, life)
	return code, err
}

// FollowQR implements handler.WeChat.
func (o official) FollowQR(ctx context.Context, scene string) (string, error) {
	o.follow.mu.Lock()
	defer o.follow.mu.Unlock()
	if time.Now().Before(o.follow.until) {
		return o.follow.code, nil
	}
	code, _, err := o.TempQR(ctx, scene, followLife)
	if err != nil {
		return "", err
	}
	o.follow.code, o.follow.until = code, time.Now().Add(followKept)
	return code, nil
}

// announcer queues the message with the student number.
type announcer struct {
	outbox *notice.Outbox
	base   string
}

// Registered implements registration.Announcer. A campaign without the
// template sends nothing: the page shows the number anyway.
func (a announcer) Registered(ctx context.Context, c *campaign.Campaign, e *student.Enrolment) error {
	m, ok := notice.ForCampaign(c, "student_number", map[string]string{"name": student.MaskName(e.Person.Name),
		"number": e.Number, "major": e.Major, "time": campaign.DateTime(time.Now())})
	if !ok {
		return nil
	}
	m.EnrolmentID, m.DedupeKey, m.URL = e.ID, "registered:"+e.Ref, a.base+"/c/"+c.Code+"/"
	return a.outbox.Add(ctx, m)
}

// counter registers a counter by name and returns what counts it up.
func (a *App) counter(name, help string) func(string) {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, []string{"name"})
	a.registry.MustRegister(c)
	return func(what string) { c.WithLabelValues(what).Inc() }
}
