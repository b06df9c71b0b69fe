package handler

import (
	"ruxue/h5"
	"ruxue/service/fault"
)

// refused returns the fault that a form's own page tells at the field. It is
// false for no error, for what the page of errors tells, and for a script,
// which is answered by fail.
func (k *call) refused(err error) (*fault.Error, bool) {
	f, ok := fault.As(err)
	return f, ok && f.Kind != fault.Internal && !k.wantsJSON()
}

// fieldErrors is where a page has its sentences, by the name of the form value.
// A name that two values share may point to one place.
type fieldErrors map[string]*string

// put writes the fault's sentence to its field. What belongs to none of them
// is returned as the notice on top; otherwise the one that was there stays.
func (e fieldErrors) put(f *fault.Error, notice *h5.Notice) *h5.Notice {
	if at, ok := e[f.Field]; ok {
		*at = f.Sentence
		return notice
	}
	return &h5.Notice{Kind: h5.NoticeBad, Text: f.Sentence}
}

// showAgain answers a form that was refused with its page, as the fault's
// status. err is what the log gets.
func (h *Handler) showAgain(k *call, err error, page h5.Page) error {
	kind := fault.KindOf(err)
	h.logError(k, err, kind, "")
	h.render(k, answers[kind].status, page)
	return nil
}
