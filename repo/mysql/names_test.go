package mysql

// SealedNames lists what Rekey seals anew and EachFile names, for the test that
// holds them to the schema.
func SealedNames() (columns, files []string) {
	for _, c := range sealedColumns {
		columns = append(columns, c.table+"."+c.column)
	}
	for _, c := range sealedFiles {
		files = append(files, c.table+"."+c.column)
	}
	return columns, files
}
