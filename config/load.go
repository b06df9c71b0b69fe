package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
)

// EnvPrefix begins the environment's names: RUXUE_MYSQL__DSN is mysql.dsn.
// Lists are separated by commas.
const EnvPrefix = "RUXUE_"

// Load reads the file, puts the environment on top and validates. Its error
// names every mistake at once, by key, and never quotes a value.
func Load(path string) (Config, error) {
	k := koanf.New(".")
	if err := k.Load(file.Provider(path), yaml.Parser()); err != nil {
		return Config{}, unread(err)
	}
	lists := map[string]bool{"trusted_proxies": true, "redis.addrs": true, "limits.trusted_networks": true}
	err := k.Load(env.ProviderWithValue(EnvPrefix, ".", func(key, value string) (string, any) {
		key = strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(key, EnvPrefix)), "__", ".")
		if lists[key] {
			return key, strings.Split(value, ",")
		}
		return key, value
	}), nil)
	if err != nil {
		return Config{}, fmt.Errorf("reading the environment: %w", err)
	}
	c := Defaults()
	known := keys(reflect.TypeOf(c), "")
	var unknown []error
	for _, key := range k.Keys() {
		if !known[key] && !strings.HasPrefix(key, "wechat.verify_files.") && !strings.HasPrefix(key, "wechat.staff_template.fields.") {
			unknown = append(unknown, fmt.Errorf("%s：没有这个设置", key))
		}
	}
	if err := k.Unmarshal("", &c); err != nil {
		return Config{}, errors.Join(append(unknown, fmt.Errorf("有的值类型不对：%w", err))...)
	}
	return c, errors.Join(append(unknown, c.Validate())...)
}

// unread is why the file could not be read: the file system's answer, or what is
// no YAML in it.
func unread(err error) error {
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("读取配置文件：%w", err)
	}
	return fmt.Errorf("不是有效的 YAML：%w", err)
}

func keys(t reflect.Type, prefix string) map[string]bool {
	out := map[string]bool{}
	for f := range t.Fields() {
		name := prefix + f.Tag.Get("koanf")
		out[name] = true
		if f.Type.Kind() == reflect.Struct {
			for k := range keys(f.Type, name+".") {
				out[k] = true
			}
		}
	}
	return out
}

// Validate reports every mistake at once, by key, in the language of whoever
// writes the file.
func (c *Config) Validate() error {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string { return f.Tag.Get("koanf") })
	if err := v.RegisterValidation("lookup32", func(fl validator.FieldLevel) bool { return isLookupKey(fl.Field().String()) }); err != nil {
		return fmt.Errorf("preparing the validation: %w", err)
	}
	var list []error
	var bad validator.ValidationErrors
	if err := v.Struct(c); errors.As(err, &bad) {
		for _, e := range bad {
			list = append(list, fmt.Errorf("%s：%s", strings.TrimPrefix(e.Namespace(), "Config."), rule(e)))
		}
	} else if err != nil {
		list = append(list, err)
	}
	if !c.AllowHTTP && !httpsOrLoopback(c.BaseURL) {
		list = append(list, errors.New("base_url：应为 https 开头；http 只用于本机地址，或写明 allow_http: true"))
	}
	return errors.Join(list...)
}

func rule(e validator.FieldError) string {
	switch e.Tag() {
	case "required", "required_with":
		return "没有填"
	case "required_without":
		return "没有填（或写 platform_certificates: true）"
	case "hostname_port":
		return "应写成 主机:端口"
	case "http_url":
		return "应为 http 或 https 开头的地址"
	case "len":
		return "应有 " + e.Param() + " 个字符"
	case "oneof":
		return "应为其中之一：" + strings.ReplaceAll(e.Param(), " ", "、")
	case "lookup32":
		return "应为至少 32 字节的 base64，用 ruxue keys 生成"
	}
	return "不符合规则 " + strings.TrimSpace(e.Tag()+" "+e.Param())
}

func httpsOrLoopback(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Hostname() == "localhost" || (ip != nil && ip.IsLoopback())
}

// Elsewhere is a provider's address that is not the real one.
type Elsewhere struct{ Setting, Address, Real string }

// Elsewhere lists the providers' addresses that are not the real ones: allowed,
// and nothing that should surprise.
func (c *Config) Elsewhere() (out []Elsewhere) {
	d := Defaults()
	for _, p := range []Elsewhere{
		{"wechat.api_base", c.WeChat.APIBase, d.WeChat.APIBase}, {"wechat.open_base", c.WeChat.OpenBase, d.WeChat.OpenBase},
		{"wechat.mp_base", c.WeChat.MPBase, d.WeChat.MPBase},
		{"wechatpay.base_url", c.WeChatPay.BaseURL, d.WeChatPay.BaseURL},
		{"sms.base_url", c.SMS.BaseURL, d.SMS.BaseURL}, {"face.base_url", c.Face.BaseURL, d.Face.BaseURL},
	} {
		if p.Address != p.Real {
			out = append(out, p)
		}
	}
	return out
}
