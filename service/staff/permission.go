package staff

import "slices"

// Permission names one kind of act.
type Permission string

// The permissions; who has them stands in the matrix below.
const (
	StudentsRead    Permission = "students.read"
	StudentsCorrect Permission = "students.correct"
	Unmask          Permission = "students.unmask"
	Import          Permission = "import"
	Review          Permission = "review"
	Messages        Permission = "messages" // ledger, resend, reminders
	CampaignEdit    Permission = "campaign.edit"
	Export          Permission = "export"          // files of what one may read; own files alone
	ExportStudents  Permission = "export.students" // a site's staff: her sites' students
	Overview        Permission = "overview"
	PaymentsRead    Permission = "payments.read"
	RefundRequest   Permission = "refund.request"
	RefundApprove   Permission = "refund.approve" // never by who requested it
	Reconcile       Permission = "reconcile"
	Receipts        Permission = "receipts" // imports 财政电子票据
	StaffManage     Permission = "staff.manage"
	AuditRead       Permission = "audit.read"
	Own             Permission = "own" // own account, binding, home
)

// matrix is the one place that says who may do what.
var matrix = map[Permission][]Role{
	StudentsRead:    {Administrator, Registrar, Finance, Site},
	StudentsCorrect: {Administrator, Registrar},
	Unmask:          {Administrator, Registrar},
	Import:          {Administrator, Registrar},
	Review:          {Administrator, Registrar, Site},
	Messages:        {Administrator, Registrar},
	CampaignEdit:    {Administrator},
	Export:          {Administrator, Registrar, Finance, Site}, // finance: payments alone
	ExportStudents:  {Administrator, Registrar, Site},
	Overview:        {Administrator, Registrar, Finance, Site},
	PaymentsRead:    {Administrator, Registrar, Finance},
	RefundRequest:   {Finance},
	RefundApprove:   {Administrator, Finance},
	Reconcile:       {Administrator, Finance},
	Receipts:        {Administrator, Finance},
	StaffManage:     {Administrator},
	AuditRead:       {Administrator},
	Own:             {Administrator, Registrar, Finance, Site},
}

// Permissions are all permissions that exist, in no order.
func Permissions() []Permission {
	out := make([]Permission, 0, len(matrix))
	for p := range matrix {
		out = append(out, p)
	}
	return out
}

// May reports whether the role has the permission; an unknown one has nobody.
func (r Role) May(p Permission) bool { return slices.Contains(matrix[p], r) }

// RolesWith are the roles that have the permission.
func RolesWith(p Permission) []Role { return slices.Clone(matrix[p]) }

func (r Role) known() bool { return slices.Contains(Roles(), r) }
