package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"ruxue/service/fault"
)

// In all of these a list among the arguments stands for as many placeholders as
// it has members: IN (?). doing is what an error says.

func (d *DB) get(ctx context.Context, dest any, query string, args ...any) error {
	query, args, err := sqlx.In(query, args...)
	if err != nil {
		return err
	}
	return sqlx.GetContext(ctx, d.q(ctx), dest, query, args...)
}

func (d *DB) list(ctx context.Context, dest any, query string, args ...any) error {
	query, args, err := sqlx.In(query, args...)
	if err != nil {
		return err
	}
	return sqlx.SelectContext(ctx, d.q(ctx), dest, query, args...)
}

func (d *DB) run(ctx context.Context, query string, args ...any) (sql.Result, error) {
	query, args, err := sqlx.In(query, args...)
	if err != nil {
		return nil, err
	}
	return d.q(ctx).ExecContext(ctx, query, args...)
}

// exec writes, however many rows that is.
func (d *DB) exec(ctx context.Context, doing, query string, args ...any) error {
	_, err := d.run(ctx, query, args...)
	return wrap(err, doing)
}

// change writes and reports whether it moved exactly one row.
func (d *DB) change(ctx context.Context, doing, query string, args ...any) (bool, error) {
	ok, err := changed(d.run(ctx, query, args...))
	return ok, wrap(err, doing)
}

// find reads one row; there is false without one.
func find[R any](ctx context.Context, d *DB, doing, query string, args ...any) (row R, there bool, err error) {
	err = d.get(ctx, &row, query, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return row, false, nil
	}
	return row, err == nil, wrap(err, doing)
}

// none is what need says of a thing that has no name of its own on a page.
const none = "没有找到"

// need reads one row; without one it is fault.NotFound with the sentence absent.
func need[R any](ctx context.Context, d *DB, absent, doing, query string, args ...any) (R, error) {
	row, there, err := find[R](ctx, d, doing, query, args...)
	if err == nil && !there {
		return row, fault.New(fault.NotFound, absent)
	}
	return row, err
}

// all reads rows and turns each into what it stands for.
func all[R, T any](ctx context.Context, d *DB, as func(R) (T, error), doing, query string, args ...any) ([]T, error) {
	var rows []R
	if err := d.list(ctx, &rows, query, args...); err != nil {
		return nil, wrap(err, doing)
	}
	return each(rows, as)
}

// each turns rows into what they stand for.
func each[R, T any](rows []R, as func(R) (T, error)) ([]T, error) {
	out := make([]T, 0, len(rows))
	for _, r := range rows {
		t, err := as(r)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// wrap says what was being done when err came; nil stays nil.
func wrap(err error, doing string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}
