package campaign

import (
	"fmt"
	"time"
)

// Shanghai is the zone of every date a student reads.
var Shanghai = time.FixedZone("CST", 8*60*60)

// Window is when students may log in: inclusive dates in Asia/Shanghai, the
// last one through 23:59:59.
type Window struct {
	Label string `yaml:"label"` // 新生实名制注册时间
	From  string `yaml:"from"`  // 2026-03-01
	To    string `yaml:"to"`
}

// Bounds returns the first and the last instant of the window.
func (w Window) Bounds() (from, to time.Time, err error) {
	if from, err = time.ParseInLocation(time.DateOnly, w.From, Shanghai); err != nil {
		return from, to, fmt.Errorf("第一天 %q 应写成 2026-11-21 的样子", w.From)
	}
	if to, err = time.ParseInLocation(time.DateOnly, w.To, Shanghai); err != nil {
		return from, to, fmt.Errorf("最后一天 %q 应写成 2026-11-21 的样子", w.To)
	}
	return from, to.AddDate(0, 0, 1).Add(-time.Nanosecond), nil
}

// Open reports whether now lies in the window, both days included.
func (w Window) Open(now time.Time) bool {
	from, to, err := w.Bounds()
	return err == nil && !now.Before(from) && !now.After(to)
}

// Dates are the window as a student reads it: 2026年3月1日 至 2026年12月31日 23:59.
func (w Window) Dates() string {
	from, to, err := w.Bounds()
	if err != nil {
		return ""
	}
	return Date(from) + " 至 " + DateTime(to)
}

// Text is the window with its label, 新生实名制注册时间 in the manual.
func (w Window) Text() string { return w.Label + " " + w.Dates() }

// ClosedSentence says why the door is shut, with the dates; "" while it is open.
func (w Window) ClosedSentence(now time.Time) string {
	from, to, err := w.Bounds()
	switch {
	case err != nil || w.Open(now):
		return ""
	case now.Before(from):
		return "注册还没有开始，开放时间为 " + Date(from) + "至" + Date(to)
	default:
		return "注册已经结束，开放时间为 " + Date(from) + "至" + Date(to) + "，如有疑问请联系学校"
	}
}

// Date writes a day as 2026年3月31日, in Beijing time.
func Date(t time.Time) string { return t.In(Shanghai).Format("2006年1月2日") }

// DateTime writes an instant as 2026年3月31日 23:59, in Beijing time.
func DateTime(t time.Time) string { return t.In(Shanghai).Format("2006年1月2日 15:04") }

// ParseDate reads a day such as 2026-03-31 as its first moment in Beijing.
func ParseDate(text string) (time.Time, error) {
	day, err := time.ParseInLocation(time.DateOnly, text, Shanghai)
	if err != nil {
		return day, fmt.Errorf("reading a day: %w", err)
	}
	return day, nil
}
