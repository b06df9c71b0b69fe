-- +goose Up
-- A wording never changes: another text is another row.
CREATE TABLE document_version (
  id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  campaign_id BIGINT NOT NULL,
  name        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  title       VARCHAR(200) NOT NULL,
  sha256      CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body        MEDIUMTEXT NOT NULL,
  created_at  DATETIME(6) NOT NULL,
  UNIQUE KEY document_version_text (campaign_id, name, sha256),
  CONSTRAINT document_version_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- draft_name and final_name repeat document_name while the row is in that state
-- and are NULL otherwise, so that an enrolment has at most one draft and at most
-- one final signature under a document. row_hash is NULL until the row is final:
-- only then is it evidence that the sealer takes up.
CREATE TABLE signature (
  id                  BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref                 CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  enrolment_id        BIGINT NOT NULL,
  document_version_id BIGINT NOT NULL,
  document_name       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state               VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  draft_name          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  final_name          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  strokes_cipher      MEDIUMBLOB NOT NULL,
  strokes_sha256      CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  picture_cipher      MEDIUMBLOB NOT NULL,
  picture_sha256      CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  handoff_ref         VARCHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  app_id              VARCHAR(64) NOT NULL,
  openid              VARCHAR(128) NOT NULL,
  ip                  VARCHAR(45) NOT NULL,
  user_agent          VARCHAR(400) NOT NULL,
  signed_at           DATETIME(6) NOT NULL,
  confirm_app_id      VARCHAR(64) NOT NULL,
  confirm_openid      VARCHAR(128) NOT NULL,
  confirm_ip          VARCHAR(45) NOT NULL,
  confirm_user_agent  VARCHAR(400) NOT NULL,
  final_at            DATETIME(6) NULL,
  superseded_at       DATETIME(6) NULL,
  row_hash            CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  UNIQUE KEY signature_ref (ref),
  UNIQUE KEY signature_draft (enrolment_id, draft_name),
  UNIQUE KEY signature_final (enrolment_id, final_name),
  CONSTRAINT signature_enrolment FOREIGN KEY (enrolment_id) REFERENCES enrolment (id),
  CONSTRAINT signature_document FOREIGN KEY (document_version_id) REFERENCES document_version (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- +goose Down
DROP TABLE signature;
DROP TABLE document_version;
