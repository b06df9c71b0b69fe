-- +goose Up
-- What a student says is wrong with her listed data (信息有误). live is 1 while
-- the case is open, else NULL: the unique key is what makes "one open case of a
-- student" a fact. Both texts may hold personal data and are sealed.
CREATE TABLE data_case (
  id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref           CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  enrolment_id  BIGINT NOT NULL,
  live          INT NULL,
  text_cipher   BLOB NOT NULL,
  answer_cipher BLOB NULL,
  answered_by   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at    DATETIME(6) NOT NULL,
  closed_at     DATETIME(6) NULL,
  UNIQUE KEY data_case_ref (ref),
  UNIQUE KEY data_case_live (enrolment_id, live),
  KEY data_case_open (live, created_at),
  CONSTRAINT data_case_enrolment FOREIGN KEY (enrolment_id) REFERENCES enrolment (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- A file that a member of staff asked for. A worker claims the row by a
-- conditional UPDATE, writes the file in sealed parts among the blobs, and
-- deletes them once expires_at is past. request holds what the
-- maker was allowed and asked for at that moment.
CREATE TABLE export_job (
  id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref          CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  staff_id     BIGINT NOT NULL,
  campaign_id  BIGINT NOT NULL,
  kind         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request      TEXT NOT NULL,
  file_name    VARCHAR(200) NOT NULL,
  total        BIGINT NOT NULL,
  done         BIGINT NOT NULL,
  skipped      BIGINT NOT NULL,
  parts        INT NOT NULL,
  bytes        BIGINT NOT NULL,
  blob_key     VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  tries        INT NOT NULL,
  lease_holder VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lease_until  DATETIME(6) NOT NULL,
  created_at   DATETIME(6) NOT NULL,
  finished_at  DATETIME(6) NULL,
  expires_at   DATETIME(6) NOT NULL,
  UNIQUE KEY export_job_ref (ref),
  KEY export_job_state (state, lease_until),
  KEY export_job_staff (staff_id, id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE INDEX enrolment_exam_number ON enrolment (exam_number);

-- +goose Down
DROP INDEX enrolment_exam_number ON enrolment;
DROP TABLE export_job;
DROP TABLE data_case;
