package arm

import (
	"net/http"
)

// The machine's or the account's defects, as a session would report them.
type defect struct {
	present    bool
	modeSwitch string
	codeSwitch string
	message    string
	errors     []string
}

// prepareSession starts the session of a validated capture. What is wrong with
// its machine or storage account refuses the request, fails its operation
// (failure is not nil), or ends the session as soon as it has started.
func (s *Service) prepareSession(c *capture) (failure *errorDetail, refused *refusal) {
	c.startsAt = s.core.Clock.Now().Add(s.switches.Duration(SwitchStartDelay))
	for _, d := range s.defects(c) {
		if !d.present {
			continue
		}
		mode := s.switches.Get(d.modeSwitch)
		refusal := refuse(http.StatusBadRequest, s.switches.Get(d.codeSwitch), "%s", d.message)
		if mode == modeRefused {
			return nil, refusal
		}
		c.end(c.startsAt, stopReasonError, d.errors...)
		if mode == modeOperationFails {
			return &refusal.detail, nil
		}
		return nil, nil
	}
	if c.account != nil && !c.account.sharedKeys {
		// The agent writes with a signature made from the shared key.
		c.end(c.startsAt, stopReasonError, "LocalFileFailed", "StorageFailed")
	}
	return nil, nil
}

func (s *Service) defects(c *capture) []defect {
	return []defect{{
		present:    !c.machine.running,
		modeSwitch: SwitchMachineStopped, codeSwitch: SwitchMachineStoppedCode,
		message: "The virtual machine " + c.machine.id + " is not running.",
		errors:  []string{"AgentStopped"},
	}, {
		present:    !c.machine.hasAgent,
		modeSwitch: SwitchAgentMissing, codeSwitch: SwitchAgentMissingCode,
		message: "The Network Watcher agent extension is not installed on " + c.machine.id + ".",
		errors:  []string{"AgentStopped"},
	}, {
		present:    c.account != nil && c.account.location != c.machine.location,
		modeSwitch: SwitchStorageOtherRegion, codeSwitch: SwitchStorageRegionCode,
		message: "The storage account of the packet capture is not in the region of " + c.machine.id + ".",
		errors:  []string{"StorageFailed"},
	}}
}
