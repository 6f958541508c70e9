package simtest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"testing"
)

// DialLoopback connects to addresses of this machine alone. Every transport
// that tests build dials by it: a client that was not pointed at the simulation
// must not ask the metadata service of the machine that runs the tests, at
// 169.254.169.254, nor anything else.
func DialLoopback(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("a test wants to connect to %s, and may connect to this machine only", address)
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// PlainClient returns an HTTP client that connects to this machine alone, and
// trusts whom the machine trusts.
func PlainClient(tb testing.TB) *http.Client {
	tb.Helper()
	transport := Transport()
	tb.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// Transport returns a transport that uses no proxy, and dials by DialLoopback.
func Transport() *http.Transport {
	return &http.Transport{DialContext: DialLoopback, ForceAttemptHTTP2: true}
}
