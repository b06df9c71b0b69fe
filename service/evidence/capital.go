package evidence

import "strings"

const capitals = "零壹贰叁肆伍陆柒捌玖"

func capital(n int64) string { return string([]rune(capitals)[n]) }

// Capital writes an amount in fen the way that receipts do (中文大写), after
// 《支付结算办法》附件一: 叁仟贰佰元整, 壹万零伍元零叁分. It must not be
// negative, and be below a million million yuan.
func Capital(fen int64) string {
	yuan, jiao, rest := fen/100, fen/10%10, fen%10
	out := integer(yuan)
	switch {
	case fen == 0:
		return "零元整"
	case yuan > 0:
		out += "元"
	}
	if jiao > 0 {
		out += capital(jiao) + "角"
	} else if yuan > 0 && rest > 0 {
		out += "零"
	}
	if rest > 0 {
		return out + capital(rest) + "分"
	}
	return out + "整"
}

// integer writes groups of four digits with their units.
func integer(n int64) string {
	var out strings.Builder
	gap := false
	for _, g := range []struct {
		size int64
		unit string
	}{{1e8, "亿"}, {1e4, "万"}, {1, ""}} {
		part := n / g.size % 10000
		if part == 0 {
			gap = true
			continue
		}
		if out.Len() > 0 && (gap || part < 1000) {
			out.WriteString("零")
		}
		gap = false
		out.WriteString(four(part) + g.unit)
	}
	return out.String()
}

// four writes up to four digits, a run of zeros within as one.
func four(n int64) string {
	var out strings.Builder
	gap := false
	for _, p := range []struct {
		size int64
		unit string
	}{{1000, "仟"}, {100, "佰"}, {10, "拾"}, {1, ""}} {
		d := n / p.size % 10
		if d == 0 {
			gap = out.Len() > 0
			continue
		}
		if gap {
			out.WriteString("零")
			gap = false
		}
		out.WriteString(capital(d) + p.unit)
	}
	return out.String()
}
