package redis

import (
	"testing"

	"github.com/redis/go-redis/v9"
)

func TestNewClientChoosesTheKind(t *testing.T) {
	for name, c := range map[string]struct {
		o       Options
		cluster bool
	}{
		"one address":    {Options{Addrs: []string{"a:1"}}, false},
		"two addresses":  {Options{Addrs: []string{"a:1", "b:1"}}, true},
		"one, a cluster": {Options{Addrs: []string{"a:1"}, Cluster: true}, true},
		"sentinels":      {Options{Addrs: []string{"a:1", "b:1"}, MasterName: "m", DB: 2}, false},
	} {
		rdb, err := newClient(c.o)
		if err != nil {
			t.Fatal(name, err)
		}
		cc, cluster := rdb.(*redis.ClusterClient)
		if cluster != c.cluster {
			t.Errorf("%s: %T", name, rdb)
		}
		if cluster && cc.Options().ClusterStateReloadInterval != clusterReload {
			t.Errorf("%s: reads the shape every %s", name, cc.Options().ClusterStateReloadInterval)
		}
		_ = rdb.Close()
	}
	rdb, err := newClient(Options{Addrs: []string{"a:1"}, TLS: true, Username: "u", Password: "p", DB: 3})
	if err != nil {
		t.Fatal(err)
	}
	o := rdb.(*redis.Client).Options()
	if o.TLSConfig == nil || o.Username != "u" || o.Password != "p" || o.DB != 3 {
		t.Error("an option is lost")
	}
	_ = rdb.Close()
}
