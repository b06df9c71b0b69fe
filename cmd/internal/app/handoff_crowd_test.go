package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ruxue/cmd/internal/stage"
)

// TestTwoHundredPhonesScanOneCode over HTTP, as a code on a projector: one phone
// gets the document, 199 read that another one has it, and it can sign.
func TestTwoHundredPhonesScanOneCode(t *testing.T) {
	const n = 200
	w := newWorld(t, 1)
	s := w.student(0)
	pc := on(t, w.pc()).until(s, "sign")
	ticket, state := pc.handoff(w.base)
	phones, answers := make([]*stage.Walker, n), make([]stage.Answer, n)
	for i := range phones {
		phones[i] = w.phone()
	}
	var wg sync.WaitGroup
	start := make(chan struct{})
	begun := time.Now()
	for i, p := range phones {
		wg.Go(func() {
			<-start
			a, err := p.Get(t.Context(), ticket)
			if err != nil {
				t.Error(err)
			}
			answers[i] = a
		})
	}
	close(start)
	wg.Wait()
	t.Logf("%d phones were answered within %v", n, time.Since(begun))
	winner := -1
	for i, a := range answers {
		if a.Status == http.StatusOK {
			if winner >= 0 {
				t.Fatal("two phones have the document")
			}
			winner = i
			continue
		}
		wantSays(t, a, http.StatusConflict, "已被另一部手机扫描")
		if strings.Contains(a.Body, "承诺书") {
			t.Error("a phone that lost reads the document")
		}
	}
	if winner < 0 {
		t.Fatal("nobody won")
	}
	wantSays(t, on(t, phones[winner]).askJSON(ticket+"/sign", stage.Handwriting()), 200)
	pc.wantState(state, "done")
	w.wantFinals(t, s, 1)
}

// TestSampleNamesAreTaken posts the sample signatures of 2 to 4 characters as
// the pad does; each is drawn and shown.
func TestSampleNamesAreTaken(t *testing.T) {
	w := confirmWorld(t, 1)
	phone := on(t, w.phone()).until(w.student(0), "sign")
	files, err := filepath.Glob("../../../service/signing/testdata/names/*.json")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d sample signatures: %v", len(files), err)
	}
	pictures := map[string]bool{}
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		a := phone.must(phone.Do(t.Context(), http.MethodPost, "/c/hhu/sign/pledge", "application/json", body, true))
		wantSays(t, a, 200, `"picture"`)
		pictures[phone.pictureOf(a.JSON())] = true
	}
	if len(pictures) != len(files) {
		t.Errorf("%d signatures give %d pictures", len(files), len(pictures))
	}
}
