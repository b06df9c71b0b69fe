package mysql_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"ruxue/repo/mysql"
	"ruxue/repo/repotest"
	"ruxue/service/reference"
)

// post is a database with students who have a phone and a WeChat account, and
// a clock.
type post struct {
	raw  *sqlx.DB
	db   *mysql.DB
	ids  []int64
	refs []string

	mu  sync.Mutex
	now time.Time
}

func (p *post) clock() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

func (p *post) pass(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = p.now.Add(d)
}

const postApp = "wxapp"

func newPost(t *testing.T, students int) *post {
	t.Helper()
	ring := repotest.Ring(t)
	p := &post{raw: repotest.MySQL(t), now: time.Date(2026, 3, 12, 6, 0, 0, 0, time.UTC)}
	p.db = mysql.New(p.raw, ring, p.clock)
	p.raw.MustExec(`INSERT INTO campaign (id, code, version, created_at, updated_at) VALUES (1, 'hhu', 1, NOW(6), NOW(6)), (2, 'wust', 1, NOW(6), NOW(6))`)
	for i := range students {
		id, ref := int64(i+1), reference.New()
		phone, err := ring.Seal(fmt.Appendf(nil, "1380013%04d", i), "enrolment.phone_cipher:"+ref)
		if err != nil {
			t.Fatal(err)
		}
		p.raw.MustExec(`INSERT INTO person (id, ref, id_type, id_hash, id_cipher, name, created_at, updated_at)
			VALUES (?, ?, '身份证', ?, '', '测试', NOW(6), NOW(6))`, id, reference.New(), ring.Lookup("id", ref))
		p.raw.MustExec(`INSERT INTO enrolment (id, ref, campaign_id, person_id, state, choice, exam_number, gender, nation,
			site_code, site, grade, level, major, study_form, years, phone_cipher, created_at, updated_at)
			VALUES (?, ?, 1, ?, 'admitted', '', '', '', '', '', '', '', '', '', '', '', ?, NOW(6), NOW(6))`, id, ref, id, phone)
		p.raw.MustExec(`INSERT INTO person_openid VALUES (?, ?, ?, NOW(6), NOW(6))`, id, postApp, fmt.Sprintf("openid%d", id))
		p.ids, p.refs = append(p.ids, id), append(p.refs, ref)
	}
	return p
}

func (p *post) count(t *testing.T, where string, args ...any) int {
	t.Helper()
	var n int
	if err := p.raw.Get(&n, `SELECT COUNT(*) FROM `+where, args...); err != nil {
		t.Fatal(err)
	}
	return n
}
