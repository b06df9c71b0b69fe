package export

import (
	"archive/zip"
	"context"
	"fmt"
	"strings"

	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/roster"
	"ruxue/service/student"
)

// archive writes a zip with some files of each student; who has none is counted
// and named in a list at its end.
func (s *Service) archive(ctx context.Context, j *Job, c *campaign.Campaign, q roster.Query, out *parts) error {
	z := zip.NewWriter(out)
	used := map[string]bool{}
	var without []string
	err := s.each(ctx, j, q, reportAt, func(e *student.Enrolment) error {
		files, err := s.filesOf(ctx, j.Request.Kind, c, e)
		if err != nil {
			return err
		}
		if len(files) == 0 {
			j.Skipped++
			without = append(without, e.Person.Name+"\t"+e.ExamNumber)
		}
		for _, f := range files {
			w, err := z.CreateHeader(&zip.FileHeader{Name: unique(used, f.name), Method: zip.Deflate, Modified: s.Now()})
			if err != nil {
				return fmt.Errorf("adding to a zip: %w", err)
			}
			if _, err := w.Write(f.data); err != nil {
				return fmt.Errorf("adding to a zip: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(without) > 0 {
		w, err := z.Create("没有文件的学生.txt")
		if err != nil {
			return fmt.Errorf("adding to a zip: %w", err)
		}
		if _, err := w.Write([]byte("\ufeff姓名\t考生号\r\n" + strings.Join(without, "\r\n") + "\r\n")); err != nil {
			return fmt.Errorf("adding to a zip: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("ending a zip: %w", err)
	}
	return nil
}

// file is one entry of a zip.
type file struct {
	name string
	data []byte
}

// filesOf are the student's files of the kind; none is no error.
func (s *Service) filesOf(ctx context.Context, kind Kind, c *campaign.Campaign, e *student.Enrolment) ([]file, error) {
	switch kind {
	case Photos:
		data, ext, err := s.portrait(ctx, c, e)
		if err != nil || data == nil {
			return nil, err
		}
		return []file{{safe(e.Person.IDNumber) + ext, data}}, nil
	case Forms:
		data, err := s.Form(ctx, c, e)
		if err != nil {
			return nil, err
		}
		return []file{{safe(title(e)) + ".pdf", data}}, nil
	}
	list, err := s.Signed.Finals(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	var out []file
	for _, g := range list {
		data, err := s.Evidence.Open(ctx, e.ID, g.DocumentName)
		if fault.KindOf(err) != fault.Internal && err != nil {
			continue // its PDF is still being made
		}
		if err != nil {
			return nil, err
		}
		name := g.DocumentName
		if d, ok := c.Document(g.DocumentName); ok {
			name = d.Title
		}
		out = append(out, file{safe(title(e)+"_"+name) + ".pdf", data})
	}
	return out, nil
}

// portrait is the photo for the record, nil without one.
func (s *Service) portrait(ctx context.Context, c *campaign.Campaign, e *student.Enrolment) (data []byte, ext string, err error) {
	for _, slot := range c.Attachments {
		if slot.Kind != "portrait" {
			continue
		}
		data, contentType, _, err := s.Attachments.Open(ctx, e.ID, slot.Name)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, "", err
		}
		if contentType == "image/png" {
			return data, ".png", nil
		}
		return data, ".jpg", nil
	}
	return nil, "", nil
}

// title names a student's file: her number, or the 考生号, and her name.
func title(e *student.Enrolment) string {
	number := e.Number
	if number == "" {
		number = e.ExamNumber
	}
	return strings.Trim(number+"_"+e.Person.Name, "_")
}

// safe takes out of a name what a file system does not allow.
func safe(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '-'
		}
		return r
	}, name)
}

// unique gives the second file of a name another one.
func unique(used map[string]bool, name string) string {
	out := name
	for n := 2; used[out]; n++ {
		dot := strings.LastIndex(name, ".")
		out = fmt.Sprintf("%s-%d%s", name[:dot], n, name[dot:])
	}
	used[out] = true
	return out
}
