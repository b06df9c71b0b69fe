-- +goose Up
-- Accounts of staff. password_own is 0 while a one-time password must be
-- replaced at the next login. factor_at is when a second factor was set up; from
-- then on a login demands one. epoch is raised when every session of the account
-- must end. Counts of wrong passwords live in Redis.
CREATE TABLE staff (
  id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ref           CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  login         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name          VARCHAR(100) NOT NULL,
  office        VARCHAR(100) NOT NULL,
  role          VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  epoch         INT NOT NULL,
  password_hash VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  password_own  TINYINT NOT NULL,
  totp_cipher   VARBINARY(512) NULL,
  totp_step     BIGINT NOT NULL,
  scan_factor   TINYINT NOT NULL,
  factor_at     DATETIME(6) NULL,
  app_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  openid        VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL,
  bound_at      DATETIME(6) NULL,
  last_login_at DATETIME(6) NULL,
  created_at    DATETIME(6) NOT NULL,
  updated_at    DATETIME(6) NOT NULL,
  UNIQUE KEY staff_ref (ref),
  UNIQUE KEY staff_login (login),
  UNIQUE KEY staff_openid (app_id, openid)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The teaching sites, by code, whose students an account of the role site sees.
CREATE TABLE staff_site (
  id        BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  staff_id  BIGINT NOT NULL,
  site_code VARCHAR(32) NOT NULL,
  UNIQUE KEY staff_site_code (staff_id, site_code),
  CONSTRAINT staff_site_staff FOREIGN KEY (staff_id) REFERENCES staff (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Backup codes for a lost second factor, each good once; the keyed hash alone is kept.
CREATE TABLE staff_backup_code (
  id       BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  staff_id BIGINT NOT NULL,
  hash     BINARY(32) NOT NULL,
  used_at  DATETIME(6) NULL,
  UNIQUE KEY staff_backup_code_hash (staff_id, hash),
  CONSTRAINT staff_backup_code_staff FOREIGN KEY (staff_id) REFERENCES staff (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- +goose Down
DROP TABLE staff_backup_code;
DROP TABLE staff_site;
DROP TABLE staff;
