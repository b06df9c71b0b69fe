-- +goose Up
-- A row exists once a student chose a password (state 'own'); without one the
-- initial one, which the list implies, still counts.
-- Counts of wrong passwords live in Redis by account and network, so that they
-- are the same for accounts that do not exist.
CREATE TABLE password (
  enrolment_id BIGINT NOT NULL PRIMARY KEY,
  state        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hash         VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  changed_at   DATETIME(6) NOT NULL,
  CONSTRAINT password_enrolment FOREIGN KEY (enrolment_id) REFERENCES enrolment (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

ALTER TABLE enrolment ADD COLUMN approval VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'approved';

-- +goose Down
ALTER TABLE enrolment DROP COLUMN approval;
DROP TABLE password;
