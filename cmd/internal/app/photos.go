package app

import (
	"fmt"

	"ruxue/h5"
	"ruxue/service/face"
	"ruxue/service/photo"
)

// wirePictures adds the face check and the pictures that come with the admitted
// list, the worker that imports these, and the one that removes both in time.
func (a *App) wirePictures(b *built, p providers) (err error) {
	d := &b.deps
	if d.Faces, err = face.New(face.Options{Store: a.DB.Faces(), Files: a.files(), Limiter: d.Limiter, Provider: p.face,
		Cascade: h5.Cascade(), Rules: face.Rules{Uploads: a.cfg.Limits.FacePhotos}, Now: a.now}); err != nil {
		return fmt.Errorf("starting the face check: %w", err)
	}
	d.ListedPhotos = photo.NewDesk(photo.Options{Store: a.DB.Photos(), Jobs: a.DB.PhotoJobs(), Files: a.files(),
		Audit: a.audit(), Campaigns: d.Campaigns, Now: a.now, Log: a.log})
	b.workers = append(b.workers, d.ListedPhotos.Run, a.janitor(d.Campaigns, d.Faces, d.ListedPhotos))
	return nil
}
