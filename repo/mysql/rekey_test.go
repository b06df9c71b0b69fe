package mysql_test

import (
	"slices"
	"strings"
	"testing"

	"ruxue/repo/mysql"
)

// TestEveryCipherColumnIsRekeyed: whoever adds a column of ciphertext, or of a
// sealed file's key, adds it to the list.
func TestEveryCipherColumnIsRekeyed(t *testing.T) {
	r := newRoll(t)
	columns, files := mysql.SealedNames()
	columns = slices.DeleteFunc(columns, func(s string) bool { return s == "document_version.body" }) // sealed in private ones alone
	for like, want := range map[string][]string{`%cipher`: columns, `%\_key`: append(files, "export_job.blob_key", "outbox.dedupe_key")} {
		var found []string
		if err := r.raw.Select(&found, `SELECT CONCAT(table_name, '.', column_name) FROM information_schema.columns
			WHERE table_schema=DATABASE() AND column_name LIKE ? AND data_type IN ('varbinary','blob','mediumblob','varchar')`, like); err != nil {
			t.Fatal(err)
		}
		slices.Sort(found)
		slices.Sort(want)
		if !slices.Equal(found, want) {
			t.Errorf("columns like %s:\n%s\nin the list:\n%s", like, strings.Join(found, "\n"), strings.Join(want, "\n"))
		}
	}
}
