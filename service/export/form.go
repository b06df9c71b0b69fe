package export

import (
	"context"
	"fmt"
	"strings"

	"github.com/signintech/gopdf"

	"ruxue/service/campaign"
	"ruxue/service/enrolment"
	"ruxue/service/evidence"
	"ruxue/service/student"
)

// Measures of the form, in points.
const (
	pageW, pageH = 595.28, 841.89
	edge         = 42.0
	wide         = pageW - 2*edge
	textSize     = 10.0
	lineH        = 15.0
	pad          = 5.0
	labelW       = 68.0
	photoW       = 96.0 // 3:4 as the portraits
	photoH       = 128.0
	face         = "song"
)

// Form returns a student's 新生入学登记表 as a PDF of A4 pages.
func (s *Service) Form(ctx context.Context, c *campaign.Campaign, e *student.Enrolment) ([]byte, error) {
	f, err := newForm(s.Font)
	if err != nil {
		return nil, err
	}
	f.centred(c.Institution, 12)
	f.centred("新生入学登记表", 20)
	f.y += 8
	photo, _, err := s.portrait(ctx, c, e)
	if err != nil {
		return nil, err
	}
	if err := f.admission(e, photo); err != nil {
		return nil, err
	}
	for _, section := range c.Sections {
		v, ok, err := s.Sections.Handed(ctx, owner(c, e), section.Name)
		if err != nil {
			return nil, fmt.Errorf("reading what a student handed in: %w", err)
		}
		if ok {
			f.section(section, v)
		}
	}
	return f.finish()
}

// form draws a ruled table from the top of a page downwards.
type form struct {
	pdf *gopdf.GoPdf
	y   float64
	err error
}

func newForm(font []byte) (*form, error) {
	f := &form{pdf: &gopdf.GoPdf{}, y: edge}
	f.pdf.Start(gopdf.Config{PageSize: gopdf.Rect{W: pageW, H: pageH}})
	err := f.pdf.AddTTFFontDataWithOption(face, font, gopdf.TtfOption{OnGlyphNotFoundSubstitute: func(rune) rune { return '〓' }})
	if err != nil {
		return nil, fmt.Errorf("reading the font: %w", err)
	}
	f.pdf.AddPage()
	f.pdf.SetLineWidth(0.5)
	f.size(textSize)
	return f, nil
}

func (f *form) note(err error) {
	if err != nil && f.err == nil {
		f.err = err
	}
}

func (f *form) size(n float64) { f.note(f.pdf.SetFont(face, "", n)) }

func (f *form) measure(text string) float64 {
	w, err := f.pdf.MeasureTextWidth(text)
	f.note(err)
	return w
}

func (f *form) text(x, y float64, text string) {
	f.pdf.SetXY(x, y)
	f.note(f.pdf.Cell(nil, text))
}

func (f *form) centred(text string, size float64) {
	f.size(size)
	f.text((pageW-f.measure(text))/2, f.y, text)
	f.y += size * 1.6
	f.size(textSize)
}

// keep begins a new page unless so much room is left.
func (f *form) keep(room float64) {
	if f.y+room > pageH-edge {
		f.pdf.AddPage()
		f.y = edge
	}
}

// cell is a label with its value, over a part of the width.
type cell struct {
	label, value string
	width        float64
}

// row draws cells side by side, as tall as the tallest.
func (f *form) row(cells ...cell) {
	lines := make([][]string, len(cells))
	tall := 1
	for i, c := range cells {
		lines[i] = evidence.Lines(c.value, c.width-labelW-2*pad, 0, f.measure)
		tall = max(tall, len(lines[i]), len(evidence.Lines(c.label, labelW-2*pad, 0, f.measure)))
	}
	h := float64(tall)*lineH + 2*pad
	f.keep(h)
	x := edge
	for i, c := range cells {
		f.pdf.RectFromUpperLeftWithStyle(x, f.y, labelW, h, "D")
		f.pdf.RectFromUpperLeftWithStyle(x+labelW, f.y, c.width-labelW, h, "D")
		for n, l := range evidence.Lines(c.label, labelW-2*pad, 0, f.measure) {
			f.text(x+pad, f.y+pad+float64(n)*lineH, l)
		}
		for n, l := range lines[i] {
			f.text(x+labelW+pad, f.y+pad+float64(n)*lineH, l)
		}
		x += c.width
	}
	f.y += h
}

// head is a row that names what follows.
func (f *form) head(title string) {
	f.keep(4 * lineH)
	h := lineH + 2*pad
	f.pdf.SetFillColor(238, 240, 243)
	f.pdf.RectFromUpperLeftWithStyle(edge, f.y, wide, h, "FD")
	f.pdf.SetFillColor(0, 0, 0)
	f.text(edge+pad, f.y+pad, title)
	f.y += h
}

// admission is the listed data with the portrait at their right.
func (f *form) admission(e *student.Enrolment, photo []byte) error {
	top := f.y
	left := wide - photoW - 2*pad
	half := left / 2
	f.row(cell{"姓名", e.Person.Name, half}, cell{"性别", e.Gender, half})
	f.row(cell{"民族", e.Nation, half}, cell{"证件类型", e.Person.IDType, half})
	f.row(cell{"证件号码", e.Person.IDNumber, left})
	f.row(cell{"考生号", e.ExamNumber, half}, cell{"学号", e.Number, half})
	f.row(cell{"年级", e.Grade, half}, cell{"层次", e.Level, half})
	if low := top + photoH + 2*pad; f.y < low {
		f.row(cell{"手机号", e.Phone, left})
	}
	f.y = max(f.y, top+photoH+2*pad)
	f.pdf.RectFromUpperLeftWithStyle(edge+left, top, photoW+2*pad, f.y-top, "D")
	if photo != nil {
		holder, err := gopdf.ImageHolderByBytes(photo)
		if err != nil {
			return fmt.Errorf("reading a portrait: %w", err)
		}
		if err := f.pdf.ImageByHolder(holder, edge+left+pad, top+(f.y-top-photoH)/2, &gopdf.Rect{W: photoW, H: photoH}); err != nil {
			return fmt.Errorf("drawing a portrait: %w", err)
		}
	} else {
		f.text(edge+left+photoW/2-8, top+photoH/2, "照片")
	}
	f.row(cell{"专业", e.Major, wide / 2}, cell{"学习形式", e.StudyForm, wide / 2})
	f.row(cell{"学制", e.Length(), wide / 2}, cell{"教学点", e.Site, wide / 2})
	return nil
}

// section is what a student handed in on one page of the form.
func (f *form) section(s campaign.Section, v enrolment.Values) {
	f.head(s.Title)
	if s.Repeated {
		for i, item := range v.Items {
			var words []string
			for _, field := range s.Fields {
				if item[field.Name] != "" {
					words = append(words, field.Label+"："+item[field.Name])
				}
			}
			name := s.ItemName
			if name == "" {
				name = s.Title
			}
			f.row(cell{fmt.Sprintf("%s %d", name, i+1), strings.Join(words, "　"), wide})
		}
		return
	}
	var wait *cell
	for _, field := range s.Fields {
		value := v.Fields[field.Name]
		if f.measure(value) > wide/2-labelW-2*pad || f.measure(field.Label) > 2*(labelW-2*pad) {
			if wait != nil {
				f.row(cell{wait.label, wait.value, wide})
				wait = nil
			}
			f.row(cell{field.Label, value, wide})
			continue
		}
		c := cell{field.Label, value, wide / 2}
		if wait == nil {
			wait = &c
			continue
		}
		f.row(*wait, c)
		wait = nil
	}
	if wait != nil {
		f.row(cell{wait.label, wait.value, wide})
	}
}

func (f *form) finish() ([]byte, error) {
	if f.err != nil {
		return nil, fmt.Errorf("drawing a form: %w", f.err)
	}
	out, err := f.pdf.GetBytesPdfReturnErr()
	if err != nil {
		return nil, fmt.Errorf("writing the PDF: %w", err)
	}
	return evidence.Mend(out)
}
