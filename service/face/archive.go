package face

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"ruxue/service/fault"
	"ruxue/service/sealed"
)

// ArchiveRequest is a photo for staff.
type ArchiveRequest struct {
	EnrolmentID  int64
	EnrolmentRef string
	SessionHash  string
	Source       string
	Photo        []byte
	// Kind is KindArchive after a failed check, KindDocuments for who chose the
	// way without face recognition.
	Kind Kind
}

// Archive keeps the photo for staff (拍照存档). The newest one counts: a pending
// one before it is superseded. 拍照存档 is open only after this session's check
// failed, broke down or asked for many retakes: fault.Forbidden else. After
// staff approved a photo it is fault.Conflict.
func (s *Service) Archive(ctx context.Context, r ArchiveRequest) (Standing, error) {
	if err := s.admit(ctx, r.EnrolmentID); err != nil {
		return Standing{}, err
	}
	if r.Kind != KindDocuments {
		r.Kind = KindArchive
		recs, err := s.Store.Session(ctx, r.EnrolmentID, r.SessionHash)
		if err != nil {
			return Standing{}, fmt.Errorf("reading face checks: %w", err)
		}
		if !s.mayArchive(recs) {
			return Standing{}, fault.New(fault.Forbidden, "请先进行人脸识别，识别不成功时可以拍照存档")
		}
	}
	pic, err := read(ctx, r.Photo, s.Rules)
	if err != nil {
		return Standing{}, err
	}
	sum := sha256.Sum256(pic.jpeg)
	rec := Record{
		Ref: s.NewRef(), EnrolmentID: r.EnrolmentID, SessionHash: r.SessionHash, Kind: r.Kind,
		Source: source(r.Source), Result: Archived, SHA256: hex.EncodeToString(sum[:]),
		Review: ReviewPending, CreatedAt: s.Now(),
	}
	if err := s.keep(ctx, r.EnrolmentRef, &rec, pic.jpeg); err != nil {
		return Standing{}, err
	}
	if err := s.Store.Archive(ctx, rec); err != nil {
		// Nothing points at the blob; what cannot be removed is only unreadable.
		return Standing{}, errors.Join(err, s.Files.Delete(context.WithoutCancel(ctx), rec.BlobKey))
	}
	return standing(rec), nil
}

// mayArchive reports whether the session's checks, oldest first, open 拍照存档.
func (s *Service) mayArchive(recs []Record) bool {
	retakes := 0
	for _, r := range recs {
		switch {
		case r.Kind != KindCheck: // it was open before, 重复拍摄可覆盖
			return true
		case r.Result == Failed || r.Result == Errored:
			return true
		case r.Result == Retake:
			retakes++
		}
	}
	return retakes >= s.Rules.Retakes
}

// MayArchive reports whether 拍照存档 is open in the session.
func (s *Service) MayArchive(ctx context.Context, enrolmentID int64, sessionHash string) (bool, error) {
	recs, err := s.Store.Session(ctx, enrolmentID, sessionHash)
	if err != nil {
		return false, fmt.Errorf("reading face checks: %w", err)
	}
	return s.mayArchive(recs), nil
}

// Passed reports whether the login session passed the check.
func (s *Service) Passed(ctx context.Context, enrolmentID int64, sessionHash string) (bool, error) {
	recs, err := s.Store.Session(ctx, enrolmentID, sessionHash)
	if err != nil {
		return false, fmt.Errorf("reading face checks: %w", err)
	}
	for _, r := range recs {
		if r.Result == Passed {
			return true, nil
		}
	}
	return false, nil
}

// Standing returns what the enrolment's archived photos amount to.
func (s *Service) Standing(ctx context.Context, enrolmentID int64) (Standing, error) {
	r, ok, err := s.Store.Newest(ctx, enrolmentID)
	if err != nil {
		return Standing{}, fmt.Errorf("reading the archived photo: %w", err)
	}
	if !ok {
		return Standing{Review: ReviewNone}, nil
	}
	return standing(r), nil
}

func standing(r Record) Standing {
	return Standing{
		Archived: r.Review == ReviewPending || r.Review == ReviewApproved, Review: r.Review, Kind: r.Kind,
		Ref: r.Ref, Remark: r.Remark, SessionHash: r.SessionHash, At: r.CreatedAt,
	}
}

// Review records staff's decision about a pending photo, in the caller's
// transaction. It is fault.Conflict when a newer photo replaced it or somebody
// else decided, and a rejection needs a remark for the student.
func (s *Service) Review(ctx context.Context, ref string, approve bool, remark string) error {
	to := ReviewApproved
	if !approve {
		if to = ReviewRejected; remark == "" {
			return fault.New(fault.Invalid, "请填写退回原因").On("remark")
		}
	}
	ok, err := s.Store.Review(ctx, ref, to, remark)
	if err != nil {
		return fmt.Errorf("reviewing a photo: %w", err)
	}
	if !ok {
		return fault.New(fault.Conflict, "该照片已被处理或已有新照片，请刷新后再审核")
	}
	return nil
}

// Photo returns a kept picture of the enrolment as JPEG.
func (s *Service) Photo(ctx context.Context, enrolmentID int64, ref string) ([]byte, error) {
	r, err := s.Store.Get(ctx, enrolmentID, ref)
	if err != nil {
		return nil, err
	}
	if r.BlobKey == "" {
		return nil, fault.New(fault.Gone, "照片已按规定删除")
	}
	jpeg, err := s.Files.Get(ctx, r.BlobKey, pictureAD(ref))
	if err != nil {
		return nil, fmt.Errorf("reading a face picture: %w", err)
	}
	return jpeg, nil
}

// keep stores the picture encrypted and notes where in the record.
func (s *Service) keep(ctx context.Context, enrolmentRef string, r *Record, jpeg []byte) error {
	r.BlobKey = "face/e" + enrolmentRef + "/c" + r.Ref // a reference may begin with a dash, a key may not
	if err := s.Files.Put(ctx, r.BlobKey, pictureAD(r.Ref), jpeg); err != nil {
		return fmt.Errorf("keeping a face picture: %w", err)
	}
	return nil
}

func pictureAD(ref string) string { return "face_check.picture:" + ref }

// Purge removes the pictures of a campaign's checks made before the time (of
// every campaign's for 0) and returns how many; the records stay.
func (s *Service) Purge(ctx context.Context, campaignID int64, before time.Time) (n int, err error) {
	return sealed.Purge(ctx, s.Files, func(limit int) ([]Record, error) { return s.Store.Expired(ctx, campaignID, before, limit) },
		func(r Record) (key, ref string) { return r.BlobKey, r.Ref }, s.Store.Forget)
}
