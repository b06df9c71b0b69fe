-- +goose Up
-- What is to be told to people, written with what caused it. A worker claims a
-- row by moving lease_until from the past into the future.
CREATE TABLE outbox (
  id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref             CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind            VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  enrolment_id    BIGINT NULL,
  staff_id        BIGINT NULL,
  dedupe_key      VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  template        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  payload_cipher  BLOB NOT NULL,
  state           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  tries           INT NOT NULL,
  not_before      DATETIME(6) NOT NULL,
  lease_holder    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lease_until     DATETIME(6) NOT NULL,
  uncertain_since DATETIME(6) NULL,
  message_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  code            VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason          VARCHAR(200) NOT NULL,
  created_at      DATETIME(6) NOT NULL,
  done_at         DATETIME(6) NULL,
  UNIQUE KEY outbox_ref (ref),
  UNIQUE KEY outbox_dedupe (dedupe_key),
  KEY outbox_due (state, not_before),
  KEY outbox_message (message_id),
  KEY outbox_enrolment (enrolment_id, id),
  CONSTRAINT outbox_enrolment_fk FOREIGN KEY (enrolment_id) REFERENCES enrolment (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Deliveries that WeChat reported. The report may come before the worker has
-- noted the message's id, so it is kept and looked at from both sides.
CREATE TABLE outbox_receipt (
  message_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  status     VARCHAR(64) NOT NULL,
  created_at DATETIME(6) NOT NULL,
  KEY outbox_receipt_created (created_at)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Pushes already handled, by the SHA-256 of their dedupe key: WeChat repeats
-- what was not answered within 5 s.
CREATE TABLE push_seen (
  key_hash   CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  created_at DATETIME(6) NOT NULL,
  KEY push_seen_created (created_at)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- +goose Down
DROP TABLE push_seen;
DROP TABLE outbox_receipt;
DROP TABLE outbox;
