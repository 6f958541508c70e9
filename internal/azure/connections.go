package azure

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
)

// connectPatience is how long it is tried to connect to a host that never
// answered: longer than one attempt takes, and far below what the SDK's
// retries add up to.
const connectPatience = 15 * time.Second

// connections knows which hosts were never reached.
type connections struct {
	now func() time.Time

	mu sync.Mutex
	// reached are the hosts with which a connection was made.
	reached map[string]bool
	// since is when connecting to a host was tried first.
	since map[string]time.Time
}

// judge returns the error of a request that began at start, which is final
// when connecting to the host has failed for long enough.
func (c *connections) judge(host string, start time.Time, err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reached == nil {
		c.reached, c.since = map[string]bool{}, map[string]time.Time{}
	}
	if err == nil {
		c.reached[host] = true
		return nil
	}
	if c.reached[host] || !neverConnected(err) {
		return err
	}
	first, known := c.since[host]
	if !known {
		first = start
		c.since[host] = start
	}
	if tried := c.now().Sub(first); tried >= connectPatience {
		delete(c.since, host)
		return &refusedError{fmt.Errorf("no connection to %s in %s: %w", host, tried.Round(time.Second), err)}
	}
	return err
}

// neverConnected reports whether a request failed before its connection was
// made: address, route, dial or TLS handshake.
func neverConnected(err error) bool {
	var failed *net.OpError
	var lookup *net.DNSError
	return errors.As(err, &failed) && failed.Op == "dial" || errors.As(err, &lookup) ||
		strings.Contains(err.Error(), "TLS handshake timeout")
}
