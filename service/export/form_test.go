package export_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ruxue/config/campaigns"
	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/enrolment"
	"ruxue/service/export"
	"ruxue/service/fault"
	"ruxue/service/student"
)

// handed is a student who filled the form to its limits, with or without a photo.
type handed struct{ photo []byte }

func (handed) Handed(_ context.Context, _ enrolment.Owner, name string) (enrolment.Values, bool, error) {
	switch name {
	case "family":
		return enrolment.Values{Items: []map[string]string{{"name": "李建国", "relation": "父亲", "contact": "13912345678"},
			{"name": "买买提·吐尔逊", "relation": "配偶", "employer": strings.Repeat("某某公司", 14)}}}, true, nil
	case "basic":
		return enrolment.Values{Fields: map[string]string{"phone": "13800000001", "email": "student@example.com",
			"address": strings.Repeat("江苏省南京市鼓楼区西康路1号", 6), "employer": "无", "emergency_name": "𠮷𬭩", "emergency_phone": "025-83787964"}}, true, nil
	}
	return enrolment.Values{}, false, nil
}

func (h handed) Open(context.Context, int64, string) ([]byte, string, string, error) {
	if h.photo == nil {
		return nil, "", "", fault.New(fault.NotFound, "")
	}
	return h.photo, "image/jpeg", "", nil
}

func TestTheFormIsAPDF(t *testing.T) {
	body, err := campaigns.Files.ReadFile("hhu.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := campaign.Parse(body)
	if err != nil {
		t.Fatal(err)
	}
	img := image.NewRGBA(image.Rect(0, 0, 480, 640))
	for i := range img.Pix {
		img.Pix[i] = uint8(i)
	}
	img.Set(0, 0, color.White)
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, img, nil); err != nil {
		t.Fatal(err)
	}
	e := &student.Enrolment{Person: student.Person{IDType: student.IDCard, IDNumber: "11010519491231002X", Name: "王𬭩"}, Gender: "女", Nation: "汉族",
		ExamNumber: "26320000000001", Number: "26100CS10001", Site: "南京校本部教学点", Grade: "2026级", Level: "专升本", Major: "水利水电工程",
		StudyForm: "函授", Years: "2.5", Phone: "13800000001"}
	for name, h := range map[string]handed{"with a photo": {photo.Bytes()}, "without": {}} {
		s := export.New(export.Options{Sections: h, Attachments: h, Font: h5.Font()})
		pdf, err := s.Form(t.Context(), c, e)
		if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF")) || bytes.Contains(pdf, []byte("/Subtype /Image")) != (h.photo != nil) {
			t.Errorf("%s: %d bytes, %v", name, len(pdf), err)
		}
		if folder := os.Getenv("RUXUE_PICTURES"); folder != "" {
			if err := os.WriteFile(filepath.Join(folder, name+".pdf"), pdf, 0o600); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestNoCellStartsAFormula(t *testing.T) {
	for in, want := range map[string]string{"": "", "李雯": "李雯", "=1+1": "'=1+1", "+86": "'+86", "-1": "'-1", "@x": "'@x", "\tx": "'\tx",
		"\rx": "'\rx", "\nx": "'\nx", "＝1": "'＝1", "a=1": "a=1", "2.5": "2.5"} {
		if got := export.Guard(in); got != want {
			t.Errorf("Guard(%q) = %q", in, got)
		}
	}
}

func FuzzGuard(f *testing.F) {
	f.Add("=1")
	f.Fuzz(func(t *testing.T, s string) {
		if out := export.Guard(s); out != "" && strings.ContainsAny(out[:1], "=+-@\t\r\n") {
			t.Errorf("%q becomes %q", s, out)
		}
	})
}
