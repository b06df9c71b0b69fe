package blob

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"gocloud.dev/blob/fileblob"
)

// openFolder opens file:///absolute or file://./relative.
func openFolder(u *url.URL) (*Store, error) {
	if u.RawQuery != "" {
		return nil, errors.New("opening the file store: a file address takes no parameters")
	}
	dir := u.Path
	switch {
	case u.Host == "." || (u.Host == "" && os.PathSeparator != '/'):
		dir = strings.TrimPrefix(dir, "/")
	case u.Host != "":
		return nil, fmt.Errorf("opening the file store: an absolute folder has three slashes, file:///%s%s", u.Host, u.Path)
	}
	if dir == "" {
		return nil, errors.New("opening the file store: the address names no folder")
	}
	dir, err := filepath.Abs(filepath.FromSlash(dir))
	if err != nil {
		return nil, fmt.Errorf("opening the file store: %w", err)
	}
	// Temporary files stand beside the real ones: the system's folder for them
	// may be on another disk, and then a file cannot be renamed into place.
	b, err := fileblob.OpenBucket(dir, &fileblob.Options{
		CreateDir: true, DirFileMode: 0o700, NoTempDir: true, Metadata: fileblob.MetadataDontWrite,
	})
	if err != nil {
		return nil, fmt.Errorf("opening the file store: %w", err)
	}
	return &Store{bucket: b, dir: dir}, nil
}

// syncFile puts the file and the names that lead to it on the disk: a row in
// the database is about to say that it exists.
func syncFile(dir, key string) error {
	if err := syncPath(filepath.Join(dir, filepath.FromSlash(key))); err != nil {
		return err
	}
	if os.PathSeparator != '/' {
		return nil // Windows cannot sync a folder
	}
	for sub := path.Dir(key); ; sub = path.Dir(sub) {
		if err := syncPath(filepath.Join(dir, sub)); err != nil {
			return err
		}
		if sub == "." {
			return nil
		}
	}
}

func syncPath(name string) error {
	flag := os.O_RDONLY
	if os.PathSeparator != '/' {
		flag = os.O_RDWR // Windows syncs only what it may write
	}
	f, err := os.OpenFile(name, flag, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func pingFolder(dir string) error {
	fi, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("reaching the file store: %w", err)
	}
	if !fi.IsDir() {
		return errors.New("reaching the file store: it is not a folder")
	}
	return nil
}
