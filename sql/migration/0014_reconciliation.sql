-- +goose Up
-- One report per Beijing day; the totals are JSON.
CREATE TABLE reconciliation (
  id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  day        DATE NOT NULL,
  report     MEDIUMTEXT NOT NULL,
  created_at DATETIME(6) NOT NULL,
  UNIQUE KEY reconciliation_day (day)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What differed. A second run of the day replaces what no person resolved.
CREATE TABLE reconciliation_difference (
  id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  day           DATE NOT NULL,
  kind          VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  out_trade_no  VARCHAR(64) NOT NULL,
  out_refund_no VARCHAR(64) NOT NULL,
  enrolment_id  BIGINT NOT NULL,
  here_fen      BIGINT NOT NULL,
  there_fen     BIGINT NOT NULL,
  settled       TINYINT NOT NULL,
  resolved_by   VARCHAR(100) NOT NULL,
  resolution    VARCHAR(400) NOT NULL,
  resolved_at   DATETIME(6) NULL,
  created_at    DATETIME(6) NOT NULL,
  KEY reconciliation_difference_day (day, kind)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- +goose Down
DROP TABLE reconciliation_difference;
DROP TABLE reconciliation;
