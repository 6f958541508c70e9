package security

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// server is a service of the test's own. Every one has a port of its own,
// and so is another origin than every other.
type server struct {
	*httptest.Server

	// written counts the bytes of bodies that went out.
	written atomic.Int64

	mu   sync.Mutex
	seen []seen
}

// seen is a request as a server got it.
type seen struct {
	Method, URL string
	Header      http.Header
	Body        string
}

// serve runs a server that ends with the test. Its certificate is one that
// the provider trusts: what it is refused for is not that.
func serve(t *testing.T, plain bool, handler http.HandlerFunc) *server {
	t.Helper()
	s := unstarted(handler)
	if plain {
		s.Start()
	} else {
		secure(t, s)
		s.StartTLS()
	}
	t.Cleanup(s.stop)
	return s
}

func unstarted(handler http.HandlerFunc) *server {
	s := &server{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // A client that gives up in the middle is seen as far as it came.
		s.mu.Lock()
		s.seen = append(s.seen, seen{r.Method, r.Host + r.URL.String(), r.Header.Clone(), string(body)})
		s.mu.Unlock()
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		handler(&countingWriter{w, &s.written}, r)
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	return s
}

// secure gives the server a certificate of the authority that the tests
// trust.
func secure(t *testing.T, s *server) {
	t.Helper()
	ca, err := simcore.LoadCA(filepath.Dir(os.Getenv("SSL_CERT_FILE")))
	if err != nil {
		t.Fatal(err)
	}
	if s.TLS, err = ca.TLSConfig(net.IPv4(127, 0, 0, 1)); err != nil {
		t.Fatal(err)
	}
}

// stop also ends handlers that are still sending.
func (s *server) stop() {
	s.CloseClientConnections()
	s.Close()
}

func (s *server) requests() []seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]seen(nil), s.seen...)
}

// port is what the server has of its own in its address.
func (s *server) port() string { return s.URL[strings.LastIndex(s.URL, ":")+1:] }

type countingWriter struct {
	http.ResponseWriter
	written *atomic.Int64
}

func (w *countingWriter) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p)
	w.written.Add(int64(n))
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *countingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// write sends text; a client that has gone meanwhile is what most attacks end
// with.
func write(w io.Writer, text string) bool {
	_, err := io.WriteString(w, text)
	return err == nil
}

// thief is where a hostile service would like to lead the provider's
// credentials. Nothing may arrive there.
func thief(t *testing.T, plain bool) *server {
	t.Helper()
	s := serve(t, plain, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		write(w, `{"status":"Succeeded","value":[]}`)
	})
	t.Cleanup(func() {
		for _, request := range s.requests() {
			t.Errorf("another origin was called: %s %s with %d headers and a body of %d bytes", request.Method, request.URL, len(request.Header), len(request.Body))
		}
	})
	return s
}

// refuseRecords lets the services that take records refuse them: for those,
// every other answer is a success, whatever its body.
func refuseRecords(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/api/logs" || strings.HasPrefix(r.URL.Path, "/dataCollectionRules/") {
		w.WriteHeader(http.StatusBadRequest)
	}
}
