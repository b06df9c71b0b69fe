-- +goose Up
-- The 财政电子票据 of a bill, as finance imported it. The link opens a paper with
-- a name on it, so it is sealed.
CREATE TABLE fiscal_receipt (
  id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  bill_id      BIGINT NOT NULL,
  enrolment_id BIGINT NOT NULL,
  code         VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  number       VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  check_code   VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  link_cipher  BLOB NOT NULL,
  issued_on    DATE NULL,
  amount_fen   BIGINT NOT NULL,
  created_at   DATETIME(6) NOT NULL,
  updated_at   DATETIME(6) NOT NULL,
  UNIQUE KEY fiscal_receipt_bill (bill_id),
  UNIQUE KEY fiscal_receipt_number (number, code),
  KEY fiscal_receipt_enrolment (enrolment_id),
  CONSTRAINT fiscal_receipt_bill_fk FOREIGN KEY (bill_id) REFERENCES bill (id),
  CONSTRAINT fiscal_receipt_enrolment_fk FOREIGN KEY (enrolment_id) REFERENCES enrolment (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- An uploaded list of them. report holds counts, detail_cipher problems and
-- changes; the file itself stands sealed among the blobs until it is removed.
CREATE TABLE fiscal_import (
  id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref           CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  campaign_id   BIGINT NOT NULL,
  actor         VARCHAR(64) NOT NULL,
  actor_name    VARCHAR(200) NOT NULL,
  file_name     VARCHAR(200) NOT NULL,
  file_key      VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  report        MEDIUMTEXT NOT NULL,
  detail_cipher MEDIUMBLOB NOT NULL,
  created_at    DATETIME(6) NOT NULL,
  applied_at    DATETIME(6) NULL,
  UNIQUE KEY fiscal_import_ref (ref),
  KEY fiscal_import_campaign (campaign_id, id),
  CONSTRAINT fiscal_import_campaign_fk FOREIGN KEY (campaign_id) REFERENCES campaign (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- +goose Down
DROP TABLE fiscal_import;
DROP TABLE fiscal_receipt;
