// Package arm simulates the part of Azure Resource Manager that serves
// Network Watcher packet captures: their asynchronous life cycle, the network
// watchers they belong to, and the machines and storage accounts they refer to.
// It also serves the captures of firewalls (package azurefirewall) and of VPN
// gateways (package vpngateway).
//
// Source: https://learn.microsoft.com/rest/api/network-watcher/packet-captures
package arm

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm/catalogue"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/azurefirewall"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/vpngateway"
)

// Verifier checks bearer tokens. An error that wraps jwt.ErrTokenExpired or
// jwt.ErrTokenInvalidAudience is answered with Resource Manager's own code.
type Verifier interface {
	Verify(token string, audiences ...string) error
	// TenantID is the directory that clients sign in to.
	TenantID() string
	// DefaultDomain is another name of it.
	DefaultDomain() string
}

// Options are the properties of the simulated subscription.
type Options struct {
	// Realistic uses the delays of the real service; otherwise clients may
	// poll every 20 ms.
	Realistic bool
	// SubscriptionID is a GUID; random when empty.
	SubscriptionID string
	// Storage is where firewalls and gateways bring the files of their captures;
	// nil for none, which fails like a wrong signature.
	Storage Storage
	// Audiences are accepted in tokens besides those of the Azure clouds.
	Audiences []string
}

// Storage finds the container of a SAS; blob.Service is one.
type Storage interface {
	Upload(sasURL string, at time.Time) (blob.Container, error)
}

type noStorage struct{}

// Upload finds none.
func (noStorage) Upload(string, time.Time) (blob.Container, error) {
	return blob.Container{}, errors.New("there is no storage")
}

// Audience is what tokens for the public cloud are for.
const Audience = "https://management.azure.com"

// Audience returns the constant of that name.
func (s *Service) Audience() string { return Audience }

// azureAudiences are the audiences that Resource Manager accepts in the
// public, US government and China clouds.
var azureAudiences = []string{
	Audience, "https://management.core.windows.net",
	"https://management.usgovcloudapi.net", "https://management.core.usgovcloudapi.net",
	"https://management.chinacloudapi.cn", "https://management.core.chinacloudapi.cn",
}

// Service is a simulated Resource Manager with one subscription.
type Service struct {
	core           *simcore.Core
	tokens         Verifier
	switches       *simcore.Switches
	subscriptionID string
	audiences      []string
	// routes are all of them: what is served is part of some answers.
	routes []route

	mu        sync.Mutex
	endpoints Endpoints
	inventory inventory
	// registrations are those of the subscription's resource providers.
	registrations catalogue.Registrations
	operations    map[string]*operation
	// pending are the operations that have not ended, oldest first.
	pending []*operation
	// files are those of captures that were deleted.
	files []storedFile
	// keptBlobs are those of firewalls and gateways that were deleted.
	keptBlobs []blob.Blob
	// etag is that of all firewalls and gateways, which nothing here changes.
	etag string
}

var _ simcore.Service = (*Service)(nil)

// New returns a Resource Manager with the seeded inventory and no captures.
func New(core *simcore.Core, tokens Verifier, options Options) *Service {
	if options.SubscriptionID == "" {
		options.SubscriptionID = uuid.NewString()
	}
	if options.Storage == nil {
		options.Storage = noStorage{}
	}
	switches := newSwitches(options.Realistic)
	return &Service{
		core: core, tokens: tokens,
		switches:       switches,
		subscriptionID: options.SubscriptionID,
		audiences:      append(append([]string{}, azureAudiences...), options.Audiences...),
		routes:         slices.Concat(watcherRoutes, firewallRoutes, gatewayRoutes, resourceRoutes, inventoryRoutes),
		inventory:      newInventory(options.SubscriptionID, switches, options.Storage),
		operations:     map[string]*operation{},
		etag:           newETag(),
	}
}

// Name implements simcore.Service.
func (s *Service) Name() string { return "arm" }

// Switches implements simcore.Service.
func (s *Service) Switches() *simcore.Switches { return s.switches }

// FaultBody implements simcore.Service.
func (s *Service) FaultBody(status int) any {
	codes := map[int][2]string{
		http.StatusUnauthorized:        {"AuthenticationFailed", "Authentication failed."},
		http.StatusForbidden:           {"AuthorizationFailed", "The client does not have authorization to perform the action over the scope, or the scope is invalid. If access was recently granted, please refresh your credentials."},
		http.StatusNotFound:            {"ResourceNotFound", "The Resource was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix"},
		http.StatusConflict:            {"AnotherOperationInProgress", "Another operation on this or dependent resource is in progress."},
		http.StatusTooManyRequests:     {"TooManyRequests", "The request is being throttled as the limit has been reached for the operation type. For more information, see https://aka.ms/arm-throttling"},
		http.StatusInternalServerError: {"InternalServerError", "An error occurred."},
		http.StatusServiceUnavailable:  {"ServerTimeout", "The request timed out. Please try again."},
	}
	text, known := codes[status]
	if !known {
		text = [2]string{strings.ReplaceAll(http.StatusText(status), " ", ""), "The request failed."}
	}
	return envelope{Error: errorDetail{Code: text[0], Message: text[1], Details: []errorDetail{}}}
}

// FaultHeader gives injected errors the headers that all answers carry.
func (s *Service) FaultHeader(int) http.Header {
	header := http.Header{}
	header.Set("x-ms-request-id", uuid.NewString())
	header.Set("x-ms-correlation-request-id", uuid.NewString())
	return header
}

// CaptureState is one packet capture in the control API's state.
type CaptureState struct {
	ID                string   `json:"id"`
	Name              string   `json:"name"`
	Target            string   `json:"target"`
	ProvisioningState string   `json:"provisioningState"`
	Status            string   `json:"packetCaptureStatus"`
	StartTime         string   `json:"captureStartTime,omitempty"`
	StopReason        string   `json:"stopReason,omitempty"`
	Errors            []string `json:"packetCaptureError"`
	StoragePath       string   `json:"storagePath,omitempty"`
	// TimeLimitInSeconds is how long the session may last, of either mode;
	// nil if it is not limited.
	TimeLimitInSeconds *int64 `json:"timeLimitInSeconds,omitempty"`
}

// State is what the control API shows of the service.
type State struct {
	PacketCaptures    []CaptureState `json:"packetCaptures"`
	NetworkWatchers   []string       `json:"networkWatchers"`
	Machines          []string       `json:"machines"`
	StorageAccounts   []string       `json:"storageAccounts"`
	PendingOperations int            `json:"pendingOperations"`
	// Firewalls, and VPN gateways with their connections.
	Firewalls   []azurefirewall.State `json:"firewalls"`
	VPNGateways []vpngateway.State    `json:"vpnGateways"`
}

// State implements simcore.Service; the value is a State.
func (s *Service) State() any { return s.Snapshot() }

// Snapshot returns everything the service holds.
func (s *Service) Snapshot() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	state := State{PacketCaptures: []CaptureState{}, NetworkWatchers: []string{}, Machines: []string{}, StorageAccounts: []string{}}
	for _, watcher := range s.inventory.watchers {
		state.NetworkWatchers = append(state.NetworkWatchers, watcher.id)
		for _, capture := range watcher.captures {
			status := s.status(capture)
			state.PacketCaptures = append(state.PacketCaptures, CaptureState{
				ID: capture.id(), Name: capture.name, Target: capture.properties.Target,
				ProvisioningState: capture.properties.ProvisioningState,
				Status:            status.Status, StartTime: status.StartTime,
				StopReason: status.StopReason, Errors: status.Errors,
				StoragePath: capture.properties.StorageLocation.StoragePath,

				TimeLimitInSeconds: capture.properties.timeLimit(),
			})
		}
	}
	for _, machine := range s.inventory.machines {
		state.Machines = append(state.Machines, machine.id)
	}
	for _, account := range s.inventory.accounts {
		state.StorageAccounts = append(state.StorageAccounts, account.id)
	}
	state.PendingOperations = len(s.pending)
	for _, firewall := range s.inventory.firewalls {
		state.Firewalls = append(state.Firewalls, firewall.State(s.core.Clock.Now()))
	}
	for _, gateway := range s.inventory.gateways.All() {
		state.VPNGateways = append(state.VPNGateways, gateway.States()...)
	}
	return state
}
