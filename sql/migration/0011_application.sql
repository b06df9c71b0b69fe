-- +goose Up
-- Applications to keep (defer) or give up (waive) an admitted place. draft_kind
-- repeats kind while the row is a draft and is NULL otherwise, bound is 1 while
-- it is pending or approved and NULL otherwise: the unique keys make "one draft
-- of a kind" and "one application that binds" facts. content_cipher holds reason,
-- sentence and files. row_hash is NULL until it ended: then it is evidence.
CREATE TABLE application (
  id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref             CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  enrolment_id    BIGINT NOT NULL,
  kind            VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  draft_kind      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
  bound           INT NULL,
  content_cipher  MEDIUMBLOB NOT NULL,
  document_sha256 VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  signature_ref   VARCHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  signature_hash  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at      DATETIME(6) NOT NULL,
  updated_at      DATETIME(6) NOT NULL,
  submitted_at    DATETIME(6) NULL,
  ended_at        DATETIME(6) NULL,
  ended_by        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  remark          VARCHAR(200) NOT NULL,
  row_hash        CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  UNIQUE KEY application_ref (ref),
  UNIQUE KEY application_draft (enrolment_id, draft_kind),
  UNIQUE KEY application_bound (enrolment_id, bound),
  KEY application_waiting (state, submitted_at),
  CONSTRAINT application_enrolment FOREIGN KEY (enrolment_id) REFERENCES enrolment (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- 1: the text is about one student, its body is base64 of Tink AEAD.
ALTER TABLE document_version ADD COLUMN private INT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE document_version DROP COLUMN private;
DROP TABLE application;
