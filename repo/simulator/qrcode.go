package simulator

import (
	"net/http"
	"time"

	"rsc.io/qr"
)

// ticket is a QR code of the account with a scene.
type ticket struct {
	Scene   string    `json:"scene"`
	URL     string    `json:"url"`
	Expires time.Time `json:"expires,omitzero"`
}

// qrcodeCreate is POST /cgi-bin/qrcode/create. Its answer has no errmsg.
func (s *Simulator) qrcodeCreate(c *call) answer {
	var in struct {
		ExpireSeconds int64  `json:"expire_seconds"`
		ActionName    string `json:"action_name"`
		ActionInfo    struct {
			Scene struct {
				SceneStr string `json:"scene_str"`
				SceneID  int64  `json:"scene_id"`
			} `json:"scene"`
		} `json:"action_info"`
	}
	if !c.json(&in) {
		return wechatError(47001)
	}
	scene := in.ActionInfo.Scene.SceneStr
	switch in.ActionName {
	case "QR_STR_SCENE", "QR_LIMIT_STR_SCENE":
		if scene == "" || len(scene) > 64 {
			return wechatError(40053)
		}
	case "QR_SCENE", "QR_LIMIT_SCENE":
		if in.ActionInfo.Scene.SceneID <= 0 {
			return wechatError(40053)
		}
		scene = itoa(in.ActionInfo.Scene.SceneID)
	default:
		return wechatError(40053)
	}
	t := ticket{Scene: scene, URL: "http://weixin.qq.com/q/02" + randomText(20)}
	out := map[string]any{"url": t.URL}
	if in.ActionName == "QR_STR_SCENE" || in.ActionName == "QR_SCENE" {
		life := in.ExpireSeconds
		if life <= 0 {
			life = 60
		}
		life = min(life, 2592000) // 30 days
		t.Expires = s.now().Add(time.Duration(life) * time.Second)
		out["expire_seconds"] = life
	}
	id := "gQH" + randomText(90) + "=="
	out["ticket"] = id
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wx.tickets[id] = t
	s.saveLocked()
	return wechatJSON(out)
}

// showQRCode is GET /cgi-bin/showqrcode on mp.weixin.qq.com: the picture.
func (s *Simulator) showQRCode(c *call) answer {
	s.mu.Lock()
	t, ok := s.wx.tickets[c.query("ticket")]
	s.mu.Unlock()
	if !ok || !t.Expires.IsZero() && s.now().After(t.Expires) {
		return answer{status: http.StatusNotFound, kind: "text/plain"}
	}
	code, err := qr.Encode(t.URL, qr.M)
	if err != nil {
		return answer{status: http.StatusInternalServerError, kind: "text/plain"}
	}
	return answer{status: http.StatusOK, kind: "image/png", body: code.PNG()}
}

// sceneOf finds the scene behind a scanned address of showQRCode.
func (s *Simulator) sceneOf(address string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.wx.tickets {
		if t.URL == address && (t.Expires.IsZero() || s.now().Before(t.Expires)) {
			return t.Scene, true
		}
	}
	return "", false
}
