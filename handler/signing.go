package handler

import (
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/signing"
	"ruxue/service/student"
)

// maxStrokes bounds the JSON of a handwriting, in bytes.
const maxStrokes = 2 << 20

// document finds the campaign's document of the address and the version that
// is signed, the one that the page shows.
func (h *Handler) document(k *call) (campaign.Document, signing.DocumentVersion, error) {
	d, ok := k.campaign.Document(k.Param("document"))
	if !ok {
		return d, signing.DocumentVersion{}, fault.New(fault.NotFound, "")
	}
	v, err := h.Signing.EnsureDocument(k.ctx(), k.campaign.ID, d.Name, d.Title, d.Text())
	return d, v, err
}

func documentView(name, title, body string, sample bool) h5.Document {
	out := h5.Document{Code: name, Title: title, Sample: sample}
	for _, s := range campaign.ParseText(body) {
		out.Sections = append(out.Sections, h5.DocSection{Heading: s.Heading, Paragraphs: s.Paragraphs})
	}
	return out
}

// signPage shows the document with the pad on a phone, with the QR code on a PC.
func (h *Handler) signPage(k *call) error {
	d, v, err := h.document(k)
	if err != nil {
		return err
	}
	if k.progress.Signed[d.Name] {
		return redirect{k.after("sign", d.Name)}
	}
	draft, err := h.draft(k, d, v)
	if err != nil {
		return err
	}
	return h.show(k, h5.Sign{Frame: k.frame(d.Title), Document: documentView(d.Name, v.Title, v.Body, d.Sample),
		Consent: d.Consent, Greeting: "您好：" + student.MaskName(k.enrolment.Person.Name), Handoff: !k.isPhone(),
		Confirm: d.Confirm, Submitted: draft, Prev: k.prev("sign", d.Name)})
}

func (k *call) trace() signing.Trace {
	return signing.Trace{AppID: k.session.AppID, OpenID: k.session.OpenID, IP: k.ip(), UserAgent: k.Request.UserAgent()}
}

func (k *call) strokes() (signing.Strokes, error) {
	body, err := io.ReadAll(http.MaxBytesReader(k.Writer, k.Request.Body, maxStrokes))
	if err != nil {
		return signing.Strokes{}, fault.Wrap(fault.TooLarge, "签名数据过大，请清空后重新书写", err).On("strokes")
	}
	return signing.ParseStrokes(body)
}

// sign takes the handwriting of a student on her own phone.
func (h *Handler) sign(k *call) error {
	d, v, err := h.document(k)
	if err != nil {
		return err
	}
	s, err := k.strokes()
	if err != nil {
		return err
	}
	g, err := h.Signing.Sign(k.ctx(), signing.Subject{EnrolmentID: k.enrolment.ID, EnrolmentRef: k.enrolment.Ref,
		CampaignID: k.campaign.ID, Document: v, Confirm: d.Confirm}, s, k.trace())
	if err != nil {
		return err
	}
	if g.State == signing.Draft {
		return h.ok(k, k.signatureJSON(g))
	}
	if err := h.refresh(k); err != nil {
		return err
	}
	return h.ok(k, gin.H{"next": k.after("sign", d.Name)})
}

// handoffCreate makes the signing page's QR code; asking again renews it.
func (h *Handler) handoffCreate(k *call) error {
	d, v, err := h.document(k)
	if err != nil {
		return err
	}
	return h.offer(k, signing.HandoffInput{Kind: signing.KindSign, Subject: d.Name, DocumentVersionID: v.ID, Confirm: d.Confirm})
}
