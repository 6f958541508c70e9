package imds_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds/imdstest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// reply is what a plain HTTP client sees.
type reply struct {
	status int
	header http.Header
	body   string
}

// ask sends a request with the Metadata header, which header may replace.
func ask(t *testing.T, s *imdstest.Simulation, method, path, body string, header http.Header) reply {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Metadata", "true")
	for name, values := range header {
		request.Header[name] = values
	}
	response, err := directClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header, string(content)}
}

func get(t *testing.T, s *imdstest.Simulation, path string) reply {
	t.Helper()
	return ask(t, s, http.MethodGet, path, "", nil)
}

func (r reply) decode(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.body), into); err != nil {
		t.Fatalf("%s: %s", err, r.body)
	}
}

// directClient keeps no connections, so that none outlives its test.
var directClient = &http.Client{Transport: &http.Transport{DialContext: simtest.DialLoopback, DisableKeepAlives: true}}
