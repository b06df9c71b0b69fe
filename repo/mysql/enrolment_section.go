package mysql

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/enrolment"
)

// Sections stores the pages of the registration form, each one sealed blob.
type Sections struct{ *DB }

// Sections returns the section store.
func (d *DB) Sections() *Sections { return &Sections{d} }

// Locked runs fn in a transaction that holds the owner's enrolment row.
func (s *Sections) Locked(ctx context.Context, o enrolment.Owner, fn func(ctx context.Context) error) error {
	return s.lockEnrolment(ctx, o, fn)
}

func (d *DB) lockEnrolment(ctx context.Context, o enrolment.Owner, fn func(ctx context.Context) error) error {
	return d.InTx(ctx, func(ctx context.Context) error {
		if _, err := need[int64](ctx, d, "没有找到这名学生", "locking an enrolment",
			`SELECT id FROM enrolment WHERE id=? AND ref=? FOR UPDATE`, o.EnrolmentID, o.EnrolmentRef); err != nil {
			return err
		}
		return fn(ctx)
	})
}

// Section returns a record, a zero one when there is none.
func (s *Sections) Section(ctx context.Context, o enrolment.Owner, name string) (enrolment.SectionRecord, error) {
	type sectionRow struct {
		State     string    `db:"state"`
		Cipher    []byte    `db:"cipher"`
		Remark    string    `db:"remark"`
		UpdatedAt time.Time `db:"updated_at"`
	}
	row, ok, err := find[sectionRow](ctx, s.DB, "reading a section",
		`SELECT state, cipher, remark, updated_at FROM section WHERE enrolment_id=? AND name=?`, o.EnrolmentID, name)
	if err != nil || !ok {
		return enrolment.SectionRecord{}, err
	}
	plain, err := s.cipher.Open(row.Cipher, sectionAD(o, name))
	if err != nil {
		return enrolment.SectionRecord{}, fmt.Errorf("opening a section: %w", err)
	}
	return enrolment.SectionRecord{State: enrolment.State(row.State), Plain: plain, Remark: row.Remark, UpdatedAt: row.UpdatedAt}, nil
}

// PutSection inserts or replaces a record and returns the time it was given.
func (s *Sections) PutSection(ctx context.Context, o enrolment.Owner, name string, r enrolment.SectionRecord) (time.Time, error) {
	sealed, err := s.cipher.Seal(r.Plain, sectionAD(o, name))
	if err != nil {
		return time.Time{}, fmt.Errorf("sealing a section: %w", err)
	}
	now := s.now()
	_, err = s.run(ctx, `INSERT INTO section (enrolment_id, name, state, cipher, updated_at) VALUES (?,?,?,?,?)
		ON DUPLICATE KEY UPDATE state=VALUES(state), cipher=VALUES(cipher), updated_at=VALUES(updated_at)`,
		o.EnrolmentID, name, r.State, sealed, now)
	if err != nil {
		return time.Time{}, fmt.Errorf("storing a section: %w", err)
	}
	return now, nil
}

// States returns the states of an enrolment's sections by name.
func (s *Sections) States(ctx context.Context, enrolmentID int64) (map[string]enrolment.State, error) {
	var rows []struct {
		Name  string `db:"name"`
		State string `db:"state"`
	}
	if err := s.list(ctx, &rows, `SELECT name, state FROM section WHERE enrolment_id=?`, enrolmentID); err != nil {
		return nil, fmt.Errorf("listing the sections: %w", err)
	}
	out := make(map[string]enrolment.State, len(rows))
	for _, r := range rows {
		out[r.Name] = enrolment.State(r.State)
	}
	return out, nil
}

func sectionAD(o enrolment.Owner, name string) string {
	return "section.cipher:" + o.EnrolmentRef + "/" + name
}
