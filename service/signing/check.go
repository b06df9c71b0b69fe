package signing

import (
	"context"
	"fmt"
)

// Check says what is wrong with a stored final signature, "" when all of its
// evidence fits together: strokes, picture, document and the row's own hash.
func Check(s Signature, doc DocumentVersion) string {
	switch {
	case s.State != Final:
		return "the signature is not final"
	case sum(s.Strokes) != s.StrokesSHA256:
		return "the strokes were changed"
	case sum(s.Picture) != s.PictureSHA256:
		return "the picture was changed"
	case sum([]byte(doc.Title+"\n\n"+doc.Body)) != doc.SHA256 || doc.SHA256 != s.DocumentSHA256:
		return "the document was changed"
	case s.Hash() != s.RowHash:
		return "the row was changed"
	}
	return ""
}

// Recompute returns the hash that a signature's content has now, taking
// strokes, picture and document from what is stored rather than from the
// hashes beside them; for audit.Provable.
func (s *Service) Recompute(ctx context.Context, id int64) (string, error) {
	sig, err := s.store.ByID(ctx, id)
	if err != nil {
		return "", err
	}
	doc, err := s.store.Document(ctx, sig.DocumentVersionID)
	if err != nil {
		return "", fmt.Errorf("reading the document of signature %s: %w", sig.Ref, err)
	}
	sig.StrokesSHA256, sig.PictureSHA256 = sum(sig.Strokes), sum(sig.Picture)
	sig.DocumentSHA256 = sum([]byte(doc.Title + "\n\n" + doc.Body))
	return sig.Hash(), nil
}
