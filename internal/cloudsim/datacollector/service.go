// Package datacollector simulates the HTTP Data Collector API of Azure
// Monitor Logs: SharedKey authorisation over the bytes that arrived, the
// documented limits and return codes, and the columns that the service makes.
//
// Source: https://learn.microsoft.com/previous-versions/azure/azure-monitor/logs/data-collector-api
package datacollector

import (
	"net/http"
	"sync"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// Name is the service's name in the control API.
const Name = "data_collector"

// OperationPost is the API's only operation; the vendor gives it no name.
const OperationPost = "Post"

// The service's switches.
const (
	// SwitchRetired chooses what the service shows after its end.
	SwitchRetired = "retired"
	// SwitchDateSkew is how far x-ms-date may be off.
	SwitchDateSkew = "date_skew"
	// SwitchClockOffset moves the service's clock.
	SwitchClockOffset = "clock_offset"
	// SwitchDateHeader sends or leaves out the Date header.
	SwitchDateHeader = "date_header"
	// SwitchOversize chooses what a post over the limit gets.
	SwitchOversize = "oversize"
	// SwitchPostLimit is the size in bytes that a post must stay under.
	SwitchPostLimit = "post_limit_bytes"
	// SwitchRate is how many bytes a workspace takes in a minute.
	SwitchRate = "bytes_per_minute"
	// SwitchCharset accepts or refuses a signed charset.
	SwitchCharset = "signed_charset"
	// SwitchDateClock chooses the clock that x-ms-date is judged by.
	SwitchDateClock = "date_clock"
	// SwitchFlattenDepth is how deep nested objects become columns.
	SwitchFlattenDepth = "flatten_depth"
	// SwitchPropertyNames chooses what undocumented property names get.
	SwitchPropertyNames = "property_names"
)

func newSwitches() *simcore.Switches {
	return simcore.NewSwitches(
		simcore.Switch{Name: SwitchRetired, Value: "off", Allowed: []string{"off", "cut", "forbidden", "not_found", "gone"},
			Description: "What the service answers since its end on 2026-09-14 is not published: nothing changed, the connection is cut, or a status without the service's own body."},
		simcore.Switch{Name: SwitchDateSkew, Value: "15m",
			Description: "How far x-ms-date may differ from the service's time is not documented; 15 minutes is what other SharedKey services of Azure allow."},
		simcore.Switch{Name: SwitchClockOffset, Value: "0s", Least: "-24h", Most: "24h",
			Description: "How far the service's clock, and its Date header, is ahead of simulated time."},
		simcore.Switch{Name: SwitchDateHeader, Value: "true", Allowed: []string{"true", "false"},
			Description: "Whether answers have a Date header; proxies may remove it."},
		simcore.Switch{Name: SwitchOversize, Value: "not_found", Allowed: []string{"not_found", "too_large", "cut"},
			Description: "The documentation says 404 for a post that is too large; connections that were cut are also reported."},
		simcore.Switch{Name: SwitchPostLimit, Value: "30000000",
			Description: "The documented 30 MB; posts that are not under 30,000,000 bytes are reported as cut off."},
		simcore.Switch{Name: SwitchRate, Value: "6000000000",
			Description: "The documented rate is about 6 GB a minute; whether the API answers 429 then, or takes the data and drops it later, is not clear."},
		simcore.Switch{Name: SwitchCharset, Value: "refuse", Allowed: []string{"refuse", "accept"},
			Description: "A Content-Type with a charset is reported as 403; whether it passes when it was signed as well is unknown."},
		simcore.Switch{Name: SwitchDateClock, Value: "real", Allowed: []string{"real", "simulated"},
			Description: "The clock that x-ms-date and the Date header follow: the machine's, which clients sign with, or the simulated one, also where the control API moved it."},
		simcore.Switch{Name: SwitchFlattenDepth, Value: "0", Least: "-1",
			Description: "How many levels of nested objects become columns parent_member is not documented: 0 means all, -1 none; deeper objects are stored as JSON text."},
		simcore.Switch{Name: SwitchPropertyNames, Value: "refuse", Allowed: []string{"refuse", "underscore", "drop"},
			Description: "What property names with other characters than letters, digits and underscores, or of more than 45 characters with the suffix, get is not documented: 400 InvalidDataFormat, underscores (and a cut), or no column."},
	)
}

// Service is the simulated API.
type Service struct {
	core     *simcore.Core
	store    *logstore.Store
	switches *simcore.Switches

	mu      sync.Mutex
	minutes map[string]minute
}

// minute counts the bytes that a workspace took since a minute began.
type minute struct {
	began time.Time
	bytes int
}

var _ simcore.Service = (*Service)(nil)

// New returns the API over a store.
func New(core *simcore.Core, store *logstore.Store) *Service {
	return &Service{core: core, store: store, switches: newSwitches(), minutes: map[string]minute{}}
}

// Name implements simcore.Service.
func (s *Service) Name() string { return Name }

// Switches implements simcore.Service.
func (s *Service) Switches() *simcore.Switches { return s.switches }

// State implements simcore.Service: the tables of all workspaces.
func (s *Service) State() any { return s.store.State() }

// Objects implements simcore.Service.
func (s *Service) Objects() []string {
	var ids []string
	for _, table := range s.store.State() {
		ids = append(ids, table.Workspace+"/"+table.Table)
	}
	return ids
}

// Delete implements simcore.Service: it removes the table "workspace/table".
func (s *Service) Delete(id string) bool { return s.store.DeleteTable(id) }

// FaultBody implements simcore.Service.
func (s *Service) FaultBody(status int) any {
	switch status {
	case http.StatusInternalServerError:
		return errorBody{Error: "UnspecifiedError"}
	case http.StatusServiceUnavailable:
		return errorBody{Error: "ServiceUnavailable"}
	case http.StatusForbidden:
		return invalidSignature.body()
	default:
		return errorBody{}
	}
}

// Operations implements simcore.Service.
func (s *Service) Operations() []string {
	return []string{OperationPost}
}

// Route implements simcore.Service.
func (s *Service) Route(r *http.Request) simcore.Operation {
	if r.Method == http.MethodPost && r.URL.Path == "/api/logs" {
		return simcore.Operation{Name: OperationPost, Handle: s.post}
	}
	return simcore.Operation{Handle: func(w http.ResponseWriter, _ *http.Request) {
		s.date(w)
		w.WriteHeader(http.StatusNotFound)
	}}
}

// Env returns the provider's endpoint variable and the seeded workspace.
func (s *Service) Env(url string) []simcore.EnvVar {
	primary, _, _ := s.store.Keys(logstore.SeededWorkspaceID)
	return []simcore.EnvVar{
		{Name: "CLOUDTAP_AZURE_DATA_COLLECTOR_ENDPOINT", Value: url},
		{Name: "CLOUDTAP_SIM_WORKSPACE_ID", Value: logstore.SeededWorkspaceID},
		{Name: "CLOUDTAP_SIM_WORKSPACE_KEY", Value: primary},
	}
}
