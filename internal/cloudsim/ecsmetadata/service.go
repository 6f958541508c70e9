// Package ecsmetadata simulates the metadata service inside a Huawei Cloud
// server (ECS), as far as it hands out the credentials of the server's
// agency.
package ecsmetadata

import (
	"crypto/rand"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/iam"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// Service is the simulated metadata service of one server. It is served as
// plain HTTP, as in life.
type Service struct {
	core     *simcore.Core
	iam      *iam.Service
	switches *simcore.Switches

	mu     sync.Mutex
	tokens map[string]time.Time
	agency bool
}

// agencyName is the seeded agency's name, and its id for Delete.
const agencyName = "sim-agency"

// New returns the metadata service of a server with an agency, whose
// temporary keys the given IAM accepts.
func New(core *simcore.Core, accounts *iam.Service) *Service {
	return &Service{
		core: core, iam: accounts, tokens: map[string]time.Time{}, agency: true,
		switches: simcore.NewSwitches(
			simcore.Switch{
				Name: "metadata_token", Value: "optional",
				Allowed: []string{"optional", "required", "unsupported_404", "unsupported_405", "unsupported_503"},
				Description: "Whether the server knows the token header: older servers answer 404, 405 or 503 to the PUT; " +
					"hardened ones refuse requests without it.",
			},
			simcore.Switch{
				Name: "key_lifetime", Value: "24h",
				Description: "How long the agency's temporary keys are valid; the exact time is not published.",
			},
		),
	}
}

// Name returns "ecs_metadata".
func (s *Service) Name() string { return "ecs_metadata" }

// Switches are the differences between servers.
func (s *Service) Switches() *simcore.Switches { return s.switches }

// The operations; the vendor has no names for them.
const (
	operationToken = "GetMetadataToken"
	operationKey   = "GetSecurityKey"
)

// Operations implements simcore.Service.
func (s *Service) Operations() []string {
	return []string{operationToken, operationKey}
}

// Route implements simcore.Service.
func (s *Service) Route(r *http.Request) simcore.Operation {
	switch r.URL.Path {
	case "/meta-data/latest/api/token":
		return simcore.Operation{Name: operationToken, Handle: s.token}
	case "/openstack/latest/securitykey":
		return simcore.Operation{Name: operationKey, Handle: s.securityKey}
	}
	return simcore.Operation{Handle: http.NotFound}
}

// FaultBody returns a minimal error body: the metadata service has no
// documented one.
func (s *Service) FaultBody(status int) any {
	return map[string]string{"error": http.StatusText(status)}
}

// State names the server's agency.
func (s *Service) State() any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]any{"agencies": s.agencies()}
}

// Objects implements simcore.Service.
func (s *Service) Objects() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.agencies()
}

func (s *Service) agencies() []string {
	if !s.agency {
		return []string{}
	}
	return []string{agencyName}
}

// Delete takes the agency from the server.
func (s *Service) Delete(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	existed := s.agency && id == agencyName
	s.agency = s.agency && !existed
	return existed
}

// Env returns the endpoint.
func (s *Service) Env(url string) []simcore.EnvVar {
	return []simcore.EnvVar{{Name: "CLOUDTAP_HUAWEICLOUD_METADATA_ENDPOINT", Value: url}}
}

func (s *Service) token(w http.ResponseWriter, r *http.Request) {
	switch s.switches.Get("metadata_token") {
	case "unsupported_404":
		http.NotFound(w, r)
		return
	case "unsupported_405":
		http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
		return
	case "unsupported_503":
		http.Error(w, "Service Unavailable", http.StatusServiceUnavailable)
		return
	}
	seconds, err := strconv.Atoi(r.Header.Get("X-Metadata-Token-Ttl-Seconds"))
	if r.Method != http.MethodPut || err != nil || seconds < 1 || seconds > 21600 {
		http.Error(w, "Bad Request", http.StatusBadRequest)
		return
	}
	value := "SIMMETA" + rand.Text()
	s.mu.Lock()
	s.tokens[value] = s.core.Clock.Now().Add(time.Duration(seconds) * time.Second)
	s.mu.Unlock()
	if _, err := w.Write([]byte(value)); err != nil {
		return // The client has gone, which is its right.
	}
}

func (s *Service) securityKey(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
		return
	}
	if !s.mayRead(r.Header.Get("X-Metadata-Token")) {
		http.Error(w, "Unauthorized", http.StatusUnauthorized)
		return
	}
	s.mu.Lock()
	agency := s.agency
	s.mu.Unlock()
	if !agency {
		http.NotFound(w, r)
		return
	}
	key := s.iam.IssueTemporaryKey(s.switches.Duration("key_lifetime"))
	simcore.WriteJSON(w, http.StatusOK, map[string]any{"credential": map[string]string{
		"access": key.Access, "secret": key.Secret, "securitytoken": key.SecurityToken,
		"expires_at": key.ExpiresAt.Format("2006-01-02T15:04:05.000000Z"),
	}})
}

// mayRead checks a token when one was sent, and wants one only from clients
// of hardened servers.
func (s *Service) mayRead(token string) bool {
	if token == "" {
		return s.switches.Get("metadata_token") != "required"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	expires, known := s.tokens[token]
	return known && s.core.Clock.Now().Before(expires)
}
