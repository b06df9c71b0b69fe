-- +goose Up
-- Outward references are 16 random bytes in base64url (22 characters). Times are
-- UTC, microseconds, always set by the program. Columns *_cipher hold Tink AEAD
-- ciphertext with "table.column:ref" as associated data; *_hash are keyed look-ups.

CREATE TABLE campaign (
  id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code        VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version     INT NOT NULL,
  created_at  DATETIME(6) NOT NULL,
  updated_at  DATETIME(6) NOT NULL,
  UNIQUE KEY campaign_code (code)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE campaign_version (
  id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  campaign_id BIGINT NOT NULL,
  version     INT NOT NULL,
  body        MEDIUMTEXT NOT NULL,
  sha256      CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  source      VARCHAR(64) NOT NULL,
  created_at  DATETIME(6) NOT NULL,
  UNIQUE KEY campaign_version_n (campaign_id, version),
  CONSTRAINT campaign_version_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE person (
  id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref         CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  id_type     VARCHAR(20) NOT NULL,
  id_hash     BINARY(32) NOT NULL,
  id_cipher   VARBINARY(512) NOT NULL,
  name        VARCHAR(200) NOT NULL,
  created_at  DATETIME(6) NOT NULL,
  updated_at  DATETIME(6) NOT NULL,
  UNIQUE KEY person_ref (ref),
  UNIQUE KEY person_id_number (id_hash)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE person_openid (
  person_id    BIGINT NOT NULL,
  app_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  openid       VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at   DATETIME(6) NOT NULL,
  last_seen_at DATETIME(6) NOT NULL,
  PRIMARY KEY (person_id, app_id, openid),
  CONSTRAINT person_openid_person FOREIGN KEY (person_id) REFERENCES person (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE enrolment (
  id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref             CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  campaign_id     BIGINT NOT NULL,
  person_id       BIGINT NOT NULL,
  state           VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  choice          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  exam_number     VARCHAR(32) NOT NULL,
  gender          VARCHAR(8) NOT NULL,
  nation          VARCHAR(32) NOT NULL,
  site_code       VARCHAR(32) NOT NULL,
  site            VARCHAR(200) NOT NULL,
  grade           VARCHAR(32) NOT NULL,
  level           VARCHAR(32) NOT NULL,
  major           VARCHAR(200) NOT NULL,
  study_form      VARCHAR(32) NOT NULL,
  years           VARCHAR(16) NOT NULL,
  phone_cipher    VARBINARY(512) NULL,
  phone_hash      BINARY(32) NULL,
  fee_fen         BIGINT NULL,
  imported_number VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
  student_number  VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
  verified_at     DATETIME(6) NULL,
  registered_at   DATETIME(6) NULL,
  extended_until  DATETIME(6) NULL,
  created_at      DATETIME(6) NOT NULL,
  updated_at      DATETIME(6) NOT NULL,
  UNIQUE KEY enrolment_ref (ref),
  UNIQUE KEY enrolment_person (campaign_id, person_id),
  UNIQUE KEY enrolment_imported_number (campaign_id, imported_number),
  UNIQUE KEY enrolment_student_number (campaign_id, student_number),
  KEY enrolment_phone (campaign_id, phone_hash),
  CONSTRAINT enrolment_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id),
  CONSTRAINT enrolment_person_fk FOREIGN KEY (person_id) REFERENCES person (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- One counter row per prefix: locked while a number is allotted, so that two
-- registrations never get the same one and no number is skipped.
CREATE TABLE number_counter (
  campaign_id BIGINT NOT NULL,
  prefix      VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  last        BIGINT NOT NULL,
  PRIMARY KEY (campaign_id, prefix)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE section (
  enrolment_id BIGINT NOT NULL,
  name         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  cipher       MEDIUMBLOB NOT NULL,
  updated_at   DATETIME(6) NOT NULL,
  PRIMARY KEY (enrolment_id, name),
  CONSTRAINT section_enrolment FOREIGN KEY (enrolment_id) REFERENCES enrolment (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE attachment (
  id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref          CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  enrolment_id BIGINT NOT NULL,
  slot         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  blob_key     VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  content_type VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  file_name    VARCHAR(200) NOT NULL,
  bytes        BIGINT NOT NULL,
  width        INT NOT NULL,
  height       INT NOT NULL,
  sha256       CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  type         VARCHAR(64) NOT NULL,
  code_cipher  VARBINARY(512) NULL,
  remark       VARCHAR(200) NOT NULL,
  updated_at   DATETIME(6) NOT NULL,
  UNIQUE KEY attachment_ref (ref),
  UNIQUE KEY attachment_slot (enrolment_id, slot),
  CONSTRAINT attachment_enrolment FOREIGN KEY (enrolment_id) REFERENCES enrolment (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Append only. row_hash is the row's own hash; the sealer chains it in seal.
CREATE TABLE audit (
  id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref        CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at         DATETIME(6) NOT NULL,
  actor      VARCHAR(64) NOT NULL,
  action     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  detail     VARCHAR(1000) NOT NULL,
  row_hash   CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  UNIQUE KEY audit_ref (ref),
  KEY audit_subject (subject, id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE seal (
  seq        BIGINT NOT NULL PRIMARY KEY,
  kind       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  row_id     BIGINT NOT NULL,
  row_hash   CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  prev_hash  CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hash       CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at DATETIME(6) NOT NULL,
  UNIQUE KEY seal_row (kind, row_id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- A lease is a row that one replica holds until a time: workers that must not
-- run twice claim it by a conditional UPDATE (GET_LOCK fails on clusters).
CREATE TABLE lease (
  name   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  holder VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  until  DATETIME(6) NOT NULL
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- +goose Down
DROP TABLE lease;
DROP TABLE seal;
DROP TABLE audit;
DROP TABLE attachment;
DROP TABLE section;
DROP TABLE number_counter;
DROP TABLE enrolment;
DROP TABLE person_openid;
DROP TABLE person;
DROP TABLE campaign_version;
DROP TABLE campaign;
