package blob_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"ruxue/repo/blob"
)

// bucket is the little of S3 that the store uses, over HTTP.
type bucket struct {
	mu      sync.Mutex
	objects map[string][]byte
	types   map[string]string
	down    bool
}

func (b *bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	key, ok := strings.CutPrefix(r.URL.Path, "/files/")
	if !ok || b.down || !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=id/") {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	data, found := b.objects[key]
	switch r.Method {
	case http.MethodPut:
		b.objects[key], _ = io.ReadAll(r.Body)
		b.types[key] = r.Header.Get("Content-Type")
		w.Header().Set("ETag", `"e"`)
	case http.MethodDelete:
		delete(b.objects, key)
		w.WriteHeader(http.StatusNoContent)
	case http.MethodGet, http.MethodHead:
		if !found {
			w.WriteHeader(http.StatusNotFound)
			_, _ = fmt.Fprint(w, `<Error><Code>NoSuchKey</Code></Error>`)
			return
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(data)))
		if r.Method == http.MethodGet {
			_, _ = w.Write(data)
		}
	}
}

func openS3(t *testing.T) (*blob.Store, *bucket) {
	t.Helper()
	b := &bucket{objects: map[string][]byte{}, types: map[string]string{}}
	srv := httptest.NewServer(b)
	t.Cleanup(srv.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "id")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	return open(t, "s3://files?region=cn-east-1&use_path_style=true&request_checksum_calculation=when_required&endpoint="+srv.URL), b
}

func open(t *testing.T, address string) *blob.Store {
	t.Helper()
	s, err := blob.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestStores(t *testing.T) {
	for _, kind := range []string{"file", "mem", "s3"} {
		t.Run(kind, func(t *testing.T) {
			var s *blob.Store
			switch kind {
			case "file":
				s = open(t, "file://"+filepath.ToSlash(filepath.Join(t.TempDir(), "made", "here")))
			case "mem":
				s = open(t, "mem://")
			case "s3":
				s, _ = openS3(t)
			}
			walk(t, s)
		})
	}
}

// walk is one file's life.
func walk(t *testing.T, s *blob.Store) {
	ctx := t.Context()
	if err := s.Ping(ctx); err != nil {
		t.Error("ping:", err)
	}
	const key = "attachment/ab/Abc-_9.bin"
	if _, err := s.Get(ctx, key); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("get before put: %v, want ErrNotFound", err)
	}
	for _, data := range [][]byte{{0, 1, 2, 255}, bytes.Repeat([]byte("入学"), 200_000), {}} {
		if err := s.Put(ctx, key, data, "application/octet-stream"); err != nil {
			t.Fatal(err)
		}
		got, err := s.Get(ctx, key)
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes came back as %d, %v", len(data), len(got), err)
		}
	}
	for range 2 { // the second time there is nothing to delete
		if err := s.Delete(ctx, key); err != nil {
			t.Error("delete:", err)
		}
	}
	if _, err := s.Get(ctx, key); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("get after delete: %v, want ErrNotFound", err)
	}
}

func TestKeysStayInside(t *testing.T) {
	dir := t.TempDir()
	s := open(t, "file://"+filepath.ToSlash(filepath.Join(dir, "in")))
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{
		"", "/", "/etc/passwd", "../secret", "a/../../secret", "a/..", "..", ".", ".hidden", "a//b", "a/", `a\b`,
		"a\x00b", "a b", "a..b", "入学", strings.Repeat("a", 201),
	} {
		if err := s.Put(t.Context(), key, []byte("y"), ""); err == nil {
			t.Errorf("Put took the key %q", key)
		}
		if _, err := s.Get(t.Context(), key); err == nil || errors.Is(err, blob.ErrNotFound) {
			t.Errorf("Get took the key %q: %v", key, err)
		}
		if err := s.Delete(t.Context(), key); err == nil {
			t.Errorf("Delete took the key %q", key)
		}
	}
	if b, _ := os.ReadFile(filepath.Join(dir, "secret")); string(b) != "x" {
		t.Error("a file outside the folder was changed")
	}
}

func TestFolderHoldsTheBytesAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "files")
	s := open(t, "file://"+filepath.ToSlash(dir))
	if err := s.Put(t.Context(), "a/b.bin", []byte("data"), "image/png"); err != nil {
		t.Fatal(err)
	}
	var names []string
	err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, p)
		}
		return err
	})
	if err != nil || len(names) != 1 || names[0] != filepath.Join(dir, "a", "b.bin") {
		t.Errorf("files: %v %v", names, err)
	}
	fi, err := os.Stat(dir)
	if err != nil || fi.Mode().Perm() != 0o700 {
		t.Errorf("others may look into the folder: %v %v", fi.Mode(), err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if s.Ping(t.Context()) == nil {
		t.Error("a folder that is gone answers a ping")
	}
}

func TestOpenRefuses(t *testing.T) {
	for address, want := range map[string]string{
		"ftp://x":                   "none of",
		"":                          "none of",
		"file://":                   "no folder",
		"file://var/lib":            "file:///var/lib",
		"file:///tmp/x?metadata=on": "no parameters",
		"s3://b?nonsense=k3y":       "bucket b",
		"://":                       "not a valid URL",
	} {
		_, err := blob.Open(t.Context(), address)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "k3y") {
			t.Errorf("%q: %v, want %q", address, err, want)
		}
	}
}

func TestS3(t *testing.T) {
	s, b := openS3(t)
	if err := s.Put(t.Context(), "a/b.pdf", []byte("%PDF"), "application/pdf"); err != nil {
		t.Fatal(err)
	}
	if string(b.objects["a/b.pdf"]) != "%PDF" || b.types["a/b.pdf"] != "application/pdf" {
		t.Errorf("kept %q as %q", b.objects["a/b.pdf"], b.types["a/b.pdf"])
	}
	b.mu.Lock()
	b.down = true
	b.mu.Unlock()
	if _, err := s.Get(t.Context(), "a/b.pdf"); err == nil || errors.Is(err, blob.ErrNotFound) {
		t.Errorf("a bucket that refuses looks like a missing file: %v", err)
	}
	if s.Ping(t.Context()) == nil {
		t.Error("a bucket that refuses answers a ping")
	}
}
