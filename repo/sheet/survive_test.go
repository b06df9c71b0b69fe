package sheet

import (
	"testing"

	"github.com/xuri/excelize/v2"

	"ruxue/service/fault"
)

// TestAPanicOfTheReaderIsADamagedFile: a Rows that was never begun panics, as
// excelize may over a file nobody thought of.
func TestAPanicOfTheReaderIsADamagedFile(t *testing.T) {
	_, err := (&xlsxTable{rows: (*excelize.Rows)(nil)}).Next()
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("%v, want the sentence of a damaged file", err)
	}
}
