package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ruxue/repo/keyring"
	"ruxue/repo/wechat"
)

// TestBackupsAreKept: a backup never takes the place of another, not even of the
// same second: the one that is being restored would be lost.
func TestBackupsAreKept(t *testing.T) {
	folder, now := t.TempDir(), time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)
	for i, want := range []string{"menu-20261122-093000.json", "menu-20261122-093000-2.json", "menu-20261122-093000-3.json"} {
		name, err := backUpMenu(folder, wechat.Menu{Buttons: []wechat.Button{{Name: strings.Repeat("x", i+1)}}}, now)
		if err != nil || filepath.Base(name) != want {
			t.Fatalf("%s %v, want %s", name, err, want)
		}
	}
	first, err := os.ReadFile(filepath.Join(folder, "menu-20261122-093000.json"))
	if err != nil || !strings.Contains(string(first), `"x"`) {
		t.Errorf("the first backup: %v %s", err, first)
	}
	_, err = backUpMenu(filepath.Join(folder, "none"), wechat.Menu{}, now)
	if got := said(err); got != "没有文件夹 "+filepath.Join(folder, "none") {
		t.Errorf("without the folder: %s", got)
	}
}

// TestKeysSayWhatComesNext: the keys go to one output, what to do with them to
// the other; where nothing changes, no keys are printed.
func TestKeysSayWhatComesNext(t *testing.T) {
	s := settings(t, 1)
	if r := s.command(t, 0, "keys"); !strings.HasPrefix(r.stdout, "keys:\n") || strings.Count(r.stdout, "\n") != 3 {
		t.Errorf("new keys: %s", r.stdout)
	}
	renewed := s.command(t, 0, "keys", "--renew").stdout
	keyset := strings.Trim(strings.TrimPrefix(strings.Split(renewed, "\n")[1], "  keyset: "), "'")
	if _, err := keyring.New(keyset, s.cfg.Keys.Lookup); err != nil || keyset == s.cfg.Keys.Keyset {
		t.Errorf("renewed: %v %s", err, renewed)
	}
	if r := s.command(t, 0, "keys", "--retire"); r.stdout != "" {
		t.Errorf("one key is retired: %s", r.stdout)
	}
}

// TestADatabaseThatIsNotThere: what cannot be reached is named by its setting,
// with where to look.
func TestADatabaseThatIsNotThere(t *testing.T) {
	s := settings(t, 1)
	raw, err := os.ReadFile(s.file)
	if err != nil {
		t.Fatal(err)
	}
	file := written(t, "config.yaml", strings.Replace(string(raw), s.cfg.MySQL.DSN, "root@tcp(127.0.0.1:1)/ruxue", 1))
	r := run(t, "staff", "list", "--config", file)
	if r.code != 1 || !strings.HasPrefix(r.stderr, "ruxue: 连不上数据库，请核对 mysql.dsn，或用 ruxue doctor 查看：") {
		t.Errorf("%d %s", r.code, r.stderr)
	}
}

// TestMistakesInFiles: all that is wrong of a file is said at once, with the
// file's name, in the language of whoever wrote it.
func TestMistakesInFiles(t *testing.T) {
	file := written(t, "config.yaml", "mysql: {dsn: x}\nfoo: 1\n")
	r := run(t, "doctor", "--config", file)
	if r.code != 1 || !strings.HasPrefix(r.stderr, "ruxue: 配置 "+file+" 有误：\nfoo：没有这个设置\nbase_url：没有填\n") {
		t.Errorf("a configuration: %d %s", r.code, r.stderr)
	}
	for text, want := range map[string]string{
		"schema: 1\ncolour: x\ncode: hhu\n": "第 2 行：没有“colour”这一项\n",
		": x: [":                            "不是有效的 YAML：",
	} {
		file := written(t, "hhu.yaml", text)
		r := run(t, "campaign", "check", file)
		if r.code != 1 || !strings.HasPrefix(r.stderr, "ruxue: 活动文件 "+file+" 有误：\n"+want) {
			t.Errorf("%q: %d %s", text, r.code, r.stderr)
		}
	}
}
