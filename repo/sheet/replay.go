package sheet

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"

	"ruxue/service/tabular"
)

// Recorder is a table that notes what is read from it in a temporary file, so
// that a second reading need not unpack and parse the original again: that is
// most of the work of a list. The notes are enciphered with a key that is
// nowhere else, so they are of no use to anybody, even should they stay behind.
type Recorder struct {
	tabular.Table
	file *os.File
	key  cipher.Block
	buf  *bufio.Writer
	out  *gob.Encoder
	end  bool
}

// Record begins to note what is read from t. Close removes the notes, and
// closes t.
func Record(t tabular.Table) (*Recorder, error) {
	f, err := os.CreateTemp("", "ruxue-list-") // readable for its owner alone
	if err != nil {
		return nil, fmt.Errorf("making a temporary file: %w", err)
	}
	var key [32]byte
	_, _ = rand.Read(key[:]) // never fails since Go 1.24
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, errors.Join(fmt.Errorf("preparing a temporary file: %w", err), f.Close(), os.Remove(f.Name()))
	}
	r := &Recorder{Table: t, file: f, key: block}
	r.buf = bufio.NewWriterSize(cipher.StreamWriter{S: r.stream(), W: f}, 64<<10)
	r.out = gob.NewEncoder(r.buf)
	return r, nil
}

// stream begins at the file's first byte. A key is used for one file, written
// once, so that the counter may begin at zero.
func (r *Recorder) stream() cipher.Stream { return cipher.NewCTR(r.key, make([]byte, aes.BlockSize)) }

// Next implements tabular.Table.
func (r *Recorder) Next() (tabular.Row, error) {
	row, err := r.Table.Next()
	if err != nil {
		r.end = r.end || errors.Is(err, io.EOF)
		return row, err
	}
	if err := r.out.Encode(row); err != nil {
		return row, fmt.Errorf("noting a row: %w", err)
	}
	return row, nil
}

// Replay returns the table from its first row on, once it was read to its end.
// The Recorder must stay open meanwhile; closing the replay does nothing.
func (r *Recorder) Replay() (tabular.Table, error) {
	if !r.end {
		return nil, errors.New("replaying a table: it was not read to its end")
	}
	if err := r.buf.Flush(); err != nil {
		return nil, fmt.Errorf("noting the rows: %w", err)
	}
	if _, err := r.file.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("reading the noted rows: %w", err)
	}
	in := cipher.StreamReader{S: r.stream(), R: r.file}
	return &replay{Recorder: r, in: gob.NewDecoder(bufio.NewReaderSize(in, 64<<10))}, nil
}

// Close implements tabular.Table.
func (r *Recorder) Close() error {
	return errors.Join(r.Table.Close(), r.file.Close(), os.Remove(r.file.Name()))
}

type replay struct {
	*Recorder
	in *gob.Decoder
}

// Next implements tabular.Table.
func (p *replay) Next() (row tabular.Row, err error) {
	if err := p.in.Decode(&row); err != nil {
		if errors.Is(err, io.EOF) {
			return row, io.EOF
		}
		return row, fmt.Errorf("reading a noted row: %w", err)
	}
	return row, nil
}

// Close implements tabular.Table.
func (p *replay) Close() error { return nil }
