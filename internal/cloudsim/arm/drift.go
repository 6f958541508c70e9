package arm

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm/catalogue"
)

// Objects implements simcore.Service.
func (s *Service) Objects() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	var ids []string
	for _, w := range s.inventory.watchers {
		ids = append(ids, w.id)
		for _, c := range w.captures {
			ids = append(ids, c.id())
		}
	}
	for _, m := range s.inventory.machines {
		ids = append(ids, m.id)
	}
	for _, a := range s.inventory.accounts {
		ids = append(ids, a.id)
	}
	return append(ids, s.gatewayIDs()...)
}

// WorkspaceID is the resource id of the Log Analytics workspace, whose logs are
// elsewhere.
func (s *Service) WorkspaceID() string {
	return "/subscriptions/" + s.subscriptionID + "/resourceGroups/" + ResourceGroup + "/providers/" + catalogue.TypeWorkspace + "/" + Workspace
}

// StorageAccounts are the names of those that there are.
func (s *Service) StorageAccounts() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for _, a := range s.inventory.accounts {
		names = append(names, a.name)
	}
	return names
}

// SubscriptionName is the subscription's name for people.
func (s *Service) SubscriptionName() string { return "cloudsim" }

// Exists reports whether there is a subscription, a resource group or a resource
// with that id, in any casing.
func (s *Service) Exists(id string) bool {
	ids := append(s.Objects(), "/subscriptions/"+s.subscriptionID, s.WorkspaceID())
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, group := range s.inventory.groups {
		ids = append(ids, "/subscriptions/"+s.subscriptionID+"/resourceGroups/"+group)
	}
	for _, resource := range s.held() {
		ids = append(ids, resource.ID)
	}
	for _, machine := range s.inventory.machines {
		for instance := range machine.instances {
			ids = append(ids, machine.id+"/virtualMachines/"+instance)
		}
	}
	return slices.ContainsFunc(ids, func(known string) bool { return strings.EqualFold(known, id) })
}

// Delete removes a capture, network watcher, machine, storage account, firewall,
// gateway or connection behind the clients' backs. The id is compared in any casing.
func (s *Service) Delete(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	if found := s.captureByID(id); found != nil {
		found.watcher.remove(found)
		return true
	}
	if s.deleteGateway(id) {
		return true
	}
	before := len(s.inventory.watchers) + len(s.inventory.machines) + len(s.inventory.accounts)
	s.inventory.watchers = slices.DeleteFunc(s.inventory.watchers, func(w *watcher) bool { return strings.EqualFold(w.id, id) })
	s.inventory.machines = slices.DeleteFunc(s.inventory.machines, func(m *machine) bool { return strings.EqualFold(m.id, id) })
	s.inventory.accounts = slices.DeleteFunc(s.inventory.accounts, func(a *account) bool { return strings.EqualFold(a.id, id) })
	return before > len(s.inventory.watchers)+len(s.inventory.machines)+len(s.inventory.accounts)
}

// Mutate changes a capture's properties behind the clients' backs. It fails
// when there is no such capture.
func (s *Service) Mutate(id string, change func(*CaptureProperties)) error {
	return s.withCapture(id, func(c *capture) {
		change(&c.properties)
		c.watcher.etag = newETag()
	})
}

// ReachByteCap ends a running session as if totalBytesPerSession was reached.
// It fails when there is no such capture; a session that has ended stays as
// it is.
func (s *Service) ReachByteCap(id string) error {
	return s.withCapture(id, func(c *capture) { s.endSession(c, s.switches.Get(SwitchByteCapReason)) })
}

// FailSession ends a running session with stop reason Error and the given
// errors (PcError of the published definitions, or sentences). It fails when
// there is no such capture; a session that has ended stays as it is.
func (s *Service) FailSession(id string, errors ...string) error {
	return s.withCapture(id, func(c *capture) { s.endSession(c, stopReasonError, errors...) })
}

// SetInstanceRunning starts, stops or adds an instance of a scale set. It
// fails when there is no such scale set.
func (s *Service) SetInstanceRunning(scaleSetID, instanceID string, running bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.inventory.machineByID(scaleSetID)
	if found == nil || !found.scaleSet {
		return fmt.Errorf("no scale set %s in the simulated inventory", scaleSetID)
	}
	found.instances[instanceID] = running
	return nil
}

func (s *Service) withCapture(id string, do func(*capture)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	found := s.captureByID(id)
	if found == nil {
		return fmt.Errorf("no packet capture %s in the simulated inventory", id)
	}
	do(found)
	return nil
}

func (s *Service) captureByID(id string) *capture {
	for _, parent := range s.inventory.watchers {
		if found := find(parent.captures, func(c *capture) bool { return strings.EqualFold(c.id(), id) }); found != nil {
			return found
		}
	}
	return nil
}
