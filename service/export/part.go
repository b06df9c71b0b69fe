package export

import (
	"context"
	"errors"
	"fmt"

	"ruxue/service/loop"
)

// partSize is how much of a file is in memory at once, in bytes.
const partSize = 4 << 20

func partKey(j Job, n int) string { return fmt.Sprintf("%s/p%05d", j.BlobKey, n) }

// partAD binds a part to its file and place: parts cannot be swapped.
func partAD(j Job, n int) string { return fmt.Sprintf("export.part:%s:%s:%d", j.Ref, j.BlobKey, n) }

// parts is a writer that seals what it gets and keeps it in parts.
type parts struct {
	ctx  context.Context
	s    *Service
	job  *Job
	rest []byte
}

// Write implements io.Writer.
func (p *parts) Write(b []byte) (int, error) {
	p.rest = append(p.rest, b...)
	for len(p.rest) >= partSize {
		if err := p.put(p.rest[:partSize]); err != nil {
			return 0, err
		}
		p.rest = append(p.rest[:0], p.rest[partSize:]...)
	}
	return len(b), nil
}

func (p *parts) put(b []byte) error {
	n := p.job.Parts + 1
	key := partKey(*p.job, n)
	if err := p.s.Files.Put(p.ctx, key, partAD(*p.job, n), b); err != nil {
		return fmt.Errorf("keeping a part of an export: %w", err)
	}
	p.job.Parts, p.job.Bytes = n, p.job.Bytes+int64(len(b))
	err := p.s.report(p.ctx, p.job)   // a purge must find every part
	if errors.Is(err, loop.ErrLost) { // whoever has the job now looks for no part of this try
		err = errors.Join(err, p.s.Files.Delete(context.WithoutCancel(p.ctx), key))
	}
	return err
}

// Close keeps what is left.
func (p *parts) Close() error {
	if len(p.rest) == 0 {
		return nil
	}
	err := p.put(p.rest)
	p.rest = nil
	return err
}
