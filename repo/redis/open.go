package redis

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// clusterReload is how often the client asks a Cluster for its shape. With the
// library's default of a minute it stays broken long after the servers have
// replaced a dead node (measured: more than 30 s, with this 4 s).
const clusterReload = time.Second

// Options say how to reach Redis: one address is a single server; MasterName
// makes the addresses those of Sentinels; Cluster, or more than one address
// without a MasterName, makes them nodes of a Cluster.
type Options struct {
	Addrs      []string
	MasterName string
	Username   string
	Password   string
	DB         int // a Cluster has 0 alone
	Cluster    bool
	TLS        bool
}

// Open connects and pings. Its errors never hold the password.
func Open(ctx context.Context, o Options) (redis.UniversalClient, error) {
	rdb, err := newClient(o)
	if err != nil {
		return nil, fmt.Errorf("preparing the Redis connection: %w", err)
	}
	if err := rdb.Ping(ctx).Err(); err != nil {
		_ = rdb.Close()
		return nil, fmt.Errorf("reaching Redis: %w", err)
	}
	return rdb, nil
}

// newClient chooses the kind of client itself, because the library's own choice
// gives no way to set how often a Cluster's shape is read.
func newClient(o Options) (redis.UniversalClient, error) {
	if len(o.Addrs) == 0 {
		return nil, errors.New("no address is given")
	}
	if o.Cluster && o.MasterName != "" {
		return nil, errors.New("it is either a Cluster or behind Sentinels, not both")
	}
	u := &redis.UniversalOptions{
		Addrs: o.Addrs, MasterName: o.MasterName,
		Username: o.Username, Password: o.Password, DB: o.DB,
	}
	if o.TLS {
		u.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if o.MasterName != "" {
		return redis.NewFailoverClient(u.Failover()), nil
	}
	if !o.Cluster && len(o.Addrs) == 1 {
		return redis.NewClient(u.Simple()), nil
	}
	if o.DB != 0 {
		return nil, errors.New("a Cluster has no numbered databases")
	}
	c := u.Cluster()
	c.ClusterStateReloadInterval = clusterReload
	return redis.NewClusterClient(c), nil
}
