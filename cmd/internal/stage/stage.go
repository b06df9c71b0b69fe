// Package stage prepares a database, a configuration and a menu against a
// simulator, for cmd/demo, for load and for tests. The product knows nothing
// of it.
package stage

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"ruxue/cmd/internal/app"
	"ruxue/config"
	"ruxue/config/campaigns"
	"ruxue/repo/keyring"
	"ruxue/repo/mysql"
	"ruxue/repo/simulator"
	"ruxue/service/campaign"
	"ruxue/service/student"
)

// Place is where the product runs.
type Place struct {
	BaseURL string
	DSN     string
	Redis   string
	Data    string // folder for blobs and keys
	Keep    bool   // keep keys and blobs for the next start
}

// Config returns the product's configuration against the simulator.
func Config(sim simulator.Config, p Place) (config.Config, error) {
	keys, err := storedKeys(p)
	if err != nil {
		return config.Config{}, err
	}
	c := config.Defaults()
	c.MetricsListen, c.BaseURL = "", p.BaseURL // listeners are handed to the App
	c.MySQL.DSN, c.Redis.Addrs = p.DSN, []string{p.Redis}
	c.Blob.URL, c.Keys = "mem://", keys
	if p.Keep {
		c.Blob.URL = "file://" + filepath.ToSlash(filepath.Join(p.Data, "blob"))
	}
	c.WeChat = config.WeChat{AppID: sim.AppID, AppSecret: sim.AppSecret, Token: sim.Token, EncodingAESKey: sim.EncodingAESKey,
		APIBase: sim.Base, OpenBase: sim.Base, MPBase: sim.Base, FollowScene: "done"}
	if i := slices.IndexFunc(sim.Templates, func(t simulator.Template) bool { return t.Name == "todo" }); i >= 0 {
		c.WeChat.StaffTemplate = config.StaffTemplate{ID: sim.Templates[i].ID,
			Fields: map[string]string{"thing1": "item", "thing2": "student", "time3": "time"}}
	}
	c.WeChatPay = config.WeChatPay{MchID: sim.MchID, MchSerial: sim.MchSerial, PrivateKey: sim.MchPrivateKey,
		APIv3Key: sim.APIv3Key, PublicKeyID: sim.PlatformPublicKeyID, PublicKey: sim.PlatformPublicKey, BaseURL: sim.Base}
	c.SMS = config.SMS{SecretID: sim.CloudSecretID, SecretKey: sim.CloudSecretKey, Region: "ap-guangzhou", BaseURL: sim.Base,
		AppID: sim.SMSAppID, SignName: sim.SMSSign, TemplateID: sim.SMSTemplates[0].ID}
	c.Face = config.Face{SecretID: sim.CloudSecretID, SecretKey: sim.CloudSecretKey, Region: "ap-guangzhou", BaseURL: sim.Base}
	if c.Seal, err = storedSeal(p); err != nil {
		return c, err
	}
	return c, c.Validate()
}

// storedKeys returns the keys that protect the kept data, made at first start.
func storedKeys(p Place) (config.Keys, error) {
	file := filepath.Join(p.Data, "keys.json")
	var k config.Keys
	if p.Keep {
		raw, err := os.ReadFile(file)
		if err == nil {
			return k, json.Unmarshal(raw, &k)
		}
		if !errors.Is(err, os.ErrNotExist) {
			return k, fmt.Errorf("reading the demonstration's keys: %w", err)
		}
	}
	ks, err := keyring.Generate()
	if err != nil {
		return k, err
	}
	var b [32]byte
	_, _ = rand.Read(b[:])
	k = config.Keys{Keyset: ks, Lookup: base64.StdEncoding.EncodeToString(b[:])}
	if !p.Keep {
		return k, nil
	}
	raw, err := json.Marshal(k)
	if err != nil {
		return k, fmt.Errorf("encoding the demonstration's keys: %w", err)
	}
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		return k, fmt.Errorf("keeping the demonstration's keys: %w", err)
	}
	return k, nil
}

var lastDay = regexp.MustCompile(`(?m)^  to: "(\d{4})-12-31"$`)

// inYear extends a sample window that ends with an earlier year to the end of
// this one: a demonstration lets people in, whenever it is started.
func inYear(body []byte, year int) []byte {
	m := lastDay.FindSubmatch(body)
	if m == nil || string(m[1]) >= strconv.Itoa(year) {
		return body
	}
	return lastDay.ReplaceAll(body, fmt.Appendf(nil, `  to: "%d-12-31"`, year))
}

// Campaign returns the sample campaign's file with the simulator's template ids
// and a window that is open today.
func Campaign(code string, sim simulator.Config) ([]byte, error) {
	body, err := campaigns.Files.ReadFile(code + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("reading the sample campaign: %w", err)
	}
	body = inYear(body, time.Now().In(campaign.Shanghai).Year())
	for _, t := range sim.Templates {
		body = regexp.MustCompile(`\b`+t.Name+`-0{8,}`).ReplaceAllLiteral(body, []byte(t.ID))
	}
	return body, nil
}

// Prepare migrates the database, applies the sample campaigns and admits their
// sample students, n of the first; what is there already stays.
func Prepare(ctx context.Context, cfg config.Config, sim simulator.Config, n int) ([]student.Admission, error) {
	db, err := mysql.Open(ctx, mysql.Options{DSN: cfg.MySQL.DSN, MaxOpenConns: cfg.MySQL.MaxOpenConns})
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	if err := mysql.Migrate(ctx, db); err != nil {
		return nil, err
	}
	ring, err := keyring.New(cfg.Keys.Keyset, cfg.Keys.Lookup)
	if err != nil {
		return nil, err
	}
	d := mysql.New(db, ring, time.Now)
	students := app.SampleStudents(n)
	if err := admit(ctx, d, "hhu", sim, students); err != nil {
		return nil, err
	}
	return students, admit(ctx, d, "wust", sim, Candidates())
}

// Candidates are the sample students of the campaign with passwords.
func Candidates() []student.Admission { return app.SampleCandidates(10) }

// admit applies a sample campaign and stores its students.
func admit(ctx context.Context, d *mysql.DB, code string, sim simulator.Config, students []student.Admission) error {
	body, err := Campaign(code, sim)
	if err != nil {
		return err
	}
	c, err := app.ApplyCampaign(ctx, d, body, -1, "sample")
	if err != nil {
		return err
	}
	if _, err := app.Admit(ctx, d, c.ID, students); err != nil {
		return fmt.Errorf("admitting the sample students of %s: %w", code, err)
	}
	return nil
}
