package enrolment

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/fault"
)

// memory is a store for the rules above it; the real one has its own tests.
type memory struct {
	mu       sync.Mutex
	sections map[string]SectionRecord
	files    map[string]Attachment
	fail     error
}

func newMemory() *memory {
	return &memory{sections: map[string]SectionRecord{}, files: map[string]Attachment{}}
}

func (m *memory) Locked(ctx context.Context, o Owner, fn func(ctx context.Context) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fn(ctx)
}

func (m *memory) Section(_ context.Context, o Owner, name string) (SectionRecord, error) {
	return m.sections[o.EnrolmentRef+name], nil
}

func (m *memory) PutSection(_ context.Context, o Owner, name string, r SectionRecord) (time.Time, error) {
	r.UpdatedAt = today
	m.sections[o.EnrolmentRef+name] = r
	return today, m.fail
}

func (m *memory) States(context.Context, int64) (map[string]State, error) {
	out := map[string]State{}
	for k, r := range m.sections {
		out[k] = r.State
	}
	return out, nil
}

func (m *memory) Attachment(_ context.Context, _ int64, slot string) (Attachment, bool, error) {
	a, ok := m.files[slot]
	return a, ok, nil
}

func (m *memory) PutAttachment(_ context.Context, _ Owner, a Attachment) error {
	if m.fail == nil {
		m.files[a.Slot] = a
	}
	return m.fail
}

func (m *memory) DeleteAttachment(_ context.Context, _ int64, slot string) error {
	delete(m.files, slot)
	return m.fail
}

func (m *memory) Attachments(context.Context, int64) ([]Attachment, error) {
	return slices.Collect(maps.Values(m.files)), nil
}

var (
	owner  = Owner{EnrolmentID: 7, EnrolmentRef: "-bc", CampaignCode: "hhu"}
	family = campaign.Section{Name: "family", Title: "家庭成员", Repeated: true, Min: 1, Max: 3, AddLabel: "添加家庭成员",
		ItemName: "家庭成员", Fields: []campaign.Field{
			{Name: "name", Label: "姓名", Kind: "text", Required: true, MaxLength: 30},
			{Name: "contact", Label: "联系方式", Kind: "tel", Required: true}}}
	basic = campaign.Section{Name: "basic", Title: "基本信息", Fields: []campaign.Field{
		{Name: "phone", Label: "手机号", Kind: "mobile", Required: true, From: "phone"},
		{Name: "level", Label: "学习层次", Kind: "select", Required: true, Options: []string{"专升本"}, From: "level", ReadOnly: true},
		{Name: "married", Label: "婚姻状况", Kind: "select", Options: []string{"是", "否"}},
		{Name: "spouse", Label: "配偶姓名", Kind: "text", Required: true, When: map[string]string{"married": "是"}},
		{Name: "school", Label: "毕业学校", Kind: "text", Required: true, When: map[string]string{"level": "专升本"}}}}
	info = Info{Facts: map[string]string{"level": "专升本"}, Admission: map[string]string{"level": "专升本", "phone": "13812345678"}}
)

func fields(kv ...string) Values {
	m := map[string]string{}
	for i := 0; i < len(kv); i += 2 {
		m[kv[i]] = kv[i+1]
	}
	return Values{Fields: m}
}

func items(list ...[2]string) (v Values) {
	for _, e := range list {
		v.Items = append(v.Items, map[string]string{"name": e[0], "contact": e[1]})
	}
	return v
}

func TestFromForm(t *testing.T) {
	form := url.Values{"item.3.name": {"李四"}, "item.0.name": {"张三"}, "item.0.contact": {"1"}, "item.0.evil": {"x"},
		"item.-1.name": {"x"}, "item.03.name": {"x"}, "item.99999.name": {"x"}, "item.name": {"x"}, "name": {"x"}, "action": {"add"}}
	got := FromForm(family, form)
	if fmt.Sprint(got.Items) != "[map[contact:1 name:张三] map[name:李四]]" || got.Fields != nil {
		t.Errorf("items: %v", got)
	}
	got = FromForm(basic, url.Values{"phone": {"138", "139"}, "evil": {"x"}, "school": {"\xff"}})
	if fmt.Sprint(got.Fields) != "map[phone:138 school:\uFFFD]" {
		t.Errorf("fields: %v", got)
	}
	many := url.Values{}
	for i := range 9000 {
		many.Set(ItemKey(i, "name"), "x")
	}
	if n := len(FromForm(family, many).Items); n != maxItems {
		t.Errorf("%d items were taken", n)
	}
}

func FuzzFromForm(f *testing.F) {
	f.Add("item.0.name=a&item.1.contact=b&phone=%ff")
	f.Fuzz(func(t *testing.T, query string) {
		form, _ := url.ParseQuery(query)
		for _, s := range []campaign.Section{family, basic} {
			v := FromForm(s, form)
			_, errs := Check(s, v, info, today)
			for key, sentence := range errs {
				if key == "" || sentence == "" {
					t.Fatalf("%q: %q", key, sentence)
				}
			}
		}
	})
}

func TestCheck(t *testing.T) {
	cases := []struct {
		name    string
		section campaign.Section
		given   Values
		clean   string
		errs    map[string]string
	}{
		{"conditions of facts and of the section", basic, fields("phone", "13812345678", "married", "是"), "",
			map[string]string{"spouse": "请填写配偶姓名", "school": "请填写毕业学校"}},
		{"what does not apply is left out", basic, fields("phone", "13812345678", "married", "否", "spouse", "x", "school", "河海"),
			"{map[level:专升本 married:否 phone:13812345678 school:河海] []}", nil},
		{"read only is not believed", basic, fields("phone", "13812345678", "level", "高起本", "school", "河海"),
			"{map[level:专升本 phone:13812345678 school:河海] []}", nil},
		{"nothing given", basic, Values{}, "", map[string]string{"phone": "请填写手机号", "school": "请填写毕业学校"}},
		{"empty items are dropped", family, items([2]string{" ", ""}, [2]string{"李四", "13812345678"}),
			"{map[] [map[contact:13812345678 name:李四]]}", nil},
		{"errors count the items as given", family, items([2]string{"", ""}, [2]string{"李四", "1381234567"}), "",
			map[string]string{"item.1.contact": "手机号应为 11 位，现在只有 10 位"}},
		{"one is due", family, items([2]string{"", ""}), "",
			map[string]string{"item.0.name": "请填写姓名", "item.0.contact": "请填写联系方式"}},
		{"none at all", family, Values{}, "", map[string]string{"family": "家庭成员至少填写 1 项，请点“添加家庭成员”"}},
		{"too many", family, items([2]string{"甲", "13812345678"}, [2]string{"乙", "13812345678"}, [2]string{"丙", "13812345678"}, [2]string{"丁", "13812345678"}), "",
			map[string]string{"family": "家庭成员最多填写 3 项，现在有 4 项，请删去多余的"}},
	}
	for _, c := range cases {
		clean, errs := Check(c.section, c.given, info, today)
		if !maps.Equal(errs, c.errs) || c.errs == nil && fmt.Sprint(clean) != c.clean {
			t.Errorf("%s: %v, %v", c.name, clean, errs)
		}
	}
}

func TestSectionLife(t *testing.T) {
	ctx := t.Context()
	store := newMemory()
	s := NewSections(store, nil, func() time.Time { return today })
	load := func() Saved {
		t.Helper()
		got, err := s.Load(ctx, owner, basic, info)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := load(); got.State != "" || got.Values.Fields["phone"] != "13812345678" || got.Values.Fields["level"] != "专升本" {
		t.Fatalf("first visit: %+v", got)
	}
	long := strings.Repeat("李", 10000)
	errs, err := s.Submit(ctx, owner, basic, fields("phone", "", "school", long), info)
	if err != nil || len(errs) != 2 {
		t.Fatal(errs, err)
	}
	if got := load(); got.State != Draft || !got.Draft || got.Values.Fields["school"] != long || got.Values.Fields["phone"] != "" {
		t.Fatalf("a refused text must be kept: %+v", got.State)
	}
	good := fields("phone", "138 1234 5678", "school", "河海大学")
	if errs, err = s.Submit(ctx, owner, basic, good, info); err != nil || len(errs) != 0 {
		t.Fatal(errs, err)
	}
	if _, err := s.SaveDraft(ctx, owner, basic, good); err != nil { // an autosave that arrives late
		t.Fatal(err)
	}
	if got := load(); got.State != Submitted || got.Draft || got.Values.Fields["phone"] != "13812345678" {
		t.Fatalf("after handing in: %+v", got)
	}
	if _, err := s.SaveDraft(ctx, owner, basic, fields("phone", "1")); err != nil {
		t.Fatal(err)
	}
	if got := load(); got.State != Submitted || !got.Draft || got.Values.Fields["phone"] != "1" {
		t.Fatalf("typing again: %+v", got)
	}
	handed, ok, err := s.Handed(ctx, owner, "basic")
	if err != nil || !ok || handed.Fields["school"] != "河海大学" {
		t.Fatalf("what was handed in is lost: %v %v %v", handed, ok, err)
	}
	if states, _ := s.States(ctx, 7); states["-bcbasic"] != Submitted {
		t.Error(states)
	}
}

func TestDraftIsBounded(t *testing.T) {
	s := NewSections(newMemory(), nil, func() time.Time { return today })
	huge := fields("school", strings.Repeat("x", MaxDraftBytes))
	if _, err := s.SaveDraft(t.Context(), owner, basic, huge); !fault.Is(err, fault.TooLarge) {
		t.Error(err)
	}
	errs, err := s.Submit(t.Context(), owner, basic, huge, info)
	if err != nil || errs["school"] == "" {
		t.Error(errs, err)
	}
}

func TestGateShuts(t *testing.T) {
	paid := fault.New(fault.Conflict, "已经缴费，不能再修改")
	store := newMemory()
	gate := func(_ context.Context, id int64) error {
		if id != 7 {
			t.Error("asked about", id)
		}
		return paid
	}
	s := NewSections(store, gate, func() time.Time { return today })
	if _, err := s.SaveDraft(t.Context(), owner, basic, fields("phone", "1")); !fault.Is(err, fault.Conflict) {
		t.Error(err)
	}
	if _, err := s.Submit(t.Context(), owner, family, items([2]string{"李四", "13812345678"}), info); !fault.Is(err, fault.Conflict) {
		t.Error(err)
	}
	if len(store.sections) != 0 {
		t.Error("something was written")
	}
}

func TestRepeatedSectionShowsWhatIsDue(t *testing.T) {
	s := NewSections(newMemory(), nil, func() time.Time { return today })
	got, err := s.Load(t.Context(), owner, family, info)
	if err != nil || len(got.Values.Items) != 1 {
		t.Fatalf("%+v %v", got, err)
	}
	if _, err := s.SaveDraft(t.Context(), owner, family, items()); err != nil {
		t.Fatal(err)
	}
	if got, _ = s.Load(t.Context(), owner, family, info); len(got.Values.Items) != 0 {
		t.Errorf("a removed item came back: %+v", got)
	}
}

// A form does not send what is read only; the page with the errors shows it.
func TestShown(t *testing.T) {
	got := Shown(basic, fields("phone", "1", "level", "forged"), info)
	if got.Fields["phone"] != "1" || got.Fields["level"] != "专升本" {
		t.Error(got)
	}
}
