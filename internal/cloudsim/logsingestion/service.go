// Package logsingestion simulates the Logs Ingestion API of Azure Monitor:
// data collection rules with stream declarations, bearer tokens, gzip, the
// limits, and what the API takes and then loses without a word.
//
// Source: https://learn.microsoft.com/azure/azure-monitor/logs/logs-ingestion-api-overview
package logsingestion

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// Name is the service's name in the control API.
const Name = "logs_ingestion"

// OperationUpload is the vendor's operation.
const OperationUpload = "Upload"

// The seeded data collection rule.
const (
	SeededRuleID = "dcr-00000000000000000000000000000001"
	SeededStream = "Custom-PacketCapture"
	SeededTable  = "PacketCaptureLog_CL"
)

// The service's switches.
const (
	// SwitchRoleDelay is how long a new rule refuses everybody.
	SwitchRoleDelay = "role_delay"
	// SwitchRetryAfter is the Retry-After of throttled requests, in seconds.
	SwitchRetryAfter = "retry_after_seconds"
	// SwitchRequestRate is how many requests a rule takes in a minute.
	SwitchRequestRate = "requests_per_minute"
	// SwitchByteRate is how many bytes a rule takes in a minute.
	SwitchByteRate = "bytes_per_minute"
	// SwitchWireLimit is the size that a body may have as it is sent.
	SwitchWireLimit = "wire_limit_bytes"
	// SwitchRawLimit is the size above which a decompressed body is lost.
	SwitchRawLimit = "raw_limit_bytes"
)

func newSwitches(realistic bool) *simcore.Switches {
	retryAfter := "1"
	if realistic {
		retryAfter = "10"
	}
	return simcore.NewSwitches(
		simcore.Switch{Name: SwitchRoleDelay, Value: "0s",
			Description: "How long a role assignment on a rule takes to work; Azure says up to 30 minutes."},
		simcore.Switch{Name: SwitchRetryAfter, Value: retryAfter,
			Description: "The Retry-After of 429 answers in seconds; its usual values are not documented."},
		simcore.Switch{Name: SwitchRequestRate, Value: "12000", Description: "Requests a minute that a rule takes."},
		simcore.Switch{Name: SwitchByteRate, Value: "2000000000", Description: "Bytes a minute that a rule takes."},
		simcore.Switch{Name: SwitchWireLimit, Value: "1048576", Description: "The size of a body as it is sent, which the 413 answer names."},
		simcore.Switch{Name: SwitchRawLimit, Value: "52428800",
			Description: "The size of a decompressed body above which the service accepts it and then loses it."},
	)
}

// Verifier checks bearer tokens; the simulated directory is one.
type Verifier interface {
	// Verify returns an error unless the token is valid for one of the
	// audiences.
	Verify(token string, audiences ...string) error
}

// Rule is a data collection rule.
type Rule struct {
	// ImmutableID is "dcr-" and 32 hexadecimal digits.
	ImmutableID string
	// Workspace is the destination's workspace id.
	Workspace string
	Streams   map[string]Stream
	// Forbidden rules refuse the credential, as without the role Monitoring
	// Metrics Publisher.
	Forbidden bool
}

// Stream is one stream of a rule.
type Stream struct {
	// Columns are the stream's declaration.
	Columns []logstore.Column
	// Table is the stream's destination.
	Table string
}

// Options are the properties of the simulated service.
type Options struct {
	// Realistic uses the service's own delays.
	Realistic bool
}

// Service is the simulated API.
type Service struct {
	core     *simcore.Core
	store    *logstore.Store
	verifier Verifier
	switches *simcore.Switches

	mu    sync.Mutex
	rules map[string]*rule
}

type rule struct {
	Rule
	created time.Time
	// began, requests and bytes count against the rates of a minute.
	began    time.Time
	requests int
	bytes    int
	// lost counts the uploads that were accepted and not stored.
	lost int
}

var _ simcore.Service = (*Service)(nil)

// New returns the API with one seeded rule.
func New(core *simcore.Core, store *logstore.Store, verifier Verifier, options Options) *Service {
	s := &Service{core: core, store: store, verifier: verifier, switches: newSwitches(options.Realistic), rules: map[string]*rule{}}
	s.AddRule(Rule{
		ImmutableID: SeededRuleID, Workspace: logstore.SeededWorkspaceID,
		Streams: map[string]Stream{SeededStream: {Table: SeededTable, Columns: []logstore.Column{
			{Name: "TimeGenerated", Type: logstore.DateTime}, {Name: "IngestId", Type: logstore.String},
			{Name: "Cloud", Type: logstore.String}, {Name: "Name", Type: logstore.String},
			{Name: "Status", Type: logstore.String}, {Name: "Target", Type: logstore.String},
			{Name: "Packets", Type: logstore.Long}, {Name: "Bytes", Type: logstore.Long},
			{Name: "StartedAt", Type: logstore.DateTime}, {Name: "Details", Type: logstore.Dynamic},
		}}},
	})
	return s
}

// AddRule makes or replaces a rule.
func (s *Service) AddRule(r Rule) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules[strings.ToLower(r.ImmutableID)] = &rule{Rule: r, created: s.core.Clock.Now()}
}

// Audience returns what tokens for the public cloud are for.
func (s *Service) Audience() string { return audiences[0] }

// Name implements simcore.Service.
func (s *Service) Name() string { return Name }

// Switches implements simcore.Service.
func (s *Service) Switches() *simcore.Switches { return s.switches }

// ruleState describes a rule for the control API.
type ruleState struct {
	ImmutableID string            `json:"immutable_id"`
	Workspace   string            `json:"workspace"`
	Streams     map[string]Stream `json:"streams"`
	UploadsLost int               `json:"uploads_lost"`
}

// State implements simcore.Service: the rules.
func (s *Service) State() any {
	s.mu.Lock()
	defer s.mu.Unlock()
	states := []ruleState{}
	for _, r := range s.rules {
		states = append(states, ruleState{r.ImmutableID, r.Workspace, r.Streams, r.lost})
	}
	return states
}

// Objects implements simcore.Service.
func (s *Service) Objects() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Keys(s.rules))
}

// Delete implements simcore.Service: it removes a rule.
func (s *Service) Delete(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, found := s.rules[strings.ToLower(id)]
	delete(s.rules, strings.ToLower(id))
	return found
}

// FaultBody implements simcore.Service.
func (s *Service) FaultBody(status int) any {
	return errorBody{errorDetail{Code: strings.ReplaceAll(http.StatusText(status), " ", ""), Message: "Injected by the simulator."}}
}

// Env returns the seeded rule's endpoint, id and stream.
func (s *Service) Env(url string) []simcore.EnvVar {
	return []simcore.EnvVar{
		{Name: "CLOUDTAP_SIM_LOGS_INGESTION_ENDPOINT", Value: url},
		{Name: "CLOUDTAP_SIM_DCR_ID", Value: SeededRuleID},
		{Name: "CLOUDTAP_SIM_DCR_STREAM", Value: SeededStream},
		{Name: "CLOUDTAP_SIM_DCR_TABLE", Value: SeededTable},
	}
}
