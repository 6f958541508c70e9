package blob_test

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// token is what the directory of these tests has issued, for storage.
const token = "a-token"

type directory struct{}

func (directory) Verify(given string, audiences ...string) error {
	if given != token || !slices.Contains(audiences, blob.Audience) {
		return errors.New("not issued here")
	}
	return nil
}

const tenant = "6babcaad-604b-40ac-a9d7-9fd97c0b779f"

func (directory) TenantID() string { return tenant }

// storage is a simulated account "account" behind an origin.
type storage struct {
	*blob.Service

	clock  *simcore.Clock
	origin string
	http   *http.Client
}

var began = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

func newStorage(t *testing.T) *storage {
	t.Helper()
	clock := simcore.NewStoppedClock(began)
	core, ca := simcore.NewCore(clock), simtest.NewCA(t)
	service := blob.New(core, directory{})
	return &storage{service, clock, simtest.Serve(t, core, ca, service), simtest.Client(t, ca)}
}

// answer is what a request got.
type answer struct {
	status int
	header http.Header
	body   string
}

// code is the service's, of the header, which the body has to repeat.
func (a answer) code(t *testing.T) string {
	t.Helper()
	code := a.header.Get("x-ms-error-code")
	if code != "" && a.body != "" && !strings.Contains(a.body, "<Code>"+code+"</Code>") {
		t.Errorf("the body says something else than %s: %s", code, a.body)
	}
	return code
}

// send sends a request with a token, as the service wants it; headers change that,
// and an empty value leaves one out.
func (s *storage) send(t *testing.T, method, path string, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.origin+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("x-ms-version", "2026-04-06")
	for pair := range slices.Chunk(headers, 2) {
		if request.Header.Set(pair[0], pair[1]); pair[1] == "" {
			request.Header.Del(pair[0])
		}
	}
	response, err := s.http.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(body)}
}
