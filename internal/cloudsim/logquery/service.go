// Package logquery simulates the Log Analytics query API over what the
// simulated ingestion services stored.
//
// Source: https://learn.microsoft.com/azure/azure-monitor/logs/api/overview
package logquery

import (
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// Name is the service's name in the control API.
const Name = "log_query"

// The vendor's operations.
const (
	OperationPost  = "Query_Post"
	OperationGet   = "Query_Get"
	OperationBatch = "Query_Batch"
	// The same of a resource instead of a workspace.
	OperationResourcePost = "Query_ResourceExecute"
	OperationResourceGet  = "Query_ResourceGet"
)

// The service's switches.
const (
	// SwitchIngestionDelay is how long a row takes to show.
	SwitchIngestionDelay = "ingestion_delay"
	// SwitchNewTableDelay is how long a new table takes to show.
	SwitchNewTableDelay = "new_table_delay"
	// SwitchEmptyWorkspace chooses the answer of a workspace without tables.
	SwitchEmptyWorkspace = "empty_workspace"
	// SwitchUnknownWorkspace chooses the answer to a workspace that there is not.
	SwitchUnknownWorkspace = "unknown_workspace"
	// SwitchMaxRows is how many rows an answer has at most.
	SwitchMaxRows = "max_rows"
)

func newSwitches(realistic bool) *simcore.Switches {
	delay, newTable := "0s", "0s"
	if realistic {
		delay, newTable = "10s", "2m"
	}
	return simcore.NewSwitches(
		simcore.Switch{Name: SwitchIngestionDelay, Value: delay,
			Description: "How long a row takes from its arrival until queries show it; Azure promises no time."},
		simcore.Switch{Name: SwitchNewTableDelay, Value: newTable,
			Description: "How long a new table takes until queries know it; Azure says up to 15 minutes."},
		simcore.Switch{Name: SwitchEmptyWorkspace, Value: "bad_request", Allowed: []string{"bad_request", "no_content"},
			Description: "204 is documented for a workspace without data; a query that names a table is expected to get 400."},
		simcore.Switch{Name: SwitchUnknownWorkspace, Value: "forbidden", Allowed: []string{"forbidden", "not_resolved"},
			Description: "What a query gets whose path, or whose member workspaces, names a workspace that there is not: 403 InsufficientAccessError, or the 400 FailedToResolveResource that is documented for members of a batch, which always get it."},
		simcore.Switch{Name: SwitchMaxRows, Value: "500000", Least: "1", Description: "The documented limit of rows in one answer."},
	)
}

// Verifier checks bearer tokens; the simulated directory is one.
type Verifier interface {
	// Verify returns an error unless the token is valid for one of the
	// audiences.
	Verify(token string, audiences ...string) error
}

// Options are the properties of the simulated service.
type Options struct {
	// Realistic uses the service's own delays.
	Realistic bool
	// Resources are what queries of resources may name; nil for the seeded
	// workspace alone.
	Resources Resources
}

// Service is the simulated API.
type Service struct {
	core      *simcore.Core
	store     *logstore.Store
	verifier  Verifier
	resources Resources
	switches  *simcore.Switches
}

var _ simcore.Service = (*Service)(nil)

// New returns the API over a store.
func New(core *simcore.Core, store *logstore.Store, verifier Verifier, options Options) *Service {
	if options.Resources == nil {
		options.Resources = onlyWorkspace{}
	}
	return &Service{core: core, store: store, verifier: verifier, resources: options.Resources, switches: newSwitches(options.Realistic)}
}

// Audience returns what tokens for the public cloud are for.
func (s *Service) Audience() string { return audiences[0] }

// Name implements simcore.Service.
func (s *Service) Name() string { return Name }

// Switches implements simcore.Service.
func (s *Service) Switches() *simcore.Switches { return s.switches }

// State implements simcore.Service: the service itself holds nothing.
func (s *Service) State() any { return struct{}{} }

// Objects implements simcore.Service.
func (s *Service) Objects() []string { return nil }

// Delete implements simcore.Service; there is nothing to delete.
func (s *Service) Delete(string) bool { return false }

// FaultBody implements simcore.Service.
func (s *Service) FaultBody(status int) any {
	return errorBody{errorInfo{Code: strings.ReplaceAll(http.StatusText(status), " ", ""), Message: "Injected by the simulator."}}
}

// Env returns the provider's endpoint variable.
func (s *Service) Env(url string) []simcore.EnvVar {
	return []simcore.EnvVar{{Name: "CLOUDTAP_AZURE_LOG_ANALYTICS_QUERY_ENDPOINT", Value: url}}
}

// Operations implements simcore.Service.
func (s *Service) Operations() []string {
	return []string{OperationPost, OperationGet, OperationBatch, OperationResourcePost, OperationResourceGet}
}

// Route implements simcore.Service.
func (s *Service) Route(r *http.Request) simcore.Operation {
	if name, handle := s.routed(r); name != "" {
		return simcore.Operation{Name: name, Handle: func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("request-id", uuid.NewString())
			handle(w, r)
		}}
	}
	return simcore.Operation{Handle: func(w http.ResponseWriter, _ *http.Request) { unknownPath(w) }}
}

func unknownPath(w http.ResponseWriter) {
	refuse(w, http.StatusNotFound, errorInfo{Code: "PathNotFoundError", Message: "The requested path does not exist"})
}

func (s *Service) routed(r *http.Request) (name string, handle http.HandlerFunc) {
	if r.URL.Path == "/v1/$batch" && r.Method == http.MethodPost {
		return OperationBatch, s.batch
	}
	from, found := scopeOf(r.URL.Path)
	names := map[string]string{http.MethodPost: OperationPost, http.MethodGet: OperationGet}
	if !strings.HasPrefix(r.URL.Path, "/v1/workspaces/") {
		names = map[string]string{http.MethodPost: OperationResourcePost, http.MethodGet: OperationResourceGet}
	}
	if !found {
		return "", nil
	}
	return names[r.Method], func(w http.ResponseWriter, r *http.Request) { s.query(w, r, from) }
}
