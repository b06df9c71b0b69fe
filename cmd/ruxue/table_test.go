package main

import (
	"strings"
	"testing"
)

func TestATableStandsInColumns(t *testing.T) {
	var out strings.Builder
	err := printTable(&out, []column{{"名称", false}, {"笔数", true}, {"说明", false}},
		[][]string{{"收款", "12", ""}, {"教学点 南京", "3", "已核对"}, {"ab", "", ""}})
	want := "名称         笔数  说明\n收款           12\n教学点 南京     3  已核对\nab\n"
	if err != nil || out.String() != want {
		t.Errorf("%v\n%s", err, out.String())
	}
}
