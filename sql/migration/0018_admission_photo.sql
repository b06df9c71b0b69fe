-- +goose Up
-- The picture that came with the admitted list, one for each enrolment. It is an
-- encrypted blob under blob_key; sha256 is of the picture before encryption,
-- source_sha256 of the file it was made from.
CREATE TABLE admission_photo (
  id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref           CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  enrolment_id  BIGINT NOT NULL,
  blob_key      VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sha256        CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  source_sha256 CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  bytes         INT NOT NULL,
  width         INT NOT NULL,
  height        INT NOT NULL,
  updated_at    DATETIME(6) NOT NULL,
  UNIQUE KEY admission_photo_ref (ref),
  UNIQUE KEY admission_photo_enrolment (enrolment_id),
  CONSTRAINT admission_photo_enrolment_fk FOREIGN KEY (enrolment_id) REFERENCES enrolment (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- An uploaded archive of such pictures. A worker claims the row by a conditional
-- UPDATE; detail_cipher says what became of each file. file_key is empty once the
-- archive was removed, which is when the work ends.
CREATE TABLE photo_import (
  id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref           CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  campaign_id   BIGINT NOT NULL,
  actor         VARCHAR(64) NOT NULL,
  actor_name    VARCHAR(200) NOT NULL,
  file_name     VARCHAR(200) NOT NULL,
  file_key      VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  file_bytes    BIGINT NOT NULL,
  state         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  files_total   INT NOT NULL,
  files_done    INT NOT NULL,
  report        TEXT NOT NULL,
  detail_cipher MEDIUMBLOB NULL,
  sentence      VARCHAR(400) NOT NULL,
  tries         INT NOT NULL,
  lease_holder  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lease_until   DATETIME(6) NOT NULL,
  created_at    DATETIME(6) NOT NULL,
  ended_at      DATETIME(6) NULL,
  UNIQUE KEY photo_import_ref (ref),
  KEY photo_import_campaign (campaign_id, id),
  KEY photo_import_due (state, lease_until),
  CONSTRAINT photo_import_campaign_fk FOREIGN KEY (campaign_id) REFERENCES campaign (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- +goose Down
DROP TABLE photo_import;
DROP TABLE admission_photo;
