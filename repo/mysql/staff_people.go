package mysql

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/fault"
	"ruxue/service/staff"
)

// Bind stores which WeChat belongs to the account; fault.Conflict when it is
// another account's.
func (s *Staff) Bind(ctx context.Context, id int64, openID string) error {
	_, err := s.run(ctx, `UPDATE staff SET app_id=?, openid=?, bound_at=?, updated_at=? WHERE id=?`,
		s.appID, openID, s.now(), s.now(), id)
	if isDuplicate(err) {
		return fault.Wrap(fault.Conflict, "这个微信已绑定另一个账号", err)
	}
	return err
}

// Unbind forgets the account's WeChat.
func (s *Staff) Unbind(ctx context.Context, id int64) error {
	_, err := s.run(ctx, `UPDATE staff SET app_id=NULL, openid=NULL, bound_at=NULL, scan_factor=0, updated_at=? WHERE id=?`, s.now(), id)
	return err
}

// UnbindOpenID forgets an openid that was bound before the time and returns the
// reference of its account, "" without one.
func (s *Staff) UnbindOpenID(ctx context.Context, openID string, before time.Time) (ref string, err error) {
	err = s.InTx(ctx, func(ctx context.Context) error {
		type boundRow struct {
			ID  int64  `db:"id"`
			Ref string `db:"ref"`
		}
		r, ok, err := find[boundRow](ctx, s.DB, "looking for an openid's account",
			`SELECT id, ref FROM staff WHERE app_id=? AND openid=? AND bound_at<? FOR UPDATE`, s.appID, openID, *utc(&before))
		ref = r.Ref
		if err != nil || !ok {
			return err
		}
		return s.Unbind(ctx, r.ID)
	})
	return ref, err
}

// List returns accounts by name, those that are shut last, and how many there are.
func (s *Staff) List(ctx context.Context, offset, limit int) ([]staff.Account, int, error) {
	var total int
	if err := s.get(ctx, &total, `SELECT COUNT(*) FROM staff`); err != nil {
		return nil, 0, err
	}
	var rows []staffRow
	if err := s.list(ctx, &rows, selectStaff+`ORDER BY s.state, s.name, s.id LIMIT ? OFFSET ?`, limit, offset); err != nil {
		return nil, 0, err
	}
	out := make([]staff.Account, 0, len(rows))
	for _, r := range rows {
		a := s.account(r)
		if a.Role == staff.Site {
			if err := s.sites(ctx, a); err != nil {
				return nil, 0, err
			}
		}
		out = append(out, *a)
	}
	return out, total, nil
}

// Update stores what an account is for.
func (s *Staff) Update(ctx context.Context, id int64, p staff.Person) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.run(ctx, `UPDATE staff SET name=?, office=?, role=?, updated_at=? WHERE id=?`,
			p.Name, p.Office, p.Role, s.now(), id); err != nil {
			return fmt.Errorf("storing an account: %w", err)
		}
		return s.setSites(ctx, id, p.Sites)
	})
}

// SetDisabled shuts or opens an account and ends its sessions.
func (s *Staff) SetDisabled(ctx context.Context, id int64, disabled bool) error {
	state := staffActive
	if disabled {
		state = staffDisabled
	}
	_, err := s.run(ctx, `UPDATE staff SET state=?, epoch=epoch+1, updated_at=? WHERE id=?`, state, s.now(), id)
	return err
}

// EndSessions ends every session of the account by a new epoch.
func (s *Staff) EndSessions(ctx context.Context, id int64) error {
	_, err := s.run(ctx, `UPDATE staff SET epoch=epoch+1, updated_at=? WHERE id=?`, s.now(), id)
	return err
}

// Sites lists the teaching sites that students are listed under, code and name,
// at most 300.
func (s *Staff) Sites(ctx context.Context) ([][2]string, error) {
	var rows []struct {
		Code string `db:"code"`
		Name string `db:"name"`
	}
	if err := s.list(ctx, &rows, `SELECT site_code AS code, MAX(site) AS name FROM enrolment WHERE site_code<>'' GROUP BY site_code ORDER BY site_code LIMIT 300`); err != nil {
		return nil, fmt.Errorf("listing teaching sites: %w", err)
	}
	out := make([][2]string, 0, len(rows))
	for _, r := range rows {
		out = append(out, [2]string{r.Code, r.Name})
	}
	return out, nil
}
