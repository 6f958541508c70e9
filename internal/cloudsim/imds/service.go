package imds

import (
	"cmp"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// ServiceName is the service's name in the journal and the control API.
const ServiceName = "imds"

// The operations, by the vendor's names where the definitions have one.
const (
	OperationInstance       = "Instances_GetMetadata"
	OperationVersions       = "GetVersions"
	OperationAttested       = "Attested_GetDocument"
	OperationToken          = "Identity_GetToken"
	OperationIdentityInfo   = "Identity_GetInfo"
	OperationLoadBalancer   = "LoadBalancer_Get"
	OperationEvents         = "ScheduledEvents_Get"
	OperationApprove        = "ScheduledEvents_Approve"
	OperationIssuerDownload = "AuthorityInformationAccess_Get"
)

// TokenIssuer makes access tokens that the simulated Azure APIs accept.
type TokenIssuer interface {
	// IssueToken returns a token for the resource (an audience such as
	// "https://management.azure.com/") in the name of the given client, and
	// when it expires. It fails for a resource that the directory does not
	// know.
	IssueToken(resource, clientID string) (token string, expiresOn time.Time, err error)
}

// Options describe the simulated virtual machine. Every empty field has a
// default.
type Options struct {
	SubscriptionID    string
	TenantID          string
	ResourceGroupName string
	// VirtualMachineName and VirtualMachineScaleSetName are the resources'
	// names; their ARM ids follow from them.
	VirtualMachineName         string
	VirtualMachineScaleSetName string
	// VMID is the unique id that Azure gave the machine (a GUID).
	VMID     string
	Location string
	// PrivateIPAddress and PublicIPAddress are the first interface's.
	PrivateIPAddress string
	PublicIPAddress  string
	// ClientID is the client id of the machine's managed identity.
	ClientID string
	// UserData is base64, as the service hands it out.
	UserData string
	// RequestsPerSecond is the first value of the switch of that name: 0
	// means the published limit of 5, -1 no limit. On a core clock that
	// stands still the published limit is five requests for ever.
	RequestsPerSecond int
	// Realistic makes the service as slow to show events as the real one.
	Realistic bool
	// CA is what attested documents chain to; nil means a root of the
	// service's own.
	CA *simcore.CA
}

func (o Options) withDefaults() Options {
	o.SubscriptionID = cmp.Or(o.SubscriptionID, "8d10da13-8125-4ba9-a717-bf7490507b3d")
	o.TenantID = cmp.Or(o.TenantID, "abd8daee-d393-4239-9377-883adda3d40f")
	o.ResourceGroupName = cmp.Or(o.ResourceGroupName, "example-rg")
	o.VirtualMachineName = cmp.Or(o.VirtualMachineName, "web-1")
	o.VirtualMachineScaleSetName = cmp.Or(o.VirtualMachineScaleSetName, "web-vmss")
	o.VMID = cmp.Or(o.VMID, "02aab8a4-74ef-476e-8182-f6d2ba4166a6")
	o.Location = cmp.Or(o.Location, "westeurope")
	o.PrivateIPAddress = cmp.Or(o.PrivateIPAddress, "10.1.0.4")
	o.PublicIPAddress = cmp.Or(o.PublicIPAddress, "51.0.0.1")
	o.ClientID = cmp.Or(o.ClientID, "be5947ed-3560-4afe-9504-59967a63f810")
	o.UserData = cmp.Or(o.UserData, "Zm9vYmFy")
	return o
}

// Service is the simulated metadata service of one virtual machine.
type Service struct {
	core     *simcore.Core
	tokens   TokenIssuer
	options  Options
	switches *simcore.Switches
	pki      *authority

	mu          sync.Mutex
	recent      map[family][]time.Time
	events      eventSchedule
	staleNonce  string
	maintenance string
}

var _ simcore.Service = (*Service)(nil)

// New returns the metadata service of the machine that the options describe.
// Without tokens the machine has no managed identity.
func New(core *simcore.Core, tokens TokenIssuer, options Options) (*Service, error) {
	pki, err := newAuthority(core.Clock.Now(), options.CA)
	if err != nil {
		return nil, err
	}
	return &Service{
		core: core, tokens: tokens, options: options.withDefaults(),
		switches: newSwitches(options), pki: pki,
		recent: map[family][]time.Time{}, maintenance: maintenanceNone,
	}, nil
}

// Name implements simcore.Service.
func (s *Service) Name() string { return ServiceName }

// Switches implements simcore.Service.
func (s *Service) Switches() *simcore.Switches { return s.switches }

// Operations implements simcore.Service.
func (s *Service) Operations() []string {
	return []string{
		OperationInstance, OperationVersions, OperationAttested, OperationToken, OperationIdentityInfo,
		OperationLoadBalancer, OperationEvents, OperationApprove, OperationIssuerDownload,
	}
}

// Route implements simcore.Service. Paths are case-sensitive.
func (s *Service) Route(r *http.Request) simcore.Operation {
	path := strings.TrimSuffix(r.URL.Path, "/")
	if path == "/metadata/instance" || strings.HasPrefix(path, "/metadata/instance/") {
		return s.operation(OperationInstance, instanceRules, s.getInstance)
	}
	switch path {
	case "/metadata/versions":
		return s.operation(OperationVersions, versionsRules, s.getVersions)
	case "/metadata/attested/document":
		return s.operation(OperationAttested, attestedRules, s.getAttested)
	case "/metadata/identity/oauth2/token":
		return s.operation(OperationToken, identityRules, s.getToken)
	case "/metadata/identity/info":
		return s.operation(OperationIdentityInfo, identityRules, s.getIdentityInfo)
	case "/metadata/loadbalancer":
		return s.operation(OperationLoadBalancer, loadBalancerRules, s.getLoadBalancer)
	case "/metadata/scheduledevents":
		if r.Method == http.MethodPost {
			return s.operation(OperationApprove, eventsRules, s.approveEvents)
		}
		return s.operation(OperationEvents, eventsRules, s.getEvents)
	case issuerPath:
		return simcore.Operation{Name: OperationIssuerDownload, Handle: s.getIssuer}
	}
	return simcore.Operation{Handle: func(w http.ResponseWriter, _ *http.Request) {
		s.stamp(w)
		instanceFamily.refuse(w, http.StatusNotFound, "")
	}}
}

// FaultBody implements simcore.Service.
func (s *Service) FaultBody(status int) any { return instanceFamily.body(status, "") }

// Objects implements simcore.Service: the scheduled events to come.
func (s *Service) Objects() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	for _, event := range s.events.items() {
		if event.End.After(s.core.Clock.Now()) {
			ids = append(ids, event.ID)
		}
	}
	return ids
}

// Delete implements simcore.Service: it takes back a scheduled event.
func (s *Service) Delete(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.events.cancel(id, s.core.Clock.Now())
}

// State implements simcore.Service.
func (s *Service) State() any {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.core.Clock.Now()
	return struct {
		Scenario        string          `json:"scenario"`
		Instance        object          `json:"instance"`
		EventsEnabled   bool            `json:"scheduled_events_enabled"`
		ScheduledEvents eventsDocument  `json:"scheduled_events"`
		Events          []scheduledItem `json:"events_with_times"`
	}{
		s.switches.Get(switchScenario), s.instance(),
		s.events.enabled(now), s.events.document(now, newestEventsVersion, timeFormatRFC1123), s.events.items(),
	}
}

// Env implements the services' common method.
func (s *Service) Env(url string) []simcore.EnvVar {
	return []simcore.EnvVar{{Name: "CLOUDTAP_AZURE_INSTANCE_METADATA_ENDPOINT", Value: url}}
}
