package captcha

import (
	"fmt"
	"image"
	"io"
	"sync"

	"github.com/wenlng/go-captcha-assets/resources/imagesv2"
	"github.com/wenlng/go-captcha-assets/resources/tiles"
	"github.com/wenlng/go-captcha/v2/base/imagedata"
	"github.com/wenlng/go-captcha/v2/slide"
)

// Measures of a puzzle in pixels. The page shows it at about this size.
const (
	pictureWidth  = 320
	pictureHeight = 180
	tileSize      = 60
	margin        = 6
	// minX keeps the hole off the place where the tile begins.
	minX        = tileSize + 30
	jpegQuality = 80 // 12 KB instead of 50
)

// Slides draws puzzles. Where the hole is comes from an own source of
// randomness, which tests replace; the library draws from one that nobody can.
type Slides struct {
	rand io.Reader
	draw slide.DrawImage
	load func() (pictures, error)
}

type pictures struct {
	backgrounds []image.Image
	tiles       []*tiles.GraphImage
}

// NewSlides returns Slides that read their pictures with the first puzzle.
func NewSlides(rand io.Reader) *Slides {
	return &Slides{rand: rand, draw: slide.NewDrawImage(), load: sync.OnceValues(func() (p pictures, err error) {
		if p.backgrounds, err = imagesv2.GetImages(); err != nil {
			return p, fmt.Errorf("reading the puzzle's pictures: %w", err)
		}
		if p.tiles, err = tiles.GetTiles(); err != nil {
			return p, fmt.Errorf("reading the puzzle's tiles: %w", err)
		}
		return p, nil
	})}
}

// below draws evenly from 0 to n-1, n ≤ 65536: what lies beyond the last whole
// multiple of n is drawn again.
func (s *Slides) below(n int) (int, error) {
	limit := 65536 / n * n
	for {
		var b [2]byte
		if _, err := io.ReadFull(s.rand, b[:]); err != nil {
			return 0, fmt.Errorf("drawing a puzzle: %w", err)
		}
		if v := int(b[0])<<8 | int(b[1]); v < limit {
			return v % n, nil
		}
	}
}

// Make draws one puzzle, some 10 ms of a core.
func (s *Slides) Make() (Puzzle, error) {
	from, err := s.load()
	if err != nil {
		return Puzzle{}, err
	}
	var draws [4]int
	for i, n := range []int{len(from.backgrounds), len(from.tiles), pictureWidth - tileSize - margin - minX + 1, pictureHeight - tileSize - 2*margin + 1} {
		v, err := s.below(n)
		if err != nil {
			return Puzzle{}, err
		}
		draws[i] = v
	}
	tile, x, y := from.tiles[draws[1]], minX+draws[2], margin+draws[3]
	block := &slide.DrawBlock{X: x, Y: y, Width: tileSize, Height: tileSize, Image: tile.ShadowImage}
	master, plain, err := s.draw.DrawWithNRGBA(&slide.DrawImageParams{Width: pictureWidth, Height: pictureHeight,
		Background: from.backgrounds[draws[0]], Alpha: 1, CaptchaDrawBlocks: []*slide.DrawBlock{block}})
	if err != nil {
		return Puzzle{}, fmt.Errorf("drawing a puzzle's picture: %w", err)
	}
	cut := *block
	cut.Image = tile.OverlayImage
	piece, err := s.draw.DrawWithTemplate(&slide.DrawTplImageParams{Background: plain, MaskImage: tile.MaskImage, Alpha: 1,
		Width: tileSize, Height: tileSize, CaptchaDrawBlock: &cut})
	if err != nil {
		return Puzzle{}, fmt.Errorf("drawing a puzzle's tile: %w", err)
	}
	p := Puzzle{X: x, Y: y, Width: pictureWidth, Height: pictureHeight, Size: tileSize}
	if p.Picture, err = imagedata.NewJPEGImageData(master).ToBytesWithQuality(jpegQuality); err != nil {
		return Puzzle{}, fmt.Errorf("encoding a puzzle's picture: %w", err)
	}
	if p.Tile, err = imagedata.NewPNGImageData(piece).ToBytes(); err != nil {
		return Puzzle{}, fmt.Errorf("encoding a puzzle's tile: %w", err)
	}
	return p, nil
}
