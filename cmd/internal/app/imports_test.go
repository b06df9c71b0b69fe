package app_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "ruxue/"

// pkg is what the rules look at, as `go list -json` prints it.
type pkg struct {
	ImportPath, Name, Doc             string
	GoFiles, IgnoredGoFiles, CgoFiles []string
	Imports                           []string
	TestImports, XTestImports         []string
}

// topLevel is all that the repository's root holds, besides dot-files.
var topLevel = []string{"cmd", "handler", "service", "repo", "h5", "config", "sql", "go.mod", "go.sum", "README.md"}

// noNames say nothing about what a package owns.
var noNames = []string{"model", "models", "util", "utils", "common", "helper", "helpers", "misc", "base", "shared"}

// A layer is a set of packages, with what their code and their tests may import
// of ours. A pattern is a path below the module, or one that ends in /... .
type layer struct {
	in, may, tests []string
}

// layers are tried in order; the first that holds a package counts. A package
// in none of them is a violation, so a new top-level folder needs a decision.
// The order also shows why there are no cycles between layers: apart from
// repotest, which only tests use, a layer imports none that stands below it.
var layers = []layer{
	{in: []string{"service/fault"}},
	{in: []string{"service/loop", "service/sealed"}, tests: []string{"service/fault"}},
	{in: []string{"service/picture"}, may: []string{"service/fault"}},
	{in: []string{"service/..."}, may: []string{"service/..."}, tests: []string{"h5/...", "config/..."}},
	{in: []string{"config/...", "h5", "sql"}, tests: []string{"service/..."}},
	{in: []string{"handler"}, may: []string{"service/...", "h5"}, tests: []string{"config/...", "repo/..."}},
	{in: []string{"repo/simulator"}},
	{in: []string{"repo/mysql"}, may: []string{"service/...", "sql"}, tests: []string{"repo/...", "config/..."}},
	{in: []string{"repo/repotest"}, may: []string{"repo/..."}},
	// The two Tencent Cloud services share its signed call.
	{in: []string{"repo/sms", "repo/faceid"}, may: []string{"service/...", "repo/tencent"}, tests: []string{"repo/...", "config/..."}},
	{in: []string{"repo/..."}, may: []string{"service/..."}, tests: []string{"repo/...", "config/..."}},
	{in: []string{"cmd/..."}, may: []string{"service/...", "handler", "h5", "config/...", "sql", "repo/...", "cmd/internal/..."}},
}

// An owner keeps something to a few packages: what is a list of import-path
// prefixes, in and tests are the packages whose code, or tests alone, use it.
type owner struct {
	what, in, tests []string
}

var owners = []owner{
	// Of ours: no product code knows that it is being demonstrated or tested.
	{what: []string{module + "repo/embedded"}, in: []string{"cmd/demo"}},
	{what: []string{module + "repo/simulator"}, in: []string{"cmd/demo", "cmd/simulator", "cmd/bench", "cmd/internal/stage"}, tests: []string{"cmd/...", "repo/...", "handler"}},
	{what: []string{module + "cmd/internal/stage"}, in: []string{"cmd/demo", "cmd/bench"}, tests: []string{"cmd/..."}},
	{what: []string{module + "repo/local"}, in: []string{"cmd/demo", "cmd/bench", "repo/repotest"}, tests: []string{"cmd/...", "repo/local"}},
	{what: []string{module + "repo/repotest"}, tests: []string{"cmd/...", "repo/...", "handler"}},
	{what: []string{module + "sql"}, in: []string{"repo/mysql"}},
	// The mechanism that two domains share, and no other door to hostile pixels.
	{what: []string{module + "service/picture"}, in: []string{"service/face", "service/enrolment", "service/photo"}},
	{what: []string{"golang.org/x/image/webp", "golang.org/x/sync/semaphore"}, in: []string{"service/picture"}},
	// Of others: one package speaks to each system.
	{what: []string{"github.com/gin-gonic", "github.com/gin-contrib"}, in: []string{"handler", "repo/simulator"}},
	// The bench's floor is the same statements without our code.
	{what: []string{"database/sql"}, in: []string{"repo/mysql", "repo/local", "cmd/bench"}, tests: []string{"repo/...", "cmd/..."}},
	{what: []string{"github.com/jmoiron/sqlx"}, in: []string{"repo/mysql", "repo/repotest", "cmd/bench"}, tests: []string{"repo/...", "cmd/..."}},
	{what: []string{"github.com/pressly/goose"}, in: []string{"repo/mysql"}},
	// The private and embedded servers write a DSN; repotest changes one.
	{what: []string{"github.com/go-sql-driver/mysql"}, in: []string{"repo/mysql", "repo/local", "repo/embedded", "repo/repotest", "cmd/bench"}},
	// The App holds the connection and hands it on.
	{what: []string{"github.com/redis/go-redis"}, in: []string{"repo/redis", "repo/repotest", "cmd/internal/app"}, tests: []string{"repo/...", "cmd/..."}},
	{what: []string{"github.com/silenceper"}, in: []string{"repo/wechat"}, tests: []string{"repo/simulator"}},
	{what: []string{"github.com/wechatpay-apiv3"}, in: []string{"repo/wxpay"}, tests: []string{"repo/simulator"}},
	{what: []string{"github.com/tencentcloud"}, in: []string{"repo/tencent"}, tests: []string{"repo/simulator"}},
	{what: []string{"github.com/tink-crypto"}, in: []string{"repo/keyring"}},
	{what: []string{"gocloud.dev"}, in: []string{"repo/blob"}},
	{what: []string{"github.com/xuri/excelize", "golang.org/x/text/encoding"}, in: []string{"repo/sheet"}, tests: []string{"cmd/...", "handler"}},
	{what: []string{"github.com/knadh/koanf"}, in: []string{"config"}},
	{what: []string{"github.com/spf13/cobra"}, in: []string{"cmd/..."}},
	{what: []string{"github.com/dolthub", "github.com/alicebob/miniredis"}, in: []string{"repo/embedded"}},
	{what: []string{"github.com/chromedp"}, tests: []string{"cmd/...", "h5", "handler", "repo/simulator"}},
	{what: []string{"testing"}, in: []string{"repo/repotest"}, tests: []string{"..."}},
	// A domain is rules over values: it asks an interface for the rest.
	{what: []string{"net/http"}, in: []string{"cmd/...", "handler", "h5", "repo/..."}},
	{what: []string{"C", "unsafe"}},
}

// notInProduction is what the binary that colleges run must not even link.
var notInProduction = []string{
	module + "repo/embedded", module + "repo/simulator", module + "repo/local", module + "repo/repotest", module + "cmd/internal/stage",
	"github.com/dolthub", "github.com/alicebob/miniredis", "github.com/chromedp", "testing",
}

// within reports whether path is pattern, or below it where it ends in /... .
func within(path, pattern string) bool {
	root, deep := strings.CutSuffix(pattern, "...")
	if !deep {
		return path == pattern
	}
	return root == "" || strings.HasPrefix(path, root) || path == strings.TrimSuffix(root, "/")
}

func withinAny(path string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return within(path, p) })
}

// under reports whether an import path is one of the roots or below one.
func under(path string, roots []string) bool {
	return slices.ContainsFunc(roots, func(r string) bool { return path == r || strings.HasPrefix(path, r+"/") })
}

// violations returns what is wrong with a package, one sentence each.
func violations(p pkg) []string {
	name := strings.TrimPrefix(p.ImportPath, module)
	i := slices.IndexFunc(layers, func(l layer) bool { return withinAny(name, l.in) })
	if i < 0 {
		return []string{name + " is in no layer"}
	}
	out := shape(p, name)
	tests := slices.Concat(p.TestImports, p.XTestImports)
	for _, imp := range p.Imports {
		out = append(out, forbidden(name, imp, layers[i].may, false)...)
	}
	for _, imp := range tests {
		out = append(out, forbidden(name, imp, slices.Concat(layers[i].may, layers[i].tests), true)...)
	}
	return out
}

// shape checks everything but the imports.
func shape(p pkg, name string) (out []string) {
	parts := strings.Split(name, "/")
	for _, word := range append(parts, p.Name) {
		if slices.Contains(noNames, strings.TrimSuffix(word, "_test")) {
			out = append(out, fmt.Sprintf("%s: a package called %s owns nothing", name, word))
			break
		}
	}
	if (parts[0] == "service" || parts[0] == "repo") && len(parts) != 2 {
		out = append(out, name+": a domain or a system is one folder under "+parts[0])
	}
	if len(p.GoFiles) > 0 {
		want := "Package " + p.Name + " "
		if p.Name == "main" {
			want = "Command " + parts[len(parts)-1] + " "
		}
		if !strings.HasPrefix(p.Doc, want) {
			out = append(out, fmt.Sprintf("%s: no doc comment that begins %q", name, want))
		}
	}
	// These rules see the files of this platform alone.
	if len(p.IgnoredGoFiles) > 0 && name != "repo/local" && name != "repo/repotest" {
		out = append(out, fmt.Sprintf("%s: %v is for another platform, unseen by these rules", name, p.IgnoredGoFiles))
	}
	if len(p.CgoFiles) > 0 {
		out = append(out, name+": the binaries are built without cgo")
	}
	return out
}

// forbidden checks one import of the package called name.
func forbidden(name, imp string, may []string, test bool) (out []string) {
	kind := "imports"
	if test {
		kind = "tests import"
	}
	ours := strings.HasPrefix(imp, module)
	inner := strings.TrimPrefix(imp, module)
	if ours && !withinAny(inner, may) && inner != name {
		out = append(out, fmt.Sprintf("%s: its %s %s, which its layer may not", name, kind, inner))
	}
	for _, o := range owners {
		if !under(imp, o.what) || withinAny(name, o.in) || (test && (withinAny(name, o.tests) || inner == name)) {
			continue
		}
		out = append(out, fmt.Sprintf("%s: its %s %s, which belongs to %v (tests: %v)", name, kind, imp, o.in, o.tests))
	}
	return out
}

// goList runs `go list -json` in the repository's root.
func goList(t *testing.T, args ...string) []pkg {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-json"}, args...)...)
	cmd.Dir = root(t)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var pkgs []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal("the repository's root is not where this test expects it: ", err)
	}
	return dir
}

func TestImports(t *testing.T) {
	pkgs := goList(t, "./...")
	if len(pkgs) < 10 {
		t.Fatalf("only %d packages were seen", len(pkgs))
	}
	for _, p := range pkgs {
		for _, v := range violations(p) {
			t.Error(v)
		}
	}
}

func TestProductionBinary(t *testing.T) {
	if _, err := os.Stat(filepath.Join(root(t), "cmd", "ruxue")); err != nil {
		t.Fatal(err)
	}
	deps := goList(t, "-deps", "./cmd/ruxue")
	if len(deps) < 100 {
		t.Fatalf("only %d packages were seen", len(deps))
	}
	for _, p := range deps {
		for _, imp := range p.Imports {
			// pdfsign's encoding of signatures links the package testing in a file
			// of samples; importing it has no effect since Go 1.13.
			if under(imp, notInProduction) && (p.ImportPath != "github.com/digitorus/pkcs7" || imp != "testing") {
				t.Errorf("cmd/ruxue links %s by %s", imp, p.ImportPath)
			}
		}
	}
}

func TestTopLevel(t *testing.T) {
	for _, name := range rootEntries(t) {
		if !strings.HasPrefix(name, ".") && !slices.Contains(topLevel, name) {
			t.Errorf("%s has no place at the top level", name)
		}
	}
}

// rootEntries are those that git has; where the sources came without git, all.
func rootEntries(t *testing.T) (names []string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(root(t), ".git")); err != nil {
		entries, err := os.ReadDir(root(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
	// A clone may belong to another user than the one who runs the tests.
	cmd := exec.CommandContext(t.Context(), "git", "-c", "safe.directory=*", "ls-files", "-z")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil || len(out) == 0 {
		t.Fatalf("git ls-files: %d bytes, %v", len(out), err)
	}
	for file := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		name, _, _ := strings.Cut(file, "/")
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
