// Package iam simulates the part of Huawei Cloud's Identity and Access
// Management that a client needs: tokens by password, projects and accounts.
// It also holds the access keys, and checks for the other simulated services
// who sends a request.
package iam

import (
	"fmt"
	"net/http"
	"sync"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// Options are the choices of a simulated IAM.
type Options struct {
	// Region is the region that the service and its first project belong
	// to; empty means DefaultRegion.
	Region string
}

// DefaultRegion is the region of a simulation that does not name one.
const DefaultRegion = "cn-north-4"

// Project is one project of the simulated account.
type Project struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Enabled bool   `json:"enabled"`
}

// Service is the simulated IAM. One instance holds one account ("domain")
// with one user.
type Service struct {
	core     *simcore.Core
	switches *simcore.Switches
	region   string
	account  account

	mu       sync.Mutex
	projects []Project
	keys     map[string]AccessKey
	tokens   map[string]token
}

// New returns an IAM with an account, a user, a permanent access key, and
// two projects: the region's own and a sub-project of it.
func New(core *simcore.Core, options Options) *Service {
	region := options.Region
	if region == "" {
		region = DefaultRegion
	}
	service := &Service{
		core:     core,
		switches: newSwitches(),
		region:   region,
		account:  newAccount(),
		projects: []Project{
			{ID: randomID(), Name: region, Enabled: true},
			{ID: randomID(), Name: region + "_team", Enabled: true},
		},
		keys:   map[string]AccessKey{},
		tokens: map[string]token{},
	}
	service.account.permanentKey = service.addKey(false, 0)
	return service
}

// Name returns "iam".
func (s *Service) Name() string { return "iam" }

// Switches are the unknowns of the real service.
func (s *Service) Switches() *simcore.Switches { return s.switches }

// The vendor's operations.
const (
	operationToken    = "KeystoneCreateUserTokenByPassword"
	operationProjects = "KeystoneListProjects"
	operationDomains  = "KeystoneListAuthDomains"
)

// Operations implements simcore.Service.
func (s *Service) Operations() []string {
	return []string{operationToken, operationProjects, operationDomains}
}

// Route maps the Keystone paths to the vendor's operation names.
func (s *Service) Route(r *http.Request) simcore.Operation {
	switch r.Method + " " + r.URL.Path {
	case "POST /v3/auth/tokens":
		return simcore.Operation{Name: operationToken, Handle: s.createToken}
	case "GET /v3/projects":
		return simcore.Operation{Name: operationProjects, Handle: s.authenticated(s.listProjects)}
	case "GET /v3/auth/domains":
		return simcore.Operation{Name: operationDomains, Handle: s.authenticated(s.listDomains)}
	}
	return simcore.Operation{Handle: func(w http.ResponseWriter, _ *http.Request) { RefuseUnknownRoute(w) }}
}

// FaultBody returns IAM's error envelope.
func (s *Service) FaultBody(status int) any {
	return errorBody(status, "injected fault: "+http.StatusText(status))
}

// State lists accounts, users and projects, without any secret.
func (s *Service) State() any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]any{
		"domains":      []string{s.account.domainName},
		"users":        []string{s.account.userName},
		"projects":     append([]Project{}, s.projects...),
		"accessKeys":   len(s.keys),
		"issuedTokens": len(s.tokens),
	}
}

// Objects implements simcore.Service: the projects.
func (s *Service) Objects() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	for _, project := range s.projects {
		ids = append(ids, project.ID)
	}
	return ids
}

// Delete removes a project.
func (s *Service) Delete(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, project := range s.projects {
		if project.ID == id {
			s.projects = append(s.projects[:i], s.projects[i+1:]...)
			return true
		}
	}
	return false
}

// Region returns the region that the service simulates.
func (s *Service) Region() string { return s.region }

// ProjectID returns the id of the region's own project.
func (s *Service) ProjectID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, project := range s.projects {
		if project.Name == s.region {
			return project.ID
		}
	}
	return ""
}

// AddProject adds a project, also one whose name is taken.
func (s *Service) AddProject(name string) Project {
	s.mu.Lock()
	defer s.mu.Unlock()
	project := Project{ID: randomID(), Name: name, Enabled: true}
	s.projects = append(s.projects, project)
	return project
}

// Env returns the endpoint, the region, the permanent key and the project.
func (s *Service) Env(url string) []simcore.EnvVar {
	return []simcore.EnvVar{
		{Name: "CLOUDTAP_HUAWEICLOUD_IAM_ENDPOINT", Value: url},
		{Name: "HW_REGION_NAME", Value: s.region},
		{Name: "HW_ACCESS_KEY", Value: s.account.permanentKey.Access},
		{Name: "HW_SECRET_KEY", Value: s.account.permanentKey.Secret},
		{Name: "CLOUDTAP_SIM_PROJECT_ID", Value: s.ProjectID()},
	}
}

func newSwitches() *simcore.Switches {
	return simcore.NewSwitches(
		simcore.Switch{
			Name: "token_lifetime", Value: "24h",
			Description: "How long a token by password is valid; the vendor says 24 hours.",
		},
		simcore.Switch{
			Name: "signature_date_tolerance", Value: "0s",
			Description: "How far X-Sdk-Date may lie from the simulated time. How much the gateway tolerates is not published; " +
				"0s does not check, because simulated time may have been moved away from the client's.",
		},
	)
}

func errorBody(status int, message string) any {
	return map[string]any{"error": map[string]any{
		"code": status, "message": message, "title": http.StatusText(status),
	}}
}

func (s *Service) refuse(w http.ResponseWriter, status int, format string, arguments ...any) {
	simcore.WriteJSON(w, status, errorBody(status, fmt.Sprintf(format, arguments...)))
}
