package evidence_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"image"
	"image/color"
	"image/png"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/evidence"
)

// selfMade is a certificate of an institution that nobody vouches for.
func selfMade(t testing.TB) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "河海大学远程与继续教育学院"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment}
	der, err := x509.CreateCertificate(rand.Reader, c, c, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))
}

func ink(t testing.TB) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 400, 160))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for x := 40; x < 360; x++ {
		for d := range 5 {
			img.SetGray(x, 40+x/5+d, color.Gray{})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sample(t testing.TB) evidence.Paper {
	p := evidence.Paper{Institution: "河海大学远程与继续教育学院", Title: "专升本人员诚信承诺书", Name: "李𬭩雯", IDType: "身份证号",
		IDMasked: "320***********1234", Picture: ink(t), SignedAt: time.Date(2026, 3, 12, 6, 32, 0, 0, time.UTC),
		FinalAt: time.Date(2026, 3, 12, 6, 33, 0, 0, time.UTC), Hash: strings.Repeat("0123456789abcdef", 4),
		Number: "7K3M20Q8XD7K3M20Q8XD", URL: "https://rx.example.edu.cn/v/7K3M20Q8XD7K3M20Q8XD", Sample: true}
	for range 12 {
		p.Sections = append(p.Sections, campaign.DocSection{Heading: "一、关于学历", Paragraphs: []string{
			"本人参加专升本层次的学习，已知晓国家关于专升本学生须具有国民教育系列专科及以上学历的规定（含 2026 年新规），并承诺：所填写的信息和上传的材料真实、准确、完整，“如有不实”，愿意承担由此产生的一切后果。"}})
	}
	return p
}

// tool runs one of poppler's programs on a file.
func tool(t testing.TB, name string, file []byte, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skip(name + " (poppler-utils) is not on this machine")
	}
	path := filepath.Join(t.TempDir(), "evidence.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := exec.CommandContext(t.Context(), name, append([]string{path}, args...)...).CombinedOutput()
	return string(out)
}

func TestPaperIsReadAndSealed(t *testing.T) {
	seal, err := evidence.NewSeal(selfMade(t))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := evidence.NewPrinter(h5.Font()).Print(sample(t))
	if err != nil {
		t.Fatal(err)
	}
	file, err := seal.Apply(plain, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("EVIDENCE_OUT"); dir != "" {
		_ = os.WriteFile(filepath.Join(dir, "evidence.pdf"), file, 0o600)
	}
	t.Run("text", func(t *testing.T) {
		text := tool(t, "pdftotext", file, "-")
		for _, want := range []string{"李𬭩雯", "专升本人员诚信承诺书", "河海大学远程与继续教育学院", "320***********1234",
			"2026年3月12日 14:33", "7K3M2-0Q8XD-7K3M2-0Q8XD", "0123456789abcdef0123456789abcdef", "本文为样例文本"} {
			if !strings.Contains(text, want) {
				t.Errorf("pdftotext does not find %q in %s", want, text)
			}
		}
	})
	t.Run("valid", func(t *testing.T) {
		says := tool(t, "pdfsig", file, "-nocert")
		if !strings.Contains(says, "Signature is Valid") || !strings.Contains(says, "Total document signed") {
			t.Errorf("pdfsig says: %s", says)
		}
	})
	t.Run("one byte changed", func(t *testing.T) {
		changed := bytes.Clone(file)
		changed[len(plain)/2] ^= 1
		if says := tool(t, "pdfsig", changed, "-nocert"); strings.Contains(says, "Signature is Valid") {
			t.Errorf("pdfsig does not see the change: %s", says)
		}
	})
}

func sha(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}
