package faceid_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ruxue/repo/faceid"
	"ruxue/repo/simulator"
	"ruxue/service/face"
	"ruxue/service/fault"
)

const idNumber = "11010519491231002X"

func newClient(t *testing.T, change ...func(*faceid.Config)) (*faceid.Client, *simulator.Simulator) {
	t.Helper()
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	srv := httptest.NewServer(sim.Handler())
	t.Cleanup(srv.Close)
	k := sim.Config()
	cfg := faceid.Config{SecretID: k.CloudSecretID, SecretKey: k.CloudSecretKey, BaseURL: srv.URL, Timeout: time.Second}
	for _, c := range change {
		c(&cfg)
	}
	c, err := faceid.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c, sim
}

func request(t *testing.T) face.Request {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 480, 640)), nil); err != nil {
		t.Fatal(err)
	}
	return face.Request{Name: "陈立川", IDNumber: idNumber, JPEG: b.Bytes()}
}

func TestCompare(t *testing.T) {
	c, sim := newClient(t)
	tests := []struct {
		outcome string
		want    face.Verdict
	}{
		{"pass", face.Verdict{Passed: true, Score: 85, Code: "Success"}},
		{"fail", face.Verdict{Score: 36, Code: "FailedOperation.CompareLowSimilarity", Reason: face.ReasonMismatch}},
		{"FailedOperation.IdNameMisMatch", face.Verdict{Code: "FailedOperation.IdNameMisMatch", Reason: face.ReasonMismatch}},
		{"FailedOperation.LifePhotoDetectNoFaces", face.Verdict{Code: "FailedOperation.LifePhotoDetectNoFaces", Reason: face.ReasonRetake}},
		{"FailedOperation.LifePhotoDetectFaces", face.Verdict{Code: "FailedOperation.LifePhotoDetectFaces", Reason: face.ReasonRetake}},
		{"FailedOperation.LifePhotoPoorQuality", face.Verdict{Code: "FailedOperation.LifePhotoPoorQuality", Reason: face.ReasonRetake}},
		{"FailedOperation.IdPhotoNoExist", face.Verdict{Code: "FailedOperation.IdPhotoNoExist", Reason: face.ReasonArchive}},
		{"FailedOperation.IdNoExistSystem", face.Verdict{Code: "FailedOperation.IdNoExistSystem", Reason: face.ReasonArchive}},
		{"FailedOperation.CallFrequencyLimit", face.Verdict{Code: "FailedOperation.CallFrequencyLimit", Reason: face.ReasonRetry}},
	}
	for _, tt := range tests {
		if err := sim.SetFace(simulator.Face{IDNumber: idNumber, Outcome: tt.outcome}); err != nil {
			t.Fatal(err)
		}
		got, err := c.Compare(t.Context(), request(t))
		if err != nil || got != tt.want {
			t.Errorf("%s: %+v %v", tt.outcome, got, err)
		}
	}
	other := request(t)
	other.IDNumber = "H12345678" // a document that the provider does not know
	if got, err := c.Compare(t.Context(), other); err != nil || got.Reason != face.ReasonArchive {
		t.Errorf("another kind of document: %+v %v", got, err)
	}
}

func TestCompareUnavailable(t *testing.T) {
	c, sim := newClient(t)
	check := func(name string, c *faceid.Client) {
		t.Helper()
		r := request(t)
		_, err := c.Compare(t.Context(), r)
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: %v", name, err)
			return
		}
		for _, secret := range []string{r.Name, r.IDNumber} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the error holds personal data: %v", name, err)
			}
		}
	}
	for _, code := range []string{"InternalError", "FailedOperation.UnKnown", "FailedOperation.CompareSystemError",
		"FailedOperation.IdPhotoSystemNoanswer", "UnauthorizedOperation.Arrears", "RequestLimitExceeded", "FailedOperation.SomethingNew"} {
		if err := sim.SetFace(simulator.Face{Outcome: code}); err != nil {
			t.Fatal(err)
		}
		check(code, c)
	}
	for _, mode := range []string{"500", "timeout", "drop"} {
		if err := sim.AddFault(simulator.Fault{API: "face", Mode: mode}); err != nil {
			t.Fatal(err)
		}
		check(mode, c)
	}
	wrong, _ := newClient(t, func(c *faceid.Config) { c.SecretKey = "wrong" })
	check("a wrong key", wrong)
}

func TestMinScore(t *testing.T) {
	c, _ := newClient(t, func(c *faceid.Config) { c.MinScore = 90 })
	v, err := c.Compare(t.Context(), request(t))
	if err != nil || v.Passed || v.Reason != face.ReasonMismatch || v.Score != 85 {
		t.Errorf("%+v %v", v, err)
	}
}

func TestTooLargeIsNotSent(t *testing.T) {
	c, sim := newClient(t)
	if err := sim.SetFace(simulator.Face{Outcome: "error"}); err != nil {
		t.Fatal(err)
	}
	v, err := c.Compare(t.Context(), face.Request{JPEG: make([]byte, 3<<20)})
	if err != nil || v.Reason != face.ReasonRetake {
		t.Errorf("%+v %v", v, err)
	}
}

func TestNewRefuses(t *testing.T) {
	for name, cfg := range map[string]faceid.Config{
		"nothing": {}, "no key": {SecretID: "a"}, "no host": {SecretID: "a", SecretKey: "b", BaseURL: "x"},
	} {
		if _, err := faceid.New(cfg); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
