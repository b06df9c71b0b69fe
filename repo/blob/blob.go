// Package blob keeps files outside the database: a folder on a disk, an
// S3-compatible bucket, or memory for a test. It keeps the bytes it is given;
// whoever calls it encrypts what is personal first.
package blob

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"
	"gocloud.dev/blob/s3blob"
	"gocloud.dev/gcerrors"
)

// ErrNotFound says that nothing is kept under the key.
var ErrNotFound = errors.New("no such file")

// Store is one place where files are kept. It is safe for use by several
// goroutines.
type Store struct {
	bucket *blob.Bucket
	dir    string // the folder of a file store, else ""
}

// Open opens the store that the address names:
//
//	file:///var/lib/ruxue/files       a folder, made when missing
//	s3://bucket?region=…&endpoint=…   an S3-compatible bucket; the credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
//	mem://                            memory, gone with Close
//
// An S3 address takes the parameters of gocloud.dev/blob/s3blob, such as
// use_path_style=true. Errors never repeat the address's parameters.
func Open(ctx context.Context, address string) (*Store, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("opening the file store: its address is not a valid URL")
	}
	switch u.Scheme {
	case "file":
		return openFolder(u)
	case "mem":
		return &Store{bucket: memblob.OpenBucket(nil)}, nil
	case "s3":
		b, err := new(s3blob.URLOpener).OpenBucketURL(ctx, u)
		if err != nil {
			return nil, fmt.Errorf("opening the file store: bucket %s: %w", u.Host, withoutQuery(err, u))
		}
		return &Store{bucket: b}, nil
	}
	return nil, fmt.Errorf("opening the file store: %q is none of file, s3 and mem", u.Scheme)
}

// withoutQuery takes an address's parameters out of an error's text: an
// operator may have put a key there.
func withoutQuery(err error, u *url.URL) error {
	if u.RawQuery == "" || !strings.Contains(err.Error(), u.RawQuery) {
		return err
	}
	return errors.New(strings.ReplaceAll(err.Error(), u.RawQuery, "…"))
}

// keyForm admits what every kind of store writes as it is: no escaping, no way
// out of the folder, no hidden file.
var keyForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*(/[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*)*$`)

// maxKey is the longest key, in bytes.
const maxKey = 200

func checkKey(key string) error {
	if len(key) > maxKey || !keyForm.MatchString(key) {
		return errors.New("the key is not of letters, digits, dot, dash and underscore in parts divided by slashes")
	}
	return nil
}

// Put keeps data under key, in place of what was there. When it returns nil a
// folder's file has reached the disk. contentType is kept by S3 alone.
func (s *Store) Put(ctx context.Context, key string, data []byte, contentType string) error {
	if err := checkKey(key); err != nil {
		return fmt.Errorf("keeping a file: %w", err)
	}
	err := s.bucket.WriteAll(ctx, key, data, &blob.WriterOptions{ContentType: contentType})
	if err != nil {
		return fmt.Errorf("keeping a file: %w", err)
	}
	if s.dir == "" {
		return nil
	}
	if err := syncFile(s.dir, key); err != nil {
		return fmt.Errorf("writing a file to the disk: %w", err)
	}
	return nil
}

// Get returns what is kept under key. errors.Is(err, ErrNotFound) tells a file
// that is not there from a store that does not answer.
func (s *Store) Get(ctx context.Context, key string) ([]byte, error) {
	if err := checkKey(key); err != nil {
		return nil, fmt.Errorf("reading a file: %w", err)
	}
	data, err := s.bucket.ReadAll(ctx, key)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, fmt.Errorf("reading a file: %w", ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("reading a file: %w", err)
	}
	return data, nil
}

// Delete removes what is kept under key. That there is nothing is no error: a
// purge that was interrupted runs again.
func (s *Store) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return fmt.Errorf("deleting a file: %w", err)
	}
	err := s.bucket.Delete(ctx, key)
	if err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return fmt.Errorf("deleting a file: %w", err)
	}
	return nil
}

// Ping reports whether the store is there: the folder exists, or the bucket
// answers a question about one key. It writes nothing.
func (s *Store) Ping(ctx context.Context) error {
	if s.dir != "" {
		return pingFolder(s.dir)
	}
	// Asking for one key costs the same however many there are; listing a
	// bucket also needs a right that the product otherwise does without.
	if _, err := s.bucket.Exists(ctx, "ping"); err != nil {
		return fmt.Errorf("reaching the file store: %w", err)
	}
	return nil
}

// Close gives the store's connections back.
func (s *Store) Close() error { return s.bucket.Close() }
