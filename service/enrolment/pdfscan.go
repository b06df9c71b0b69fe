package enrolment

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
)

const (
	// maxInflate bounds what all compressed streams of one PDF may inflate to,
	// pictures excepted, which are not inflated at all.
	maxInflate = 64 << 20
	// maxDict bounds how far before "stream" its dictionary is looked for.
	maxDict = 64 << 10
)

var (
	errTooDeep   = errors.New("streams inflate to too much")
	errOddObject = errors.New("an object stream that cannot be read")
)

// scanPDF looks at every name in the file: in its plain parts, in the raw bytes
// of streams, and in what streams inflate to. It does not follow references,
// because a reader that repairs files may find objects in other places than
// the cross-reference table says.
func scanPDF(data []byte) (names, error) {
	var (
		found names
		pump  = inflater{left: maxInflate}
		from  int // end of the previous stream keyword
	)
	found.text = true
	for {
		i := bytes.Index(data[from:], []byte("stream"))
		if i < 0 {
			break
		}
		end := from + i + len("stream")
		found.feed(data[from:end])
		if bytes.HasSuffix(data[:from+i], []byte("end")) {
			found.text = true
			from = end
			continue
		}
		found.text = false
		d := readDict(data[max(from, end-maxDict):end-len("stream")], end-from > maxDict)
		if err := found.inside(d, data[end:], &pump); err != nil {
			return found, err
		}
		from = end
	}
	found.feed(data[from:])
	found.feed([]byte{'\n'})
	return found, nil
}

// inside scans what a stream inflates to. Where the body ends is for the
// decompressor to find out, since /Length can lie. An object stream that cannot
// be inflated plainly is an error; in any other stream unknown encodings are
// pictures, fonts and page content, from which no action can start.
func (n *names) inside(d dict, body []byte, pump *inflater) error {
	if d.image && !d.objects {
		return nil
	}
	if d.objects && d.odd {
		return errOddObject
	}
	if d.objects && !d.flate {
		n.text = true // plain: its bytes are scanned with the file's
		return nil
	}
	in := names{text: d.objects}
	err := pump.inflate(bytes.TrimPrefix(bytes.TrimPrefix(body, []byte("\r")), []byte("\n")), &in)
	in.feed([]byte{'\n'})
	n.merge(in)
	if err != nil && (d.objects || errors.Is(err, errTooDeep)) {
		return err
	}
	return nil
}

// inflater inflates many streams within one bound.
type inflater struct {
	z    io.ReadCloser
	left int64 // bytes that may still come out
}

// inflate writes to w what the zlib stream at the start of body inflates to.
func (p *inflater) inflate(body []byte, w io.Writer) (err error) {
	r := bytes.NewReader(body)
	if p.z == nil {
		p.z, err = zlib.NewReader(r)
	} else {
		err = p.z.(zlib.Resetter).Reset(r, nil)
	}
	p.left -= 512 // what starting costs, against thousands of tiny streams
	if err == nil {
		var got int64
		got, err = io.Copy(w, io.LimitReader(p.z, p.left+1))
		p.left -= got
	}
	if p.left < 0 {
		return errTooDeep
	}
	if err != nil {
		return errOddObject
	}
	return nil
}
