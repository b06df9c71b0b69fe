package staff

import (
	"slices"
	"testing"
)

// TestTheMatrix writes it down a second time, role by role.
func TestTheMatrix(t *testing.T) {
	want := map[Role][]Permission{
		Administrator: {StudentsRead, StudentsCorrect, Unmask, Import, Review, Messages, CampaignEdit, Export, ExportStudents, Overview, PaymentsRead,
			RefundApprove, Reconcile, Receipts, StaffManage, AuditRead, Own},
		Registrar: {StudentsRead, StudentsCorrect, Unmask, Import, Review, Messages, Export, ExportStudents, Overview, PaymentsRead, Own},
		Finance:   {StudentsRead, Export, Overview, PaymentsRead, RefundRequest, RefundApprove, Reconcile, Receipts, Own},
		Site:      {StudentsRead, Review, Export, ExportStudents, Overview, Own},
		"":        nil, "nobody": nil,
	}
	for role, list := range want {
		for _, p := range append(Permissions(), "unknown") {
			if got, w := role.May(p), slices.Contains(list, p); got != w {
				t.Errorf("%s may %s: %v, want %v", role, p, got, w)
			}
			link := Actor{Role: role, ReviewOnly: true}
			if got, w := link.May(p), slices.Contains(list, p) && (p == Review || p == StudentsRead); got != w {
				t.Errorf("%s from a link may %s: %v, want %v", role, p, got, w)
			}
		}
	}
	if !slices.Equal(RolesWith(RefundApprove), []Role{Administrator, Finance}) {
		t.Error(RolesWith(RefundApprove))
	}
}

func TestScope(t *testing.T) {
	for name, c := range map[string]struct {
		a    Actor
		site string
		want bool
	}{
		"a registrar sees all":         {Actor{Role: Registrar}, "102", true},
		"a registrar has no sites":     {Actor{Role: Registrar, Sites: []string{"100"}}, "102", true},
		"a site's staff sees her site": {Actor{Role: Site, Sites: []string{"100", "101"}}, "101", true},
		"and no other":                 {Actor{Role: Site, Sites: []string{"100", "101"}}, "102", false},
		"a student without a site":     {Actor{Role: Site, Sites: []string{"100"}}, "", false},
		"without sites nobody":         {Actor{Role: Site}, "100", false},
		"an unknown role nobody":       {Actor{Role: "x"}, "100", false},
		"the zero actor nobody":        {Actor{}, "", false},
	} {
		if got := c.a.Scope().Covers(c.site); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestEveryRoleHasWords(t *testing.T) {
	for _, r := range Roles() {
		if r.Words() == Role("x").Words() {
			t.Error(r)
		}
	}
}
