package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// cloudState is the Tencent Cloud account; Simulator.mu guards it.
type cloudState struct {
	sign      string
	templates []SMSTemplate
	sms       []SMS
	thirty    bool            // the limit of one SMS in 30 s to a phone
	daily     int             // SMS a day to a phone; 0 is no limit
	faces     map[string]Face // by ID number; "" is everybody else
}

func newCloudState(opt Options) cloudState {
	sign := opt.SMSSign
	if sign == "" {
		sign = "入学"
	}
	templates := opt.SMSTemplates
	if templates == nil {
		templates = defaultSMSTemplates()
	}
	return cloudState{sign: sign, templates: templates, faces: map[string]Face{}}
}

// cloudError is an error of API 3.0: status 200, an envelope.
func cloudError(code, message string) answer {
	a := cloudJSON(map[string]any{"Error": map[string]any{"Code": code, "Message": message}})
	a.code = code
	return a
}

func cloudJSON(response map[string]any) answer {
	response["RequestId"] = randomUUID()
	return jsonAnswer(http.StatusOK, map[string]any{"Response": response})
}

var tc3 = regexp.MustCompile(`^TC3-HMAC-SHA256 Credential=([^/]+)/(\d{4}-\d\d-\d\d)/([a-z0-9]+)/tc3_request, ?SignedHeaders=([a-z0-9;\-]+), ?Signature=([0-9a-f]{64})$`)

// verifyCloud checks a TC3-HMAC-SHA256 request; the answer is nil when it is
// good. The host that was signed may be the provider's real one: proxies and
// rewriting clients change the Host header after signing. So may the service:
// some SDKs take it from the first label of the endpoint they are pointed at.
// Node's signs the host without its port, which on 443 nobody sees.
func (s *Simulator) verifyCloud(c *call, service string) *answer {
	bad := func(code, message string) *answer { a := cloudError(code, message); return &a }
	m := tc3.FindStringSubmatch(c.r.Header.Get("Authorization"))
	if m == nil {
		return bad("AuthFailure.InvalidAuthorization", "请求头部的 Authorization 不符合腾讯云标准。")
	}
	id, date, scope, headers, signature := m[1], m[2], m[3], m[4], m[5]
	at, err := strconv.ParseInt(c.r.Header.Get("X-TC-Timestamp"), 10, 64)
	if err != nil {
		return bad("MissingParameter", "缺少参数 `X-TC-Timestamp`。")
	}
	signed := strings.Split(headers, ";")
	age := s.now().Unix() - at
	switch {
	case age > 300 || age < -300:
		return bad("AuthFailure.SignatureExpire", "签名过期。Timestamp 和服务器时间相差不得超过五分钟，请检查本地时间是否和标准时间同步。")
	case id != s.keys.CloudID:
		return bad("AuthFailure.SecretIdNotFound", "密钥不存在。请在控制台检查密钥是否已被删除或者禁用，如状态正常，请检查密钥是否填写正确，注意前后不得有空格。")
	case scope != service && scope != firstLabel(c.r.Host):
		return bad("AuthFailure.SignatureFailure", "签名错误。Credential 中的 service 与请求的产品不一致。")
	case !slices.Contains(signed, "host") || !slices.Contains(signed, "content-type"):
		return bad("AuthFailure.InvalidAuthorization", "SignedHeaders 必须包含 host 和 content-type。")
	}
	region := c.r.Header.Get("X-TC-Region")
	for _, host := range []string{c.r.Host, hostName(c.r.Host), service + ".tencentcloudapi.com", service + "." + region + ".tencentcloudapi.com"} {
		want := s.keys.tc3(c, signed, host, strconv.FormatInt(at, 10), date, scope)
		if hmac.Equal([]byte(want), []byte(signature)) && date == time.Unix(at, 0).UTC().Format(time.DateOnly) {
			return nil
		}
	}
	return bad("AuthFailure.SignatureFailure", "签名错误。请对照 API 3.0 签名方法检查签名计算过程。")
}

// hostName is a Host header without its port.
func hostName(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		return h
	}
	return host
}

// firstLabel is a host up to its first dot: sms of sms.tencentcloudapi.com,
// 127 of 127.0.0.1.
func firstLabel(host string) string {
	label, _, _ := strings.Cut(hostName(host), ".")
	return label
}

// tc3 computes the signature of the request as if it had been sent to host.
func (k keyring) tc3(c *call, signed []string, host, at, date, service string) string {
	var canonical strings.Builder
	for _, name := range signed {
		value := c.r.Header.Get(name)
		if name == "host" {
			value = host
		}
		fmt.Fprintf(&canonical, "%s:%s\n", name, strings.ToLower(strings.TrimSpace(value)))
	}
	payload := sha256.Sum256(c.body)
	request := fmt.Sprintf("%s\n/\n%s\n%s\n%s\n%s", c.r.Method, c.r.URL.RawQuery, canonical.String(), strings.Join(signed, ";"), hex.EncodeToString(payload[:]))
	hashed := sha256.Sum256([]byte(request))
	text := fmt.Sprintf("TC3-HMAC-SHA256\n%s\n%s/%s/tc3_request\n%s", at, date, service, hex.EncodeToString(hashed[:]))
	key := mac(mac(mac([]byte("TC3"+k.CloudKey), date), service), "tc3_request")
	return hex.EncodeToString(mac(key, text))
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// cloudAction is one action that this account offers.
type cloudAction struct {
	api, service, version string
	handle                handlerFunc
}

// cloudAPI is POST /: the action is in a header.
func (s *Simulator) cloudAPI() http.HandlerFunc {
	actions := map[string]cloudAction{
		"SendSms":                 {"sms", "sms", "2021-01-11", s.sendSMS},
		"DescribeSmsTemplateList": {"sms", "sms", "2021-01-11", s.smsTemplates},
		"ImageRecognitionV2":      {"face", "faceid", "2018-03-01", s.imageRecognition},
	}
	unknown := s.api("cloud", dialectCloud, func(c *call) answer {
		c.note = "未知的接口"
		return cloudError("InvalidAction", "The request action is invalid.")
	})
	handlers := map[string]http.HandlerFunc{}
	for name, a := range actions {
		handlers[name] = s.api(a.api, dialectCloud, func(c *call) answer {
			if bad := s.verifyCloud(c, a.service); bad != nil {
				return *bad
			}
			if c.r.Header.Get("X-TC-Version") != a.version {
				return cloudError("NoSuchVersion", "The version of the API does not exist.")
			}
			if ct := c.r.Header.Get("Content-Type"); !strings.HasPrefix(ct, "application/json") {
				return cloudError("InvalidParameter", "Content-Type must be application/json.")
			}
			return a.handle(c)
		})
	}
	return func(w http.ResponseWriter, r *http.Request) {
		if h, ok := handlers[r.Header.Get("X-TC-Action")]; ok {
			h(w, r)
			return
		}
		unknown(w, r)
	}
}
