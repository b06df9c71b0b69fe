package stage

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"ruxue/service/student"
)

// Student is who walks: an admitted student with the pictures she uploads.
type Student struct {
	student.Admission
	Face  []byte // JPEG with a face that the server's judge accepts
	Photo []byte // any JPEG
}

// Step is one act of the journey. Redo reports whether the act may be sent
// again after its answer was lost; all of them may.
type Step struct {
	Name string
	Act  func(ctx context.Context, w *Walker, s Student) error
}

// Steps are the acts of a registration over HTTP, in order. Each is safe to
// repeat from "login" on after a crash at any moment.
func Steps() []Step {
	return []Step{{"login", Login}, {"choose", choose}, {"face", checkFace}, {"verify", verify}, {"basic", basic},
		{"family", family}, {"graduation", graduation}, {"attachments", attachments}, {"sign", sign}, {"pay", Pay},
		{"settled", settled}}
}

// Walk does every step and returns the student number that the last page shows.
func Walk(ctx context.Context, w *Walker, s Student) (string, error) {
	for _, step := range Steps() {
		if err := step.Act(ctx, w, s); err != nil {
			return "", fmt.Errorf("%s: %w", step.Name, err)
		}
	}
	return Number(ctx, w)
}

// want turns any status but 200 into an error that shows the answer.
func want(a Answer, err error) error {
	if err != nil {
		return err
	}
	if a.Status != http.StatusOK {
		return fmt.Errorf("%s answered %d: %.300s", a.Path, a.Status, plain(a.Body))
	}
	return nil
}

var tags = regexp.MustCompile(`(?s)<(script|style|svg).*?</(script|style|svg)>|<[^>]*>|\s+`)

func plain(s string) string { return strings.TrimSpace(tags.ReplaceAllString(s, " ")) }

// Code asks for a login code and reads it from the simulator's inbox.
func Code(ctx context.Context, w *Walker, phone string) (string, error) {
	a, err := w.Ask(ctx, "/c/hhu/sms", url.Values{"phone": {phone}})
	if err == nil && a.Status == http.StatusTooManyRequests {
		return LastCode(ctx, w, phone) // one was sent within the minute
	}
	if err := want(a, err); err != nil {
		return "", err
	}
	return LastCode(ctx, w, phone)
}

var sixDigits = regexp.MustCompile(`\d{6}`)

// LastCode reads the newest login code that the phone received; the inbox
// lists the newest first.
func LastCode(ctx context.Context, w *Walker, phone string) (string, error) {
	a, err := w.Get(ctx, w.Sim+"/_sim/sms?phone="+phone)
	if err := want(a, err); err != nil {
		return "", err
	}
	var inbox struct {
		Messages []struct {
			Params []string `json:"params"`
		} `json:"messages"`
	}
	if err := json.Unmarshal([]byte(a.Body), &inbox); err != nil || len(inbox.Messages) == 0 {
		return "", fmt.Errorf("no message arrived: %.200s", a.Body)
	}
	return sixDigits.FindString(inbox.Messages[0].Params[0]), nil
}

// Login opens the page (in WeChat by way of OAuth), asks for a code and logs in.
func Login(ctx context.Context, w *Walker, s Student) error {
	a, err := w.Get(ctx, "/c/hhu/")
	if err := want(a, err); err != nil {
		return err
	}
	if a.Path != "/c/hhu/login" {
		return nil // logged in already
	}
	code, err := Code(ctx, w, s.Phone)
	if err != nil {
		return err
	}
	a, err = w.Post(ctx, "/c/hhu/login", url.Values{"id_number": {s.IDNumber}, "name": {s.Name}, "phone": {s.Phone},
		"code": {code}, "consent": {"1"}})
	if err := want(a, err); err != nil {
		return err
	}
	if a.Path == "/c/hhu/login" {
		return fmt.Errorf("still on the login page: %.300s", plain(a.Body))
	}
	return nil
}

func choose(ctx context.Context, w *Walker, _ Student) error {
	a, err := w.Post(ctx, "/c/hhu/choices", url.Values{"choice": {"register"}})
	return want(a, err)
}

func checkFace(ctx context.Context, w *Walker, s Student) error { return faceAt("hhu")(ctx, w, s) }

// faceAt passes the face check of the campaign.
func faceAt(code string) func(ctx context.Context, w *Walker, s Student) error {
	return func(ctx context.Context, w *Walker, s Student) error { return passFace(ctx, w, s, "/c/"+code+"/face") }
}

func passFace(ctx context.Context, w *Walker, s Student, path string) error {
	a, err := w.Post(ctx, path+"/consent", url.Values{"way": {"face"}})
	if err := want(a, err); err != nil {
		return err
	}
	a, err = w.Upload(ctx, path+"/check", "photo", "face.jpg", s.Face, url.Values{"source": {"camera"}})
	if err := want(a, err); err != nil {
		return err
	}
	if r := a.JSON()["result"]; r != "passed" {
		return fmt.Errorf("the face check said %v: %v", r, a.JSON()["message"])
	}
	return nil
}

func verify(ctx context.Context, w *Walker, _ Student) error {
	a, err := w.Post(ctx, "/c/hhu/verify", nil)
	return want(a, err)
}

// Basic are values that the first section accepts.
func Basic(s Student) url.Values {
	return url.Values{"phone": {s.Phone}, "email": {"student@example.com"}, "address": {"江苏省南京市鼓楼区西康路1号"},
		"postcode": {"210098"}, "politics": {"群众"}, "employer": {"无"}, "emergency_name": {"李建国"},
		"emergency_phone": {"025-83787964"}}
}

func section(ctx context.Context, w *Walker, name string, v url.Values) error {
	a, err := w.Post(ctx, "/c/hhu/form/"+name, v)
	return want(a, err)
}

func basic(ctx context.Context, w *Walker, s Student) error {
	return section(ctx, w, "basic", Basic(s))
}

func family(ctx context.Context, w *Walker, _ Student) error {
	return section(ctx, w, "family", url.Values{"item.0.name": {"李建国"}, "item.0.relation": {"父亲"},
		"item.0.contact": {"13912345678"}, "item.1.name": {"买买提·吐尔逊"}, "item.1.relation": {"配偶"},
		"item.1.contact": {"13912345679"}})
}

func graduation(ctx context.Context, w *Walker, s Student) error {
	return section(ctx, w, "graduation", url.Values{"level": {s.Level}, "education": {"大学专科"},
		"school": {"南京工业职业技术学院"}, "major": {"建筑工程"}, "certificate": {"123456789012345678"}, "year": {"2020"}})
}

func attachments(ctx context.Context, w *Walker, s Student) error {
	slots := []string{"id-front", "id-back", "portrait"}
	if s.Level == "专升本" {
		slots = append(slots, "qualification")
	}
	for _, slot := range slots {
		form := url.Values{"original": {"1"}}
		if slot == "qualification" {
			form.Set("type", "教育部学历证书电子注册备案表")
			form.Set("verify_code", "A1B2C3D4E5F6")
		}
		photo := s.Photo
		if slot == "portrait" {
			photo = s.Face
		}
		a, err := w.Upload(ctx, "/c/hhu/attachments/"+slot, "file", "photo.jpg", photo, form)
		if err := want(a, err); err != nil {
			return fmt.Errorf("slot %s: %w", slot, err)
		}
	}
	a, err := w.Post(ctx, "/c/hhu/attachments", nil)
	return want(a, err)
}

// Handwriting is a plausible signature as the pad sends it.
func Handwriting() map[string]any {
	stroke := func(points ...[2]float64) map[string]any {
		var out [][4]float64
		for i, p := range points {
			out = append(out, [4]float64{p[0], p[1], float64(i * 20), 0.5})
		}
		return map[string]any{"points": out}
	}
	return map[string]any{"width": 340, "height": 220, "strokes": []any{
		stroke([2]float64{60, 60}, [2]float64{90, 62}, [2]float64{120, 58}, [2]float64{140, 64}),
		stroke([2]float64{100, 30}, [2]float64{98, 70}, [2]float64{96, 120}, [2]float64{90, 170}),
		stroke([2]float64{95, 90}, [2]float64{75, 120}, [2]float64{55, 145}, [2]float64{40, 150}),
		stroke([2]float64{100, 90}, [2]float64{120, 120}, [2]float64{145, 140}, [2]float64{160, 138}),
		stroke([2]float64{200, 50}, [2]float64{240, 48}, [2]float64{250, 60}, [2]float64{220, 90}, [2]float64{205, 120}),
		stroke([2]float64{190, 110}, [2]float64{240, 105}, [2]float64{280, 108}),
		stroke([2]float64{232, 80}, [2]float64{234, 130}, [2]float64{230, 175}, [2]float64{215, 165}),
	}}
}

func sign(ctx context.Context, w *Walker, s Student) error {
	if s.Level != "专升本" {
		return nil
	}
	a, err := w.AskJSON(ctx, "/c/hhu/sign/pledge", Handwriting())
	return want(a, err)
}

// Pay opens the cashier and pays at the simulator as WeChat would.
func Pay(ctx context.Context, w *Walker, _ Student) error {
	a, err := w.Ask(ctx, "/pay/hhu/attempt", nil)
	if err := want(a, err); err != nil {
		return err
	}
	j := a.JSON()
	if j["paid"] == true {
		return nil
	}
	params, ok := j["params"].(map[string]any)
	if !ok {
		return fmt.Errorf("no cashier: %.300s", a.Body)
	}
	params["openid"] = w.OpenID
	params["outcome"] = "success"
	a, err = w.AskJSON(ctx, w.Sim+"/_sim/bridge/pay", params)
	return want(a, err)
}

// settled waits until the product's own rows say that the bill is paid.
func settled(ctx context.Context, w *Walker, _ Student) error {
	for range 200 {
		a, err := w.Do(ctx, http.MethodGet, "/pay/hhu/state", "", nil, true)
		if err := want(a, err); err != nil {
			return err
		}
		if a.JSON()["paid"] == true {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return fmt.Errorf("the payment never settled")
}

var numberOnPage = regexp.MustCompile(`\d{5}[A-Z]{2}\d{5}`)

// Number reads the student number from the last page.
func Number(ctx context.Context, w *Walker) (string, error) {
	a, err := w.Get(ctx, "/c/hhu/")
	if err := want(a, err); err != nil {
		return "", err
	}
	if n := numberOnPage.FindString(a.Body); n != "" && a.Path == "/c/hhu/done" {
		return n, nil
	}
	return "", fmt.Errorf("no student number on %s: %.300s", a.Path, plain(a.Body))
}
