package evidence

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/signing"
	"ruxue/service/student"
)

// The refusals.
var (
	ErrUnknown = fault.New(fault.NotFound, "没有找到这个验证编号，请核对后再试")
	ErrPending = fault.New(fault.NotFound, "签署文件正在生成，请一分钟后再试")
)

// Verdict is what anybody may know about a signature by its number.
type Verdict struct {
	Number   string
	Campaign *campaign.Campaign
	Title    string // of the document
	Name     string // masked
	SignedAt time.Time
	Hash     string // the evidence hash, as the PDF prints it
	Made     bool   // the PDF is made
	Why      string // in plain Chinese, "" when all of it holds
}

// Look tells how the signature of a number stands.
func (s *Service) Look(ctx context.Context, typed string) (Verdict, error) {
	v, _, err := s.look(ctx, typed)
	return v, err
}

func (s *Service) look(ctx context.Context, typed string) (Verdict, Record, error) {
	number := ParseNumber(typed)
	if number == "" {
		return Verdict{}, Record{}, ErrUnknown
	}
	r, err := s.Store.ByNumber(ctx, number)
	if fault.Is(err, fault.NotFound) {
		return Verdict{}, r, ErrUnknown
	}
	if err != nil {
		return Verdict{}, r, err
	}
	o, err := s.source(ctx, r)
	if err != nil {
		return Verdict{}, r, err
	}
	v := Verdict{Number: number, Campaign: o.campaign, Title: o.document.Title, Name: student.MaskName(o.signer.Person.Name),
		SignedAt: o.signature.FinalAt, Hash: o.signature.RowHash, Made: r.State == Made}
	if signing.Check(o.signature, o.document) != "" || v.Made && r.Hash() != r.RowHash {
		v.Why = "保存的签署记录与签署时不一致，请联系学校核实"
	}
	return v, r, nil
}

// Compare tells whether a copy is, byte by byte, the PDF that was made.
func (s *Service) Compare(ctx context.Context, typed string, data []byte) (Verdict, bool, error) {
	v, r, err := s.look(ctx, typed)
	if err != nil {
		return v, false, err
	}
	if !v.Made {
		return v, false, ErrPending
	}
	return v, sum(data) == r.SHA256, nil
}

// Open returns the PDF of the enrolment's final signature under a document.
func (s *Service) Open(ctx context.Context, enrolmentID int64, document string) ([]byte, error) {
	g, err := s.Signatures.Current(ctx, enrolmentID, document, signing.Final)
	if err != nil {
		return nil, err
	}
	r, err := s.Store.BySignature(ctx, g.ID)
	if fault.Is(err, fault.NotFound) || err == nil && r.State != Made {
		return nil, ErrPending
	}
	if err != nil {
		return nil, err
	}
	return s.file(ctx, r)
}

// Ready reports whether the PDF of a final signature was made.
func (s *Service) Ready(ctx context.Context, signatureID int64) (bool, error) {
	r, err := s.Store.BySignature(ctx, signatureID)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("looking for the PDF: %w", err)
	}
	return r.State == Made, nil
}

func (s *Service) file(ctx context.Context, r Record) ([]byte, error) {
	data, err := s.Files.Get(ctx, r.BlobKey, fileAD(r.Number))
	if err != nil {
		return nil, fmt.Errorf("reading the PDF: %w", err)
	}
	if sum(data) != r.SHA256 {
		return nil, fmt.Errorf("opening the PDF of evidence %d: it is not the one that was made", r.ID)
	}
	return data, nil
}

// Recompute returns the hash of a row as it stands now, for audit.Provable.
func (s *Service) Recompute(ctx context.Context, id int64) (string, error) {
	r, err := s.Store.ByID(ctx, id)
	if err != nil {
		return "", err
	}
	return r.Hash(), nil
}

// Check says what is wrong with one final signature and its PDF, "" when all
// fits together: strokes, picture, document, both rows and the stored file.
func (s *Service) Check(ctx context.Context, signatureID int64) (string, error) {
	g, err := s.Signatures.ByID(ctx, signatureID)
	if err != nil {
		// What cannot be decrypted was changed too: the operator has to see which row.
		return "the signature cannot be read: " + err.Error(), ctx.Err()
	}
	doc, err := s.Signatures.Document(ctx, g.DocumentVersionID)
	if err != nil {
		return "the document cannot be read: " + err.Error(), ctx.Err()
	}
	if why := signing.Check(g, doc); why != "" {
		return why, nil
	}
	r, err := s.Store.BySignature(ctx, g.ID)
	switch {
	case fault.Is(err, fault.NotFound):
		return "its evidence row is gone", nil
	case err != nil:
		return "", err
	case r.State != Made:
		return "", nil // still to be made
	case r.Hash() != r.RowHash:
		return "the evidence row was changed", nil
	}
	if _, err := s.file(ctx, r); err != nil {
		return "the PDF was changed or is gone: " + err.Error(), ctx.Err()
	}
	return "", nil
}
