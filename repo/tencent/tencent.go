// Package tencent owns the signed call that Tencent Cloud's services share; it
// knows none of them.
package tencent

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strings"
	"time"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	tcerr "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/errors"
	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/json"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"
)

// Cloud is the generic client of Tencent Cloud: it signs any action with
// TC3-HMAC-SHA256. A call is never repeated by it.
type Cloud struct{ client *common.Client }

// New returns a client of base (scheme and host; "" is the provider's own
// address), each call bounded by timeout.
func New(id, key, region, base string, timeout time.Duration) (Cloud, error) {
	p := profile.NewClientProfile()
	p.HttpProfile.ReqTimeout = max(1, int(math.Ceil(timeout.Seconds())))
	if base != "" {
		u, err := url.Parse(base)
		if err != nil || u.Host == "" || strings.Trim(u.Path, "/") != "" {
			return Cloud{}, errors.New("the base address must be a scheme and a host")
		}
		p.HttpProfile.Scheme, p.HttpProfile.Endpoint = u.Scheme, u.Host
	}
	return Cloud{common.NewCommonClient(common.NewCredential(id, key), region, p)}, nil
}

// Call performs an action and decodes what is under Response into out. A
// Refusal is a *Refusal; the provider's text is left out, it quotes the input.
func (c Cloud) Call(ctx context.Context, service, version, action string, params map[string]any, out any) error {
	req := tchttp.NewCommonRequest(service, version, action)
	req.SetContext(ctx)
	if err := req.SetActionParameters(params); err != nil {
		return fmt.Errorf("preparing %s", action)
	}
	res := tchttp.NewCommonResponse()
	if err := c.client.Send(req, res); err != nil {
		if e, ok := errors.AsType[*tcerr.TencentCloudSDKError](err); ok {
			return &Refusal{Action: action, Code: e.Code}
		}
		return &Refusal{Action: action, Code: "ClientError"}
	}
	body := struct{ Response any }{out}
	if err := json.Unmarshal(res.GetBody(), &body); err != nil {
		return &Refusal{Action: action, Code: "ClientError.ParseJsonError"}
	}
	return nil
}

// Refusal is an error code of the provider, or of the SDK (ClientError.*) when
// there was no answer.
type Refusal struct{ Action, Code string }

// Error implements error.
func (r *Refusal) Error() string { return "tencent cloud " + r.Action + ": " + r.Code }
