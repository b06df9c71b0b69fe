package sealed_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"ruxue/service/fault"
	"ruxue/service/sealed"
)

var (
	errGone  = errors.New("no such file")
	errOther = errors.New("another record's file")
	errFull  = errors.New("no room")
	errKey   = errors.New("no key")
)

// shelf is a store in memory; one that is full takes nothing.
type shelf struct {
	kept map[string][]byte
	full bool
}

func (s *shelf) Put(_ context.Context, key string, data []byte) error {
	if s.full {
		return errFull
	}
	s.kept[key] = data
	return nil
}

func (s *shelf) Get(_ context.Context, key string) ([]byte, error) {
	if data, ok := s.kept[key]; ok {
		return data, nil
	}
	return nil, errGone
}

func (s *shelf) Delete(_ context.Context, key string) error { delete(s.kept, key); return nil }

// mirror turns bytes round and binds them to their ad; a broken one seals nothing.
type mirror struct{ broken bool }

func (m mirror) Seal(plain []byte, ad string) ([]byte, error) {
	if m.broken {
		return nil, errKey
	}
	out := bytes.Clone(plain)
	slices.Reverse(out)
	return append([]byte(ad+"|"), out...), nil
}

func (mirror) Open(sealed []byte, ad string) ([]byte, error) {
	rest, ok := bytes.CutPrefix(sealed, []byte(ad+"|"))
	if !ok {
		return nil, errOther
	}
	out := bytes.Clone(rest)
	slices.Reverse(out)
	return out, nil
}

func TestFiles(t *testing.T) {
	ctx, store := t.Context(), &shelf{kept: map[string][]byte{}}
	f := sealed.Files{Store: store, Cipher: mirror{}}
	if err := f.Put(ctx, "face/c1", "face_check.picture:1", []byte("李雯's face")); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(store.kept["face/c1"], []byte("李雯")) {
		t.Error("the store sees what the file says")
	}
	if data, err := f.Get(ctx, "face/c1", "face_check.picture:1"); err != nil || string(data) != "李雯's face" {
		t.Errorf("%q, %v", data, err)
	}
	if data, err := f.Get(ctx, "face/c1", "face_check.picture:2"); !errors.Is(err, errOther) || data != nil {
		t.Errorf("with another record's ad: %q, %v", data, err)
	}
	if err := f.Put(ctx, "face/c1", "face_check.picture:1", []byte("newer")); err != nil {
		t.Fatal(err)
	}
	if data, err := f.Get(ctx, "face/c1", "face_check.picture:1"); err != nil || string(data) != "newer" {
		t.Errorf("in its place: %q, %v", data, err)
	}
	if err := f.Delete(ctx, "face/c1"); err != nil || len(store.kept) != 0 {
		t.Errorf("%d are kept, %v", len(store.kept), err)
	}
	_, err := f.Get(ctx, "face/c1", "face_check.picture:1")
	if !errors.Is(err, errGone) || fault.KindOf(err) != fault.Internal {
		t.Errorf("a file that is gone: %v is of kind %v", err, fault.KindOf(err))
	}
}

// What cannot be sealed or kept leaves what was there.
func TestFilesKeepWhatWas(t *testing.T) {
	ctx, store := t.Context(), &shelf{kept: map[string][]byte{}}
	if err := (sealed.Files{Store: store, Cipher: mirror{}}).Put(ctx, "k", "ad", []byte("old")); err != nil {
		t.Fatal(err)
	}
	if err := (sealed.Files{Store: store, Cipher: mirror{broken: true}}).Put(ctx, "k", "ad", []byte("new")); !errors.Is(err, errKey) {
		t.Error(err)
	}
	store.full = true
	f := sealed.Files{Store: store, Cipher: mirror{}}
	if err := f.Put(ctx, "k", "ad", []byte("new")); !errors.Is(err, errFull) {
		t.Error(err)
	}
	if data, err := f.Get(ctx, "k", "ad"); err != nil || string(data) != "old" {
		t.Errorf("%q, %v", data, err)
	}
}
