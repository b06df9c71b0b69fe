package embedded_test

import (
	"context"
	"testing"
	"time"

	"ruxue/config/campaigns"
	"ruxue/repo/embedded"
	"ruxue/repo/mysql"
	"ruxue/repo/repotest"
	"ruxue/service/campaign"
	"ruxue/service/roster"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// standIn are the product's stores on an empty stand-in.
func standIn(t *testing.T) *mysql.DB {
	t.Helper()
	ctx := t.Context()
	m, err := embedded.StartMySQL(ctx, "ruxue")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close() })
	pool, err := mysql.Open(ctx, mysql.Options{DSN: m.DSN("ruxue"), MaxOpenConns: embedded.MaxConns})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	if err := mysql.Migrate(ctx, pool); err != nil {
		t.Fatal(err)
	}
	ring := repotest.Ring(t)
	return mysql.New(pool, ring, time.Now)
}

// TestTheRosterOnTheStandIn asks what the console's pages ask: their queries
// are the longest of the product, and the demo's stand-in parses SQL its own way.
func TestTheRosterOnTheStandIn(t *testing.T) {
	ctx, db := t.Context(), standIn(t)
	body, err := campaigns.Files.ReadFile("hhu.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := campaign.Parse(body)
	if err != nil {
		t.Fatal(err)
	}
	if c.Version, err = db.Campaigns().Apply(ctx, c, body, 0, "test"); err != nil {
		t.Fatal(err)
	}
	all, err := db.Campaigns().All(ctx)
	if err != nil {
		t.Fatal(err)
	}
	c = all[0]
	err = db.InTx(ctx, func(ctx context.Context) error {
		_, err := db.Students().Admit(ctx, c.ID, student.Admission{IDType: "护照", IDNumber: "H1234567", Name: "李雯", SiteCode: "100", Site: "甲",
			Level: "专升本", Major: "会计学", ExamNumber: "2632"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	everybody := staff.Scope{All: true}
	rows, n, err := db.Roster().Students(ctx, roster.Query{Scope: everybody, Campaign: c, Step: "login", Terms: roster.ParseTerms("李"), Page: 1})
	if err != nil || n != 1 || len(rows) != 1 || rows[0].Due != "login" {
		t.Fatalf("%+v %d %v", rows, n, err)
	}
	s := roster.New(roster.Options{Store: db.Roster(), Now: time.Now})
	v, err := s.Overview(ctx, everybody, c)
	if err != nil || v.Total != 1 || len(v.Sites) != 1 || v.Steps[0].Here != 1 {
		t.Errorf("%+v %v", v, err)
	}
	if _, err := db.Roster().PaymentsAfter(ctx, roster.Query{Scope: everybody, Campaign: c}, 0, 10); err != nil {
		t.Error(err)
	}
	if ok, err := db.Roster().OpenCase(ctx, roster.Case{EnrolmentID: rows[0].ID, Text: "专业有误", CreatedAt: time.Now()}); err != nil || !ok {
		t.Error(ok, err)
	}
	if n, err := db.Roster().CountCases(ctx, everybody); err != nil || n != 1 {
		t.Error(n, err)
	}
}
