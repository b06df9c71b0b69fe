package photo

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"ruxue/service/fault"
)

type file struct {
	name string
	data []byte
}

func archive(t testing.TB, files ...file) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		part, err := w.Create(f.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(f.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestOpenArchive(t *testing.T) {
	got, err := openArchive(archive(t, file{"照片/", nil}, file{"照片/26320100000001.jpg", []byte("x")}, file{"照片/.DS_Store", []byte("x")}, file{"读我.txt", []byte("x")}))
	if err != nil || len(got) != 2 {
		t.Fatalf("%d files, %v", len(got), err)
	}
	var many []file
	for i := range MaxFiles + 1 {
		many = append(many, file{fmt.Sprintf("%014d.jpg", i), nil})
	}
	crowd := archive(t, many...)
	// 4 MB of nothing, 65 times: packed, it is a file of some 300 KB.
	one, err := openArchive(archive(t, file{"26320100000001.jpg", make([]byte, 4<<20)}))
	if err != nil {
		t.Fatal(err)
	}
	var bomb bytes.Buffer
	w := zip.NewWriter(&bomb)
	for range maxUnpacked/(4<<20) + 1 {
		if err := w.Copy(one[0]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	good := archive(t, file{"26320100000001.jpg", bytes.Repeat([]byte("x"), 1000)})
	for name, x := range map[string]struct {
		data []byte
		kind fault.Kind
		says string
	}{
		"no archive":        {[]byte("hello"), fault.Invalid, "不是 zip 压缩包"},
		"half an archive":   {good[:len(good)/2], fault.Invalid, "不是 zip 压缩包"},
		"no picture":        {archive(t, file{"名单.xlsx", []byte("x")}), fault.Invalid, "没有 JPG 或 PNG"},
		"empty":             {archive(t), fault.Invalid, "没有 JPG 或 PNG"},
		"too many files":    {crowd, fault.TooLarge, "一次最多 5000 个"},
		"a bomb":            {bomb.Bytes(), fault.TooLarge, "解开后超过 256 MB"},
		"a directory alone": {bytes.Repeat([]byte("PK\x01\x02"+strings.Repeat("\x00", 42)), 2*MaxFiles), fault.TooLarge, "一次最多 5000 个"},
		"too large":         {make([]byte, MaxArchive+1), fault.TooLarge, "超过 64 MB"},
		"shared bytes":      {patched(good, 20, 1<<20), fault.Invalid, "结构不正常"},
		"a lie of 4 GB":     {patched(good, 24, 0xFFFFFFF0), fault.TooLarge, "解开后超过"},
	} {
		_, err := openArchive(x.data)
		if f, ok := fault.As(err); !ok || f.Kind != x.kind || f.Field != "file" || !strings.Contains(f.Sentence, x.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// patched sets 4 bytes of the first record of the directory.
func patched(data []byte, at int, v uint32) []byte {
	out := bytes.Clone(data)
	i := bytes.Index(out, centralHeader)
	binary.LittleEndian.PutUint32(out[i+at:], v)
	return out
}

func TestUnpackIsBounded(t *testing.T) {
	big := archive(t, file{"26320100000001.jpg", make([]byte, MaxPicture+1)})
	for name, x := range map[string]struct {
		data []byte
		want error
	}{
		"too large":              {big, errTooBig},
		"too large, and it lies": {patched(big, 24, 100), nil}, // its end comes too early, or it is cut: never more than it may have
		"under a password":       {patched(archive(t, file{"26320100000001.jpg", []byte("x")}), 8, 9), errPassword},
	} {
		files, err := openArchive(x.data)
		if err != nil || len(files) != 1 {
			t.Fatal(name, err)
		}
		got, err := unpack(files[0])
		if err == nil || len(got) > 0 || (x.want != nil && !errors.Is(err, x.want)) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
		if unpackWords(err) == "" {
			t.Errorf("%s: nothing is said", name)
		}
	}
}

// No archive makes the reader panic or give out more than a picture may have.
func FuzzArchive(f *testing.F) {
	f.Add(archive(f, file{"26320100000001.jpg", []byte("x")}))
	f.Add(patched(archive(f, file{"26320100000001.jpg", make([]byte, 5000)}), 24, 100))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, data []byte) {
		files, err := openArchive(data)
		if err != nil {
			if _, ok := sentenceOf(err); !ok {
				t.Error("refused without a sentence: ", err)
			}
			return
		}
		for _, x := range files[:min(len(files), 3)] {
			if got, err := unpack(x); err == nil && len(got) > MaxPicture {
				t.Errorf("%d bytes", len(got))
			}
		}
	})
}
