package app_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"ruxue/cmd/internal/stage"
)

func (d device) shootFor(ticket string, photo []byte) stage.Answer {
	d.t.Helper()
	return d.upload(ticket+"/upload", "file", "IMG_0001.jpg", photo, url.Values{"original": {"1"}})
}

// arrived is the file that the PC's page is told of.
func (d device) arrived(state string) map[string]any {
	d.t.Helper()
	f, _ := d.getJSON(state).JSON()["file"].(map[string]any)
	if f == nil {
		d.t.Fatal("the PC is told of no file")
	}
	return f
}

const proofSlot = "/c/hhu/attachments/qualification"

// TestLentUpload: a phone photographs a document into the PC's form, as often
// as it likes while the PC's dialog is open.
func TestLentUpload(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	s := w.student(0)
	pc, phone, thief := on(t, w.pc()).until(s, "attachments"), on(t, w.phone()), on(t, w.phone())
	wantSays(t, pc.get("/c/hhu/attachments"), 200, "用手机拍", "data-phone-dialog")
	if page := on(t, w.phone()).until(w.student(1), "attachments").get("/c/hhu/attachments"); strings.Contains(page.Body, "data-phone-dialog") {
		t.Error("a phone is offered another phone")
	}
	wantField(t, pc.ask(proofSlot+"/handoff", nil), 422, "type", "请先选择材料类型")
	wantSays(t, pc.ask("/c/hhu/attachments/unknown/handoff", nil), 404)
	beside := url.Values{"type": {"中国高等教育学历认证报告"}, "verify_code": {"A1B2C3D4E5F6"}}
	ticket, state := pc.handoffWith(w.base, proofSlot, beside)
	wantSays(t, on(t, stage.NewWalker(w.base, w.simURL, stage.AgentPhone, "")).get(ticket), 200, "请用手机微信扫描")
	wantSays(t, phone.shootFor(ticket, s.Photo), 409, "请先用手机微信扫描")
	page := phone.get(ticket)
	wantSays(t, page, 200, "学历证明材料", "请核对两个屏幕数字一致", `action="`+ticket+`/upload"`)
	if strings.Contains(page.Body, "切换学生") || strings.Contains(page.Body, "A1B2C3D4E5F6") || strings.Contains(page.Body, s.Name) {
		t.Error("the lent phone shows what belongs to the student")
	}
	wantSays(t, thief.get(ticket), 409, "已被另一部手机扫描")
	wantSays(t, thief.shootFor(ticket, s.Photo), 409, "已被另一部手机扫描")
	wantSays(t, phone.filmFor(ticket, s.Face), 404, "二维码无效")
	events := listen(t, pc, state+"/events")
	wantSays(t, phone.ask(ticket+"/active", nil), 200)
	events("active")
	refused := phone.shootFor(ticket, []byte("no picture"))
	wantSays(t, refused, 422)
	if news := pc.getJSON(state).JSON(); news["trouble"] == "" || !strings.Contains(refused.Body, fmt.Sprint(news["trouble"])) {
		t.Errorf("the PC is not told what the phone was: %v", news)
	}
	wantSays(t, phone.shootFor(ticket, append(append([]byte{}, s.Photo...), make([]byte, 40<<20)...)), 413, "文件太大")
	pc.wantState(state, "active")

	a := phone.shootFor(ticket, s.Photo)
	wantSays(t, a, 200, `"bytes"`)
	if strings.Contains(a.Body, "/c/hhu/") {
		t.Errorf("the lent phone gets an address: %s", a.Body)
	}
	if news := events("submitted"); !strings.Contains(news, proofSlot+"?v=") {
		t.Errorf("the PC hears %s", news)
	}
	first := pc.arrived(state)
	if first["type"] != beside.Get("type") || first["verify_code"] != beside.Get("verify_code") {
		t.Errorf("beside the file is %v, the form held %v", first, beside)
	}
	wantSays(t, pc.get(first["url"].(string)), 200, "\xFF\xD8")
	if strings.Contains(phone.get(ticket).Body, "/c/hhu/attachments") {
		t.Error("the lent phone shows the stored file")
	}

	// The PC's form changes beside it; another photo keeps that.
	wantSays(t, pc.ask(proofSlot, with(beside, "type", "国外学历学位认证书")), 200)
	wantSays(t, phone.ask(ticket+"/active", nil), 200)
	wantSays(t, phone.shootFor(ticket, s.Face), 200)
	second := pc.arrived(state)
	if second["url"] == first["url"] || second["type"] != "国外学历学位认证书" {
		t.Errorf("after another photo the PC sees %v", second)
	}
	wantSays(t, pc.ask(state+"/end", nil), 200, `"state":"done"`)
	wantSays(t, phone.shootFor(ticket, s.Photo), 410, "已完成")
	wantSays(t, phone.get(ticket), 410, "照片已上传")
	if now := pc.arrived(state); now["url"] != second["url"] {
		t.Error("a late photo replaced the last one")
	}
}

// TestLentUploadKeepsTheRules: what is paid for does not change, from whatever
// device; the limit is the student's, not the device's.
func TestLentUploadKeepsTheRules(t *testing.T) {
	t.Parallel()
	w := prepareWorld(t, 2)
	w.cfg.Limits.UploadsPerHour = 8
	w.start()
	s := w.student(0)
	pc, phone := on(t, w.pc()).until(s, "pay"), on(t, w.phone())
	const slot = "/c/hhu/attachments/id-front"
	ticket, state := pc.handoffAt(w.base, slot)
	wantSays(t, phone.get(ticket), 200, "人像面")
	for range 4 { // the form took four
		wantSays(t, phone.shootFor(ticket, s.Photo), 200)
	}
	wantSays(t, phone.shootFor(ticket, s.Photo), 429, "上传太频繁")
	before := pc.get(slot).Body
	other := on(t, w.phone())
	waiting, _ := pc.handoffAt(w.base, "/c/hhu/attachments/id-back")
	wantSays(t, other.get(waiting), 200, "国徽面")
	orders := on(t, stage.NewWalker(w.base, w.simURL, stage.AgentPC, ""))
	orders.SetCookies(pc.Cookies())
	wantSays(t, orders.ask("/pay/hhu/attempt", nil), 200)
	w.pay(t, w.orders(t, s)[0])
	pc.step(s, "settled")
	wantSays(t, phone.shootFor(ticket, s.Face), 409, "不能再修改")
	wantSays(t, phone.get(ticket), 409, "不能再修改")
	wantSays(t, other.shootFor(waiting, s.Face), 409, "不能再修改")
	wantSays(t, pc.ask(slot+"/handoff", nil), 409, "不能再修改")
	if pc.get(slot).Body != before {
		t.Error("a paid form was changed")
	}
	if page := pc.get("/c/hhu/attachments"); strings.Contains(page.Body, "data-phone-dialog") {
		t.Error("a paid form offers the phone")
	}
	pc.wantState(state, "submitted")
	pc.post("/c/hhu/logout", nil)
	wantSays(t, phone.get(ticket), 410, "照片已上传")
	wantSays(t, other.get(waiting), 410, "已取消")
}
