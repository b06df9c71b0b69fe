-- +goose Up
-- The PDF of a final signature. It is queued with the signature and made by a
-- worker that claims the row by a conditional UPDATE; row_hash is NULL until it
-- is made: only then is it evidence that the sealer takes up.
CREATE TABLE evidence (
  id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  signature_id BIGINT NOT NULL,
  number       CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  tries        INT NOT NULL,
  not_before   DATETIME(6) NOT NULL,
  lease_holder VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lease_until  DATETIME(6) NOT NULL,
  blob_key     VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sha256       CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  bytes        BIGINT NOT NULL,
  created_at   DATETIME(6) NOT NULL,
  made_at      DATETIME(6) NULL,
  row_hash     CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  UNIQUE KEY evidence_signature (signature_id),
  UNIQUE KEY evidence_number (number),
  KEY evidence_due (state, not_before),
  CONSTRAINT evidence_signature_fk FOREIGN KEY (signature_id) REFERENCES signature (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- +goose Down
DROP TABLE evidence;
