package signing_test

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"ruxue/service/fault"
	"ruxue/service/signing"
)

func TestParseKeepsTheHandwriting(t *testing.T) {
	s, err := signing.ParseStrokes([]byte(`{"width":358.004,"height":220,"strokes":[
		{"points":[[1.2345,-0.001,0,0.51234],[357,219,16.4]]},{"points":[]},{"points":[[5,6]]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"width":358,"height":220,"strokes":[{"points":[[1.23,0,0,0.512],[357,219,16,0]]},{"points":[[5,6,0,0]]}]}`
	if got := string(s.Bytes()); got != want {
		t.Fatalf("stored as\n%s, want\n%s", got, want)
	}
}

func TestHashDoesNotDependOnHowNumbersArePrinted(t *testing.T) {
	a, err1 := signing.ParseStrokes([]byte(`{"width":300,"height":200,"strokes":[{"points":[[10,20,0,0.5]]}]}`))
	b, err2 := signing.ParseStrokes([]byte(` {"strokes":[{"points":[[1e1,20.001,0.2,0.50]]}],"height":2e2,"width":300.0}`))
	c, err3 := signing.ParseStrokes([]byte(`{"width":300,"height":200,"strokes":[{"points":[[10,20.1,0,0.5]]}]}`))
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	if a.Hash() != b.Hash() {
		t.Error("the same handwriting has two hashes")
	}
	if a.Hash() == c.Hash() {
		t.Error("another handwriting has the same hash")
	}
}

func TestParseRefusesWhatIsOutOfBounds(t *testing.T) {
	pad := func(points string) string {
		return `{"width":300,"height":200,"strokes":[{"points":[` + points + `]}]}`
	}
	many := func(strokes, points int) string {
		one := `{"points":[` + strings.TrimSuffix(strings.Repeat("[1,1],", points), ",") + `]},`
		return `{"width":300,"height":200,"strokes":[` + strings.TrimSuffix(strings.Repeat(one, strokes), ",") + `]}`
	}
	for name, in := range map[string]string{
		"not JSON":           `strokes`,
		"another shape":      `[1,2,3]`,
		"no pad":             `{"strokes":[]}`,
		"pad too small":      `{"width":99,"height":200,"strokes":[]}`,
		"pad too large":      `{"width":300,"height":4001,"strokes":[]}`,
		"infinite":           pad(`[1e999,1]`),
		"a point of one":     pad(`[1]`),
		"a point of five":    pad(`[1,2,3,0.5,6]`),
		"a point of text":    pad(`["1","2"]`),
		"far left":           pad(`[-151,1]`),
		"far below":          pad(`[1,351]`),
		"before the start":   pad(`[1,1,-1]`),
		"a week later":       pad(`[1,1,604800000]`),
		"pressure above one": pad(`[1,1,1,1.5]`),
		"201 strokes":        many(201, 1),
		"20,001 points":      many(3, 6667),
		"too many bytes":     pad(strings.Repeat(" ", signing.MaxStrokeBytes)),
	} {
		_, err := signing.ParseStrokes([]byte(in))
		f, ok := fault.As(err)
		if !ok || (f.Kind != fault.Invalid && f.Kind != fault.TooLarge) || f.Sentence == "" || f.Field != "strokes" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, in := range map[string]string{"200 strokes": many(200, 100), "over the edge": pad(`[-149,-149],[449,349]`)} {
		if _, err := signing.ParseStrokes([]byte(in)); err != nil {
			t.Errorf("%s is within bounds: %v", name, err)
		}
	}
}

// Whatever the outside sends: no panic, and what is accepted is finite, bounded,
// stable under a second round and can be judged and (if it has ink) drawn.
func FuzzParseStrokes(f *testing.F) {
	f.Add([]byte(`{"width":300,"height":200,"strokes":[{"points":[[10,20,0,0.5],[30,40,10,0.5]]}]}`))
	f.Add([]byte(`{"width":1e2,"height":4000,"strokes":[{"points":[[-1,-1]]},null,{}]}`))
	f.Add([]byte(`{"width":null}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		s, err := signing.ParseStrokes(in)
		if err != nil {
			return
		}
		for _, l := range s.Lines {
			for _, p := range l.Points {
				if math.IsNaN(p.X+p.Y+p.T+p.P) || math.Abs(p.X) > 8000 || math.Abs(p.Y) > 8000 {
					t.Fatalf("accepted %+v", p)
				}
			}
		}
		again, err := signing.ParseStrokes(s.Bytes())
		if err != nil || !bytes.Equal(again.Bytes(), s.Bytes()) {
			t.Fatalf("does not survive a second round: %v", err)
		}
		_ = signing.Judge(s)
		if len(s.Lines) > 0 {
			if _, err := signing.Draw(s); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// pad makes strokes on a 358×220 pad; each stroke is x,y pairs.
func pad(strokes ...[]float64) signing.Strokes {
	s := signing.Strokes{Width: 358, Height: 220}
	for _, xy := range strokes {
		var l signing.Stroke
		for i := 0; i+1 < len(xy); i += 2 {
			l.Points = append(l.Points, signing.Point{X: xy[i], Y: xy[i+1], T: float64(8 * i), P: 0.5})
		}
		s.Lines = append(s.Lines, l)
	}
	return s
}

// path samples f(0..1) n times.
func path(n int, f func(t float64) (x, y float64)) []float64 {
	var out []float64
	for i := range n {
		x, y := f(float64(i) / float64(n-1))
		out = append(out, x, y)
	}
	return out
}

func sentence(err error) string {
	if f, ok := fault.As(err); ok {
		return f.Sentence
	}
	return fmt.Sprint(err)
}
