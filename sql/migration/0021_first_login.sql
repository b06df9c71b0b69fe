-- +goose Up
-- When a student of the list first logged in; NULL says never: she stands
-- before the first step of the journey, not on it. The audit log knows it for
-- who logged in before this column was there.
ALTER TABLE enrolment ADD COLUMN first_login_at DATETIME(6) NULL;
UPDATE enrolment e SET e.first_login_at=(SELECT MIN(a.at) FROM audit a
  WHERE a.subject=CONCAT('enrolment:', e.ref) AND a.action='student.login');

-- +goose Down
ALTER TABLE enrolment DROP COLUMN first_login_at;
