package networkwatcher

import (
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"
)

// Ended reports whether a session with this status captures no more.
func Ended(status armnetwork.PcStatus) bool {
	return status == armnetwork.PcStatusStopped || status == armnetwork.PcStatusError
}

// Errors returns what went wrong in a session: names such as "AgentStopped",
// and for scale sets also sentences.
func Errors(status *armnetwork.PacketCaptureQueryStatusResult) []string {
	var errors []string
	for _, problem := range status.PacketCaptureError {
		if problem != nil && *problem != "" {
			errors = append(errors, string(*problem))
		}
	}
	return errors
}

// The remedies of LikelyCauses.
//
// Source: https://learn.microsoft.com/azure/network-watcher/packet-capture-overview
const (
	causeAgent = "The Network Watcher agent does not run on the target. Check that the machine is running and that the extension Microsoft.Azure.NetworkWatcher " +
		"(NetworkWatcherAgentLinux or NetworkWatcherAgentWindows) is installed and healthy; the API, unlike the portal, does not install it."
	causeNetwork = "The agent must reach 169.254.169.254:80 and 168.63.129.16:8037, and for storage port 443 of the account. " +
		"Check network security groups, routes and firewalls of the target's subnet and the machine's own."
	causeStorage = "The agent could not write to the storage account. It must be a Standard account in the target's region, be reachable from the target's subnet, " +
		"and allow shared key access (allowSharedKeyAccess), as the agent writes with a shared access signature."
	causeFile     = "The agent could not write the file on the target. Check that the disk has space and the folder exists; on Linux it must lie under /var/captures."
	causeGone     = "An instance of the scale set is deallocated or was removed. Start it, or leave it out with include or exclude."
	causeFailed   = "The capture failed on the target. Check free memory and disk space there, the agent's own log, and that not too many captures run on it at once."
	causeInternal = "The service had an internal error. Capture again; if that fails too, give Azure support the request id."
)

// LikelyCauses explains a session's errors, as Errors returns them: the
// causes to check, likeliest first, each with its remedy.
func LikelyCauses(errors []string) []string {
	var causes []string
	for _, problem := range errors {
		for _, cause := range causesOf(problem) {
			if !slices.Contains(causes, cause) {
				causes = append(causes, cause)
			}
		}
	}
	return causes
}

// LikelyCausesOfFailedCreate are what makes the service give up a capture
// that it had accepted: none if the session's errors name a cause.
func LikelyCausesOfFailedCreate(errors []string) []string {
	for _, cause := range LikelyCauses(errors) {
		if cause != causeInternal {
			return nil
		}
	}
	return []string{causeAgent, causeStorage, causeNetwork}
}

func causesOf(problem string) []string {
	switch armnetwork.PcError(problem) {
	case armnetwork.PcErrorAgentStopped:
		return []string{causeAgent, causeNetwork}
	case armnetwork.PcErrorLocalFileFailed:
		return []string{causeFile}
	case armnetwork.PcErrorStorageFailed:
		return []string{causeStorage, causeNetwork}
	case armnetwork.PcErrorCaptureFailed:
		return []string{causeFailed}
	case armnetwork.PcErrorInternalError:
		return []string{causeInternal}
	}
	if strings.Contains(problem, "does not exist or is in stopped state") {
		return []string{causeGone}
	}
	return nil
}
