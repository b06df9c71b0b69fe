package mysql

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
)

// cipherColumn is a column of ciphertext: where it stands, by which columns its rows
// are walked, and the SQL of the associated data that binds it to its row.
type cipherColumn struct {
	table, column, walk, ad string
	text                    bool   // base64 in a text, not bytes
	only                    string // of these rows
}

// sealedColumns are all of them; a test holds the list to the schema.
var sealedColumns = []cipherColumn{
	{table: "person", column: "id_cipher", walk: "id", ad: `CONCAT('person.id_cipher:', t.ref)`},
	{table: "enrolment", column: "phone_cipher", walk: "id", ad: `CONCAT('enrolment.phone_cipher:', t.ref)`},
	{table: "section", column: "cipher", walk: "enrolment_id",
		ad: `CONCAT('section.cipher:', (SELECT e.ref FROM enrolment e WHERE e.id=t.enrolment_id), '/', t.name)`},
	{table: "attachment", column: "code_cipher", walk: "id", ad: `CONCAT('attachment.code_cipher:', t.ref)`},
	{table: "signature", column: "strokes_cipher", walk: "id", ad: `CONCAT('signature.strokes:', t.ref)`},
	{table: "signature", column: "picture_cipher", walk: "id", ad: `CONCAT('signature.picture:', t.ref)`},
	{table: "document_version", column: "body", walk: "id", ad: `CONCAT('document_version.body:', t.sha256)`, text: true, only: `t.private=1`},
	{table: "outbox", column: "payload_cipher", walk: "id", ad: `CONCAT('outbox.payload_cipher:', t.ref)`},
	{table: "staff", column: "totp_cipher", walk: "id", ad: `CONCAT('staff.totp_cipher:', t.ref)`},
	{table: "admission_import", column: "detail_cipher", walk: "id", ad: `CONCAT('admission_import.detail_cipher:', t.ref)`},
	{table: "application", column: "content_cipher", walk: "id", ad: `CONCAT('application.content_cipher:', t.ref)`},
	{table: "data_case", column: "text_cipher", walk: "id", ad: `CONCAT('data_case.text_cipher:', t.ref)`},
	{table: "data_case", column: "answer_cipher", walk: "id", ad: `CONCAT('data_case.answer_cipher:', t.ref)`},
	{table: "fiscal_receipt", column: "link_cipher", walk: "id", ad: `CONCAT('fiscal_receipt.link_cipher:', t.bill_id)`},
	{table: "fiscal_import", column: "detail_cipher", walk: "id", ad: `CONCAT('fiscal_import.detail_cipher:', t.ref)`},
	{table: "photo_import", column: "detail_cipher", walk: "id", ad: `CONCAT('photo_import.detail_cipher:', t.ref)`},
}

// sealedFiles are the columns that name sealed files, whose key is kept when
// they are sealed anew. Exports are left out: they live a day.
var sealedFiles = []cipherColumn{
	{table: "attachment", column: "blob_key", walk: "id", ad: `CONCAT('attachment.blob:', t.ref)`},
	{table: "face_check", column: "blob_key", walk: "id", ad: `CONCAT('face_check.picture:', t.ref)`},
	{table: "evidence", column: "blob_key", walk: "id", ad: `CONCAT('evidence.file:', t.number)`},
	{table: "admission_import", column: "file_key", walk: "id", ad: `CONCAT('admission_import.file:', t.ref)`},
	{table: "admission_import", column: "bad_key", walk: "id", ad: `CONCAT('admission_import.bad:', t.ref)`},
	{table: "fiscal_import", column: "file_key", walk: "id", ad: `CONCAT('fiscal_import.file:', t.ref)`},
	{table: "photo_import", column: "file_key", walk: "id", ad: `CONCAT('photo_import.file:', t.ref)`},
	{table: "admission_photo", column: "blob_key", walk: "id", ad: `CONCAT('admission_photo.picture:', t.ref)`},
}

// rekeyBatch is how many values are read at once.
const rekeyBatch = 100

type sealedRow struct {
	At    int64  `db:"walk_at"`
	Value []byte `db:"value"`
	AD    string `db:"ad"`
}

// Rekey seals every value anew that does not begin with the prefix, which is
// that of the key in use, and returns how many. A value that somebody changes
// meanwhile is sealed by that change. Ended in the middle, it goes on where it
// was when it is run again.
func (d *DB) Rekey(ctx context.Context, prefix []byte, note func(table, column string, n int)) (total int, err error) {
	for _, c := range sealedColumns {
		n, err := d.rekeyColumn(ctx, c, prefix)
		if err != nil {
			return total, fmt.Errorf("sealing %s.%s anew: %w", c.table, c.column, err)
		}
		total += n
		note(c.table, c.column, n)
	}
	return total, nil
}

func (d *DB) rekeyColumn(ctx context.Context, c cipherColumn, prefix []byte) (n int, err error) {
	stale, head := `LEFT(t.`+c.column+`, 5)<>?`, any(prefix)
	if c.text { // six characters are 36 of its 40 bits
		stale, head = `LEFT(t.`+c.column+`, 6)<>?`, any(base64.RawStdEncoding.EncodeToString(prefix)[:6])
	}
	if c.only != "" {
		stale += ` AND ` + c.only
	}
	for from := int64(0); ; {
		var rows []sealedRow
		if err := d.list(ctx, &rows, `SELECT t.`+c.walk+` AS walk_at, t.`+c.column+` AS value, `+c.ad+` AS ad FROM `+c.table+
			` t WHERE t.`+c.walk+`>=? AND `+stale+` ORDER BY t.`+c.walk+` LIMIT ?`, from, head, rekeyBatch); err != nil {
			return n, fmt.Errorf("reading: %w", err)
		}
		if len(rows) == 0 {
			return n, nil
		}
		for _, r := range rows {
			fresh, err := d.reseal(c, r)
			if err != nil {
				return n, err
			}
			if _, err := d.run(ctx, `UPDATE `+c.table+` SET `+c.column+`=? WHERE `+c.walk+`=? AND `+c.column+`=?`,
				fresh, r.At, r.Value); err != nil {
				return n, fmt.Errorf("writing: %w", err)
			}
			n, from = n+1, r.At
		}
	}
}

// reseal opens a value by whichever key sealed it and seals it by the one in use.
func (d *DB) reseal(c cipherColumn, r sealedRow) (out []byte, err error) {
	value := r.Value
	if c.text {
		if value, err = base64.StdEncoding.DecodeString(string(r.Value)); err != nil {
			return nil, fmt.Errorf("decoding: %w", err)
		}
	}
	plain, err := d.cipher.Open(value, r.AD)
	if err != nil {
		return nil, fmt.Errorf("row %d: %w", r.At, err)
	}
	if out, err = d.cipher.Seal(plain, r.AD); err == nil && c.text {
		out = []byte(base64.StdEncoding.EncodeToString(out))
	}
	return bytes.Clone(out), err
}

// EachFile names every sealed file, by its key and the associated data that it
// is sealed with. still reports whether the row names it even now.
func (d *DB) EachFile(ctx context.Context, use func(key, ad string, still func() (bool, error)) error) error {
	for _, c := range sealedFiles {
		for from := int64(0); ; {
			var rows []sealedRow
			if err := d.list(ctx, &rows, `SELECT t.`+c.walk+` AS walk_at, t.`+c.column+` AS value, `+c.ad+` AS ad FROM `+c.table+
				` t WHERE t.`+c.walk+`>? AND t.`+c.column+`<>'' ORDER BY t.`+c.walk+` LIMIT ?`, from, rekeyBatch); err != nil {
				return fmt.Errorf("listing the files of %s: %w", c.table, err)
			}
			if len(rows) == 0 {
				break
			}
			for _, r := range rows {
				from = r.At
				still := func() (bool, error) {
					var n int
					err := d.get(ctx, &n, `SELECT COUNT(*) FROM `+c.table+` WHERE `+c.walk+`=? AND `+c.column+`=?`, r.At, string(r.Value))
					return n == 1, wrap(err, "looking for a file's row")
				}
				if err := use(string(r.Value), r.AD, still); err != nil {
					return fmt.Errorf("%s %d: %w", c.table, r.At, err)
				}
			}
		}
	}
	return nil
}
