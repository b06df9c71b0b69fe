package student_test

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"ruxue/service/fault"
	"ruxue/service/student"
)

// TestStudentsWhoShareAPhone: the password decides, the name where it is the
// same, and nobody is let in as somebody else.
func TestStudentsWhoShareAPhone(t *testing.T) {
	const phone = "13971100001"
	person := func(id int64, name, number string) *student.Enrolment {
		return &student.Enrolment{ID: id, Phone: phone, Person: student.Person{Name: name, IDNumber: number}}
	}
	store := &accounts{e: person(7, "李晓雯", "11010519491231002X"), more: []*student.Enrolment{
		person(8, "王强", "320106199410181234"), person(9, "王　芳", "420106199410181234")}}
	s := student.New(bindOnly{}, nil, nil, nil, student.Limits{}, time.Now)
	p := student.NewPasswords(s, store, &tries{n: map[string]int{}}, student.NewArgon(2, rand.Reader))
	for name, c := range map[string]struct {
		password, name string
		want           int64
		field, says    string
	}{
		"the password is one's alone":      {password: "31002X", want: 7},
		"and needs no name":                {password: "31002X", name: "王强", want: 7},
		"two have this password":           {password: "181234", field: "name", says: "请填写您的姓名"},
		"the name decides":                 {password: "181234", name: " 王强 ", want: 8},
		"of the other":                     {password: "181234", name: "王芳", want: 9},
		"a name with another password":     {password: "181234", name: "李晓雯", field: "name", says: "不一致"},
		"a wrong password with right name": {password: "999999", name: "王强", field: "password", says: "账户或密码不正确"},
	} {
		e, err := p.Login(t.Context(), openCampaign(), student.PasswordCredentials{Phone: phone, Password: c.password, Name: c.name, IP: name})
		if c.want != 0 {
			if err != nil || e.ID != c.want {
				t.Errorf("%s: %+v %v", name, e, err)
			}
			continue
		}
		f, ok := fault.As(err)
		if !ok || f.Field != c.field || !strings.Contains(f.Sentence, c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	store.more[1].Person.Name = "王强"
	_, err := p.Login(t.Context(), openCampaign(), student.PasswordCredentials{Phone: phone, Password: "181234", Name: "王强", IP: "x"})
	if f, ok := fault.As(err); !ok || f.Field != "name" || !strings.Contains(f.Sentence, "同名") {
		t.Errorf("two of one name: %v", err)
	}
}
