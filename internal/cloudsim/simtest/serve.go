package simtest

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// NewCA returns an authority for the servers of one test.
func NewCA(tb testing.TB) *simcore.CA {
	tb.Helper()
	ca, err := simcore.NewCA()
	if err != nil {
		tb.Fatalf("make the test's certificate authority: %v", err)
	}
	return ca
}

// Serve serves a service over HTTPS on a free loopback port until the test
// ends, and returns its origin.
func Serve(tb testing.TB, core *simcore.Core, ca *simcore.CA, service simcore.Service) string {
	tb.Helper()
	listener, err := simcore.Listen("127.0.0.1", ca, core.Handler(service), core.Connected(service), simcore.Protocols(service)...)
	if err != nil {
		tb.Fatalf("serve %s: %v", service.Name(), err)
	}
	tb.Cleanup(func() {
		if err := listener.Close(); err != nil {
			tb.Errorf("stop serving %s: %v", service.Name(), err)
		}
		FaultsHappened(tb, core)
	})
	return listener.URL
}

// FaultsHappened fails the test if it planned a fault that never happened:
// what it shows then is that nothing goes wrong when nothing goes wrong.
func FaultsHappened(tb testing.TB, core *simcore.Core) {
	tb.Helper()
	for _, fault := range core.Faults.Unused() {
		if !tb.Failed() {
			tb.Errorf("the fault %s of %s %s never happened (skip %d)", fault.Kind, cmp.Or(fault.Service, "*"), cmp.Or(fault.Operation, "*"), fault.Skip)
		}
	}
}

// Closed returns an origin at which nothing listens until the test ends. The
// port is the near end of a connection, so that no other server can get it.
func Closed(tb testing.TB) string {
	tb.Helper()
	listener, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	connection, err := new(net.Dialer).DialContext(tb.Context(), "tcp", listener.Addr().String())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := errors.Join(connection.Close(), listener.Close()); err != nil {
			tb.Error(err)
		}
	})
	return "http://" + connection.LocalAddr().String()
}

// Client returns an HTTP client that trusts the authority.
func Client(tb testing.TB, ca *simcore.CA) *http.Client {
	tb.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(ca.PEM()) {
		tb.Fatal("the authority's certificate is not PEM")
	}
	transport := Transport()
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool}
	tb.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}
