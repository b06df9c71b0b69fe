package app_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// readme is what somebody reads who has never seen the repository.
func readme(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestReadmeNamesEveryPackage: its table of folders leaves none out and names
// none that is gone.
func TestReadmeNamesEveryPackage(t *testing.T) {
	text := readme(t)
	rows := regexp.MustCompile("(?m)^\\| `(service|repo)/…`[^|]*\\|(.*)\\|$").FindAllStringSubmatch(text, -1)
	named := map[string][]string{}
	for _, r := range rows {
		for _, m := range regexp.MustCompile("`([a-z0-9]+)`").FindAllStringSubmatch(r[2], -1) {
			named[r[1]] = append(named[r[1]], m[1])
		}
	}
	for _, layer := range []string{"service", "repo"} {
		entries, err := os.ReadDir(filepath.Join(root(t), layer))
		if err != nil {
			t.Fatal(err)
		}
		var there []string
		for _, e := range entries {
			there = append(there, e.Name())
			if !slices.Contains(named[layer], e.Name()) {
				t.Errorf("the table does not name %s/%s", layer, e.Name())
			}
		}
		for _, name := range named[layer] {
			if !slices.Contains(there, name) {
				t.Errorf("the table names %s/%s, which is not there", layer, name)
			}
		}
	}
}

// TestReadmeTestsExist: what -run and -bench choose in its table is there, in
// the package that the command names, and so is every file that it links to.
func TestReadmeTestsExist(t *testing.T) {
	text, seen := readme(t), 0
	for row := range strings.Lines(text) {
		for _, m := range regexp.MustCompile(`-(run|bench) ('[^']+'|\S+)`).FindAllStringSubmatch(row, -1) {
			pattern := strings.Trim(m[2], "'`")
			if pattern == "-" || pattern == "xxx" { // no test, the benchmark alone
				continue
			}
			folder := "cmd/internal/app"
			if p := regexp.MustCompile(`go test \./(\S+?)[ ` + "`" + `]`).FindStringSubmatch(row); p != nil {
				folder = p[1]
			}
			kind := map[string]string{"run": "Test", "bench": "Benchmark"}[m[1]]
			for part := range strings.SplitSeq(strings.ReplaceAll(pattern, `\|`, "|"), "|") {
				seen++
				if !hasTest(t, folder, kind, part) {
					t.Errorf("no %s in %s matches -%s %s", kind, folder, m[1], part)
				}
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d patterns were seen", seen)
	}
	for _, m := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(text, -1) {
		if _, err := os.Stat(filepath.Join(root(t), m[1])); err != nil {
			t.Errorf("the link to %s: %v", m[1], err)
		}
	}
}

// hasTest reports whether a test function of the folder matches the pattern.
func hasTest(t *testing.T, folder, kind, pattern string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root(t), folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`(?m)^func (` + kind + `\w*)\(`)
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range names.FindAllSubmatch(b, -1) {
			if regexp.MustCompile(pattern).Match(m[1]) {
				return true
			}
		}
	}
	return false
}
