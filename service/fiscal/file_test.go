package fiscal_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"ruxue/service/fault"
	"ruxue/service/fiscal"
	"ruxue/service/tabular"
)

func TestFilesThatAreNoList(t *testing.T) {
	for name, rows := range map[string][][]string{
		"没有内容": nil, "没有找到表头": {{"姓名", "电话"}}, "缺少列：票据链接": {{"学号", "票据号码"}}, "表头下面没有票据": {head},
		"有两列都是票据号码：A 列“票据号”和 C 列“电子票据号码”": {{"票据号", "学号", "电子票据号码", "链接"}},
	} {
		_, err := newBooks().importer().Check(t.Context(), fiscal.Target{}, &lines{rows: rows}, fiscal.Hooks{})
		if f, ok := fault.As(err); !ok || !strings.Contains(f.Sentence, name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	rows := [][]string{head}
	for i := range fiscal.MaxRows + 1 {
		rows = append(rows, []string{"S1", "", "", fmt.Sprint("N", i), "", link})
	}
	_, err := newBooks().importer().Check(t.Context(), fiscal.Target{}, &lines{rows: rows}, fiscal.Hooks{})
	if f, ok := fault.As(err); !ok || !strings.Contains(f.Sentence, "请分成几个文件") {
		t.Errorf("too many rows: %v", err)
	}
	for _, i := range fiscal.Columns { // no name leads to two columns
		for _, name := range append([]string{i.Label}, i.Synonyms...) {
			if tabular.Fold(name) != name {
				t.Errorf("%q is not folded", name)
			}
		}
	}
}

// Whatever cells hold, no address but an https one with a host comes through.
func FuzzRow(f *testing.F) {
	for _, s := range []string{link, "javascript:x", "https://", "HTTPS://A.B", "https://a.b/\x00", "//a.b", "https://[::1]/x"} {
		f.Add(s, "0001", "46328", "3200")
	}
	f.Fuzz(func(t *testing.T, address, number, day, amount string) {
		b := newBooks()
		rows := [][]string{head, {"S1", "", "", number, "", address, day, amount}}
		_, err := b.importer().Apply(t.Context(), fiscal.Target{}, "x", &lines{rows: rows}, fiscal.Hooks{})
		var fe *fault.Error
		if err != nil && !errors.As(err, &fe) {
			t.Fatal(err)
		}
		if r, ok := b.receipts[1]; ok && (!strings.HasPrefix(strings.ToLower(r.Link), "https://") || r.Host() == "" || strings.ContainsAny(r.Link, "<>\"' \n") ||
			r.Number == "" || len(r.Number) > 30 || (r.IssuedOn != "" && len(r.IssuedOn) != 10)) {
			t.Errorf("%+v", r)
		}
	})
}
