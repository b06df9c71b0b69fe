-- +goose Up
-- The head of the seal chain, signed once a day with the institution's key: a
-- chain that was cut off at its end no longer reaches the heads signed before.
CREATE TABLE seal_head (
  id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  day         CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq         BIGINT NOT NULL,
  hash        CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  signed_at   DATETIME(6) NOT NULL,
  certificate TEXT NOT NULL,
  signature   TEXT NOT NULL,
  UNIQUE KEY seal_head_day (day)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- +goose Down
DROP TABLE seal_head;
