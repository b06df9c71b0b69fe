package mysql

import (
	"context"
	"fmt"

	"ruxue/service/fault"
	"ruxue/service/staff"
)

func totpAD(ref string) string { return "staff.totp_cipher:" + ref }

// SetTOTP stores an authenticator's secret whose code of step was just used.
func (s *Staff) SetTOTP(ctx context.Context, a *staff.Account, secret []byte, step int64) error {
	sealed, err := s.cipher.Seal(secret, totpAD(a.Ref))
	if err != nil {
		return fmt.Errorf("sealing an authenticator's secret: %w", err)
	}
	_, err = s.run(ctx, `UPDATE staff SET totp_cipher=?, totp_step=?, factor_at=COALESCE(factor_at, ?), updated_at=? WHERE id=?`,
		sealed, step, s.now(), s.now(), a.ID)
	return err
}

// TOTP returns the secret and the last used step; fault.NotFound without one.
func (s *Staff) TOTP(ctx context.Context, a *staff.Account) (secret []byte, last int64, err error) {
	type totpRow struct {
		Cipher []byte `db:"totp_cipher"`
		Step   int64  `db:"totp_step"`
	}
	r, _, err := find[totpRow](ctx, s.DB, "reading an authenticator", `SELECT totp_cipher, totp_step FROM staff WHERE id=?`, a.ID)
	if err != nil {
		return nil, 0, err
	}
	if r.Cipher == nil {
		return nil, 0, fault.New(fault.NotFound, "没有设置验证器")
	}
	if secret, err = s.cipher.Open(r.Cipher, totpAD(a.Ref)); err != nil {
		return nil, 0, fmt.Errorf("opening an authenticator's secret: %w", err)
	}
	return secret, r.Step, nil
}

// UseTOTP moves the last used step forward; false when it is there already.
func (s *Staff) UseTOTP(ctx context.Context, id, step int64) (bool, error) {
	return changed(s.run(ctx, `UPDATE staff SET totp_step=? WHERE id=? AND totp_step<?`, step, id, step))
}

// RemoveTOTP takes the authenticator away.
func (s *Staff) RemoveTOTP(ctx context.Context, id int64) error {
	_, err := s.run(ctx, `UPDATE staff SET totp_cipher=NULL, updated_at=? WHERE id=?`, s.now(), id)
	return err
}

// SetScanFactor says whether a scan with the bound WeChat is a second factor.
func (s *Staff) SetScanFactor(ctx context.Context, id int64, on bool) error {
	query := `UPDATE staff SET scan_factor=0, updated_at=? WHERE id=?`
	args := []any{s.now(), id}
	if on {
		query, args = `UPDATE staff SET scan_factor=1, factor_at=COALESCE(factor_at, ?), updated_at=? WHERE id=?`, []any{s.now(), s.now(), id}
	}
	_, err := s.run(ctx, query, args...)
	return err
}

func (s *Staff) backupHash(id int64, code string) []byte {
	return s.cipher.Lookup("staff_backup_code", fmt.Sprintf("%d:%s", id, code))
}

// SetBackupCodes replaces the account's backup codes.
func (s *Staff) SetBackupCodes(ctx context.Context, id int64, codes []string) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.run(ctx, `DELETE FROM staff_backup_code WHERE staff_id=?`, id); err != nil {
			return err
		}
		for _, c := range codes {
			if _, err := s.run(ctx, `INSERT INTO staff_backup_code (staff_id, hash) VALUES (?,?)`, id, s.backupHash(id, c)); err != nil {
				return err
			}
		}
		return nil
	})
}

// UseBackupCode uses a code up; false when it is none of the account's or was used.
func (s *Staff) UseBackupCode(ctx context.Context, id int64, code string) (bool, error) {
	return changed(s.run(ctx, `UPDATE staff_backup_code SET used_at=? WHERE staff_id=? AND hash=? AND used_at IS NULL`,
		s.now(), id, s.backupHash(id, code)))
}

// BackupCodesLeft counts the unused codes.
func (s *Staff) BackupCodesLeft(ctx context.Context, id int64) (n int, err error) {
	err = s.get(ctx, &n, `SELECT COUNT(*) FROM staff_backup_code WHERE staff_id=? AND used_at IS NULL`, id)
	return n, err
}

// ClearFactors removes every second factor; a bound WeChat stays for messages.
func (s *Staff) ClearFactors(ctx context.Context, id int64) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.run(ctx, `DELETE FROM staff_backup_code WHERE staff_id=?`, id); err != nil {
			return err
		}
		_, err := s.run(ctx, `UPDATE staff SET totp_cipher=NULL, scan_factor=0, factor_at=NULL, updated_at=? WHERE id=?`, s.now(), id)
		return err
	})
}
