package student

import (
	"ruxue/service/campaign"
	"ruxue/service/fault"
)

// maxSharing is how many students of a campaign may share one phone number and
// still log in by password; a number of more is an error in the list.
const maxSharing = 4

// byName picks the student of that name among those whom phone and secret did
// not tell apart. Who asks has proven the secret, so the answer may say that
// there are several.
func byName(c *campaign.Campaign, list []*Enrolment, name string) (*Enrolment, error) {
	if len(list) == 1 {
		return list[0], nil
	}
	name = NormalizeName(name)
	if name == "" {
		return nil, fault.New(fault.Invalid, "这个手机号登记了几名学生，请填写您的姓名，并再输一次密码").On("name")
	}
	var found []*Enrolment
	for _, e := range list {
		if NormalizeName(e.Person.Name) == name {
			found = append(found, e)
		}
	}
	switch len(found) {
	case 0:
		return nil, fault.New(fault.Invalid, "姓名与登记的不一致，请核对").On("name")
	case 1:
		return found[0], nil
	}
	return nil, fault.New(fault.Invalid, "这个手机号登记了几名同名的学生，无法区分"+callWhom(c)).On("name")
}
