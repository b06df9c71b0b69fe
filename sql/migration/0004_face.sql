-- +goose Up
-- Every face check and archived photo. The picture itself is an encrypted blob
-- under blob_key, empty when none was kept or it was purged; sha256 is of the
-- picture before encryption.
CREATE TABLE face_check (
  id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref           CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  enrolment_id  BIGINT NOT NULL,
  session_hash  CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  source        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  result        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  provider_code VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  score         DOUBLE NOT NULL,
  blob_key      VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sha256        CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  review_state  VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  remark        VARCHAR(200) NOT NULL,
  reviewed_at   DATETIME(6) NULL,
  created_at    DATETIME(6) NOT NULL,
  UNIQUE KEY face_check_ref (ref),
  KEY face_check_enrolment (enrolment_id, created_at),
  KEY face_check_review (review_state, created_at),
  CONSTRAINT face_check_enrolment_fk FOREIGN KEY (enrolment_id) REFERENCES enrolment (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- +goose Down
DROP TABLE face_check;
