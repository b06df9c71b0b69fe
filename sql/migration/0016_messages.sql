-- +goose Up
-- A reminder to everybody whom one step of a campaign waits for. It walks
-- through the students in the order of their ids and remembers how far it came,
-- so that a worker that dies is followed by another; day makes a second one of
-- the same day impossible.
CREATE TABLE reminder (
  id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref          CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  campaign_id  BIGINT NOT NULL,
  step         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day          CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  staff_ref    CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  total        INT NOT NULL,
  queued       INT NOT NULL,
  after_id     BIGINT NOT NULL,
  lease_holder VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lease_until  DATETIME(6) NOT NULL,
  created_at   DATETIME(6) NOT NULL,
  done_at      DATETIME(6) NULL,
  UNIQUE KEY reminder_ref (ref),
  UNIQUE KEY reminder_once (campaign_id, step, day),
  KEY reminder_open (done_at, lease_until),
  CONSTRAINT reminder_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What was told to staff about waiting cases: one row an account, so that
-- grouping holds across replicas.
CREATE TABLE staff_alert (
  staff_id   BIGINT NOT NULL PRIMARY KEY,
  told       INT NOT NULL,
  told_at    DATETIME(6) NULL,
  digest_day CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  CONSTRAINT staff_alert_staff FOREIGN KEY (staff_id) REFERENCES staff (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- +goose Down
DROP TABLE staff_alert;
DROP TABLE reminder;
