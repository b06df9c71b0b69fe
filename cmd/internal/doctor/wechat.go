package doctor

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ruxue/cmd/internal/app"
	"ruxue/repo/keyring"
	"ruxue/repo/mysql"
	"ruxue/repo/wechat"
	"ruxue/service/campaign"
)

func (d *Doctor) client() (*wechat.Client, error) {
	c := d.cfg.WeChat
	return wechat.New(wechat.Config{AppID: c.AppID, AppSecret: c.AppSecret, Token: c.Token, EncodingAESKey: c.EncodingAESKey,
		APIBase: c.APIBase, OpenBase: c.OpenBase, MPBase: c.MPBase, Now: d.now}, wechat.NewMemory())
}

// account asks WeChat for a token, then what the campaigns need of the account.
func (d *Doctor) account(ctx context.Context) []Check {
	const name = "公众号"
	wx, err := d.client()
	if err != nil {
		return bad(name, "配置不完整", "核对 wechat.app_id、app_secret 与 encoding_aes_key")
	}
	if err := wx.Check(ctx); err != nil {
		return append(bad(name, reasonOf(err), remedyOf(err)), skipped("消息模板与菜单", "没有接口凭证，未检查")...)
	}
	out := good(name, "接口凭证有效，服务器地址在 IP 白名单内")
	list, err := d.campaigns(ctx)
	switch {
	case err != nil:
		return append(out, skipped("消息模板与菜单", "读不到活动，未检查")...)
	case len(list) == 0:
		return append(out, skipped("消息模板与菜单", "还没有活动，用 `ruxue campaign apply` 添加")...)
	}
	return append(append(out, d.templates(ctx, wx, list)...), d.menu(ctx, wx, list)...)
}

func (d *Doctor) campaigns(ctx context.Context) ([]*campaign.Campaign, error) {
	ring, err := keyring.New(d.cfg.Keys.Keyset, d.cfg.Keys.Lookup)
	if err != nil {
		return nil, err
	}
	db, err := mysql.Open(ctx, mysql.Options{DSN: d.cfg.MySQL.DSN, MaxOpenConns: 1})
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	return mysql.New(db, ring, d.now).Campaigns().All(ctx)
}

// templates compares every campaign's templates, by id and field, with those
// of the account.
func (d *Doctor) templates(ctx context.Context, wx *wechat.Client, list []*campaign.Campaign) []Check {
	const name = "消息模板"
	have, err := wx.Templates(ctx)
	if err != nil {
		return bad(name, reasonOf(err), remedyOf(err))
	}
	var missing []string
	used := 0
	for _, c := range list {
		for occasion, t := range c.Templates {
			used++
			i := slices.IndexFunc(have, func(a wechat.AccountTemplate) bool { return a.ID == t.ID })
			if i < 0 {
				missing = append(missing, fmt.Sprintf("%s 的 %s", c.Code, occasion))
				continue
			}
			for field := range t.Fields {
				if !strings.Contains(have[i].Content, "{{"+field+".DATA}}") {
					missing = append(missing, fmt.Sprintf("%s 的 %s 没有字段 %s", c.Code, occasion, field))
				}
			}
		}
	}
	missing = append(missing, d.staffTemplate(have, &used)...)
	if len(missing) > 0 {
		slices.Sort(missing)
		return bad(name, "公众号里没有："+strings.Join(missing, "，"), "在公众号后台添加模板，把编号和字段写进活动配置的 templates 或 wechat.staff_template")
	}
	return good(name, strconv.Itoa(used)+" 个都在")
}

// staffTemplate is what the account lacks of the template that tells staff of
// waiting cases.
func (d *Doctor) staffTemplate(have []wechat.AccountTemplate, used *int) (missing []string) {
	t := d.cfg.WeChat.StaffTemplate
	if t.ID == "" {
		return nil
	}
	*used++
	i := slices.IndexFunc(have, func(a wechat.AccountTemplate) bool { return a.ID == t.ID })
	if i < 0 {
		return []string{"wechat.staff_template"}
	}
	for field := range t.Fields {
		if !strings.Contains(have[i].Content, "{{"+field+".DATA}}") {
			missing = append(missing, "wechat.staff_template 没有字段 "+field)
		}
	}
	return missing
}

func (d *Doctor) menu(ctx context.Context, wx *wechat.Client, list []*campaign.Campaign) []Check {
	const name = "菜单"
	have, err := wx.GetMenu(ctx)
	if err != nil {
		return bad(name, reasonOf(err), remedyOf(err))
	}
	want, err := app.MergeMenu(have.Buttons, list, d.cfg.BaseURL)
	if err != nil {
		return bad(name, "放不下所有活动", "在公众号后台删除一个按钮，再运行 `ruxue menu push`")
	}
	if len(app.MenuDiff(have.Buttons, want)) > 0 {
		return bad(name, "有活动不在菜单里，或名称已变", "运行 `ruxue menu push`")
	}
	return good(name, "每个活动都有按钮")
}

// push makes WeChat's own check of the server address: a signed GET whose
// echostr has to come back.
func (d *Doctor) push(ctx context.Context) []Check {
	const name = "消息推送地址"
	address := d.cfg.BaseURL + "/wechat"
	wx, err := d.client()
	if err != nil {
		return skipped(name, "公众号配置不完整，未检查")
	}
	echo := rand.Text()
	status, body, err := d.get(ctx, address+"?"+wx.SignedQuery(echo).Encode())
	switch {
	case err != nil:
		return bad(name, "打不开 "+address, "确认服务已启动，域名和代理指向它")
	case status != http.StatusOK || string(body) != echo:
		return bad(name, fmt.Sprintf("%s 答复 %d", address, status), "确认这个地址由本服务回答，wechat.token 与它运行时的配置相同")
	}
	if d.cfg.WeChat.EncodingAESKey == "" {
		return bad(name, "没有 EncodingAESKey，消息是明文", "在公众号后台选安全模式，把密钥填入 wechat.encoding_aes_key")
	}
	return good(name, address+" 可用，安全模式")
}

func (d *Doctor) verifyFiles(ctx context.Context) []Check {
	const name = "域名校验文件"
	if len(d.cfg.WeChat.VerifyFiles) == 0 {
		return skipped(name, "没有配置 wechat.verify_files；公众号后台设置域名时需要")
	}
	var out []Check
	for file, content := range d.cfg.WeChat.VerifyFiles {
		status, body, err := d.get(ctx, d.cfg.BaseURL+"/"+url.PathEscape(file))
		if err != nil || status != http.StatusOK || strings.TrimSpace(string(body)) != strings.TrimSpace(content) {
			out = append(out, bad(name, file+" 取不到或内容不同", "确认域名指向本服务，代理没有拦截这个文件")...)
			continue
		}
		out = append(out, good(name, file)...)
	}
	return out
}

// reasonOf is WeChat's refusal in Chinese.
func reasonOf(err error) string {
	if e, ok := errors.AsType[*wechat.Error](err); ok {
		return e.Reason() + "（" + e.Code() + "）"
	}
	return "微信的服务器没有应答"
}

// remedyOf says where the mistake is mended.
func remedyOf(err error) string {
	var e *wechat.Error
	if !errors.As(err, &e) {
		return "确认服务器可以访问 wechat.api_base"
	}
	switch e.Num {
	case 40164:
		return "在公众号后台“基本配置”把本服务器的出口地址加入 IP 白名单"
	case 40013:
		return "核对 wechat.app_id"
	case 40001, 40125:
		return "核对 wechat.app_secret，或在公众号后台重置"
	case 48001:
		return "公众号须认证，并开通该接口权限"
	}
	return "核对公众号后台的“基本配置”和接口权限"
}
