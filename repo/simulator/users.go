package simulator

import (
	"fmt"
	"strings"
	"time"
)

// User is one WeChat user.
type User struct {
	OpenID   string `json:"openid"`
	Nickname string `json:"nickname"`
	// Follower users can be sent template messages.
	Follower bool `json:"follower"`
	// Snapshot is the virtual user of WeChat's snapshot page.
	Snapshot bool `json:"snapshot"`
	// Refuses users follow the account but block its messages: accepted by the
	// API, then reported as "failed:user block".
	Refuses    bool      `json:"refuses,omitempty"`
	FollowedAt time.Time `json:"followed_at,omitzero"`
}

// defaultUsers are two students, a parent, a member of staff, somebody who
// doesn't follow, and a snapshot user.
func defaultUsers(now time.Time) []*User {
	return []*User{
		{OpenID: "oSim0student1xChenLiChuan000", Nickname: "陈立川（学生）", Follower: true, FollowedAt: now},
		{OpenID: "oSim0student2xLinXiaoYu00000", Nickname: "林小雨（学生）", Follower: true, FollowedAt: now},
		{OpenID: "oSim0parent01xChenJianGuo000", Nickname: "陈建国（家长）", Follower: true, FollowedAt: now},
		{OpenID: "oSim0staff001xWangLaoShi0000", Nickname: "王老师（教务）", Follower: true, FollowedAt: now},
		{OpenID: "oSim0stranger1xZhouMing00000", Nickname: "周明（未关注）"},
		{OpenID: "oSim0snapshot1xVirtual000000", Nickname: "快照页用户", Snapshot: true},
	}
}

func (s *Simulator) userLocked(openid string) *User {
	for _, u := range s.wx.users {
		if u.OpenID == openid {
			return u
		}
	}
	return nil
}

// AddUser adds a user or changes the one of that openid. An empty openid gets
// a fresh one.
func (s *Simulator) AddUser(u User) (User, error) {
	if u.OpenID == "" {
		u.OpenID = "oSim" + randomText(24)
	}
	if len(u.OpenID) != 28 || !strings.HasPrefix(u.OpenID, "o") {
		return u, fmt.Errorf("openid %q: an openid begins with o and has 28 characters", u.OpenID)
	}
	if u.Nickname == "" {
		u.Nickname = "微信用户"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.Follower && u.FollowedAt.IsZero() {
		u.FollowedAt = s.now()
	}
	if old := s.userLocked(u.OpenID); old != nil {
		*old = u
	} else {
		s.wx.users = append(s.wx.users, &u)
	}
	s.saveLocked()
	return u, nil
}

// Users lists all users.
func (s *Simulator) Users() []User {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []User
	for _, u := range s.wx.users {
		all = append(all, *u)
	}
	return all
}

// userInfo is GET /cgi-bin/user/info.
func (s *Simulator) userInfo(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.userLocked(c.query("openid"))
	if u == nil || u.Snapshot {
		return wechatError(40003)
	}
	if !u.Follower {
		return wechatJSON(map[string]any{"subscribe": 0, "openid": u.OpenID, "tagid_list": []int{}})
	}
	return wechatJSON(map[string]any{
		"subscribe": 1, "openid": u.OpenID, "nickname": "", "sex": 0, "language": "zh_CN", "city": "", "province": "",
		"country": "", "headimgurl": "", "subscribe_time": u.FollowedAt.Unix(), "remark": "", "groupid": 0,
		"tagid_list": []int{}, "subscribe_scene": "ADD_SCENE_QR_CODE", "qr_scene": 0, "qr_scene_str": "",
	})
}
