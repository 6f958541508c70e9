package azure

import (
	"context"
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
	log LogFunc

	mu sync.Mutex
	// reached are the hosts with which a connection was made.
	reached map[string]bool
	// since is when connecting to a host was tried first, until it was given
	// up.
	since map[string]time.Time
}

// judge returns the error of a request that began at start, which is final
// when connecting to the host has failed for long enough. Until then it logs
// what is waited for.
func (c *connections) judge(ctx context.Context, host string, start time.Time, err error) error {
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
	tried := c.now().Sub(first)
	if tried >= connectPatience {
		delete(c.since, host)
		return &refusedError{fmt.Errorf("no connection to %s in %s: %w", host, tried.Round(time.Second), err)}
	}
	if c.log != nil {
		c.log(ctx, "waiting for a connection to "+host, map[string]string{
			"host": host, "tried_for": tried.Round(time.Millisecond).String(), "given_up_after": connectPatience.String(), "error": err.Error(),
		})
	}
	return err
}

// neverConnected reports whether a request failed before its connection was
// made: address, route, dial or TLS handshake.
func neverConnected(err error) bool {
	var failed *net.OpError
	return errors.As(err, &failed) && failed.Op == "dial" || errors.As(err, new(*net.DNSError)) ||
		strings.Contains(err.Error(), "TLS handshake timeout")
}
