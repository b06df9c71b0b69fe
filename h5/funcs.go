package h5

import (
	"fmt"
	"html/template"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// beijing is the zone of every time on a page; China has had one offset and no
// summer time since 1991, so no zone database is needed.
var beijing = time.FixedZone("Asia/Shanghai", 8*60*60)

// Time writes an instant in Beijing time, 2026年3月31日 23:59.
func Time(t time.Time) string { return t.In(beijing).Format("2006年1月2日 15:04") }

// ShortTime writes an instant without its year, 3月31日 23:59.
func ShortTime(t time.Time) string { return t.In(beijing).Format("1月2日 15:04") }

// Clock writes the hour and minute in Beijing time, 14:10.
func Clock(t time.Time) string { return t.In(beijing).Format("15:04") }

// Yuan writes fen as an amount, ¥3,200.00.
func Yuan(fen int64) string {
	sign := ""
	u := uint64(fen)
	if fen < 0 {
		sign, u = "-", uint64(-(fen+1))+1 // the smallest int64 has no positive twin
	}
	return fmt.Sprintf("%s¥%s.%02d", sign, Grouped(strconv.FormatUint(u/100, 10)), u%100)
}

// Grouped writes a plain amount such as -163200.00 as -163,200.00.
func Grouped(amount string) string {
	whole, rest, point := strings.Cut(amount, ".")
	digits := strings.TrimPrefix(whole, "-")
	var b strings.Builder
	b.WriteString(whole[:len(whole)-len(digits)])
	for i, c := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	if point {
		return b.String() + "." + rest
	}
	return b.String()
}

// Size writes bytes as the rules name them, in powers of 1000: a limit of
// 50,000 bytes is 50 KB, and 49,999 is never shown as more than it is.
func Size(bytes int) string {
	if bytes < 1_000_000 {
		return strconv.Itoa(int(math.Ceil(float64(bytes)/1000))) + " KB"
	}
	return strings.TrimSuffix(strconv.FormatFloat(float64(bytes)/1_000_000, 'f', 1, 64), ".0") + " MB"
}

func itoa(n int) string { return strconv.Itoa(n) }

// functions are all that templates can call; none reaches outside.
func functions(a *assets) template.FuncMap {
	return template.FuncMap{
		"asset":    a.url,
		"has":      func(name string) bool { _, ok := a.files[name]; return ok },
		"preloads": func(name string) []string { return a.deps[name] },
		"time":     Time,
		"yuan":     Yuan,
		"size":     Size,
		"image":    imageURL,
		"tel":      telURL,
		"bare":     func(s string) string { return strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://") },
		"add":      func(a, b int) int { return a + b },
		"list":     func(v ...any) []any { return v },
		"dict":     dict,
		"join":     strings.Join,
		"dates":    keepDates,
	}
}

// imageURL lets pictures pass that html/template would refuse: data URIs of
// images. Anything else keeps the usual rules.
func imageURL(s string) any {
	if strings.HasPrefix(s, "data:image/png;base64,") || strings.HasPrefix(s, "data:image/jpeg;base64,") {
		return template.URL(s)
	}
	return s
}

// date is a Beijing date with an optional time, as Time writes it.
var date = regexp.MustCompile(`(\d{4}年)?\d{1,2}月\d{1,2}日( \d{1,2}:\d{2})?`)

// keepDates escapes a text and keeps the dates in it on one line.
func keepDates(s string) template.HTML {
	return template.HTML(date.ReplaceAllString(template.HTMLEscapeString(s), `<span class="keep">$0</span>`))
}

// telURL is a telephone link of the digits in s.
func telURL(s string) template.URL {
	var b strings.Builder
	for _, r := range s {
		if r >= '0' && r <= '9' || r == '+' {
			b.WriteRune(r)
		}
	}
	return template.URL("tel:" + b.String())
}

// dict makes a map for a part that takes several values.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict: odd number of arguments")
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		k, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: key %v is not a string", pairs[i])
		}
		m[k] = pairs[i+1]
	}
	return m, nil
}
