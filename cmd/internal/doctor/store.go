package doctor

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"

	"ruxue/repo/blob"
	"ruxue/repo/keyring"
	"ruxue/repo/mysql"
	"ruxue/repo/redis"
)

func (d *Doctor) keys(context.Context) []Check {
	const name = "密钥"
	ring, err := keyring.New(d.cfg.Keys.Keyset, d.cfg.Keys.Lookup)
	if err != nil {
		return bad(name, "keys.keyset 或 keys.lookup 读不出来", "用备份的密钥；全新的服务用 `ruxue keys` 生成一对")
	}
	sealed, err := ring.Seal([]byte(name), "doctor")
	if err == nil {
		_, err = ring.Open(sealed, "doctor")
	}
	if err != nil {
		return bad(name, "密钥不能加密", "用 `ruxue keys` 重新生成，已有数据的服务请用备份")
	}
	return good(name, "可以加密和解密")
}

func (d *Doctor) database(ctx context.Context) []Check {
	const name = "数据库"
	db, err := mysql.Open(ctx, mysql.Options{DSN: d.cfg.MySQL.DSN, MaxOpenConns: 1})
	if err != nil {
		return bad(name, "连不上", "核对 mysql.dsn 的地址、账号和密码，确认数据库已启动")
	}
	defer func() { _ = db.Close() }()
	var version string
	var at time.Time
	if err := db.QueryRowContext(ctx, "SELECT VERSION(), UTC_TIMESTAMP(6)").Scan(&version, &at); err != nil {
		return bad(name, "连上了，但不能查询", "核对账号的权限")
	}
	out := good(name, version)
	if err := mysql.CheckSchema(ctx, db); err != nil {
		out = append(out, bad("数据库结构", "不是本程序的版本", "运行 `ruxue migrate`")...)
	} else {
		out = append(out, good("数据库结构", "是本程序的版本")...)
	}
	if off := d.now().Sub(at).Abs(); off > 2*time.Second {
		out = append(out, bad("数据库时钟", fmt.Sprintf("与本机相差 %s", off.Round(time.Second)), "两台机器都用 NTP 对时")...)
	}
	return out
}

func (d *Doctor) redis(ctx context.Context) []Check {
	const name = "Redis"
	r := d.cfg.Redis
	rdb, err := redis.Open(ctx, redis.Options{Addrs: r.Addrs, MasterName: r.MasterName, Password: r.Password, DB: r.DB, Cluster: r.Cluster})
	if err != nil {
		return bad(name, "连不上", "核对 redis.addrs、password 与 db，确认 Redis 已启动")
	}
	defer func() { _ = rdb.Close() }()
	info, err := rdb.Info(ctx, "server").Result()
	if err != nil {
		return bad(name, "连上了，但不能查询", "核对账号的权限")
	}
	version := "版本未知"
	for line := range strings.Lines(info) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), "redis_version:"); ok {
			version = v
		}
	}
	key := "doctor:" + rand.Text()
	if err := rdb.Set(ctx, key, "1", time.Minute).Err(); err != nil {
		return bad(name, version+"，不能写入", "Redis 可能是只读副本，或内存已满")
	}
	_ = rdb.Del(ctx, key)
	return good(name, version)
}

func (d *Doctor) files(ctx context.Context) []Check {
	const name = "文件存储"
	store, err := blob.Open(ctx, d.cfg.Blob.URL)
	if err != nil {
		return bad(name, "打不开", "核对 blob.url；文件夹须存在并可写，存储桶须有权限")
	}
	defer func() { _ = store.Close() }()
	key := "doctor/" + strings.ToLower(rand.Text())
	err = store.Put(ctx, key, []byte(name), "application/octet-stream")
	if err == nil {
		_, err = store.Get(ctx, key)
	}
	if err == nil {
		err = store.Delete(ctx, key)
	}
	if err != nil {
		return bad(name, "不能写入、读出或删除", "核对 blob.url 的权限和剩余空间")
	}
	return good(name, "可以写入、读出和删除")
}

// clock compares the machine's clock with WeChat's: signatures are good for
// five minutes, so a minute is already a warning.
func (d *Doctor) clock(ctx context.Context) []Check {
	const name = "时钟"
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, d.cfg.WeChat.APIBase, nil)
	if err != nil {
		return bad(name, "wechat.api_base 不是网址", "核对 wechat.api_base")
	}
	_, header, _, err := d.do(req)
	if err != nil {
		return bad(name, "连不上微信的服务器，无法对时", "确认服务器可以访问 "+req.URL.Host)
	}
	at, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return skipped(name, "微信的服务器没有给出时间")
	}
	if off := d.now().Sub(at).Abs(); off > time.Minute {
		return bad(name, fmt.Sprintf("与微信的服务器相差 %s", off.Round(time.Second)), "用 NTP 对时；相差 5 分钟时支付和消息都会失败")
	}
	return good(name, "与微信的服务器一致")
}
