package simcore

import (
	"context"
	"crypto/tls"
	"errors"
	"log"
	"net"
	"net/http"
	"time"
)

// Listener is one served TCP port.
type Listener struct {
	// URL is the origin, for example "https://127.0.0.1:41234".
	URL    string
	server *http.Server
	done   chan error
}

// Protocols are those that a service speaks over TLS, by their ALPN names: both
// versions of HTTP, unless the service says otherwise.
func Protocols(service Service) []string {
	if particular, ok := service.(interface{ Protocols() []string }); ok {
		return particular.Protocols()
	}
	return []string{"h2", "http/1.1"}
}

// Listen serves handler on a free port of address. With a CA it speaks
// HTTPS, in those protocols, without one plain HTTP.
func Listen(address string, ca *CA, handler http.Handler, onConnect func(), protocols ...string) (*Listener, error) {
	socket, err := new(net.ListenConfig).Listen(context.Background(), "tcp", net.JoinHostPort(address, "0"))
	if err != nil {
		return nil, err
	}
	scheme := "http"
	if ca != nil {
		config, err := ca.TLSConfig(net.ParseIP(address))
		if err != nil {
			return nil, errors.Join(err, socket.Close())
		}
		config.NextProtos = protocols
		socket, scheme = tls.NewListener(socket, config), "https"
	}
	listener := &Listener{
		URL: scheme + "://" + socket.Addr().String(),
		server: &http.Server{
			Handler:           handler,
			ReadHeaderTimeout: 30 * time.Second,
			ErrorLog:          log.New(discard{}, "", 0),
			ConnState: func(_ net.Conn, state http.ConnState) {
				if state == http.StateNew && onConnect != nil {
					onConnect()
				}
			},
		},
		done: make(chan error, 1),
	}
	go func() { listener.done <- listener.server.Serve(socket) }()
	return listener, nil
}

// discard drops what net/http logs about cut connections: faults cut them on
// purpose.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// Connected returns a callback for Listen that counts a service's
// connections in the journal.
func (c *Core) Connected(service Service) func() {
	return func() { c.Journal.connected(service.Name()) }
}

// Close stops serving and cuts what is open.
func (l *Listener) Close() error {
	err := l.server.Close()
	if served := <-l.done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
