package signing

import (
	"time"

	"ruxue/service/fault"
)

// State is where a handoff stands.
type State string

// The states; the last three are ends.
const (
	Waiting   State = "waiting"
	Scanned   State = "scanned"
	Active    State = "active"
	Submitted State = "submitted"
	Done      State = "done"
	Cancelled State = "cancelled"
	Expired   State = "expired"
)

// Ended reports whether nothing will happen any more.
func (s State) Ended() bool { return s == Done || s == Cancelled || s == Expired }

// What a late or strange comer is told. Compare with errors.Is.
var (
	ErrUnknown   = fault.New(fault.NotFound, "二维码无效或已过期，请在电脑上重新获取二维码")
	ErrTaken     = fault.New(fault.Conflict, "该二维码已被另一部手机扫描，请在电脑上重新获取二维码")
	ErrExpired   = fault.New(fault.Gone, "二维码已过期，请在电脑上重新获取二维码")
	ErrDone      = fault.New(fault.Gone, "已完成，请回到电脑继续")
	ErrCancelled = fault.New(fault.Gone, "已取消，请在电脑上重新获取二维码")
	ErrNotYours  = fault.New(fault.Conflict, "请先用手机微信扫描电脑上的二维码")
)

// event is what may happen to a handoff.
type event string

const (
	scan     event = "scan"
	activate event = "activate"
	submit   event = "submit"
	finish   event = "finish"
	confirm  event = "confirm" // by the PC
	cancel   event = "cancel"  // by the PC
)

// Times of a handoff.
const (
	scanTime  = 5 * time.Minute  // to be scanned
	workTime  = 20 * time.Minute // from the last activity of the phone
	wholeTime = 2 * time.Hour    // whatever the activity; the student session's own length
	afterTime = 15 * time.Minute // how long the record outlives its end
)

// at returns the handoff as it stands at a time: the clock ends what nobody did.
func (h Handoff) at(now time.Time) Handoff {
	if now.Before(h.ExpiresAt) {
		return h
	}
	switch {
	case h.State == Waiting, h.State == Scanned, h.State == Active:
		h.State, h.EndedAt = Expired, h.ExpiresAt
	case h.State == Submitted && h.Kind == KindUpload: // the photo is there: it ended well
		h.State, h.EndedAt = Done, h.ExpiresAt
	}
	return h
}

// next is the table of the package's doc comment. It returns the handoff after
// the event (the same one when nothing is to be written) or the refusal.
func (h Handoff) next(e event, openid string, now time.Time) (Handoff, error) {
	h = h.at(now)
	if e == confirm || e == cancel {
		return h.nextPC(e, now)
	}
	switch {
	case h.State == Cancelled:
		return h, ErrCancelled
	case h.State == Expired:
		return h, ErrExpired
	case h.State == Waiting && e != scan:
		return h, ErrNotYours
	case h.State == Waiting:
		h.OpenID, h.ScannedAt = openid, now
		return h.to(Scanned, now), nil
	case h.State == Done && (h.OpenID != openid || e == scan || e == activate):
		return h, ErrDone
	case h.OpenID != openid:
		return h, ErrTaken
	case h.State == Submitted && e == activate && h.Kind == KindUpload:
		return h.to(Submitted, now), nil // another photo is taken
	case h.State == Submitted && e == activate:
		return h, ErrDone
	case h.State == Done, h.State == Submitted && e == scan:
		return h, nil
	}
	switch e {
	case activate:
		return h.to(Active, now), nil
	case submit:
		return h.to(Submitted, now), nil
	case finish:
		return h.to(Done, now), nil
	}
	return h.to(h.State, now), nil // scanned again by its own phone
}

func (h Handoff) nextPC(e event, now time.Time) (Handoff, error) {
	switch {
	case e == cancel && h.State == Done:
		return h, ErrDone
	case e == cancel && h.State.Ended():
		return h, nil
	case e == cancel && h.State == Submitted && h.Kind == KindUpload:
		return h.to(Done, now), nil
	case e == cancel:
		return h.to(Cancelled, now), nil
	case h.State == Submitted:
		return h.to(Done, now), nil
	case h.State == Done:
		return h, nil
	case h.State == Cancelled:
		return h, ErrCancelled
	case h.State == Expired:
		return h, ErrExpired
	}
	return h, ErrNotYours
}

// to moves the handoff and extends or ends its time.
func (h Handoff) to(s State, now time.Time) Handoff {
	h.State = s
	h.Rev++
	last := h.CreatedAt.Add(wholeTime)
	switch {
	case s.Ended():
		h.EndedAt = now
	case s == Submitted && h.Kind != KindUpload:
		h.ExpiresAt = last
	default:
		h.ExpiresAt = now.Add(workTime)
		if h.ExpiresAt.After(last) {
			h.ExpiresAt = last
		}
	}
	return h
}
