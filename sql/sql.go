// Package sql owns the schema: embedded goose migrations, in the dialect that
// MariaDB ≥ 10.6, MySQL ≥ 8 and go-mysql-server all speak.
package sql

import "embed"

// Migrations holds migration/NNNN_name.sql in goose format. Expand first,
// contract in a later release: a server of the previous version must keep
// working on a schema that was migrated under it.
//
//go:embed migration/*.sql
var Migrations embed.FS
