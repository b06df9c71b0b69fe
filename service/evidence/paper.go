package evidence

import (
	"fmt"
	"strings"
	"time"

	"rsc.io/qr"

	"ruxue/service/campaign"
)

// Paper is what the PDF says.
type Paper struct {
	Institution string
	Title       string // of the document, without 《》
	Sections    []campaign.DocSection
	Sample      bool // the text is a sample and says so
	Name        string
	IDType      string
	IDMasked    string
	Picture     []byte // the handwriting, PNG
	SignedAt    time.Time
	FinalAt     time.Time
	Hash        string // the evidence hash
	Number      string
	URL         string // of the verification page
}

// Printer lays papers out; safe for concurrent use.
type Printer struct{ font []byte }

// NewPrinter returns a printer with a TrueType font that has every character
// of the names, rare ones too.
func NewPrinter(font []byte) *Printer { return &Printer{font} }

// Print returns the paper as a PDF of A4 pages, not yet sealed.
func (p *Printer) Print(paper Paper) ([]byte, error) {
	s, err := newSheet(p.font)
	if err != nil {
		return nil, err
	}
	s.centred(paper.Institution, 11)
	s.down(4)
	s.centred(paper.Title, 18)
	s.down(12)
	for _, c := range paper.Sections {
		if c.Heading != "" {
			s.down(6)
			s.keep(3 * lineHeight)
			s.paragraph(c.Heading, 12, 0)
		}
		for _, text := range c.Paragraphs {
			s.paragraph(text, 11, 2)
		}
	}
	if paper.Sample {
		s.down(6)
		s.paragraph("本文为样例文本，以学校正式文本为准。", 9, 0)
	}
	if err := s.proof(paper); err != nil {
		return nil, err
	}
	return s.finish("验证编号 " + Grouped(paper.Number))
}

// proof is the block that shows who signed, and how to verify it; it stays on
// one page.
func (s *sheet) proof(paper Paper) error {
	code, err := qr.Encode(paper.URL, qr.M)
	if err != nil {
		return fmt.Errorf("making the QR code: %w", err)
	}
	const codeSize, pictureHeight = 96.0, 80.0
	s.down(14)
	s.keep(330)
	s.rule()
	s.down(8)
	s.paragraph("电子签署证明", 12, 0)
	top := s.y
	wide := s.width
	s.width -= codeSize + 16
	s.pair("签署人", paper.Name)
	s.pair(paper.IDType, paper.IDMasked)
	s.pair("签名时间", campaign.DateTime(paper.SignedAt)+"（北京时间）")
	s.pair("签署时间", campaign.DateTime(paper.FinalAt)+"（北京时间）")
	s.pair("验证编号", Grouped(paper.Number))
	s.width = wide
	if err := s.image(code.PNG(), margin+wide-codeSize, top, codeSize, codeSize); err != nil {
		return err
	}
	s.y = max(s.y, top+codeSize+6)
	s.pair("证据哈希", paper.Hash)
	s.pair("验证网址", paper.URL)
	s.pair("手写签名", "")
	if err := s.picture(paper.Picture, pictureHeight); err != nil {
		return err
	}
	s.down(8)
	s.paragraph("本文件由"+strings.TrimSpace(paper.Institution)+
		"加盖电子印章。扫描二维码或打开验证网址，可核对本文件是否真实、是否被改动。", 9, 0)
	return nil
}
