package roster_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"ruxue/config/campaigns"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/roster"
	"ruxue/service/student"
)

func TestWhatATypedTextMayMean(t *testing.T) {
	for typed, want := range map[string]roster.Terms{
		"":                      {},
		"  ":                    {},
		"李 雯雯":                  {Name: "李雯雯", IDNumber: "李雯雯"},
		"Maria Garcia":          {Name: "Maria Garcia", IDNumber: "MARIAGARCIA"},
		"138 0013 8000":         {IDNumber: "13800138000", Phone: "13800138000", Number: "13800138000", Exam: "13800138000"},
		"11010519491231002x":    {IDNumber: "11010519491231002X", Number: "11010519491231002x", Exam: "11010519491231002x"},
		"２６１００ＣＳ９":              {IDNumber: "26100CS9", Number: "26100CS9", Exam: "26100CS9"},
		"军字第001234号":            {IDNumber: "军字第001234号", Exam: "军字第001234号"},
		strings.Repeat("长", 61): {},
	} {
		if got := roster.ParseTerms(typed); got != want {
			t.Errorf("%q means %+v, want %+v", typed, got, want)
		}
	}
}

func FuzzParseTerms(f *testing.F) {
	f.Add("李雯")
	f.Add("11010519491231002x")
	f.Fuzz(func(t *testing.T, text string) {
		terms := roster.ParseTerms(text)
		if len(terms.Number) > 40 || strings.ContainsFunc(terms.Number, func(r rune) bool { return r > 127 }) {
			t.Errorf("%q: number %q does not fit its column", text, terms.Number)
		}
	})
}

func TestReasons(t *testing.T) {
	for reason, ok := range map[string]bool{"": false, "改": false, "学生到场核对": true, "  学生  到场\n核对 ": true,
		strings.Repeat("因", 200): true, strings.Repeat("因", 201): false, "电话 13800138000": false, "第 12 号材料": true} {
		if got, err := roster.CheckReason(reason); (err == nil) != ok {
			t.Errorf("%q: %q %v", reason, got, err)
		} else if f, is := fault.As(err); is && f.Field != "reason" {
			t.Errorf("%q: the sentence belongs to %q", reason, f.Field)
		}
	}
	if got, _ := roster.CheckReason(" 学生\n 到场 核对"); got != "学生 到场 核对" {
		t.Errorf("kept as %q", got)
	}
}

// mirror seals by reversing; what was sealed for another does not open.
type mirror struct{}

func (mirror) Seal(plain []byte, ad string) ([]byte, error) {
	return append([]byte(ad+"\n"), plain...), nil
}
func (mirror) Open(sealed []byte, ad string) ([]byte, error) {
	if rest, ok := strings.CutPrefix(string(sealed), ad+"\n"); ok {
		return []byte(rest), nil
	}
	return nil, errors.New("not for you")
}

func TestASearchIsKeptForItsSearcherAlone(t *testing.T) {
	s := roster.New(roster.Options{Cipher: mirror{}})
	token, err := s.KeepSearch("me", " 李雯 ")
	if err != nil || s.Search("me", token) != "李雯" || s.Search("you", token) != "" {
		t.Errorf("%q %v", token, err)
	}
	for _, bad := range []string{"", "x", "%%", base64.RawURLEncoding.EncodeToString([]byte("roster.search:me\n\xff"))} {
		if got := s.Search("me", bad); got != "" {
			t.Errorf("%q opens as %q", bad, got)
		}
	}
	if _, err := s.KeepSearch("me", strings.Repeat("长", 61)); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
}

func TestDutiesOfTheSampleCampaigns(t *testing.T) {
	for file, want := range map[string]string{
		"hhu.yaml":  "login choice face check form:basic form:family form:graduation attachments sign:pledge pay done",
		"wust.yaml": "login password approval face sign:commitment home",
	} {
		body, err := campaigns.Files.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, err := campaign.Parse(body)
		if err != nil {
			t.Fatal(err)
		}
		var keys []string
		for _, d := range roster.Duties(c) {
			if d.Kind == "application" {
				continue
			}
			keys = append(keys, d.Key)
			if roster.DueLabel(c, d.Key) == "" {
				t.Errorf("%s: %s has no label", file, d.Key)
			}
		}
		if got := strings.Join(keys, " "); got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
	for _, s := range roster.States() {
		if roster.StateLabel(s) == "" {
			t.Errorf("%s has no label", s)
		}
	}
	if roster.StateLabel("other") != "" || roster.Affects(&student.Enrolment{State: student.Registered}) == "" {
		t.Error("labels")
	}
}
