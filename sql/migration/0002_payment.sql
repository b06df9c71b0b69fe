-- +goose Up
-- Money is BIGINT fen (CNY). One bill per enrolment, many attempts per bill: an
-- out_trade_no is never reused, so every way of paying opens a new attempt.

CREATE TABLE bill (
  id               BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref              CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  enrolment_id     BIGINT NOT NULL,
  campaign_version INT NOT NULL,
  state            VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  total_fen        BIGINT NOT NULL,
  items            TEXT NOT NULL,
  paid_at          DATETIME(6) NULL,
  paid_attempt_id  BIGINT NULL,
  created_at       DATETIME(6) NOT NULL,
  updated_at       DATETIME(6) NOT NULL,
  UNIQUE KEY bill_ref (ref),
  UNIQUE KEY bill_enrolment (enrolment_id),
  CONSTRAINT bill_enrolment_fk FOREIGN KEY (enrolment_id) REFERENCES enrolment (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- live is 1 while the attempt can be paid as far as we know, else NULL: the
-- unique key is what makes "at most one live attempt of a bill" a fact.
-- request is the exact prepay request, so that it can be repeated unchanged.
CREATE TABLE attempt (
  id             BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  bill_id        BIGINT NOT NULL,
  enrolment_id   BIGINT NOT NULL,
  out_trade_no   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  way            VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  live           INT NULL,
  amount_fen     BIGINT NOT NULL,
  app_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  mch_id         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  openid         VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request        TEXT NOT NULL,
  prepay_id      VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  code_url       VARCHAR(512) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  transaction_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  expire_at      DATETIME(6) NOT NULL,
  ended_at       DATETIME(6) NULL,
  checks         INT NOT NULL,
  next_check_at  DATETIME(6) NULL,
  lease_holder   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lease_until    DATETIME(6) NULL,
  created_at     DATETIME(6) NOT NULL,
  updated_at     DATETIME(6) NOT NULL,
  UNIQUE KEY attempt_number (out_trade_no),
  UNIQUE KEY attempt_live (bill_id, live),
  KEY attempt_due (next_check_at),
  KEY attempt_enrolment (enrolment_id),
  CONSTRAINT attempt_bill FOREIGN KEY (bill_id) REFERENCES bill (id),
  CONSTRAINT attempt_enrolment_fk FOREIGN KEY (enrolment_id) REFERENCES enrolment (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Append only: money that WeChat Pay says came in, whatever became of it.
CREATE TABLE payment (
  id             BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref            CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  enrolment_id   BIGINT NOT NULL,
  bill_id        BIGINT NOT NULL,
  attempt_id     BIGINT NOT NULL,
  out_trade_no   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  transaction_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  app_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  mch_id         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  payer_openid   VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  trade_type     VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  bank_type      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  total_fen      BIGINT NOT NULL,
  payer_fen      BIGINT NOT NULL,
  currency       VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  purpose        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  source         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  succeeded_at   DATETIME(6) NOT NULL,
  created_at     DATETIME(6) NOT NULL,
  row_hash       CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  UNIQUE KEY payment_ref (ref),
  UNIQUE KEY payment_transaction (transaction_id),
  UNIQUE KEY payment_attempt (attempt_id),
  KEY payment_bill (bill_id),
  CONSTRAINT payment_bill_fk FOREIGN KEY (bill_id) REFERENCES bill (id),
  CONSTRAINT payment_attempt_fk FOREIGN KEY (attempt_id) REFERENCES attempt (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE refund (
  id             BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref            CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  enrolment_id   BIGINT NOT NULL,
  bill_id        BIGINT NOT NULL,
  attempt_id     BIGINT NOT NULL,
  out_trade_no   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  transaction_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  out_refund_no  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  refund_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  mch_id         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  cause          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason         VARCHAR(80) NOT NULL,
  amount_fen     BIGINT NOT NULL,
  total_fen      BIGINT NOT NULL,
  last_code      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  checks         INT NOT NULL,
  next_check_at  DATETIME(6) NULL,
  lease_holder   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lease_until    DATETIME(6) NULL,
  succeeded_at   DATETIME(6) NULL,
  created_at     DATETIME(6) NOT NULL,
  updated_at     DATETIME(6) NOT NULL,
  UNIQUE KEY refund_ref (ref),
  UNIQUE KEY refund_number (out_refund_no),
  KEY refund_due (next_check_at),
  KEY refund_bill (bill_id),
  CONSTRAINT refund_bill_fk FOREIGN KEY (bill_id) REFERENCES bill (id),
  CONSTRAINT refund_attempt_fk FOREIGN KEY (attempt_id) REFERENCES attempt (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What a person (or a retry) has to look at. One row per thing, however often
-- it is reported; no foreign keys, since an unknown order is one of the kinds.
CREATE TABLE payment_problem (
  id             BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind           VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  out_trade_no   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  transaction_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  enrolment_id   BIGINT NOT NULL,
  want_fen       BIGINT NOT NULL,
  got_fen        BIGINT NOT NULL,
  detail         VARCHAR(200) NOT NULL,
  times          INT NOT NULL,
  first_at       DATETIME(6) NOT NULL,
  last_at        DATETIME(6) NOT NULL,
  resolved_at    DATETIME(6) NULL,
  UNIQUE KEY payment_problem_thing (kind, out_trade_no, transaction_id),
  KEY payment_problem_open (kind, resolved_at, last_at)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- +goose Down
DROP TABLE payment_problem;
DROP TABLE refund;
DROP TABLE payment;
DROP TABLE attempt;
DROP TABLE bill;
