package azure

import (
	"errors"
	"net"
	"testing"
	"time"
)

func TestConnectingIsGivenUpInTime(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]error{
		"dial": &net.OpError{Op: "dial", Err: errors.New("i/o timeout")}, "no such host": &net.DNSError{Err: "no such host"},
		"TLS": errors.New("net/http: TLS handshake timeout"),
	} {
		now := time.Unix(0, 0)
		c := &connections{now: func() time.Time { return now }}
		attempts := 0
		for final := false; !final && attempts < 10; attempts++ {
			start := now
			now = now.Add(10 * time.Second)
			err := c.judge(t.Context(), "management.example:443", start, failure)
			final = errors.As(err, new(*refusedError))
			if !errors.Is(err, failure) {
				t.Errorf("%s: the cause is lost: %v", name, err)
			}
		}
		if passed := now.Sub(time.Unix(0, 0)); passed > 21*time.Second || attempts < 2 {
			t.Errorf("%s: given up after %d attempts in %s", name, attempts, passed)
		}
	}
}

func TestAHostThatWasReachedMayComeBack(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	c := &connections{now: func() time.Time { return now }}
	failure := &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	if err := c.judge(t.Context(), "a", now, nil); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		start := now
		now = now.Add(time.Minute)
		if err := c.judge(t.Context(), "a", start, failure); errors.As(err, new(*refusedError)) {
			t.Error("given up")
		}
	}
	reset := &net.OpError{Op: "read", Err: errors.New("connection reset")}
	for range 5 {
		now = now.Add(time.Minute)
		if err := c.judge(t.Context(), "b", now, reset); errors.As(err, new(*refusedError)) {
			t.Error("a connection that broke was given up as one that was never made")
		}
	}
}
