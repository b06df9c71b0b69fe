package mysql

import (
	"context"
	"fmt"

	"ruxue/service/fault"
	"ruxue/service/notice"
)

// Recipients finds the addresses of students and staff.
type Recipients struct {
	*DB
	appID string
}

// Recipients returns the addresses in the Official Account of that app id.
func (d *DB) Recipients(appID string) *Recipients { return &Recipients{d, appID} }

// OpenID returns the openid that the row's student logged in from last, or that
// the row's staff member bound, or "". Whose account is shut gets nothing.
func (r *Recipients) OpenID(ctx context.Context, row notice.Row) (string, error) {
	if row.StaffID != 0 {
		a, err := r.DB.Staff(r.appID).ByID(ctx, row.StaffID)
		if fault.Is(err, fault.NotFound) || err == nil && a.Disabled {
			return "", nil
		}
		if err != nil {
			return "", fmt.Errorf("finding a staff member's openid: %w", err)
		}
		return a.OpenID, nil
	}
	openID, _, err := find[string](ctx, r.DB, "finding an openid", `SELECT o.openid FROM enrolment e JOIN person_openid o ON o.person_id=e.person_id
		WHERE e.id=? AND o.app_id=? ORDER BY o.last_seen_at DESC, o.openid LIMIT 1`, row.EnrolmentID, r.appID)
	return openID, err
}

// Phone returns the enrolment's phone number, or "".
func (r *Recipients) Phone(ctx context.Context, row notice.Row) (string, error) {
	type phoneRow struct {
		Ref    string `db:"ref"`
		Cipher []byte `db:"phone_cipher"`
	}
	e, _, err := find[phoneRow](ctx, r.DB, "finding a phone number", `SELECT ref, phone_cipher FROM enrolment WHERE id=?`, row.EnrolmentID)
	if err != nil || e.Cipher == nil {
		return "", err
	}
	phone, err := r.cipher.Open(e.Cipher, "enrolment.phone_cipher:"+e.Ref)
	if err != nil {
		return "", fmt.Errorf("opening a phone number: %w", err)
	}
	return string(phone), nil
}
