package simulator_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/downloader"
	"github.com/wechatpay-apiv3/wechatpay-go/core/option"

	"ruxue/repo/simulator"
)

// The SDK's own downloader takes the list, follows a rotation and forgets what
// was retired; a restart keeps the certificates.
func TestCertificatesRotate(t *testing.T) {
	dir := t.TempDir()
	w := newWorld(t, func(o *simulator.Options) { o.PlatformCertificates, o.StateDir = true, dir })
	private, _ := w.payKeys()
	c, err := core.NewClient(context.Background(), option.WithMerchantCredential(w.cfg.MchID, w.cfg.MchSerial, private),
		option.WithoutValidator(), option.WithHTTPClient(w.client()))
	if err != nil {
		t.Fatal(err)
	}
	d, err := downloader.NewCertificateDownloaderWithClient(t.Context(), c, w.cfg.APIv3Key)
	if err != nil {
		t.Fatal(err)
	}
	first := d.GetNewestSerial(t.Context())
	second := w.must("POST", "/_sim/certificates", map[string]any{"action": "rotate"})["serial"].(string)
	fresh, err := downloader.NewCertificateDownloaderWithClient(t.Context(), c, w.cfg.APIv3Key)
	if err != nil || len(fresh.GetAll(t.Context())) != 2 {
		t.Fatalf("after the rotation: %v, %v", fresh.GetAll(t.Context()), err)
	}
	w.must("POST", "/_sim/certificates", map[string]any{"action": "retire", "callbacks": "alternate"})
	fresh, err = downloader.NewCertificateDownloaderWithClient(t.Context(), c, w.cfg.APIv3Key)
	if _, old := fresh.Get(t.Context(), first); err != nil || old || fresh.GetNewestSerial(t.Context()) != second {
		t.Errorf("after retiring: %v", err)
	}
	again, err := simulator.New(simulator.Options{StateDir: dir, PlatformCertificates: true})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if serial, err := again.RotateCertificate(); err != nil || serial == second {
		t.Errorf("after a restart: %s, %v", serial, err)
	}
}

func TestCertificateControlRefuses(t *testing.T) {
	w := newWorld(t)
	for _, body := range []map[string]any{{"action": "rotate"}, {"action": "x"}, {"callbacks": "nobody"}} {
		if status, _ := w.call("POST", "/_sim/certificates", body); status != http.StatusBadRequest {
			t.Errorf("%v was answered %d", body, status)
		}
	}
}
