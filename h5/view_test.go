package h5_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"ruxue/h5"
)

func TestYuan(t *testing.T) {
	for fen, want := range map[int64]string{0: "¥0.00", 5: "¥0.05", 320000: "¥3,200.00", 123456789: "¥1,234,567.89", -320001: "-¥3,200.01", math.MinInt64: "-¥92,233,720,368,547,758.08"} {
		if got := h5.Yuan(fen); got != want {
			t.Errorf("Yuan(%d) = %s, want %s", fen, got, want)
		}
	}
}

func TestSizeNeverPromisesMoreThanTheRule(t *testing.T) {
	for bytes, want := range map[int]string{0: "0 KB", 1: "1 KB", 49_999: "50 KB", 50_000: "50 KB", 50_001: "51 KB", 500_000: "500 KB", 1_000_000: "1 MB", 3_100_000: "3.1 MB"} {
		if got := h5.Size(bytes); got != want {
			t.Errorf("Size(%d) = %s, want %s", bytes, got, want)
		}
	}
}

func TestTimesAreBeijing(t *testing.T) {
	at := time.Date(2026, 3, 31, 15, 59, 0, 0, time.UTC)
	if got := h5.Time(at); got != "2026年3月31日 23:59" {
		t.Error(got)
	}
	if got := h5.ShortTime(at); got != "3月31日 23:59" {
		t.Error(got)
	}
	if got := h5.Clock(at); got != "23:59" {
		t.Error(got)
	}
}

func TestItemsAreNamedAndOpened(t *testing.T) {
	bad := member("李建国", "father", "1")
	bad[4].Error = "x"
	f := h5.Form{ItemLabel: "家庭成员", Items: [][]h5.Field{member("王秀兰", "mother", "2"), member("李明", "father", "3"), bad, member("", "", "")}, Blank: member("", "", "")}
	items := f.ItemList()
	for i, open := range []bool{true, false, true, true} {
		if items[i].Open != open {
			t.Errorf("item %d: open %v", i, items[i].Open)
		}
	}
	if got := items[1].Fields[0].Name; got != "item.1.name" {
		t.Errorf("name %q", got)
	}
	if got := items[1].Summary; got != "李明，父亲" {
		t.Errorf("summary %q", got)
	}
	if got := f.Items[1][0].Name; got != "name" {
		t.Errorf("the handler's own field was renamed to %q", got)
	}
	if got := f.BlankItem().Fields[0].Name; got != "item.__i__.name" {
		t.Errorf("blank %q", got)
	}
	if f.Errors() != 1 {
		t.Errorf("%d errors", f.Errors())
	}
}

func TestMissingAttachmentsAreNamed(t *testing.T) {
	a := h5.Attachments{Frame: h5.Frame{Campaign: "hhu"}, Slots: []h5.Slot{
		{Name: "a", Label: "人像面", Group: "身份证", Required: true, State: h5.SlotUploaded, MaxBytes: 500_000},
		{Name: "b", Label: "国徽面", Group: "身份证", Required: true, State: h5.SlotReturned},
		{Name: "c", Label: "证件照", Required: true, Kind: h5.SlotPortrait, Width: 480, Height: 640, MaxBytes: 50_000},
		{Name: "d", Label: "附件"},
		{Name: "e", Label: "证明", Group: "学历证明", Kind: h5.SlotDocument, MaxBytes: 5_000_000},
	}}
	if got := strings.Join(a.Names(), " "); got != "国徽面 证件照" {
		t.Errorf("missing %q", got)
	}
	g := a.Groups()
	if len(g) != 4 || len(g[0].Slots) != 2 || g[0].Hint != "每张不超过 500 KB" || g[1].Hint != "480×640 像素，不超过 50 KB" {
		t.Errorf("groups %+v", g)
	}
	if !g[0].Grouped || g[3].Grouped || g[3].Title != "学历证明" || g[3].Hint != "JPG 或 PDF，不超过 5 MB" {
		t.Errorf("a group of one is laid out as a slot alone: %+v", g[3])
	}
	if g[0].Slots[1].Action != "/c/hhu/attachments/b" {
		t.Errorf("action %q", g[0].Slots[1].Action)
	}
}

func TestStepsGetShortWhenLabelsDoNotFit(t *testing.T) {
	f := stepped(h5.Frame{}, 1)
	if f.StepsLong() || f.StepNumber() != 2 || f.StepLabel() != "家庭成员" {
		t.Errorf("four labels: long %v, step %d %s", f.StepsLong(), f.StepNumber(), f.StepLabel())
	}
	f.Steps = append(f.Steps, h5.Step{Label: "签署承诺书"})
	if !f.StepsLong() {
		t.Error("five labels should not fit 360 px")
	}
}

func TestTextIsEscaped(t *testing.T) {
	set := newSet(t)
	var out strings.Builder
	p := h5.Message{Frame: frame("<b>", h5.DevicePhone), Heading: `<script>alert(1)</script>`, Action: h5.Action{Label: "去", Href: "javascript:alert(1)"}, CopyURL: `"><img src=x>`}
	if err := set.Render(&out, p); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script>alert", "javascript:alert", `"><img src=x>`} {
		if strings.Contains(out.String(), bad) {
			t.Errorf("page contains %q", bad)
		}
	}
}

func TestDatesStayUnbrokenAndTextStaysText(t *testing.T) {
	var out strings.Builder
	p := h5.Choices{Frame: frame("x", h5.DevicePhone), Deadline: "请在 2026年3月31日 23:59 前办理<i>"}
	if err := newSet(t).Render(&out, p); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), `请在 <span class="keep">2026年3月31日 23:59</span> 前办理&lt;i&gt;`) {
		t.Error("the deadline is broken or not escaped")
	}
}

type stranger struct{ h5.Frame }

func (stranger) PageName() string { return "nowhere" }

func TestUnknownPageIsAnError(t *testing.T) {
	if err := newSet(t).Render(&strings.Builder{}, stranger{}); err == nil {
		t.Error("rendered a page that does not exist")
	}
}

// What a list is about to do is told in full; once it is done, what it did.
func TestAnImportedListTellsWhatItDid(t *testing.T) {
	p := h5.StaffImportJob{State: "checked", New: 3, Bad: 1, Rows: 4}
	if n := len(p.Figures()); n != 5 {
		t.Errorf("before the import there are %d figures", n)
	}
	p.State = "applied"
	if got := fmt.Sprint(p.Figures()); got != "[{新增 3 false} {需要修改 1 true}]" || !p.Over() {
		t.Errorf("after the import: %s", got)
	}
}
