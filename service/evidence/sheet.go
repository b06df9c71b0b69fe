package evidence

import (
	"bytes"
	"fmt"
	"image"
	_ "image/png" // the handwriting's and the QR code's format
	"math"

	"github.com/signintech/gopdf"
)

// Measures of a page, in points.
const (
	pageWidth, pageHeight = 595.28, 841.89
	margin                = 56.0
	lineHeight            = 19.0
	labelWidth            = 64.0
)

const family = "song"

// sheet places lines from the top of a page downwards and remembers them; the
// pages are drawn at the end, when their number is known.
type sheet struct {
	pdf    *gopdf.GoPdf
	widths map[rune]float64 // of a character at 100 points
	pages  [][]mark
	y      float64
	width  float64
	err    error
}

// mark is one thing on a page: a text, a picture, or a rule when both are empty.
type mark struct {
	x, y, size float64
	text       string
	picture    gopdf.ImageHolder
	w, h       float64
}

func newSheet(font []byte) (*sheet, error) {
	s := &sheet{pdf: &gopdf.GoPdf{}, widths: map[rune]float64{}, pages: make([][]mark, 1), y: margin,
		width: pageWidth - 2*margin}
	s.pdf.Start(gopdf.Config{PageSize: gopdf.Rect{W: pageWidth, H: pageHeight}})
	// A character that even this font lacks shows as the mark printers use for it.
	err := s.pdf.AddTTFFontDataWithOption(family, font, gopdf.TtfOption{OnGlyphNotFoundSubstitute: func(rune) rune { return '〓' }})
	if err != nil {
		return nil, fmt.Errorf("reading the font: %w", err)
	}
	if err := s.pdf.SetFont(family, "", 100); err != nil {
		return nil, fmt.Errorf("setting the font: %w", err)
	}
	return s, nil
}

// measure returns how wide a text is at the size.
func (s *sheet) measure(size float64) func(string) float64 {
	return func(text string) float64 {
		total := 0.0
		for _, r := range text {
			w, ok := s.widths[r]
			if !ok {
				var err error
				if w, err = s.pdf.MeasureTextWidth(string(r)); err != nil && s.err == nil {
					s.err = fmt.Errorf("measuring text: %w", err)
				}
				s.widths[r] = w
			}
			total += w
		}
		return total * size / 100
	}
}

func (s *sheet) put(m mark) { s.pages[len(s.pages)-1] = append(s.pages[len(s.pages)-1], m) }

func (s *sheet) down(by float64) { s.y += by }

// keep begins a new page unless so much room is left.
func (s *sheet) keep(room float64) {
	if s.y+room > pageHeight-margin {
		s.pages = append(s.pages, nil)
		s.y = margin
	}
}

func (s *sheet) line(text string, size, x float64) {
	s.keep(lineHeight)
	s.put(mark{x: x, y: s.y, size: size, text: text})
	s.y += lineHeight * max(1, size/12)
}

// paragraph writes a text over as many lines and pages as it needs, its first
// line moved in by so many characters.
func (s *sheet) paragraph(text string, size, indent float64) {
	for i, l := range Lines(text, s.width, indent*size, s.measure(size)) {
		x := margin
		if i == 0 {
			x += indent * size
		}
		s.line(l, size, x)
	}
}

func (s *sheet) centred(text string, size float64) {
	measure := s.measure(size)
	for _, l := range Lines(text, s.width, 0, measure) {
		s.line(l, size, (pageWidth-measure(l))/2)
	}
}

// pair writes a label and its value.
func (s *sheet) pair(label, value string) {
	const size = 10
	for i, l := range Lines(value, s.width-labelWidth, 0, s.measure(size)) {
		if i == 0 {
			s.put(mark{x: margin, y: s.y, size: size, text: label})
		}
		s.line(l, size, margin+labelWidth)
	}
}

func (s *sheet) rule() { s.put(mark{x: margin, y: s.y, w: s.width}) }

func (s *sheet) image(png []byte, x, y, w, h float64) error {
	holder, err := gopdf.ImageHolderByBytes(png)
	if err != nil {
		return fmt.Errorf("reading a picture: %w", err)
	}
	s.put(mark{x: x, y: y, w: w, h: h, picture: holder})
	return nil
}

// picture shows a PNG in its shape, at most so high and as wide as the values.
func (s *sheet) picture(png []byte, height float64) error {
	c, _, err := image.DecodeConfig(bytes.NewReader(png))
	if err != nil || c.Width == 0 || c.Height == 0 {
		return fmt.Errorf("reading the handwriting: %w", err)
	}
	scale := min(height/float64(c.Height), (s.width-labelWidth)/float64(c.Width))
	w, h := float64(c.Width)*scale, float64(c.Height)*scale
	if err := s.image(png, margin+labelWidth, s.y-lineHeight, w, h); err != nil {
		return err
	}
	s.y += max(0, math.Ceil(h)-lineHeight)
	return nil
}

// finish draws every page with its foot, a note and the page's number.
func (s *sheet) finish(note string) ([]byte, error) {
	for i, marks := range s.pages {
		s.pdf.AddPage()
		foot := fmt.Sprintf("%s    第 %d 页，共 %d 页", note, i+1, len(s.pages))
		marks = append(marks, mark{x: (pageWidth - s.measure(9)(foot)) / 2, y: pageHeight - margin + 20, size: 9, text: foot})
		for _, m := range marks {
			if err := s.draw(m); err != nil {
				return nil, err
			}
		}
	}
	if s.err != nil {
		return nil, s.err
	}
	out, err := s.pdf.GetBytesPdfReturnErr()
	if err != nil {
		return nil, fmt.Errorf("writing the PDF: %w", err)
	}
	return Mend(out)
}

func (s *sheet) draw(m mark) error {
	switch {
	case m.picture != nil:
		if err := s.pdf.ImageByHolder(m.picture, m.x, m.y, &gopdf.Rect{W: m.w, H: m.h}); err != nil {
			return fmt.Errorf("drawing a picture: %w", err)
		}
	case m.text != "":
		if err := s.pdf.SetFontSize(m.size); err != nil {
			return fmt.Errorf("setting the font: %w", err)
		}
		s.pdf.SetXY(m.x, m.y)
		if err := s.pdf.Cell(nil, m.text); err != nil {
			return fmt.Errorf("writing text: %w", err)
		}
	case m.w > 0:
		s.pdf.SetLineWidth(0.5)
		s.pdf.Line(m.x, m.y, m.x+m.w, m.y)
	}
	return nil
}
