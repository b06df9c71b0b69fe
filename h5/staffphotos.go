package h5

// StaffPhotos is GET /staff/import/photos?c=<code>: an archive of admission
// photos is uploaded, and earlier ones are listed. Its form posts file there.
type StaffPhotos struct {
	Console
	Campaigns    []Option
	Campaign     string
	Error        string // at the file
	MaxMB        int
	MaxFiles     int
	MaxPictureMB int
	Back         string // of the admitted lists
	History      []StaffImportRow
}

// PageName implements Page.
func (StaffPhotos) PageName() string { return "staffphotos" }

// StaffPhotosJob is GET /staff/import/photos/<ref>: what became of each file.
// While Busy its script asks Base/state.
type StaffPhotosJob struct {
	Console
	Base, Back, CampaignTitle string
	File, By, At              string
	Words, Tag, Sentence      string
	Busy, Ended               bool
	Done, Total               int
	Stored, Replaced, Same    int
	Unknown, Broken, Twice    int
	Files                     []StaffPhotosFile
	More                      bool // there are more files than are listed
}

// PageName implements Page.
func (StaffPhotosJob) PageName() string { return "staffphotosjob" }

// StaffPhotosFile is one file of the archive; its number is masked.
type StaffPhotosFile struct {
	File, Name, Words, Tag, Reason string
}
