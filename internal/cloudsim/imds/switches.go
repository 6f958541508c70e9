package imds

import (
	"strconv"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// The machines that the service can describe.
const (
	ScenarioLinux         = "linux"
	ScenarioWindows       = "windows"
	ScenarioScaleSet      = "scale-set"
	ScenarioCustomImage   = "custom-image"
	ScenarioBasicPublicIP = "basic-public-ip"
	ScenarioNoPublicIP    = "no-public-ip"
	ScenarioPartial       = "partial"
	ScenarioClassic       = "classic"
	ScenarioAzureStackHub = "azure-stack-hub"
)

// The names of the switches.
const (
	switchScenario         = "scenario"
	switchEnvironment      = "az_environment"
	switchNewestVersion    = "newest_version"
	switchOldestVersion    = "oldest_version"
	switchUnknownVersion   = "unknown_version_status"
	switchVersionsPage     = "versions_endpoint"
	switchVersionsHeader   = "versions_need_header"
	switchForwardedFor     = "forwarded_for_status"
	switchRate             = "requests_per_second"
	switchIdentityRate     = "identity_requests_per_second"
	switchRetryAfter       = "too_many_requests_retry_after"
	switchTagsListGap      = "tags_list_gap"
	switchLoadBalancer     = "load_balancer"
	switchEventsLag        = "scheduled_events_lag"
	switchEventsTime       = "not_before_format"
	switchUnknownEvent     = "unknown_event_status"
	switchMaintenance      = "maintenance"
	switchAttestedLife     = "attested_lifetime"
	switchAttestedDefect   = "attested_defect"
	switchAttestedAttrs    = "attested_signed_attributes"
	switchAttestedInclude  = "attested_includes_issuer"
	switchUndocumentedKeys = "undocumented_keys"
)

var trueFalse = []string{"true", "false"}

func newSwitches(options Options) *simcore.Switches {
	rate := options.RequestsPerSecond
	if rate == 0 {
		rate = 5
	}
	lag := "0s"
	if options.Realistic {
		lag = "5m"
	}
	all := machineSwitches()
	all = append(all, versionSwitches()...)
	all = append(all,
		simcore.Switch{Name: switchRate, Value: strconv.Itoa(rate), Least: "-1", Description: "Requests a second before 429, on the simulated clock; -1 is no limit. Published: 5."},
		simcore.Switch{Name: switchIdentityRate, Value: "20", Least: "-1", Description: "The same for the identity endpoints; -1 is no limit. Published: 20."},
		simcore.Switch{Name: switchRetryAfter, Value: "0", Description: "Seconds in the Retry-After header of a 429; 0 sends none. Unknown of the real service."},
		simcore.Switch{Name: switchForwardedFor, Value: "400", Allowed: []string{"400", "403"}, Description: "Status for a request with X-Forwarded-For. Published is only that it is refused."},
		simcore.Switch{Name: switchEventsLag, Value: lag, Description: "How long after the first request scheduled events show. Published: up to 5 minutes."},
	)
	all = append(all, eventSwitches()...)
	return simcore.NewSwitches(append(all, attestedSwitches()...)...)
}

func machineSwitches() []simcore.Switch {
	return []simcore.Switch{
		{Name: switchScenario, Value: ScenarioLinux, Description: "The machine that the service describes.", Allowed: []string{
			ScenarioLinux, ScenarioWindows, ScenarioScaleSet, ScenarioCustomImage, ScenarioBasicPublicIP,
			ScenarioNoPublicIP, ScenarioPartial, ScenarioClassic, ScenarioAzureStackHub}},
		{Name: switchEnvironment, Value: "AzurePublicCloud", Description: "compute.azEnvironment, and the cloud in the attested document's certificate. The case differs between hosts.", Allowed: []string{
			"AzurePublicCloud", "AZUREPUBLICCLOUD", "AzureUSGovernmentCloud", "AzureChinaCloud", "AzureGermanCloud"}},
		{Name: switchLoadBalancer, Value: "auto", Allowed: []string{"auto", "none", "unavailable"}, Description: "What the load balancer endpoint says: what the scenario has, 404 for none, or 404 for not available right now."},
		{Name: switchUndocumentedKeys, Value: "false", Allowed: trueFalse, Description: "Adds keys that were seen on the wire but are not documented."},
	}
}

func versionSwitches() []simcore.Switch {
	return []simcore.Switch{
		{Name: switchNewestVersion, Value: table.newest(), Allowed: table.Versions, Description: "The newest api-version that the host knows; rollout is uneven between regions and clouds."},
		{Name: switchOldestVersion, Value: table.Versions[0], Allowed: table.Versions, Description: "The oldest api-version that the host knows."},
		{Name: switchUnknownVersion, Value: "400", Allowed: []string{"400", "404"}, Description: "Status for an unknown api-version: 400 with newest-versions, or 404 without as some hosts answered."},
		{Name: switchVersionsPage, Value: "true", Allowed: trueFalse, Description: "Whether the host has /metadata/versions."},
		{Name: switchVersionsHeader, Value: "true", Allowed: trueFalse, Description: "Whether /metadata/versions needs the Metadata header. Unknown of the real service."},
		{Name: switchTagsListGap, Value: "false", Allowed: trueFalse, Description: "Whether tagsList is missing from 2019-08-15 and 2019-11-01 as the published definitions have it; a captured answer had it."},
	}
}

func eventSwitches() []simcore.Switch {
	return []simcore.Switch{
		{Name: switchEventsTime, Value: timeFormatRFC1123, Allowed: []string{timeFormatRFC1123, timeFormatRFC3339}, Description: "NotBefore as the service sends it, or as the vendor's mock server does."},
		{Name: switchUnknownEvent, Value: "400", Allowed: []string{"200", "400", "404"}, Description: "Status for approving an event id that never was. Unknown of the real service."},
		{Name: switchMaintenance, Value: maintenanceNone, Allowed: []string{maintenanceNone, EventFreeze, EventReboot, EventRedeploy, EventPreempt, EventTerminate}, Description: "Changing it plans maintenance of that type by the platform at the next request."},
	}
}

func attestedSwitches() []simcore.Switch {
	return []simcore.Switch{
		{Name: switchAttestedLife, Value: "6h", Least: "1s", Description: "How long an attested document is valid; 5 seconds to 6 hours were seen."},
		{Name: switchAttestedAttrs, Value: "false", Allowed: trueFalse, Description: "Whether the signature covers signed attributes; captured ones have none."},
		{Name: switchAttestedInclude, Value: "false", Allowed: trueFalse, Description: "Whether the document carries the issuing certificate, before the signer's own."},
		{Name: switchAttestedDefect, Value: defectNone, Allowed: defects, Description: "What is wrong with attested documents, to test verifiers."},
	}
}
