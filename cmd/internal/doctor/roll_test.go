package doctor_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/app"
	"ruxue/cmd/internal/stage"
	"ruxue/repo/keyring"
	"ruxue/repo/mysql"
	"ruxue/service/fault"
)

// A campaign file under which a listed student has no fee is refused; applied
// all the same, the doctor names the campaign and counts.
func TestStudentsWithoutAFee(t *testing.T) {
	cfg, sim := clinic(t)
	body, err := stage.Campaign("hhu", sim.Config())
	if err != nil {
		t.Fatal(err)
	}
	ring, err := keyring.New(cfg.Keys.Keyset, cfg.Keys.Lookup)
	if err != nil {
		t.Fatal(err)
	}
	pool, err := mysql.Open(t.Context(), mysql.Options{DSN: cfg.MySQL.DSN, MaxOpenConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = pool.Close() }()
	db := mysql.New(pool, ring, time.Now)
	if err := app.CheckStart(t.Context(), db, body); err != nil {
		t.Errorf("the sample: %v", err)
	}
	narrow := bytes.Replace(body, []byte("when: {level: 专升本}\n      items"), []byte("when: {major: 会计学}\n      items"), 1)
	narrow = bytes.Replace(narrow, []byte("when: {}\n      items"), []byte("when: {major: 法学}\n      items"), 1)
	if err := app.CheckStart(t.Context(), db, narrow); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "1 名学生没有学费") {
		t.Errorf("the narrow rules: %v", err)
	}
	if _, err := app.ApplyCampaign(t.Context(), db, narrow, 1, "test"); err != nil {
		t.Fatal(err)
	}
	c, ok := failures(t, cfg, time.Now)["活动 hhu"]
	if !ok || c.Found != "1 名学生没有学费" {
		t.Errorf("the doctor says %+v", c)
	}
}
