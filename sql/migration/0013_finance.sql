-- +goose Up
-- Refunds that staff ask for: who asked, who decided, and for money that came
-- by the bank, how it went back. Automatic ones have no requester. waiting: a
-- second person has to approve.
ALTER TABLE refund ADD COLUMN requested_by VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
ALTER TABLE refund ADD COLUMN requester VARCHAR(100) NOT NULL DEFAULT '';
ALTER TABLE refund ADD COLUMN decided_by VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
ALTER TABLE refund ADD COLUMN decider VARCHAR(100) NOT NULL DEFAULT '';
ALTER TABLE refund ADD COLUMN decided_at DATETIME(6) NULL;
ALTER TABLE refund ADD COLUMN note VARCHAR(400) NOT NULL DEFAULT '';
ALTER TABLE refund ADD KEY refund_attempt_key (attempt_id);
ALTER TABLE refund ADD KEY refund_state (state, id);

-- What finance knew of a payment that did not come through WeChat Pay; the
-- money itself is a row of payment (source offline), the order number one of
-- attempt (way offline).
CREATE TABLE offline_receipt (
  attempt_id  BIGINT NOT NULL PRIMARY KEY,
  received_on DATE NOT NULL,
  payer       VARCHAR(100) NOT NULL,
  note        VARCHAR(400) NOT NULL,
  recorded_by VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  recorder    VARCHAR(100) NOT NULL,
  created_at  DATETIME(6) NOT NULL,
  CONSTRAINT offline_receipt_attempt FOREIGN KEY (attempt_id) REFERENCES attempt (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Who closed a problem, and what was done about it.
ALTER TABLE payment_problem ADD COLUMN resolved_by VARCHAR(100) NOT NULL DEFAULT '';
ALTER TABLE payment_problem ADD COLUMN resolution VARCHAR(400) NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE payment_problem DROP COLUMN resolution;
ALTER TABLE payment_problem DROP COLUMN resolved_by;
DROP TABLE offline_receipt;
ALTER TABLE refund DROP KEY refund_state;
ALTER TABLE refund DROP COLUMN note;
ALTER TABLE refund DROP COLUMN decided_at;
ALTER TABLE refund DROP COLUMN decider;
ALTER TABLE refund DROP COLUMN decided_by;
ALTER TABLE refund DROP COLUMN requester;
ALTER TABLE refund DROP COLUMN requested_by;
