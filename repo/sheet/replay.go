package sheet

import (
	"bufio"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"

	"ruxue/service/tabular"
)

// Recorder is a table that notes what is read from it in a temporary file, so
// that a second reading need not unpack and parse the original again: that is
// most of the work of a list.
type Recorder struct {
	tabular.Table
	file *os.File
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
	r := &Recorder{Table: t, file: f, buf: bufio.NewWriterSize(f, 64<<10)}
	r.out = gob.NewEncoder(r.buf)
	return r, nil
}

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
	return &replay{Recorder: r, in: gob.NewDecoder(bufio.NewReaderSize(r.file, 64<<10))}, nil
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
