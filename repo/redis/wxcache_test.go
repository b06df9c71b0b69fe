package redis_test

import (
	"testing"
	"time"

	"ruxue/repo/redis"
	"ruxue/repo/repotest"
)

func TestWechatCache(t *testing.T) {
	rdb := repotest.Redis(t)
	c := redis.NewWechatCache(rdb, "wx:")
	if v := c.Get("token"); v != nil {
		t.Fatalf("a miss must be an untyped nil, got %#v", v)
	}
	if err := c.Set("token", "T1", time.Minute); err != nil {
		t.Fatal(err)
	}
	if v, ok := c.Get("token").(string); !ok || v != "T1" || !c.IsExist("token") {
		t.Fatalf("got %#v", c.Get("token"))
	}
	if d := rdb.TTL(t.Context(), "wx:token").Val(); d <= 0 || d > time.Minute {
		t.Errorf("lives %v", d)
	}
	if err := c.DeleteIf("token", "T0"); err != nil || c.Get("token") != "T1" {
		t.Errorf("a renewed token was dropped, %v", err)
	}
	if err := c.DeleteIf("token", "T1"); err != nil || c.Get("token") != nil {
		t.Errorf("the refused token stays, %v", err)
	}
	for _, d := range []time.Duration{0, -time.Second} {
		if err := c.Set("old", "x", d); err != nil || c.IsExist("old") {
			t.Errorf("kept for %v: %v", d, err)
		}
	}
	if err := c.Set("empty", "", time.Minute); err != nil || c.Get("empty") != nil {
		t.Error("an empty token is taken for one")
	}
	if err := c.Set("token", "T2", time.Minute); err != nil {
		t.Fatal(err)
	}
	if err := c.Delete("token"); err != nil || c.IsExist("token") {
		t.Error("not deleted", err)
	}
}

func TestWechatCacheWithoutRedis(t *testing.T) {
	rdb := repotest.Redis(t)
	c := redis.NewWechatCache(rdb, "wx:")
	_ = rdb.Close()
	if c.Get("token") != nil || c.IsExist("token") {
		t.Error("a dead Redis gave a token")
	}
	for _, err := range []error{c.Set("a", "b", time.Minute), c.Delete("a"), c.DeleteIf("a", "b")} {
		if err == nil {
			t.Error("a dead Redis must be told of")
		}
	}
}
