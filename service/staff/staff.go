// Package staff owns the accounts of those who work with students' cases: who
// they are, what their role allows, how they log in, prove a second factor and
// bind their WeChat. What they decide about students belongs to other packages.
package staff

import (
	"slices"
	"time"
)

// Role is what an account is for; it decides what its holder may do.
type Role string

// The roles.
const (
	Administrator Role = "administrator"
	Registrar     Role = "registrar"
	Finance       Role = "finance"
	Site          Role = "site" // of a teaching site: sees her sites' students only
)

// Roles are all roles, in the order in which pages list them.
func Roles() []Role { return []Role{Administrator, Registrar, Finance, Site} }

// Words is the role's name on pages.
func (r Role) Words() string {
	switch r {
	case Administrator:
		return "管理员"
	case Registrar:
		return "学籍老师"
	case Finance:
		return "财务老师"
	case Site:
		return "教学点老师"
	}
	return "未知角色"
}

// Actor is the person of the staff who does something.
type Actor struct {
	ID    int64
	Ref   string
	Name  string
	Role  Role
	Sites []string // codes; of the role Site alone
	// Office is where she works, "" if nobody said.
	Office string
	// ReviewOnly marks a session that a template message's link opened.
	ReviewOnly bool
}

// May reports whether the actor may do what the permission names. A session
// from a template message's link may read students and decide reviews, where
// the role may, and nothing else.
func (a Actor) May(p Permission) bool {
	if a.ReviewOnly && p != Review && p != StudentsRead {
		return false
	}
	return a.Role.May(p)
}

// Scope is which students the actor may see.
func (a Actor) Scope() Scope {
	if a.Role == Site {
		return Scope{Sites: a.Sites}
	}
	return Scope{All: a.Role.known()}
}

// Scope is a set of students by their teaching sites. The zero Scope covers
// nobody.
type Scope struct {
	All   bool
	Sites []string // codes; read only where All is false
}

// Covers reports whether students of the site with that code are in the scope.
func (s Scope) Covers(site string) bool { return s.All || slices.Contains(s.Sites, site) }

// Account is one person's account as it is stored.
type Account struct {
	ID           int64
	Ref          string
	Login        string // lower case
	Name         string
	Office       string
	Role         Role
	Sites        []string
	Disabled     bool
	Epoch        int // sessions of another epoch have ended
	PasswordHash string
	PasswordOwn  bool // false while the one-time password must be replaced
	TOTP         bool // an authenticator app is set up
	ScanFactor   bool // a login may be confirmed by scanning with the bound WeChat
	FactorAt     *time.Time
	OpenID       string // of the bound WeChat, "" for none
	BoundAt      *time.Time
	LastLoginAt  *time.Time
	CreatedAt    time.Time
}

// Actor is the account's holder with all that her role allows.
func (a *Account) Actor() Actor {
	return Actor{ID: a.ID, Ref: a.Ref, Name: a.Name, Office: a.Office, Role: a.Role, Sites: a.Sites}
}

// Session is a login of staff on one device, kept in Redis under the SHA-256 of
// its cookie.
type Session struct {
	Hash       string `json:"-"` // SHA-256 of the cookie, hex
	StaffID    int64
	Epoch      int
	Proven     bool // the second factor was proven, or none was demanded
	ReviewOnly bool
	OpenID     string `json:",omitempty"` // of the WeChat that opened a review-only session
	Next       string `json:",omitempty"` // the address that was asked for before the login, for the steps after the password
	LoginAt    time.Time
	SeenAt     time.Time // of the last act of a person, not of a page's script
}

// Idle is how long a session lives after its holder's last act, and Longest how
// long it lives at all.
const (
	Idle    = 30 * time.Minute
	Longest = 12 * time.Hour
)

// Alive reports whether the session still counts at the time.
func (s Session) Alive(now time.Time) bool {
	longest := Longest
	if s.ReviewOnly {
		longest = ReviewLongest
	}
	return s.StaffID != 0 && now.Sub(s.SeenAt) < Idle && now.Sub(s.LoginAt) < longest
}
