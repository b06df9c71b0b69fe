package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"ruxue/repo/simulator"
)

// delivery is one callback as WeChat Pay sends it, and the answer it deserves.
type delivery struct {
	header http.Header
	body   []byte
	want   int
}

// mailbox takes callbacks for later.
type mailbox struct {
	mu  sync.Mutex
	got []delivery
}

// ServeHTTP answers as a merchant who has stored the callback.
func (m *mailbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	m.mu.Lock()
	m.got = append(m.got, delivery{header: r.Header.Clone(), body: body})
	m.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

func (m *mailbox) take(want int) []delivery {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := m.got
	m.got = nil
	for i := range out {
		out[i].want = want
	}
	return out
}

// mix is what arrives: a callback for each order, duplicates and forgeries
// (in percent of the orders) among them, in a random order of the seed.
func (m *mailbox) mix(sim *simulator.Simulator, orders []string, duplicates, forged int, seed uint64) ([]delivery, error) {
	m.take(0)
	rnd := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // an order of arrival, no secret
	err := each(len(orders), workers, func(i int) error { _, err := sim.Callback(orders[i], "", 1); return err })
	if err != nil {
		return nil, fmt.Errorf("having callbacks signed: %w", err)
	}
	all := m.take(http.StatusNoContent)
	for _, i := range rnd.Perm(len(orders))[:len(orders)*duplicates/100] {
		all = append(all, all[i])
	}
	for _, i := range rnd.Perm(len(orders))[:len(orders)*forged/100] {
		if _, err := sim.Callback(orders[i], "signature", 1); err != nil {
			return nil, fmt.Errorf("having callbacks forged: %w", err)
		}
	}
	all = append(all, m.take(http.StatusUnauthorized)...)
	rnd.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all, nil
}

// deliver sends all of them to the address, so many at a time, and returns how
// long that took. An answer that is not the deserved one is an error.
func deliver(ctx context.Context, address string, all []delivery, concurrency int) (time.Duration, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: concurrency}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: time.Minute}
	var wrong atomic.Int64
	start := time.Now()
	err := each(len(all), concurrency, func(i int) error {
		d := all[i]
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(d.body))
		if err != nil {
			return fmt.Errorf("preparing a callback: %w", err)
		}
		req.Header = d.header
		res, err := client.Do(req)
		if err != nil {
			return fmt.Errorf("sending a callback: %w", err)
		}
		_, _ = io.Copy(io.Discard, res.Body) // so that the connection is used again
		_ = res.Body.Close()
		if res.StatusCode != d.want {
			wrong.Add(1)
			return fmt.Errorf("a callback was answered %d, want %d", res.StatusCode, d.want)
		}
		return nil
	})
	took := time.Since(start)
	if n := wrong.Load(); n > 0 {
		return took, fmt.Errorf("%d of %d answers are wrong, one of them: %w", n, len(all), err)
	}
	return took, err
}
