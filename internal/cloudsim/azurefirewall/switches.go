package azurefirewall

import "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"

// The switches, which are those of the service "arm"; Switches lists what each of
// them does.
const (
	SwitchFailingInstances = "firewall_failing_instances"
	SwitchStart            = "firewall_start"
	SwitchNoManagement     = "firewall_without_management"
	SwitchRefusal          = "firewall_refusal"
	SwitchFailure          = "firewall_failure"
	SwitchStatusAnswer     = "firewall_status_answer"
	SwitchStop             = "firewall_stop"
)

// Values of switches.
const (
	ByStatusCode     = "status_code"
	ByRequest        = "request"
	ByOperation      = "operation_fails"
	StatusAtOnce     = "at_once"
	startsSucceed    = "succeeds"
	notImplemented   = "not_implemented"
	stopUploads      = "uploads"
	startFailedCode  = "start_failed"
	startFailureCode = "start_failure"
)

// Switches are what is not known of packet captures of firewalls.
func Switches() []simcore.Switch {
	return []simcore.Switch{
		{Name: SwitchFailingInstances, Value: "0", Description: "how many of a firewall's instances cannot upload their file; the capture has succeeded if at least half of them could. Taken at the start"},
		{Name: SwitchStart, Value: startsSucceed, Allowed: []string{startsSucceed, startFailedCode, startFailureCode}, Description: "whether a firewall can start captures, or answers StartFailed or StartFailure, which are documented without their causes"},
		{Name: SwitchNoManagement, Value: notImplemented, Allowed: []string{notImplemented, startFailureCode, ByRequest}, Description: "a firewall without a management NIC: status code NotImplemented or StartFailure, or the request is refused; not known"},
		{Name: SwitchRefusal, Value: ByRequest, Allowed: []string{ByRequest, ByStatusCode}, Description: "limits and filters that are not kept: the request is refused, or its status code is StartFailure; not known"},
		{Name: SwitchFailure, Value: ByStatusCode, Allowed: []string{ByStatusCode, ByOperation}, Description: "a start that fails: an operation that succeeds, with the status code of the failure, or an operation that fails with that code; not known"},
		{Name: SwitchStatusAnswer, Value: StatusAtOnce, Allowed: []string{StatusAtOnce, "operation"}, Description: "Status answers 200 with the status, as in the published example, or 202 with a long-running operation"},
		{Name: SwitchStop, Value: stopUploads, Allowed: []string{stopUploads, "discards"}, Description: "whether a stopped capture uploads the packets that it has; not known"},
	}
}
