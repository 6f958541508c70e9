package vpngateway

import "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"

// The switches, which are those of the service "arm"; Switches lists what each of
// them does.
const (
	SwitchFailureTime = "vpn_failure_time"
	SwitchSecondStart = "vpn_second_start"
	SwitchUnsupported = "vpn_unsupported"
	SwitchIdleStop    = "vpn_stop_without_start"
	SwitchFailedStop  = "vpn_failed_stop"
	SwitchAnswerData  = "vpn_answer_data"
)

// Values of switches.
const (
	byRequest   = "refused"
	byOperation = "operation_fails"
	byRestart   = "restarts"
	endsSession = "ends"
	dataNull    = "null"
)

// Switches are what is not known of packet captures of gateways.
func Switches(realistic bool) []simcore.Switch {
	failureTime := "200ms"
	if realistic {
		failureTime = "2m16s"
	}
	return []simcore.Switch{
		{Name: SwitchFailureTime, Value: failureTime, Description: "how long a stop that fails is InProgress; 2 min 16 s in the recording"},
		{Name: SwitchSecondStart, Value: byOperation, Allowed: []string{byOperation, byRequest, byRestart}, Description: "a start on a gateway or connection whose capture runs, or beyond five on one gateway: the operation fails, the request is refused, or (of the same object) the capture begins anew; not known"},
		{Name: SwitchUnsupported, Value: byRequest, Allowed: []string{byRequest, byOperation}, Description: "a start on a policy-based or an ExpressRoute gateway: the request is refused, or the operation fails; not known"},
		{Name: SwitchIdleStop, Value: byOperation, Allowed: []string{byOperation, byRequest}, Description: "a stop where no capture runs: the operation fails as after an expired SAS, or the request is refused; not known"},
		{Name: SwitchFailedStop, Value: endsSession, Allowed: []string{endsSession, "keeps_running"}, Description: "whether a capture ends when its file cannot be stored, or runs on for another stop; not known"},
		{Name: SwitchAnswerData, Value: "empty", Allowed: []string{"empty", dataNull}, Description: `"Data" in the string that answers: "" as recorded, or null as in the published examples`},
	}
}
