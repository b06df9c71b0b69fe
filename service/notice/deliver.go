package notice

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"ruxue/service/loop"
)

// handle sends one claimed row and records what became of it.
func (w *Worker) handle(ctx context.Context, row Row) {
	ctx, cancel := context.WithTimeout(ctx, sendTime+5*time.Second)
	defer cancel()
	var err error
	if row.Kind == KindTemplate && row.UncertainSince != nil && w.Now().Sub(*row.UncertainSince) > certainFor {
		// A repetition now might be told twice.
		err = w.finish(ctx, row, Fate{State: Unknown, Code: row.Code, Reason: "微信没有应答，不知是否送达"})
	} else {
		err = w.attempt(ctx, row)
	}
	if err != nil {
		// The lease ends by itself: a template is tried again, an SMS unknown.
		w.Log.ErrorContext(ctx, "a message's fate could not be recorded", "message", row.Ref, "error", err)
	}
}

// errNowhere is a message that has no address or no template: nothing left.
type errNowhere struct{ reason string }

func (e errNowhere) Error() string  { return "notice: " + e.reason }
func (e errNowhere) Class() Class   { return Permanent }
func (e errNowhere) Code() string   { return "" }
func (e errNowhere) Reason() string { return e.reason }

// errBefore is a failure of ours before anything left.
type errBefore struct{ error }

func (e errBefore) Unwrap() error  { return e.error }
func (e errBefore) Class() Class   { return Temporary }
func (e errBefore) Code() string   { return "" }
func (e errBefore) Reason() string { return "暂时无法查到接收人" }

func (w *Worker) attempt(ctx context.Context, row Row) error {
	var msgID string
	var err error
	if row.Kind == KindSMS {
		msgID, err = w.sendSMS(ctx, row)
	} else {
		msgID, err = w.sendTemplate(ctx, row)
	}
	if err == nil {
		return w.accepted(ctx, row, msgID)
	}
	class, code, reason := classOf(err)
	f := Fate{State: Failed, Code: code, Reason: reason}
	w.Log.WarnContext(ctx, "a message was not taken", "message", row.Ref, "kind", row.Kind, "code", code, "class", int(class))
	switch {
	case class == Permanent:
		if err := w.instead(ctx, row, err); err != nil {
			return err
		}
		return w.finish(ctx, row, f)
	case class == Uncertain && row.Kind == KindSMS:
		f.State = Unknown // at most once: it may be on its way
		return w.finish(ctx, row, f)
	case class == Uncertain:
		since := row.UncertainSince
		if since == nil {
			now := w.Now().Add(-sendTime)
			since = &now
		}
		return w.postpone(ctx, row, w.Now().Add(backoff(row.Tries+1)), since, f)
	case w.Now().Sub(row.NotBefore) > giveUpAfter || w.Now().Sub(row.CreatedAt) > 2*giveUpAfter:
		return w.finish(ctx, row, f)
	case class == Quota:
		return w.postpone(ctx, row, nextDay(w.Now()), row.UncertainSince, f)
	default:
		return w.postpone(ctx, row, w.Now().Add(backoff(row.Tries+1)), row.UncertainSince, f)
	}
}

func (w *Worker) sendTemplate(ctx context.Context, row Row) (string, error) {
	spec, ok := w.spec(row)
	if !ok {
		return "", errNowhere{"未配置消息模板"}
	}
	openID, err := w.Recipients.OpenID(ctx, row)
	if err != nil {
		return "", errBefore{fmt.Errorf("finding the openid: %w", err)}
	}
	if openID == "" {
		return "", errNoFollower{errNowhere{"接收人未在微信中登录过"}}
	}
	data := row.Payload.Values
	if len(spec.Fields) > 0 {
		data = make(map[string]string, len(spec.Fields))
		for field, name := range spec.Fields {
			data[field] = row.Payload.Values[name]
		}
	}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	return w.WeChat.SendTemplate(ctx, Template{
		OpenID: openID, TemplateID: spec.ID, URL: row.Payload.URL, ClientMsgID: row.Ref, Data: data,
	})
}

func (w *Worker) sendSMS(ctx context.Context, row Row) (string, error) {
	spec, ok := w.spec(row)
	if !ok {
		return "", errNowhere{"未配置短信模板"}
	}
	phone, err := w.Recipients.Phone(ctx, row)
	if err != nil {
		return "", errBefore{fmt.Errorf("finding the phone: %w", err)}
	}
	if phone == "" {
		return "", errNowhere{"接收人没有登记手机号"}
	}
	names := spec.Params
	if len(names) == 0 {
		names = numbered(row.Payload.Values)
	}
	params := make([]string, len(names))
	for i, name := range names {
		params[i] = row.Payload.Values[name]
	}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	return w.SMS.SendSMS(ctx, SMS{Phone: phone, TemplateID: spec.ID, Params: params})
}

// spec returns the account's template: the one the row names, or the
// configured one.
func (w *Worker) spec(row Row) (Spec, bool) {
	if row.Payload.TemplateID != "" {
		return Spec{ID: row.Payload.TemplateID}, true
	}
	s, ok := w.Templates[row.Payload.TemplateName]
	return s, ok && s.ID != ""
}

// numbered returns the keys 1, 2, 3 … as far as they go.
func numbered(values map[string]string) []string {
	var names []string
	for i := 1; ; i++ {
		name := strconv.Itoa(i)
		if _, ok := values[name]; !ok {
			return slices.Clip(names)
		}
		names = append(names, name)
	}
}

func (w *Worker) accepted(ctx context.Context, row Row, msgID string) error {
	if err := w.finish(ctx, row, Fate{State: Accepted, MessageID: msgID}); err != nil {
		return err
	}
	// WeChat's report may have come before the id was noted.
	status, ok, err := w.Store.Receipt(ctx, msgID)
	if err != nil || !ok {
		return err
	}
	return apply(ctx, w.Store, msgID, status)
}

func (w *Worker) finish(ctx context.Context, row Row, f Fate) error {
	return loop.Held(w.Store.Finish(ctx, row.Ref, w.Holder, f))
}

func (w *Worker) postpone(ctx context.Context, row Row, at time.Time, uncertain *time.Time, f Fate) error {
	f.State = Queued
	return w.Store.Postpone(ctx, row.Ref, w.Holder, at, uncertain, f)
}

var shanghai = time.FixedZone("CST", 8*60*60)

// nextDay is five past the next midnight in Beijing, when WeChat's quotas are
// full again.
func nextDay(now time.Time) time.Time {
	y, m, d := now.In(shanghai).Date()
	return time.Date(y, m, d+1, 0, 5, 0, 0, shanghai)
}
