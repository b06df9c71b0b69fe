package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/go-sql-driver/mysql"
)

// The texts of the statements that a settling callback runs, in their order.
// TestFloorRunsTheSameStatements compares them with what the App sends.
const (
	attemptFields = `id, bill_id, enrolment_id, out_trade_no, way, state, amount_fen, app_id, mch_id, openid, request,
	prepay_id, code_url, transaction_id, expire_at, ended_at, checks, next_check_at, lease_holder, lease_until, created_at`

	sqlAttempt     = `SELECT ` + attemptFields + ` FROM attempt WHERE out_trade_no=?`
	sqlLockState   = `SELECT state FROM enrolment WHERE id=? FOR UPDATE`
	sqlLockAttempt = `SELECT ` + attemptFields + ` FROM attempt WHERE id=? FOR UPDATE`
	sqlLockBill    = `SELECT id, ref, enrolment_id, campaign_version, state, total_fen, items, paid_at, paid_attempt_id, created_at FROM bill WHERE id=? FOR UPDATE`
	sqlPayAttempt  = `UPDATE attempt SET state=?, live=NULL, transaction_id=?,
		ended_at=COALESCE(ended_at, ?), next_check_at=NULL, lease_holder='', lease_until=NULL, updated_at=?
		WHERE id=? AND state NOT IN ('paid','surplus')`
	sqlPayBill = `UPDATE bill SET state='paid', paid_at=?, paid_attempt_id=?, updated_at=?
		WHERE id=? AND state='unpaid'`
	sqlPayment = `INSERT INTO payment (ref, enrolment_id, bill_id, attempt_id, out_trade_no,
		transaction_id, app_id, mch_id, payer_openid, trade_type, bank_type, total_fen, payer_fen, currency, purpose, source,
		succeeded_at, created_at, row_hash) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`
	sqlHurry     = `UPDATE attempt SET next_check_at=? WHERE bill_id=? AND live=1`
	sqlLock      = `SELECT id FROM enrolment WHERE id=? FOR UPDATE`
	sqlEnrolment = `SELECT e.id, e.ref, e.campaign_id, e.carried_from, e.person_id, e.state, e.choice, e.exam_number,
	e.gender, e.nation, e.site_code, e.site, e.grade, e.level, e.major, e.study_form, e.years,
	e.phone_cipher, e.fee_fen, e.imported_number, e.student_number, e.verified_at, e.registered_at,
	e.extended_until, e.first_login_at, e.approval, p.ref AS person_ref, p.id_type, p.id_cipher, p.name
	FROM enrolment e JOIN person p ON p.id = e.person_id WHERE e.id=?`
	sqlDuties = `
SELECT 'section' AS kind, name, state FROM section WHERE enrolment_id=?
UNION ALL SELECT 'slot' AS kind, slot AS name, state FROM attachment WHERE enrolment_id=?
UNION ALL SELECT 'signed' AS kind, document_name AS name, state FROM signature WHERE enrolment_id=? AND state='final'
UNION ALL SELECT 'bill' AS kind, '' AS name, state FROM bill WHERE enrolment_id=?
UNION ALL SELECT 'password' AS kind, hash AS name, state FROM password WHERE enrolment_id=?`
	sqlFaces = `SELECT kind, result AS name, review_state AS state, session_hash FROM face_check WHERE enrolment_id=?
	AND (result='passed' OR kind<>'check') ORDER BY id`
	sqlCount = `INSERT INTO number_counter (campaign_id, prefix, last) VALUES (?,?,LAST_INSERT_ID(1))
		ON DUPLICATE KEY UPDATE last = LAST_INSERT_ID(last + 1)`
	sqlTaken    = `SELECT COUNT(*) FROM enrolment WHERE campaign_id=? AND (imported_number=? OR student_number=?)`
	sqlRegister = `UPDATE enrolment SET state=?, student_number=?, registered_at=?, updated_at=?
		WHERE id=? AND state=?`
	sqlMessage = `INSERT INTO outbox (ref, kind, enrolment_id, staff_id, dedupe_key, template,
		payload_cipher, state, tries, not_before, lease_holder, lease_until, message_id, code, reason, created_at)
		VALUES (?,?,?,?,?,?,?,?,0,?,'',?,'','','',?)`
)

// settle runs the statements of one callback; a transaction that lost a
// deadlock runs again.
func (f *floor) settle(ctx context.Context, t trade) error {
	a, err := row(ctx, f.db.DB, sqlAttempt, t.OutTradeNo)
	if err != nil {
		return err
	}
	if string(a[5]) == "paid" {
		return nil
	}
	for {
		err := f.once(ctx, t, a)
		var e *mysql.MySQLError
		if !errors.As(err, &e) || (e.Number != 1213 && e.Number != 1205) {
			return err
		}
	}
}

func (f *floor) once(ctx context.Context, t trade, a []sql.RawBytes) error {
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // a no-op after Commit
	id, bill, enrolment := string(a[0]), string(a[1]), string(a[2])
	if _, err := row(ctx, tx, sqlLockState, enrolment); err != nil {
		return err
	}
	locked, err := row(ctx, tx, sqlLockAttempt, id)
	if err != nil || string(locked[5]) == "paid" {
		return errors.Join(err, tx.Commit())
	}
	if _, err := row(ctx, tx, sqlLockBill, bill); err != nil {
		return err
	}
	now, at := time.Now().UTC().Truncate(time.Microsecond), t.SuccessTime.UTC()
	var ref [16]byte
	_, _ = rand.Read(ref[:])
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %v %x", id, t, ref))
	for _, s := range []statement{
		{sqlPayAttempt, []any{"paid", t.TransactionID, now, now, id}},
		{sqlPayBill, []any{at, id, now, bill}},
		{sqlPayment, []any{base64.RawURLEncoding.EncodeToString(ref[:]), enrolment, bill, id, t.OutTradeNo, t.TransactionID,
			t.AppID, t.MchID, t.Payer.OpenID, t.TradeType, t.BankType, t.Amount.Total, t.Amount.PayerTotal, t.Amount.Currency,
			"bill", "callback", at, now, hex.EncodeToString(sum[:])}},
		{sqlHurry, []any{now, bill}},
	} {
		if _, err := tx.ExecContext(ctx, s.text, s.args...); err != nil {
			return fmt.Errorf("settling: %w", err)
		}
	}
	if err := f.register(ctx, tx, enrolment, now); err != nil {
		return err
	}
	return tx.Commit()
}

type statement struct {
	text string
	args []any
}

// register reads the duties and gives the number.
func (f *floor) register(ctx context.Context, tx *sql.Tx, enrolment string, now time.Time) error {
	if _, err := row(ctx, tx, sqlLock, enrolment); err != nil {
		return err
	}
	e, err := row(ctx, tx, sqlEnrolment, enrolment)
	if err != nil {
		return err
	}
	campaign := string(e[2])
	if _, err := row(ctx, tx, sqlDuties, enrolment, enrolment, enrolment, enrolment, enrolment); err != nil {
		return err
	}
	if _, err := row(ctx, tx, sqlFaces, enrolment); err != nil {
		return err
	}
	res, err := tx.ExecContext(ctx, sqlCount, campaign, "26")
	if err != nil {
		return fmt.Errorf("counting: %w", err)
	}
	n, err := res.LastInsertId()
	if err != nil {
		return fmt.Errorf("counting: %w", err)
	}
	number := fmt.Sprintf("26%08d", n)
	if _, err := row(ctx, tx, sqlTaken, campaign, number, number); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, sqlRegister, "registered", number, now, now, enrolment, "admitted"); err != nil {
		return fmt.Errorf("registering: %w", err)
	}
	var id int64
	if _, err := fmt.Sscan(enrolment, &id); err != nil {
		return fmt.Errorf("reading an id: %w", err)
	}
	m := f.messages[id]
	if _, err := tx.ExecContext(ctx, sqlMessage, m.Ref, "template", id, nil, m.DedupeKey, m.Template, m.Payload, "queued",
		now, now, now); err != nil {
		return fmt.Errorf("storing a message: %w", err)
	}
	return nil
}

// querier is a pool or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// row reads all rows of an answer and returns the first, nil without one.
func row(ctx context.Context, q querier, text string, args ...any) ([]sql.RawBytes, error) {
	rows, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	values, into := make([][]byte, len(names)), make([]any, len(names))
	for i := range into {
		into[i] = &values[i]
	}
	var first []sql.RawBytes
	for rows.Next() {
		if first != nil {
			continue
		}
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("reading: %w", err)
		}
		for _, v := range values {
			first = append(first, v)
		}
	}
	return first, rows.Err()
}
