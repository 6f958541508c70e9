package arm

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// capture is one packet capture with its session.
type capture struct {
	name       string
	watcher    *watcher
	machine    *machine
	account    *account
	properties CaptureProperties
	// storedAt is where its files go, which the service may not tell.
	storedAt string
	// hidden keeps a capture from answers while it is being created.
	hidden   bool
	startsAt time.Time
	// ended is set when the session was ended by more than its own limits.
	ended *ending
}

// The values of provisioningState.
const (
	provisioningSucceeded = "Succeeded"
	provisioningUpdating  = "Updating"
	provisioningDeleting  = "Deleting"
	provisioningFailed    = "Failed"
)

func (c *capture) id() string { return c.watcher.id + "/packetCaptures/" + c.name }

func (w *watcher) capture(name string) *capture {
	return find(w.captures, func(c *capture) bool { return strings.EqualFold(c.name, name) })
}

func (w *watcher) remove(c *capture) {
	w.captures = slices.DeleteFunc(w.captures, func(other *capture) bool { return other == c })
	w.etag = newETag()
}

// watcherOf finds the parent of the request's capture.
func (s *Service) watcherOf(c *call) (*watcher, *refusal) {
	found := find(s.inventory.watchers, func(w *watcher) bool {
		return strings.EqualFold(w.group, c.parameters["group"]) && strings.EqualFold(w.name, c.parameters["watcher"])
	})
	if found == nil {
		return nil, gatewayRefusal(http.StatusNotFound, "ResourceNotFound",
			"The Resource 'Microsoft.Network/networkWatchers/%s' under resource group '%s' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
			c.parameters["watcher"], c.parameters["group"])
	}
	return found, nil
}

// captureOf finds the request's capture.
func (s *Service) captureOf(c *call) (*capture, *refusal) {
	parent, refused := s.watcherOf(c)
	if refused != nil {
		return nil, refused
	}
	found := parent.capture(c.parameters["capture"])
	if found == nil || found.hidden {
		return nil, notFound(parent.id + "/packetCaptures/" + c.parameters["capture"])
	}
	return found, nil
}

func (s *Service) getCapture(c *call) *refusal {
	found, refused := s.captureOf(c)
	if refused != nil {
		return refused
	}
	c.w.Header().Set("ETag", found.watcher.etag)
	c.answer(http.StatusOK, s.render(found, c.version))
	return nil
}

func (s *Service) listCaptures(c *call) *refusal {
	parent, refused := s.watcherOf(c)
	if refused != nil {
		return refused
	}
	list := []captureBody{}
	for _, item := range parent.captures {
		if !item.hidden {
			list = append(list, s.render(item, c.version))
		}
	}
	return answerNetworkList(s, c, list)
}

// createCapture accepts a capture: 201, Updating, a status monitor, and no
// Location.
func (s *Service) createCapture(c *call) *refusal {
	parent, refused := s.watcherOf(c)
	if refused != nil {
		return refused
	}
	asked, refused := decode(c)
	if refused != nil {
		return refused
	}
	name := c.parameters["capture"]
	if parent.capture(name) != nil {
		return refuse(s.switches.Int(SwitchExistingNameStatus), s.switches.Get(SwitchExistingNameCode),
			"Packet capture session %s already exists.", parent.id+"/packetCaptures/"+name)
	}
	created := &capture{name: name, watcher: parent}
	if refused := s.validate(created, asked); refused != nil {
		return refused
	}
	if refused := s.checkQuota(parent.location); refused != nil {
		return refused
	}
	failure, refused := s.prepareSession(created)
	if refused != nil {
		return refused
	}
	if fault := simcore.LROFault(c.r.Context()); fault != nil {
		failure = faultDetail(fault)
		created.end(created.startsAt, stopReasonError, "InternalError")
	}
	s.normalise(created, asked)
	created.hidden = !s.switches.On(SwitchCreateVisible)
	parent.captures = append(parent.captures, created)
	parent.etag = newETag()
	started := s.start(c, created, failure, s.finishCreate)
	started.announceMonitor(c)
	s.announceRetry(c)
	c.answer(http.StatusCreated, s.render(created, c.version))
	return nil
}

func (s *Service) finishCreate(o *operation) {
	created := o.capture
	created.hidden = false
	created.watcher.etag = newETag()
	if o.failure == nil {
		if created.properties.ProvisioningState == provisioningUpdating {
			created.properties.ProvisioningState = provisioningSucceeded
		}
		return
	}
	created.properties.ProvisioningState = provisioningFailed
	if !s.switches.On(SwitchFailedCreateRemains) {
		created.watcher.remove(created)
	}
}

func (s *Service) checkQuota(location string) *refusal {
	running, quota := 0, s.switches.Int(SwitchCaptureQuota)
	for _, parent := range s.inventory.watchers {
		for _, item := range parent.captures {
			if parent.location == location && s.status(item).Status != statusStopped {
				running++
			}
		}
	}
	if running < quota {
		return nil
	}
	return refuse(s.switches.Int(SwitchQuotaStatus), s.switches.Get(SwitchQuotaCode),
		"Number of running packet capture sessions in region %s has reached the limit of %d.", location, quota)
}

// stopCapture stops a session; one that has ended is stopped the same way.
func (s *Service) stopCapture(c *call) *refusal {
	found, refused := s.captureOf(c)
	if refused == nil {
		refused = s.checkBusy(found)
	}
	if refused != nil {
		return refused
	}
	found.watcher.etag = newETag()
	s.accept(c, s.start(c, found, operationFailure(c), func(o *operation) {
		if o.failure == nil {
			s.endSession(o.capture, stopReasonManual)
		}
		o.capture.watcher.etag = newETag()
	}))
	return nil
}

func (s *Service) deleteCapture(c *call) *refusal {
	found, refused := s.captureOf(c)
	if refused != nil && refused.detail.Code == "NotFound" && s.switches.Get(SwitchDeleteMissingStatus) == "204" {
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	}
	if refused == nil {
		refused = s.checkBusy(found)
	}
	if refused != nil {
		return refused
	}
	failed := found.properties.ProvisioningState == provisioningFailed
	found.properties.ProvisioningState = provisioningDeleting
	found.watcher.etag = newETag()
	s.accept(c, s.start(c, found, operationFailure(c), func(o *operation) {
		switch {
		case o.failure != nil && failed:
			o.capture.properties.ProvisioningState = provisioningFailed
		case o.failure != nil:
			o.capture.properties.ProvisioningState = provisioningSucceeded
		default:
			s.keepFiles(o.capture)
			o.capture.watcher.remove(o.capture)
		}
	}))
	return nil
}

func (s *Service) checkBusy(c *capture) *refusal {
	if s.switches.Get(SwitchBusyCapture) != modeRefused || !slices.ContainsFunc(s.pending, func(o *operation) bool { return o.capture == c }) {
		return nil
	}
	return refuse(http.StatusConflict, "AnotherOperationInProgress", "Another operation on this or dependent resource is in progress. To retrieve status of the operation use uri: %s.", c.id())
}
