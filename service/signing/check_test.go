package signing_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"ruxue/service/signing"
)

func sha(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

// evidence is a final signature that is in order.
func evidence() (signing.Signature, signing.DocumentVersion) {
	doc := signing.DocumentVersion{ID: 3, CampaignID: 1, Name: "pledge", Title: "承诺书", Body: "正文", SHA256: sha("承诺书\n\n正文")}
	at := time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)
	s := signing.Signature{ID: 9, Ref: "r", EnrolmentID: 7, EnrolmentRef: "e", DocumentVersionID: 3, DocumentName: "pledge",
		DocumentSHA256: doc.SHA256, State: signing.Final, Strokes: []byte("strokes"), StrokesSHA256: sha("strokes"),
		Picture: []byte("picture"), PictureSHA256: sha("picture"), HandoffRef: "h", SignedAt: at, FinalAt: at.Add(time.Minute),
		Signer:    signing.Trace{AppID: "wx", OpenID: "o", IP: "10.0.0.1", UserAgent: "phone"},
		Confirmer: signing.Trace{IP: "10.0.0.2", UserAgent: "pc"}}
	s.RowHash = s.Hash()
	return s, doc
}

func TestCheckFindsEveryChange(t *testing.T) {
	if s, doc := evidence(); signing.Check(s, doc) != "" {
		t.Fatal(signing.Check(s, doc))
	}
	for name, c := range map[string]struct {
		change func(*signing.Signature, *signing.DocumentVersion)
		want   string
	}{
		"draft":   {func(s *signing.Signature, _ *signing.DocumentVersion) { s.State = signing.Draft }, "not final"},
		"strokes": {func(s *signing.Signature, _ *signing.DocumentVersion) { s.Strokes = []byte("x") }, "strokes"},
		"picture": {func(s *signing.Signature, _ *signing.DocumentVersion) { s.Picture = []byte("x") }, "picture"},
		"both": {func(s *signing.Signature, _ *signing.DocumentVersion) {
			s.Picture, s.PictureSHA256 = []byte("x"), sha("x")
		}, "row"},
		"body":       {func(_ *signing.Signature, d *signing.DocumentVersion) { d.Body = "x" }, "document"},
		"title":      {func(_ *signing.Signature, d *signing.DocumentVersion) { d.Title = "x" }, "document"},
		"version":    {func(_ *signing.Signature, d *signing.DocumentVersion) { d.Body, d.SHA256 = "x", sha("承诺书\n\nx") }, "document"},
		"ref":        {func(s *signing.Signature, _ *signing.DocumentVersion) { s.Ref = "x" }, "row"},
		"enrolment":  {func(s *signing.Signature, _ *signing.DocumentVersion) { s.EnrolmentRef = "x" }, "row"},
		"name":       {func(s *signing.Signature, _ *signing.DocumentVersion) { s.DocumentName = "x" }, "row"},
		"handoff":    {func(s *signing.Signature, _ *signing.DocumentVersion) { s.HandoffRef = "" }, "row"},
		"signed at":  {func(s *signing.Signature, _ *signing.DocumentVersion) { s.SignedAt = s.SignedAt.Add(time.Microsecond) }, "row"},
		"final at":   {func(s *signing.Signature, _ *signing.DocumentVersion) { s.FinalAt = s.FinalAt.Add(-time.Hour) }, "row"},
		"app":        {func(s *signing.Signature, _ *signing.DocumentVersion) { s.Signer.AppID = "" }, "row"},
		"openid":     {func(s *signing.Signature, _ *signing.DocumentVersion) { s.Signer.OpenID = "x" }, "row"},
		"address":    {func(s *signing.Signature, _ *signing.DocumentVersion) { s.Signer.IP = "x" }, "row"},
		"agent":      {func(s *signing.Signature, _ *signing.DocumentVersion) { s.Signer.UserAgent = "x" }, "row"},
		"swapped":    {func(s *signing.Signature, _ *signing.DocumentVersion) { s.Signer, s.Confirmer = s.Confirmer, s.Signer }, "row"},
		"confirmer":  {func(s *signing.Signature, _ *signing.DocumentVersion) { s.Confirmer.IP = "x" }, "row"},
		"other hash": {func(s *signing.Signature, _ *signing.DocumentVersion) { s.RowHash = strings.Repeat("0", 64) }, "row"},
	} {
		s, doc := evidence()
		c.change(&s, &doc)
		if why := signing.Check(s, doc); !strings.Contains(why, c.want) {
			t.Errorf("%s: %q, want %q", name, why, c.want)
		}
	}
}

// Evidence of today must verify in ten years: this encoding never changes,
// another one gets another version.
func TestRowHashIsFixed(t *testing.T) {
	if s, _ := evidence(); s.RowHash != "76841bbb4fd402d8471faf708ac899385b34a0ed4b8c547210c566721fced4bd" {
		t.Errorf("the encoding of version 1 changed: %s", s.RowHash)
	}
}
