package arm

import (
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/azurefirewall"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/vpngateway"
)

// The names of the switches; All lists what each of them does.
const (
	SwitchRetryAfter           = "retry_after"
	SwitchRetryAfterZero       = "retry_after_zero"
	SwitchOperationEnds        = "operation_ends"
	SwitchInProgressPolls      = "in_progress_polls"
	SwitchOperationTime        = "operation_time"
	SwitchStartDelay           = "start_delay"
	SwitchCreateVisible        = "create_visible"
	SwitchFailedCreateRemains  = "failed_create_remains"
	SwitchStatusIn202          = "status_in_202"
	SwitchDeleteMissingStatus  = "delete_missing_status"
	SwitchBusyCapture          = "busy_capture"
	SwitchExistingNameStatus   = "existing_name_status"
	SwitchExistingNameCode     = "existing_name_code"
	SwitchCaptureQuota         = "capture_quota"
	SwitchQuotaStatus          = "quota_status"
	SwitchQuotaCode            = "quota_code"
	SwitchRefusalCode          = "refusal_code"
	SwitchUnknownVersionCode   = "unknown_api_version_code"
	SwitchFilterValidation     = "filter_validation"
	SwitchIncludeAndExclude    = "include_and_exclude"
	SwitchAgentMissing         = "agent_missing"
	SwitchAgentMissingCode     = "agent_missing_code"
	SwitchMachineStopped       = "machine_stopped"
	SwitchMachineStoppedCode   = "machine_stopped_code"
	SwitchStorageOtherRegion   = "storage_other_region"
	SwitchStorageRegionCode    = "storage_other_region_code"
	SwitchZeroTimeLimit        = "zero_time_limit"
	SwitchContinuousEnd        = "continuous_capture_true_ends"
	SwitchCaptureSettings      = "capture_settings_defaults"
	SwitchTraffic              = "traffic_bytes_per_second"
	SwitchByteCapReason        = "byte_cap_stop_reason"
	SwitchScaleSetStopReason   = "scale_set_stop_reason"
	SwitchScaleSetPath         = "scale_set_storage_path"
	SwitchStorageDelay         = "storage_delay"
	SwitchFileDelay            = "file_delay"
	SwitchIDCasing             = "id_casing"
	SwitchUndocumentedMembers  = "undocumented_members"
	SwitchProtocolCasing       = "protocol_casing"
	SwitchUnsetFilterMembers   = "unset_filter_members"
	SwitchInstanceIDs          = "instance_ids"
	SwitchFailedResultStatus   = "failed_result_status"
	SwitchListPageSize         = "list_page_size"
	modeRefused                = "refused"
	modeAccepted               = "accepted"
	modeOperationFails         = "operation_fails"
	modeSessionError           = "session_error"
	switchedOn, switchedOff    = "true", "false"
	casingAsGiven              = "as_given"
	casingCanonical            = "canonical"
	casingLower                = "lower"
	absentWithErrors           = "absent_with_errors"
	endsNever, endsAtTimeLimit = "never", "session_time_limit"
)

var (
	onOff        = []string{switchedOn, switchedOff}
	failureModes = []string{modeRefused, modeOperationFails, modeSessionError}
)

func newSwitches(realistic bool) *simcore.Switches {
	all := append(timingSwitches(realistic), operationSwitches()...)
	all = append(all, refusalSwitches()...)
	all = append(all, failureSwitches()...)
	all = append(all, sessionSwitches()...)
	all = append(all, answerSwitches()...)
	all = append(all, azurefirewall.Switches()...)
	return simcore.NewSwitches(append(all, vpngateway.Switches(realistic)...)...)
}

func timingSwitches(realistic bool) []simcore.Switch {
	retryAfter, operationTime, startDelay, ends := "20ms", "1s", "20ms", "polled"
	if realistic {
		// Clients that obeyed Retry-After found recorded operations done 10 to 12 s
		// after their start.
		retryAfter, operationTime, startDelay, ends = "10s", "10s", "1.5s", "time"
	}
	return []simcore.Switch{
		{Name: SwitchRetryAfter, Value: retryAfter, Description: "what first answers and unfinished polls ask clients to wait: whole seconds go out as Retry-After (the service says 10), anything else as retry-after-ms; 0s is what retry_after_zero says"},
		{Name: SwitchRetryAfterZero, Value: "absent", Allowed: []string{"absent", "sent"}, Description: "a retry_after of 0s: no header, or Retry-After: 0; the service was never seen to send either"},
		{Name: SwitchOperationEnds, Value: ends, Allowed: []string{"polled", "time"}, Description: "when an operation ends: after in_progress_polls polls or operation_time, whichever is first, or only after operation_time"},
		{Name: SwitchInProgressPolls, Value: "0", Description: "how many polls of an operation answer InProgress before it ends; recorded operations had ended by the first poll"},
		{Name: SwitchOperationTime, Value: operationTime, Description: "simulated time after which an operation ends although nobody polls it, for each poll that it needs"},
		{Name: SwitchStartDelay, Value: startDelay, Description: "time from the PUT to captureStartTime, during which the session is NotStarted; about 1.5 s in recordings"},
		{Name: SwitchStorageDelay, Value: "0s", Description: "how long a session that has ended still shows Running while its file is written; not known"},
		{Name: SwitchFileDelay, Value: "0s", Description: "time from then until its files are in the storage account; not known"},
	}
}

func operationSwitches() []simcore.Switch {
	return []simcore.Switch{
		{Name: SwitchCreateVisible, Value: switchedOn, Allowed: onOff, Description: "whether GET and list show a capture while its creation is Updating; not known"},
		{Name: SwitchFailedCreateRemains, Value: switchedOn, Allowed: onOff, Description: "whether a capture whose creation failed remains, with provisioningState Failed; not known"},
		{Name: SwitchStatusIn202, Value: switchedOn, Allowed: onOff, Description: "whether queryStatus sends the status in its 202 answer, as recorded since 2022, or only at the Location"},
		{Name: SwitchDeleteMissingStatus, Value: "204", Allowed: []string{"204", "404"}, Description: "answer to DELETE of a capture that does not exist; 204 is Resource Manager's rule, not seen live"},
		{Name: SwitchBusyCapture, Value: modeAccepted, Allowed: []string{modeAccepted, modeRefused}, Description: "whether stop and DELETE are refused with 409 AnotherOperationInProgress while another operation on the capture runs; not known"},
		{Name: SwitchFailedResultStatus, Value: "400", Allowed: []string{"400", "409", "500"}, Description: "HTTP status of operationResults for an operation that failed; not known"},
	}
}

func refusalSwitches() []simcore.Switch {
	return []simcore.Switch{
		{Name: SwitchExistingNameStatus, Value: "409", Allowed: []string{"400", "409"}, Description: "HTTP status of PUT on an existing name: it fails, with what is not known"},
		{Name: SwitchExistingNameCode, Value: "Conflict", Description: "error code of PUT on an existing name; not known"},
		{Name: SwitchCaptureQuota, Value: "10000", Description: "running sessions per region and subscription; 10,000 are documented, 10 were in 2018"},
		{Name: SwitchQuotaStatus, Value: "400", Allowed: []string{"400", "403", "409", "429"}, Description: "HTTP status when the quota is used up; not known"},
		{Name: SwitchQuotaCode, Value: "PacketCaptureLimitReached", Description: "error code when the quota is used up; not known"},
		{Name: SwitchRefusalCode, Value: "InvalidParameter", Description: "error code for properties that the service refuses: limits, paths, filters, combinations; not known"},
		{Name: SwitchUnknownVersionCode, Value: "NoRegisteredProviderFound", Description: "error code for an api-version that does not carry the type; not known for this type"},
		{Name: SwitchFilterValidation, Value: "strict", Allowed: []string{"strict", "lenient"}, Description: "strict refuses filters that break the documented notation; lenient accepts them, as users report of 1.1.1.1-255.255.255, which then captures nothing"},
		{Name: SwitchIncludeAndExclude, Value: modeRefused, Allowed: []string{modeRefused, modeAccepted}, Description: "a scope with both include and exclude; not known"},
	}
}

func failureSwitches() []simcore.Switch {
	return []simcore.Switch{
		{Name: SwitchAgentMissing, Value: modeOperationFails, Allowed: failureModes, Description: "a machine without the Network Watcher agent extension: PUT refused, the operation fails after 201, or the session stops with AgentStopped; not known"},
		{Name: SwitchAgentMissingCode, Value: "NetworkWatcherAgentNotInstalled", Description: "error code for a machine without the agent extension; not known"},
		{Name: SwitchMachineStopped, Value: modeOperationFails, Allowed: failureModes, Description: "a machine that does not run: PUT refused, the operation fails after 201, or the session stops with AgentStopped; not known"},
		{Name: SwitchMachineStoppedCode, Value: "VMNotRunning", Description: "error code for a machine that does not run; not known"},
		{Name: SwitchStorageOtherRegion, Value: modeSessionError, Allowed: failureModes, Description: "a storage account outside the target's region: PUT refused, the operation fails after 201, or the session stops with StorageFailed; not known"},
		{Name: SwitchStorageRegionCode, Value: "StorageAccountNotInSameRegion", Description: "error code for a storage account outside the target's region; not known"},
	}
}

func sessionSwitches() []simcore.Switch {
	return []simcore.Switch{
		{Name: SwitchZeroTimeLimit, Value: "default", Allowed: []string{"default", "at_once"}, Description: "timeLimitInSeconds 0 (which the definitions allow): the default 18000, or a session that ends at once; not known"},
		{Name: SwitchContinuousEnd, Value: endsNever, Allowed: []string{endsNever, endsAtTimeLimit}, Description: "when a session with continuousCapture true ends by itself; with false it ends at sessionTimeLimitInSeconds"},
		{Name: SwitchTraffic, Value: "0", Description: "bytes captured per second of simulated time; a classic session that reaches totalBytesPerSession ends. 0: it never does"},
		{Name: SwitchByteCapReason, Value: "SizeExceeded", Description: "stopReason of a session that reached totalBytesPerSession; there is one, its text is not known"},
		{Name: SwitchScaleSetStopReason, Value: absentWithErrors, Allowed: []string{absentWithErrors, "absent", "present"}, Description: "stopReason of scale set sessions; recorded ones had none where instances were missing"},
	}
}

func answerSwitches() []simcore.Switch {
	return []simcore.Switch{
		{Name: SwitchListPageSize, Value: "100", Least: "1", Description: "network watchers, or packet captures, on a page of their list from api-version 2025-07-01 on; that there are pages is defined, their size is not known"},
		{Name: SwitchCaptureSettings, Value: "filled", Allowed: []string{"filled", "absent"}, Description: "whether answers fill in the defaults of captureSettings that a continuous capture did not set; not known"},
		{Name: SwitchScaleSetPath, Value: "generated", Allowed: []string{"generated", "empty"}, Description: "storagePath of a scale set's capture for which only an account was given: a recorded answer had an empty one, machines get one that the service makes"},
		{Name: SwitchIDCasing, Value: casingAsGiven, Allowed: []string{casingAsGiven, casingCanonical, casingLower}, Description: "ids in answers: as the client gave them, as the objects were made, or in lower case, as older answers had them"},
		{Name: SwitchProtocolCasing, Value: "normal", Allowed: []string{"normal", casingLower}, Description: "protocol in answers: TCP, UDP, Any as recorded, or in lower case"},
		{Name: SwitchUnsetFilterMembers, Value: "empty", Allowed: []string{"empty", "absent"}, Description: "filter members that were not set: empty strings as recorded, or absent as in the published examples"},
		{Name: SwitchInstanceIDs, Value: "full", Allowed: []string{"full", casingAsGiven}, Description: "scale set instances in answers: full resource ids as recorded, or as the client gave them"},
		{Name: SwitchUndocumentedMembers, Value: switchedOff, Allowed: onOff, Description: "adds members that no version documents to captures and statuses, as the service does now and then"},
	}
}
