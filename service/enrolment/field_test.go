package enrolment

import (
	"strings"
	"testing"
	"time"

	"ruxue/service/campaign"
)

var today = time.Date(2026, 11, 22, 11, 0, 0, 0, campaign.Shanghai)

func kindOf(kind, label string) campaign.Field {
	return campaign.Field{Name: "x", Label: label, Kind: kind}
}

var (
	nameField         = campaign.Field{Name: "name", Label: "姓名", Kind: "text", Required: true, MaxLength: 30}
	textField         = campaign.Field{Name: "employer", Label: "工作单位", Kind: "text", MaxLength: 20}
	areaField         = campaign.Field{Name: "address", Label: "通讯地址", Kind: "textarea", MaxLength: 40}
	mobile, tel, mail = kindOf("mobile", "手机号"), kindOf("tel", "联系方式"), kindOf("email", "电子邮箱")
	post, year, dated = kindOf("postcode", "邮政编码"), kindOf("year", "毕业年份"), kindOf("date", "出生日期")
	listField         = campaign.Field{Name: "politics", Label: "政治面貌", Kind: "select", Required: true, Options: []string{"群众", "共青团员"}}
)

var fieldCases = []struct {
	field      campaign.Field
	typed      string
	want, fail string
}{
	{nameField, "", "", "请填写姓名"},
	{nameField, " \u3000\u200b", "", "请填写姓名"},
	{nameField, " 𬭩宁 ", "𬭩宁", ""},
	{nameField, "𫘧𠮷", "𫘧𠮷", ""},
	{nameField, "买买提•吐尔逊", "买买提·吐尔逊", ""},
	{nameField, "阿依古丽・麦麦提", "阿依古丽·麦麦提", ""},
	{nameField, "Ａnna Ｌee", "Anna Lee", ""},
	{nameField, "李😀", "", "姓名里不能有表情符号，请删去"},
	{nameField, "李👨‍👩‍👧", "", "姓名里不能有表情符号，请删去"},
	{nameField, "李3", "", "姓名里不能有“3”，请按证件上的姓名填写"},
	{nameField, "李\ue123", "", "姓名里有自造字，换一台设备会显示不出来，请改用标准字"},
	{nameField, "李\x07", "", "姓名里有看不见的控制字符，请删去后重新输入"},
	{nameField, "李\u202e", "李", ""}, // what nobody sees, nobody can delete
	{nameField, "李\xff", "", "姓名里有乱码，请重新输入"},
	{nameField, strings.Repeat("李", 10000), "", "姓名最多 30 个字，现在有 10000 个字，请缩短"},
	{nameField, strings.Repeat("𬭩", 30), strings.Repeat("𬭩", 30), ""},
	{textField, "南京（江宁）分公司，ＡＢ１２", "南京（江宁）分公司，AB12", ""},
	{textField, "公司 😀", "公司 😀", ""},
	{textField, "一\n二", "", "工作单位里有看不见的控制字符，请删去后重新输入"},
	{textField, "<script>alert(1)</script>'--", "", "工作单位最多 20 个字，现在有 28 个字，请缩短"},
	{areaField, "江苏省\r\n南京市 👨‍👩‍👧", "江苏省\n南京市 👨‍👩‍👧", ""},
	{mobile, "１３８ 1234-5678", "13812345678", ""},
	{mobile, "+86 13812345678", "13812345678", ""},
	{mobile, "1381234567", "", "手机号应为 11 位，现在只有 10 位"},
	{mobile, "138123456789", "", "手机号应为 11 位，现在有 12 位"},
	{mobile, "12812345678", "", "手机号应以 13 至 19 开头，请检查"},
	{mobile, "1381234567a", "", "手机号应为 11 位数字，请检查"},
	{tel, "138 1234 5678", "13812345678", ""},
	{tel, "025-83787964", "025-83787964", ""},
	{tel, "（0551）65150000转12", "0551-65150000-12", ""},
	{tel, "02583787964", "02583787964", ""},
	{tel, "400-810-5656", "400-810-5656", ""},
	{tel, "+86-25-83787964", "", "联系方式应为 11 位手机号或带区号的座机号，请检查"},
	{tel, "83787964", "", "联系方式缺少区号，座机号例如 025-83787964"},
	{tel, "1381234567", "", "手机号应为 11 位，现在只有 10 位"},
	{tel, "无", "", "联系方式应为手机号或带区号的座机号，例如 025-83787964"},
	{tel, "-", "", ""},
	{mail, " Li.Na＠qq．com ", "Li.Na@qq.com", ""},
	{mail, "lina", "", "电子邮箱缺少 @，例如 name@example.com"},
	{mail, "lina@qq", "", "电子邮箱的写法不对，例如 name@example.com"},
	{mail, "a@b.com, c@d.com", "", "电子邮箱的写法不对，例如 name@example.com"},
	{post, "２１００98", "210098", ""},
	{post, "21009", "", "邮政编码应为 6 位，现在只有 5 位"},
	{year, "2020年", "2020", ""},
	{year, "2026", "2026", ""},
	{year, "2027", "", "毕业年份不能晚于 2026 年"},
	{year, "20", "", "毕业年份应为 4 位，现在只有 2 位"},
	{year, "1802", "", "毕业年份太早了，请检查"},
	{dated, "2026年3月1日", "2026-03-01", ""},
	{dated, "20260301", "2026-03-01", ""},
	{dated, "2026/2/30", "", "出生日期不是有效的日期，例如 2026-03-31"},
	{listField, "", "", "请选择政治面貌"},
	{listField, "群众", "群众", ""},
	{listField, "皇帝", "", "请从列表里选择政治面貌"},
}

func TestField(t *testing.T) {
	for _, c := range fieldCases {
		value := normalize(c.field, strings.ToValidUTF8(c.typed, "\uFFFD"))
		got := checkField(c.field, value, today)
		if got != c.fail || c.fail == "" && value != c.want {
			t.Errorf("%s %.40q: %q, %q; want %q, %q", c.field.Label, c.typed, value, got, c.want, c.fail)
		}
	}
}

// The year ends in Shanghai, not in Greenwich.
func TestYearIsBeijingTime(t *testing.T) {
	eve := time.Date(2026, 12, 31, 17, 0, 0, 0, time.UTC)
	if s := checkYear("毕业年份", "2027", eve); s != "" {
		t.Error(s)
	}
}

// Normalizing what was normalized changes nothing, whatever was typed.
func FuzzNormalize(f *testing.F) {
	for _, s := range []string{"买买提•吐尔逊", "+86 138", "2026年3月1日", "（025）8378转1", "\u200d", "a\r\nb", "Å ﬁ"} {
		f.Add(s)
	}
	kinds := []string{"text", "textarea", "mobile", "tel", "email", "postcode", "year", "date", "number", "select"}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "\uFFFD")
		for _, k := range kinds {
			field := campaign.Field{Name: "x", Label: "项", Kind: k, Options: []string{"a"}}
			if checkField(field, normalize(field, s), today) != "" {
				continue
			}
			once := normalize(field, s)
			if twice := normalize(field, once); twice != once {
				t.Fatalf("%s: %q, then %q", k, once, twice)
			}
		}
	})
}
