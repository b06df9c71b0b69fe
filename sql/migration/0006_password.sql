-- +goose Up
-- A row exists once a student chose a password (state 'own'); without one the
-- initial one, which the list implies, still counts.
-- Counts of wrong passwords live in Redis by account and network, so that they
-- are the same for accounts that do not exist. The key is not the enrolment: the
-- demo's stand-in takes a UNION in which one part finds by primary key for one row.
CREATE TABLE password (
  id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  enrolment_id BIGINT NOT NULL,
  state        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hash         VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  changed_at   DATETIME(6) NOT NULL,
  UNIQUE KEY password_of_enrolment (enrolment_id),
  CONSTRAINT password_enrolment FOREIGN KEY (enrolment_id) REFERENCES enrolment (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

ALTER TABLE enrolment ADD COLUMN approval VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'approved';

-- +goose Down
ALTER TABLE enrolment DROP COLUMN approval;
DROP TABLE password;
