// Package azurefirewall simulates the packet captures of Azure Firewall: one at a
// time on each firewall, which ends by itself and then uploads a file from each of
// the firewall's instances. It knows nothing of HTTP: package arm serves it.
//
// Source: https://learn.microsoft.com/azure/firewall/packet-capture
package azurefirewall

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// Storage is where captures are uploaded.
type Storage interface {
	// Upload finds the container of a SAS that permits writing at that time. Its
	// error says why there is none.
	Upload(sasURL string, at time.Time) (blob.Container, error)
}

// Firewall is one firewall. The caller keeps calls apart.
type Firewall struct {
	ID, Name, Location string
	// Tier is Basic, Standard or Premium.
	Tier string
	// Instances is how many instances work at the moment.
	Instances int
	// Management is whether it has a management NIC, which captures need.
	Management bool
	// Public is the address that the outside sees.
	Public netip.Addr
	// Subnet is AzureFirewallSubnet; the instances have its addresses from .4 on.
	Subnet netip.Prefix

	switches *simcore.Switches
	storage  Storage
	running  *capture
	last     Response
	lastEnd  time.Time
	files    []blob.Blob
}

// New returns the seeded firewalls of a resource group.
func New(groupID string, switches *simcore.Switches, storage Storage) []*Firewall {
	firewall := func(name, tier string, instances int, management bool, number byte) *Firewall {
		return &Firewall{
			ID: groupID + "/providers/Microsoft.Network/azureFirewalls/" + name, Name: name, Location: "westeurope",
			Tier: tier, Instances: instances, Management: management,
			Public: netip.AddrFrom4([4]byte{20, 50, 2, number}), Subnet: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 2, number, 0}), 26),
			switches: switches, storage: storage, last: idle,
		}
	}
	return []*Firewall{
		firewall("fw-premium", "Premium", 2, true, 1),
		firewall("fw-basic", "Basic", 2, true, 2),
		firewall("fw-no-management", "Standard", 2, false, 3),
	}
}

// Response is AzureFirewallPacketCaptureResponse.
type Response struct {
	StatusCode string `json:"statusCode"`
	Message    string `json:"message"`
}

// The documented status codes.
const prefix = "AzureFirewallPacketCapture"

var (
	idle       = Response{prefix + "NotInProgress", "No packet capture in progress. You can start a new packet capture."}
	inProgress = Response{prefix + "InProgress", "Packet capture in progress. Please wait till it is finished or stop the current capture before starting another."}
	completed  = Response{prefix + "Completed", "Packet capture completed successfully. Ready to start a new packet capture"}
	failed     = Response{prefix + "Failed", "Packet capture failed."}
	started    = Response{prefix + "StartSucceeded", "Packet capture started successfully."}
	stopped    = Response{prefix + "StopSucceeded", "Packet capture stopped successfully."}
	notStored  = Response{prefix + "StartFailedToUpload", "Packet capture failed to start: the SAS URL cannot be written to."}
	notStarted = Response{prefix + "StartFailed", "Packet capture failed to start."}
	startError = Response{prefix + "StartFailure", "Packet capture failed to start."}
	notThere   = Response{"NotImplemented", "Packet capture is not supported on this firewall."}
)

// Failed reports whether a start did not start anything.
func (r Response) Failed() bool {
	return slices.Contains([]Response{notStored, notStarted, startError, notThere}, r) || strings.HasPrefix(r.StatusCode, startError.StatusCode)
}

// capture is the one that runs.
type capture struct {
	asked   Parameters
	started time.Time
	// ends is when the time is over, or each instance has its packets.
	ends    time.Time
	failing int
}

// Perform does one operation with checked parameters.
func (f *Firewall) Perform(asked Parameters, now time.Time) Response {
	f.Settle(now)
	switch asked.Operation {
	case OperationStart:
		return f.start(asked, now)
	case OperationStop:
		return f.stop(now)
	default:
		if f.running != nil {
			return inProgress
		}
		return f.last
	}
}

func (f *Firewall) start(asked Parameters, now time.Time) Response {
	if f.running != nil {
		return inProgress
	}
	if !f.Management {
		if f.switches.Get(SwitchNoManagement) == startFailureCode {
			return startError
		}
		return notThere
	}
	switch f.switches.Get(SwitchStart) {
	case startFailedCode:
		return notStarted
	case startFailureCode:
		return startError
	}
	if _, problem := asked.CheckStart(); problem != "" {
		return Response{startError.StatusCode, problem}
	}
	if _, err := f.container(asked, now); err != nil {
		return notStored
	}
	f.running = &capture{asked: asked, started: now, failing: f.switches.Int(SwitchFailingInstances)}
	f.running.ends = f.endOf(f.running)
	return started
}

// RefusesRequest reports whether a request to start is refused because the firewall
// has no management NIC.
func (f *Firewall) RefusesRequest() bool {
	return !f.Management && f.switches.Get(SwitchNoManagement) == ByRequest
}

func (f *Firewall) stop(now time.Time) Response {
	if f.running == nil {
		return idle
	}
	if f.switches.Get(SwitchStop) == stopUploads {
		f.finish(now)
	} else {
		f.running, f.last, f.lastEnd = nil, idle, now
	}
	return stopped
}

// Settle ends a capture whose time has come.
func (f *Firewall) Settle(now time.Time) {
	if f.running != nil && !now.Before(f.running.ends) {
		f.finish(f.running.ends)
	}
}

// finish uploads what the instances have. The capture has succeeded if at least
// half of them could.
func (f *Firewall) finish(at time.Time) {
	c := f.running
	f.running, f.last, f.lastEnd = nil, failed, at
	container, err := f.container(c.asked, at)
	if err != nil {
		return
	}
	uploads := max(f.Instances-c.failing, 0)
	for instance := range uploads {
		f.files = append(f.files, f.upload(c, container, instance, at))
	}
	if 2*uploads >= f.Instances {
		f.last = completed
	}
}

// container is where the files go, if they may.
func (f *Firewall) container(asked Parameters, at time.Time) (blob.Container, error) {
	container, err := f.storage.Upload(asked.SASURL, at)
	if err == nil && !container.MayOverwrite {
		for instance := range f.Instances {
			name := fileName(asked.FileName, instance)
			if slices.ContainsFunc(f.files, func(b blob.Blob) bool {
				return b.Account == container.Account && b.Container == container.Name && b.Name == name
			}) {
				return container, errOverwrites
			}
		}
	}
	return container, err
}

// State is a firewall in the control API's state.
type State struct {
	ID string `json:"id"`
	// Running is whether a capture runs, StartedAt and EndsAt when.
	Running    bool      `json:"running"`
	StatusCode string    `json:"statusCode"`
	StartedAt  time.Time `json:"startedAt,omitzero"`
	EndsAt     time.Time `json:"endsAt,omitzero"`
	FileName   string    `json:"fileName,omitempty"`
}

// State returns the firewall's state now.
func (f *Firewall) State(now time.Time) State {
	f.Settle(now)
	if f.running == nil {
		return State{ID: f.ID, StatusCode: f.last.StatusCode, EndsAt: f.lastEnd}
	}
	return State{ID: f.ID, Running: true, StatusCode: inProgress.StatusCode, StartedAt: f.running.started, EndsAt: f.running.ends, FileName: f.running.asked.FileName}
}
