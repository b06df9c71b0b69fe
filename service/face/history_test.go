package face

import (
	"slices"
	"testing"
)

func TestSummaryInPlainWords(t *testing.T) {
	check := func(result Result, code string, score float64) Record {
		return Record{Ref: "r-" + code, Kind: KindCheck, Result: result, Code: code, Score: score, BlobKey: "k"}
	}
	for want, recs := range map[string][]Record{
		"没有做过人脸识别": {{Kind: KindArchive, Result: Archived}},
		"一次通过":     {check(Passed, "Success", 92)},
		"3 次未通过：光线太暗 2 次，与系统照片不一致 1 次": {check(Failed, "x", 41.5), check(Retake, "judge.Dark", 70), check(Retake, "judge.Dark", 71),
			check(Errored, "down", 0)},
		"1 次未通过：系统没有可比对的照片 1 次，之后通过": {check(Passed, "Success", 88), check(Failed, "y", 0)},
	} {
		if got := summary(recs); got.Words() != want {
			t.Errorf("got %q, want %q", got.Words(), want)
		}
	}
	s := summary([]Record{check(Passed, "new", 80), check(Passed, "old", 90), check(Retake, "judge.Dark", 99)})
	if s.Picture != "r-new" || s.Score != 90 {
		t.Errorf("%+v", s)
	}
	s = summary([]Record{{Ref: "purged", Kind: KindArchive}, {Ref: "new", Kind: KindArchive, BlobKey: "k", Review: ReviewPending},
		{Ref: "old", Kind: KindDocuments, BlobKey: "k"}, check(Failed, "x", 41.5)})
	if s.Picture != "" || s.Archive.Ref != "new" || s.Archive.Review != ReviewPending {
		t.Errorf("%+v", s)
	}
	s = summary([]Record{check(Passed, "new", 92.4), check(Failed, "x", 41.5), check(Errored, "down", 0), check(Retake, "judge.Dark", 70),
		{Kind: KindArchive, Result: Archived}})
	var said []string
	for _, a := range s.Attempts {
		said = append(said, a.Words+" "+Similarity(a.Score))
	}
	if want := []string{"通过 相似度 92", "与系统照片不一致 相似度 42", "识别服务没有给出结果 ", "光线太暗 "}; !slices.Equal(said, want) {
		t.Errorf("the checks read %q, want %q", said, want)
	}
	if s = summary(slices.Repeat([]Record{check(Passed, "new", 92)}, 30)); len(s.Attempts) != attemptsShown {
		t.Errorf("%d checks are listed", len(s.Attempts))
	}
}
