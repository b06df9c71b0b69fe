-- +goose Up
-- listed_phone_hash is the look-up of the phone as the admitted list gave it
-- last: while it equals phone_hash no student has proven another phone, and a
-- new list may replace it.
ALTER TABLE enrolment ADD COLUMN listed_phone_hash BINARY(32) NULL;

-- What people said about headings that the program does not know. heading is
-- folded (upper case, no blanks).
CREATE TABLE admission_heading (
  id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  heading      VARCHAR(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  column_name  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  updated_at   DATETIME(6) NOT NULL,
  UNIQUE KEY admission_heading_text (heading)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- An uploaded list, its dry run and its application. A worker claims the row by
-- a conditional UPDATE; report holds counts, detail_cipher problems and changes.
CREATE TABLE admission_import (
  id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref           CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  campaign_id   BIGINT NOT NULL,
  actor         VARCHAR(64) NOT NULL,
  actor_name    VARCHAR(200) NOT NULL,
  file_name     VARCHAR(200) NOT NULL,
  file_key      VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  file_bytes    BIGINT NOT NULL,
  sha256        CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  bad_key       VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  rows_total    INT NOT NULL,
  rows_done     INT NOT NULL,
  report        MEDIUMTEXT NOT NULL,
  detail_cipher MEDIUMBLOB NULL,
  sentence      VARCHAR(400) NOT NULL,
  tries         INT NOT NULL,
  lease_holder  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lease_until   DATETIME(6) NOT NULL,
  created_at    DATETIME(6) NOT NULL,
  checked_at    DATETIME(6) NULL,
  ended_at      DATETIME(6) NULL,
  UNIQUE KEY admission_import_ref (ref),
  KEY admission_import_campaign (campaign_id, id),
  KEY admission_import_due (state, lease_until),
  CONSTRAINT admission_import_campaign_fk FOREIGN KEY (campaign_id) REFERENCES campaign (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- +goose Down
DROP TABLE admission_import;
DROP TABLE admission_heading;
ALTER TABLE enrolment DROP COLUMN listed_phone_hash;
