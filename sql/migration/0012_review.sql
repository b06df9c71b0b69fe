-- +goose Up
-- Staff's decisions about what waits for them. A case has no row of its own: it
-- is the photo, attachment, application or enrolment that still waits, named by
-- kind and subject. live is 1 while a decision waits for its undo time to end,
-- else NULL: the unique key is what makes "no two staff decide one case" a fact.
-- evidence is the SHA-256 of the picture that was judged. row_hash is NULL until
-- the decision took effect: only then is it evidence that the sealer takes up.
CREATE TABLE review (
  id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref          CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  campaign_id  BIGINT NOT NULL,
  enrolment_id BIGINT NOT NULL,
  kind         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  item         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  evidence     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  approve      INT NOT NULL,
  reason       VARCHAR(60) NOT NULL,
  remark       VARCHAR(200) NOT NULL,
  batch        VARCHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  staff_ref    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  staff_name   VARCHAR(200) NOT NULL,
  state        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  live         INT NULL,
  decided_at   DATETIME(6) NOT NULL,
  effective_at DATETIME(6) NOT NULL,
  next_at      DATETIME(6) NULL,
  tries        INT NOT NULL,
  settled_at   DATETIME(6) NULL,
  row_hash     CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  UNIQUE KEY review_ref (ref),
  UNIQUE KEY review_live (kind, subject, live),
  KEY review_subject (kind, subject, id),
  KEY review_due (next_at),
  KEY review_staff (staff_ref, decided_at),
  KEY review_enrolment (enrolment_id, id),
  CONSTRAINT review_enrolment_fk FOREIGN KEY (enrolment_id) REFERENCES enrolment (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Reasons that staff keep for the next time, beside the built-in ones.
CREATE TABLE review_reason (
  id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  reasons    VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  label      VARCHAR(60) NOT NULL,
  staff_ref  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at DATETIME(6) NOT NULL,
  UNIQUE KEY review_reason_label (reasons, label)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- none: nobody has to look; pending: staff have to; approved: they did.
ALTER TABLE attachment ADD COLUMN review_state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'none';
CREATE INDEX attachment_review ON attachment (review_state, updated_at);
CREATE INDEX enrolment_approval ON enrolment (approval, campaign_id);
ALTER TABLE section ADD COLUMN remark VARCHAR(200) NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE section DROP COLUMN remark;
DROP INDEX enrolment_approval ON enrolment;
DROP INDEX attachment_review ON attachment;
ALTER TABLE attachment DROP COLUMN review_state;
DROP TABLE review_reason;
DROP TABLE review;
