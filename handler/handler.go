// Package handler owns HTTP: it turns requests into calls of services and
// their answers into pages or JSON. One flat package, one file per domain; no
// rule of the product is decided here.
package handler

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"ruxue/h5"
	"ruxue/service/admission"
	"ruxue/service/application"
	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/captcha"
	"ruxue/service/enrolment"
	"ruxue/service/evidence"
	"ruxue/service/export"
	"ruxue/service/face"
	"ruxue/service/fiscal"
	"ruxue/service/notice"
	"ruxue/service/payment"
	"ruxue/service/photo"
	"ruxue/service/registration"
	"ruxue/service/review"
	"ruxue/service/roster"
	"ruxue/service/signing"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// Sessions keeps the students' sessions.
type Sessions interface {
	Get(ctx context.Context, token string) (student.Session, bool, error)
	Peek(ctx context.Context, token string) (student.Session, bool, error) // without sliding its life
	Put(ctx context.Context, token string, s student.Session) error
	// Edit may run change again, on what another request wrote meanwhile.
	Edit(ctx context.Context, token string, change func(*student.Session)) (student.Session, error)
	Rename(ctx context.Context, old string, next func(last student.Session, found bool) student.Session) (string, student.Session, error)
	Delete(ctx context.Context, token string) error
	// EndedUntil is when staff last ended all sessions of the student, zero for never.
	EndedUntil(ctx context.Context, enrolmentID int64) (time.Time, error)
}

// Tx runs a function in one database transaction.
type Tx interface {
	InTx(ctx context.Context, fn func(ctx context.Context) error) error
}

// Starts says which campaigns have not started although their window has begun.
type Starts interface {
	Held(ctx context.Context, c *campaign.Campaign) (bool, error)
	Lack(ctx context.Context, c *campaign.Campaign) (campaign.Lack, error)
}

// Limiter counts acts against a limit in a window.
type Limiter = student.Limiter

// Pinger is a system that /readyz asks.
type Pinger interface {
	Ping(ctx context.Context) error
}

// Deps are the parts that the App wires together.
type Deps struct {
	BaseURL     *url.URL
	Proxies     []string          // trusted, none by default
	VerifyFiles map[string]string // MP_verify_*.txt
	AppID       string
	MchID       string
	FollowScene string

	Pages     *h5.Set
	Sessions  Sessions
	NewToken  func() string
	Tx        Tx
	Limiter   Limiter
	Uploads   int // per hour and enrolment
	Campaigns *campaign.Service
	Starts    Starts
	// CampaignEditor changes them in the console.
	CampaignEditor CampaignEditor
	Students       *student.Service
	Passwords      *student.Passwords
	Captcha        *captcha.Service
	Registration   *registration.Service
	Sections       *enrolment.Sections
	Attachments    *enrolment.Attachments
	Applications   *application.Service
	Faces          *face.Service
	Signing        *signing.Service
	Handoffs       *signing.Handoffs
	Evidence       *evidence.Service
	// Verifications bounds the public verification page per hour and address.
	Verifications int
	Payments      *payment.Service
	PayNotify     PayNotifier
	// Probed knows the mark of the doctor's own callback.
	Probed      func(mark string) bool
	Till        Till
	Bills       payment.Bills
	ReportSheet ReportSheet
	Receipts    *fiscal.Desk
	// ReceiptTemplate writes an empty list of fiscal receipts.
	ReceiptTemplate func(out io.Writer) error
	WeChat          WeChat
	Replies         Replies
	Delivery        *notice.Deliveries
	Messages        *notice.History
	Audit           Auditor
	Ledger          Ledger
	AuditLog        audit.Searcher
	Reminders       Reminders
	Staff           *staff.Service
	StaffSessions   StaffSessions
	Reviews         *review.Service
	Roster          *roster.Service
	StaffSites      StaffSites
	StaffLinks      *staff.Links
	Exports         *export.Service
	Lists           *admission.Desk
	ListedPhotos    *photo.Desk
	Carrier         *admission.Carrier
	ListFiles       ListFiles

	Ready    map[string]Pinger
	Now      func() time.Time
	Log      *slog.Logger
	Registry prometheus.Registerer
	// Stopping is closed when the server begins to stop: long answers end.
	Stopping <-chan struct{}
}

// Handler serves every page and callback.
type Handler struct {
	Deps
	secure  bool // https: __Host- cookies
	engine  *gin.Engine
	serve   http.Handler // the engine behind the cross-origin check
	metrics *metrics
	nav     []navEntry // of the console, as far as its pages have routes
}

// New builds the routes. It fails on a trusted proxy that is no address.
func New(d Deps) (*Handler, error) {
	gin.SetMode(gin.ReleaseMode)
	h := &Handler{Deps: d, secure: d.BaseURL.Scheme == "https", engine: gin.New(), metrics: newMetrics(d.Registry)}
	if err := h.engine.SetTrustedProxies(d.Proxies); err != nil {
		return nil, fmt.Errorf("reading the trusted proxies: %w", err)
	}
	h.engine.HandleMethodNotAllowed = true
	h.routes()
	guard := http.NewCrossOriginProtection()
	if err := guard.AddTrustedOrigin(d.BaseURL.Scheme + "://" + d.BaseURL.Host); err != nil {
		return nil, fmt.Errorf("reading base_url: %w", err)
	}
	guard.SetDenyHandler(http.HandlerFunc(h.crossOrigin))
	h.serve = guard.Handler(h.engine)
	return h, nil
}

// headOnly marks the context of a HEAD request.
type headOnly struct{}

// ServeHTTP answers one request. HEAD is GET whose body net/http drops: links
// and monitors ask with it for whatever a person may open.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodHead {
		r = r.WithContext(context.WithValue(r.Context(), headOnly{}, true))
		r.Method = http.MethodGet
	}
	h.serve.ServeHTTP(w, r)
}

// Routes lists every route as "METHOD template", so that a test can demand an
// expectation for each.
func (h *Handler) Routes() []string {
	var out []string
	for _, r := range h.engine.Routes() {
		out = append(out, r.Method+" "+r.Path)
	}
	return out
}
