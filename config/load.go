package config

import (
	"errors"
	"fmt"
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
		return Config{}, fmt.Errorf("reading the configuration file %s: %w", path, err)
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
			unknown = append(unknown, fmt.Errorf("%s: no such setting", key))
		}
	}
	if err := k.Unmarshal("", &c); err != nil {
		return Config{}, errors.Join(append(unknown, fmt.Errorf("reading the settings: %w", err))...)
	}
	return c, errors.Join(append(unknown, c.Validate())...)
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

// Validate reports every mistake at once, by key.
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
			list = append(list, fmt.Errorf("%s: %s", strings.TrimPrefix(e.Namespace(), "Config."), rule(e)))
		}
	} else if err != nil {
		list = append(list, err)
	}
	if !c.AllowHTTP && !httpsOrLoopback(c.BaseURL) {
		list = append(list, errors.New("base_url: must be https, or http on a loopback address (allow_http: true overrides)"))
	}
	return errors.Join(list...)
}

func rule(e validator.FieldError) string {
	switch e.Tag() {
	case "required", "required_with":
		return "is missing"
	case "required_without":
		return "is missing (or set platform_certificates)"
	case "hostname_port":
		return "must be host:port"
	case "http_url":
		return "must be an http or https address"
	case "len":
		return "must have " + e.Param() + " characters"
	case "oneof":
		return "must be one of " + e.Param()
	case "lookup32":
		return "must be at least 32 bytes in base64 (`ruxue keys` makes one)"
	}
	return "breaks the rule " + e.Tag() + " " + e.Param()
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
