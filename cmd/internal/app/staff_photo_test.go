package app_test

import (
	"archive/zip"
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"ruxue/cmd/internal/stage"
	"ruxue/service/staff"
)

var photoVisits = []staffVisit{
	{route: "GET /staff/import/photos", needs: staff.Import},
	{route: "POST /staff/import/photos", needs: staff.Import},
	{route: "GET /staff/import/photos/:ref", needs: staff.Import, path: "/staff/import/photos/" + unknownRef},
	{route: "GET /staff/import/photos/:ref/state", needs: staff.Import, path: "/staff/import/photos/" + unknownRef + "/state"},
	{route: "GET /staff/students/:ref/photo", needs: staff.Review, path: "/staff/students/" + unknownRef + "/photo"},
}

type packedFile struct {
	name string
	data []byte
}

func packed(t testing.TB, files ...packedFile) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		part, err := w.Create(f.name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write(f.data)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// givePhotos uploads an archive.
func (d device) givePhotos(data []byte) stage.Answer {
	d.t.Helper()
	return d.postFile("/staff/import/photos?c=hhu", "照片.zip", data)
}

// Photos of the admitted are matched by 身份证号 and 考生号, told of file by file,
// shown beside what is judged, and kept from other sites.
func TestAdmissionPhotos(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	_, first, path := w.shot(t, 0)
	second := w.student(1)
	r := w.staff(staff.Registrar)
	wantSays(t, r.get("/staff/import"), 200, "导入录取照片")
	wantSays(t, r.get("/staff/import/photos?c=hhu"), 200, "身份证号或考生号命名")
	wantSays(t, r.get(path+"/picture/listed"), 404)
	wantSays(t, r.givePhotos([]byte("no archive")), 422, "这不是 zip 压缩包")
	wantSays(t, r.givePhotos(packed(t, packedFile{"名单.xlsx", []byte("x")})), 422, "没有 JPG 或 PNG 照片")

	files := []packedFile{{"照片/" + first.IDNumber + ".jpg", first.Face}, {"照片/" + second.ExamNumber + ".JPEG", second.Face},
		{"照片/" + first.ExamNumber + "_" + first.Name + ".jpg", first.Face}, {"32010119990101999X.jpg", first.Face},
		{"全班合影.jpg", first.Face}, {second.IDNumber + ".png", []byte("no picture")}, {"名单.xlsx", []byte("x")}, {"照片/.DS_Store", nil}}
	up := r.givePhotos(packed(t, files...))
	if up.Status != 200 || !strings.HasPrefix(up.Path, "/staff/import/photos/") {
		t.Fatalf("uploading: %d %s %.300s", up.Status, up.Path, shortened(up.Body))
	}
	done := r.settled(up.Path)
	wantSays(t, done, 200, "本次活动的名单里没有这个号码", "同一名学生有两张照片", "文件名不是身份证号或考生号", "只导入 .jpg", first.Name, second.Name,
		"320***********999X.jpg")
	if strings.Contains(done.Body, first.IDNumber) || strings.Contains(done.Body, "DS_Store") {
		t.Error("the page shows an ID number, or what no person put there")
	}
	wantSays(t, r.get("/staff/import/photos?c=hhu"), 200, "新增 2，替换 0，不变 0，没有导入 5")
	again := r.givePhotos(packed(t, packedFile{first.IDNumber + ".jpg", first.Face}, packedFile{second.IDNumber + ".jpg", first.Photo}))
	r.settled(again.Path)
	wantSays(t, r.get("/staff/import/photos?c=hhu"), 200, "新增 0，替换 1，不变 1")

	// Real archives are far larger than a form; what cannot be packed stands for one.
	large := make([]byte, 5<<20)
	_, _ = rand.NewChaCha8([32]byte{}).Read(large)
	big := r.givePhotos(packed(t, packedFile{first.IDNumber + ".jpg", first.Face}, packedFile{"大文件.bin", large}))
	wantSays(t, r.settled(big.Path), 200, "只导入 .jpg")
	wantSays(t, r.get("/staff/import/photos?c=hhu"), 200, "新增 0，替换 0，不变 1，没有导入 1")

	page := r.get(path)
	wantSays(t, page, 200, "录取照片", "随录取名单导入", path+"/picture/listed?v=")
	wantSays(t, r.get(path+"/picture/listed"), 200, "\xFF\xD8")
	_, student := r.find(first.IDNumber)
	wantSays(t, r.get(student), 200, "录取照片", student+"/photo")
	wantSays(t, r.get(student+"/photo"), 200, "\xFF\xD8")
	wantSays(t, r.get(student), 200, "查看录取照片")
	money := w.staff(staff.Finance)
	wantSays(t, money.get(student+"/photo"), 403)
	there := w.staff(staff.Site, "101")
	wantSays(t, there.get(path+"/picture/listed"), 404)
	wantSays(t, there.get(student+"/photo"), 404)
	if log := w.logs.String(); strings.Contains(log, first.IDNumber) || strings.Contains(log, second.ExamNumber) {
		t.Error("the log holds a number")
	}
}
