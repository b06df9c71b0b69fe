package mysql

import (
	"context"
	"fmt"

	"ruxue/service/admission"
)

// AdmissionHeadings remembers what people said about headings.
type AdmissionHeadings struct{ *DB }

// AdmissionHeadings returns the store of taught headings.
func (d *DB) AdmissionHeadings() *AdmissionHeadings { return &AdmissionHeadings{d} }

// Taught returns every taught heading, folded, with its column.
func (s *AdmissionHeadings) Taught(ctx context.Context) (map[string]admission.Column, error) {
	var rows []struct {
		Heading string `db:"heading"`
		Column  string `db:"column_name"`
	}
	if err := s.list(ctx, &rows, `SELECT heading, column_name FROM admission_heading ORDER BY id`); err != nil {
		return nil, fmt.Errorf("reading taught headings: %w", err)
	}
	out := make(map[string]admission.Column, len(rows))
	for _, r := range rows {
		out[r.Heading] = admission.Column(r.Column)
	}
	return out, nil
}

// Teach remembers a heading, in place of what was said before.
func (s *AdmissionHeadings) Teach(ctx context.Context, heading string, column admission.Column) error {
	return s.exec(ctx, "remembering a heading", `INSERT INTO admission_heading (heading, column_name, updated_at) VALUES (?,?,?)
		ON DUPLICATE KEY UPDATE column_name=VALUES(column_name), updated_at=VALUES(updated_at)`, heading, string(column), s.now())
}
