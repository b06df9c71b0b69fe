package campaign

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

var codeRule = regexp.MustCompile(`^[a-z][a-z0-9-]{1,31}$`)

var (
	stepKinds  = []string{"captcha", "password", "approval", "choice", "face", "check", "form", "attachments", "sign", "pay", "application", "done", "home"}
	fieldKinds = []string{"text", "textarea", "tel", "mobile", "email", "postcode", "year", "date", "select", "number"}
	loginKinds = []string{"sms", "password"}
	slotKinds  = []string{"photo", "portrait", "document"}
	// factNames are what a condition may ask about a student.
	factNames = []string{"choice", "level", "major", "site", "site_code", "grade", "study_form", "device"}
)

// Parse reads a campaign file and reports every mistake it holds at once, in the
// language of whoever writes it.
// A key that the format does not know is a mistake too.
func Parse(body []byte) (*Campaign, error) {
	var c Campaign
	dec := yaml.NewDecoder(bytes.NewReader(body))
	dec.KnownFields(true)
	err := dec.Decode(&c)
	var unreadable *yaml.TypeError
	switch {
	case errors.As(err, &unreadable): // unknown keys and wrong types; the rest was read
		return nil, errors.Join(misread(unreadable.Errors), c.Validate())
	case err != nil:
		return nil, fmt.Errorf("不是有效的 YAML：%w", err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("有不止一份 YAML 文档")
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return &c, nil
}

var (
	unknownKey = regexp.MustCompile(`^line (\d+): field (\S+) not found in type .*$`)
	wrongType  = regexp.MustCompile("^line (\\d+): cannot unmarshal \\S+ (?:`(.*)` )?into .*$")
)

// misread says what of a file has no place in it, line by line.
func misread(lines []string) error {
	var out []error
	for _, l := range lines {
		l = unknownKey.ReplaceAllString(l, "第 $1 行：没有“$2”这一项")
		l = wrongType.ReplaceAllString(l, "第 $1 行：值“$2”的类型不对")
		out = append(out, errors.New(l))
	}
	return errors.Join(out...)
}

// Validate reports every mistake at once, each with its place.
func (c *Campaign) Validate() error {
	v := &problems{}
	v.check(c.Schema == Schema, "schema：本程序读第 %d 种格式，文件写的是 %d", Schema, c.Schema)
	v.check(codeRule.MatchString(c.Code), "code：%q 应为 2 至 32 位小写字母、数字或 -，以字母开头", c.Code)
	for _, s := range [][2]string{{"title", c.Title}, {"platform", c.Platform}, {"institution", c.Institution},
		{"short_name", c.ShortName}, {"menu_label", c.MenuLabel}} {
		v.check(strings.TrimSpace(s[1]) != "", "%s：没有填", s[0])
	}
	v.check(c.Theme == "blue" || c.Theme == "green", "theme：%q 应为 blue 或 green", c.Theme)
	v.check(len(c.Contacts) > 0, "contacts：至少要有一个联系部门")
	for _, e := range c.Entries {
		v.check(strings.HasPrefix(e, "/") && !strings.ContainsAny(e, ":*?#"), "entries：%q 应为 / 开头的路径，不含 : * ? #", e)
	}
	if from, to, err := c.Window.Bounds(); err != nil {
		v.check(false, "window：%v", err)
	} else {
		v.check(from.Before(to), "window：结束早于开始")
	}
	c.validateLogin(v)
	c.validateAdmission(v)
	c.validateSteps(v)
	c.validateForms(v)
	c.validateUploads(v)
	c.validateMoney(v)
	return errors.Join(v.list...)
}

// validateLogin also demands that an initial password, which others can know,
// is replaced before anything else is open.
func (c *Campaign) validateLogin(v *problems) {
	v.check(slices.Contains(loginKinds, c.Login.Kind), "login.kind：没有 %q，应为 sms 或 password", c.Login.Kind)
	v.check(c.Login.Kind != "password" || c.hasStep("password"), "steps：login.kind 为 password 时，要有 password 这一步")
	v.check(c.PhoneEntry == "" || slices.Contains(c.Entries, c.PhoneEntry), "phone_entry：%q 不在 entries 中", c.PhoneEntry)
	for i, l := range c.Links {
		known := strings.HasPrefix(l.URL, "https://") || strings.HasPrefix(l.URL, "http://") || strings.HasPrefix(l.URL, "/")
		v.check(l.Label != "" && known, "links[%d]：要有名称和地址", i)
	}
}

func (c *Campaign) validateAdmission(v *problems) {
	codes, names := map[string]bool{}, map[string]bool{}
	for i, s := range c.Admission.Sites {
		v.check(s.Code != "" && s.Name != "", "admission.sites[%d]：缺少 code 或 name", i)
		v.unique(codes, "admission.sites：code", s.Code)
		v.unique(names, "admission.sites：name", s.Name)
	}
}

func (c *Campaign) hasStep(kind string) bool {
	return slices.ContainsFunc(c.Steps, func(s Step) bool { return s.Kind == kind })
}

func (c *Campaign) validateSteps(v *problems) {
	v.check(len(c.Steps) > 0, "steps：没有填")
	for i, s := range c.Steps {
		at := fmt.Sprintf("steps[%d]", i)
		v.check(slices.Contains(stepKinds, s.Kind), "%s：没有 %q 这种步骤", at, s.Kind)
		v.when(at, s.When)
		switch s.Kind {
		case "form":
			_, ok := c.Section(s.Name)
			v.check(ok, "%s：没有表单 %q", at, s.Name)
		case "sign":
			_, ok := c.Document(s.Name)
			v.check(ok, "%s：没有文书 %q", at, s.Name)
		case "application":
			v.check(s.Name == "defer" || s.Name == "waive", "%s：申请 %q 应为 defer 或 waive", at, s.Name)
		}
	}
	for i, ch := range c.Choices {
		v.check(slices.Contains([]string{"register", "defer", "waive"}, ch.Code), "choices[%d]：没有 %q，应为 register、defer 或 waive", i, ch.Code)
	}
}

func (c *Campaign) validateForms(v *problems) {
	names := map[string]bool{}
	for i, s := range c.Sections {
		at := fmt.Sprintf("sections[%d] %s", i, s.Name)
		v.check(codeRule.MatchString(s.Name), "%s：name 应为 2 至 32 位小写字母、数字或 -，以字母开头", at)
		v.unique(names, "表单", s.Name)
		v.check(len(s.Fields) > 0, "%s：没有字段", at)
		fields := map[string]bool{}
		v.check(!s.Repeated || (s.Max > 0 && s.Min <= s.Max), "%s：可重复的表单要有 max，且 max ≥ min", at)
		for _, f := range s.Fields {
			v.unique(fields, at+"：字段", f.Name)
			v.when(at+"."+f.Name, f.When, fieldNames(s)...)
			v.check(f.Name != "" && f.Label != "", "%s：有字段缺少 name 或 label", at)
			v.check(slices.Contains(fieldKinds, f.Kind), "%s.%s：没有 %q 这种字段", at, f.Name, f.Kind)
			v.check(f.Kind != "select" || len(f.Options) > 0, "%s.%s：select 要有 options", at, f.Name)
		}
	}
}

func (c *Campaign) validateUploads(v *problems) {
	slots, documents := map[string]bool{}, map[string]bool{}
	for i, s := range c.Attachments {
		at := fmt.Sprintf("attachments[%d] %s", i, s.Name)
		v.unique(slots, "附件", s.Name)
		v.when(at, s.When)
		v.check(slices.Contains(slotKinds, s.Kind), "%s：没有 %q 这种附件", at, s.Kind)
		v.check(s.MaxBytes > 0, "%s：没有填 max_bytes", at)
		v.check(s.Kind != "portrait" || (s.Width > 0 && s.Height > 0), "%s：portrait 要有 width 和 height", at)
	}
	for i, d := range c.Documents {
		v.unique(documents, "文书", d.Name)
		v.check(d.Name != "" && d.Title != "", "documents[%d]：缺少 name 或 title", i)
		v.check(d.Text() != "", "documents[%d] %s：没有正文", i, d.Name)
	}
}

func fieldNames(s Section) []string {
	var out []string
	for _, f := range s.Fields {
		out = append(out, f.Name)
	}
	return out
}

func (c *Campaign) validateMoney(v *problems) {
	for i, r := range c.Fee.Rules {
		v.when(fmt.Sprintf("fee.rules[%d]", i), r.When)
		for _, it := range r.Items {
			v.check(it.Name != "" && it.Fen >= 0, "fee.rules[%d]：有收费项目缺少名称，或金额为负", i)
		}
	}
	switch c.Number.Kind {
	case "": // nobody is registered and nothing is paid: no number is given
		v.check(!c.hasStep("pay") && !c.hasStep("done"), "number.kind：没有填，而 pay 和 done 这两步需要学号")
	case "imported":
	case "pattern":
		v.check(c.Number.Digits >= 3 && c.Number.Digits <= 10, "number.digits：应为 3 至 10")
		v.check(c.Number.Prefix != "", "number.prefix：没有填")
	default:
		v.check(false, "number.kind：%q 应为 imported 或 pattern", c.Number.Kind)
	}
}

type problems struct{ list []error }

func (p *problems) check(ok bool, format string, args ...any) {
	if !ok {
		p.list = append(p.list, fmt.Errorf(format, args...))
	}
}

// when refuses a condition on what no student has: it would never hold.
func (p *problems) when(at string, when map[string]string, also ...string) {
	for _, k := range slices.Sorted(maps.Keys(when)) {
		p.check(slices.Contains(factNames, k) || slices.Contains(also, k), "%s：条件里没有 %q 这一项", at, k)
	}
}

// unique refuses a name that was seen before: only the first would be found.
func (p *problems) unique(seen map[string]bool, what, name string) {
	p.check(!seen[name], "%s %q 重复", what, name)
	seen[name] = true
}
