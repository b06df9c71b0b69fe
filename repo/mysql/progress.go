package mysql

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"ruxue/service/registration"
)

type progressRow struct {
	Kind  string `db:"kind"`
	Name  string `db:"name"`
	State string `db:"state"`
	Login string `db:"session_hash"` // of face checks alone
}

// One round trip for all that the journey asks: it runs on every page. Face
// rows come oldest first, so that the newest archived photo decides.
const selectProgress = `
SELECT 'section' AS kind, name, state FROM section WHERE enrolment_id=?
UNION ALL SELECT 'slot' AS kind, slot AS name, state FROM attachment WHERE enrolment_id=?
UNION ALL SELECT 'signed' AS kind, document_name AS name, state FROM signature WHERE enrolment_id=? AND state='final'
UNION ALL SELECT 'bill' AS kind, '' AS name, state FROM bill WHERE enrolment_id=?
UNION ALL SELECT 'password' AS kind, hash AS name, state FROM password WHERE enrolment_id=?`

const selectFaces = `SELECT kind, result AS name, review_state AS state, session_hash FROM face_check WHERE enrolment_id=?
	AND (result='passed' OR kind<>'check') ORDER BY id`

// passwordMark names a password by its salted hash, which each new password
// changes, and gives nothing of it away.
func passwordMark(hash string) string {
	sum := sha256.Sum256([]byte(hash))
	return hex.EncodeToString(sum[:8])
}

// Records reads which duties the enrolment has met.
func (s *Registrations) Records(ctx context.Context, enrolmentID int64) (registration.Records, error) {
	r := registration.Records{Sections: map[string]bool{}, Slots: map[string]bool{}, Signed: map[string]bool{},
		Returned: map[string]bool{}, FaceLogins: map[string]bool{}}
	var rows []progressRow
	if err := s.list(ctx, &rows, selectProgress, enrolmentID, enrolmentID, enrolmentID, enrolmentID, enrolmentID); err != nil {
		return r, fmt.Errorf("reading met duties: %w", err)
	}
	for _, row := range rows {
		switch row.Kind {
		case "section":
			r.Sections[row.Name] = row.State == "submitted"
			if row.State == "returned" {
				r.Returned["form:"+row.Name] = true
			}
		case "slot":
			r.Slots[row.Name] = row.State == "uploaded"
			if row.State == "returned" {
				r.Returned["slot:"+row.Name] = true
			}
		case "signed":
			r.Signed[row.Name] = true
		case "password":
			r.Password, r.PasswordMark = row.State == "own", passwordMark(row.Name)
		case "bill":
			r.Paid, r.Free = row.State == "paid" || row.State == "free", row.State == "free"
		}
	}
	rows = nil
	if err := s.list(ctx, &rows, selectFaces, enrolmentID); err != nil {
		return r, fmt.Errorf("reading face checks: %w", err)
	}
	for _, row := range rows {
		r.FaceLogins[row.Login] = true
		if row.Kind == "check" {
			r.FacePassed = true
			continue
		}
		r.FaceArchived, r.FaceApproved, r.FaceRejected = row.State != "rejected", row.State == "approved", row.State == "rejected"
	}
	return r, nil
}
