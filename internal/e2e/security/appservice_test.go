package security

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// identityHeader is what an App Service gives its programs to prove with that
// they are its own.
const identityHeader = "canary-of-the-identity-header-b7e2"

// appService is the identity endpoint of App Service, Functions and Container
// Apps: where it is and what to send there is in the environment.
//
// Source: "How to use managed identities for App Service and Azure
// Functions", REST endpoint reference.
type appService struct {
	t     *testing.T
	cloud *cloudsim.Cloud
	// refuses makes every answer a refusal that quotes the request.
	refuses atomic.Bool

	mu     sync.Mutex
	issued []string
}

// appServiceMethod is there for environments only. Once told to refuse, the
// endpoint quotes what it was asked with.
func appServiceMethod(t *testing.T, cloud *cloudsim.Cloud) (m method, refuse func()) {
	t.Helper()
	service := &appService{t: t, cloud: cloud}
	server := httptest.NewServer(service)
	t.Cleanup(server.Close)
	return method{
		cloud: "azure",
		environment: map[string]string{
			"ARM_USE_MSI": "true", "IDENTITY_ENDPOINT": server.URL + "/msi/token", "IDENTITY_HEADER": identityHeader,
		},
		secrets: map[string][]string{"identity header": {identityHeader}},
		proof: func(exchange simcore.Exchange) bool {
			token, found := strings.CutPrefix(exchange.Request.Header.Get("Authorization"), "Bearer ")
			return found && exchange.Service == "arm" && exchange.Status < http.StatusMultipleChoices && service.hasIssued(token)
		},
	}, func() { service.refuses.Store(true) }
}

func (s *appService) hasIssued(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.issued, token)
}

func (s *appService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header, query := r.Header.Get("X-Identity-Header"), r.URL.Query()
	token, err := s.cloud.AAD.IssueToken(query.Get("resource"), query.Get("client_id"))
	status, answer := http.StatusOK, map[string]string{
		"access_token": token.AccessToken, "expires_on": strconv.FormatInt(token.ExpiresOn.Unix(), 10),
		"resource": query.Get("resource"), "token_type": "Bearer",
	}
	switch {
	case r.URL.Path != "/msi/token" || query.Get("api-version") != "2019-08-01" || header != identityHeader || err != nil:
		s.t.Errorf("got %s with %q: %v", r.URL, header, err)
		status = http.StatusBadRequest
	case s.refuses.Load():
		status, answer = http.StatusForbidden, map[string]string{"error": "no identity for " + header, "message": "You sent X-IDENTITY-HEADER: " + header}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		s.t.Error(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issued = append(s.issued, token.AccessToken)
}
