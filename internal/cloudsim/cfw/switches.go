package cfw

import "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"

// Error codes that the vendor publishes for the Cloud Firewall.
const (
	codeEmptyParameter   = "CFW.00200001"
	codeParameter        = "CFW.00200003"
	codeNotFound         = "CFW.00200005"
	codeNameConflict     = "CFW.00200007"
	codeFirewallStatus   = "CFW.00200016"
	codeQuantity         = "CFW.00200024"
	codeAddressTypesVary = "CFW.00200028"
	codeAddressType      = "CFW.00200030"
	codeNoIPv6           = "CFW.00200032"
)

const (
	acceptIt = "accept"
	refuseIt = "refuse"
)

func newSwitches(realistic bool) *simcore.Switches {
	appears, stopping, disappears := "0s", "20ms", "0s"
	if realistic {
		appears, stopping, disappears = "3s", "5s", "3s"
	}
	switches := append(timeSwitches(appears, stopping, disappears), limitSwitches()...)
	return simcore.NewSwitches(append(switches, answerSwitches()...)...)
}

func timeSwitches(appears, stopping, disappears string) []simcore.Switch {
	return []simcore.Switch{
		{Name: "task_visible_after", Value: appears, Description: "How long a new task is missing from the list."},
		{Name: "stopping_for", Value: stopping, Description: "How long a stopped task shows status 5 before 4."},
		{Name: "deletion_visible_after", Value: disappears, Description: "How long a deleted task is still listed as if nothing had happened."},
		{Name: "deleted_record_kept_for", Value: "0s", Description: "How long a deleted task is then still listed with is_deleted 1."},
		{
			Name: "capture_minute", Value: "1m",
			Description: "How long a minute of a capture's duration takes; shorten it to see captures end without moving the clock. The last packet that a task may take ends it before, as fast as the simulated traffic brings them.",
		},
		{Name: "retention_days", Value: "7", Description: "remaining_days of a new task; the day after it reached 0 the record vanishes."},
		{Name: "utc_offset", Value: "8h", Least: "-12h", Most: "14h", Description: "The zone of created_date and modified_date, which do not name one."},
	}
}

func limitSwitches() []simcore.Switch {
	scopes := []string{"firewall", "account"}
	return []simcore.Switch{
		{Name: "running_limit", Value: "1", Description: "How many captures may run at a time."},
		{Name: "running_limit_scope", Value: "firewall", Allowed: scopes, Description: "What the limit of running captures counts."},
		{Name: "running_limit_code", Value: codeQuantity, Description: "The error code of a create while the limit is reached; the real one is not published."},
		{Name: "daily_starts", Value: "20", Description: "How many captures may be started in a calendar day of the service's zone."},
		{Name: "daily_starts_scope", Value: "firewall", Allowed: scopes, Description: "What the daily limit counts."},
		{Name: "daily_starts_code", Value: codeQuantity, Description: "The error code of a create beyond the daily limit; the real one is not published."},
		{Name: "duplicate_names", Value: acceptIt, Allowed: []string{acceptIt, refuseIt}, Description: "Whether two tasks of a firewall may have the same name."},
		{Name: "name_max_length", Value: "255", Least: "1", Description: "The longest name; the real rule is not published."},
		{Name: "cidr_addresses", Value: acceptIt, Allowed: []string{acceptIt, refuseIt}, Description: "Whether an address may be a CIDR block."},
		{Name: "capture_unsupported_code", Value: codeParameter, Description: "The error code of a create on a firewall without capture support."},
	}
}

func answerSwitches() []simcore.Switch {
	acceptOrRefuse := []string{acceptIt, refuseIt}
	return []simcore.Switch{
		{Name: "list_order", Value: "newest_first", Allowed: []string{"newest_first", "oldest_first", "by_id"}, Description: "The order of the list, which is not documented."},
		{Name: "list_shape", Value: "object", Allowed: []string{"object", "array"}, Description: "Whether data is an object, or an array of one as in the definition of 2024-06."},
		{Name: "completed_status", Value: "1", Description: "The status number of a capture that ended by itself; 3 is in no document."},
		{Name: "omitted_port", Value: "", Allowed: []string{"", "1-65535"}, Description: "What the list shows for a port that was not given."},
		{Name: "stop_of_ended", Value: acceptIt, Allowed: acceptOrRefuse, Description: "Whether a stop of a task that has ended is an error."},
		{Name: "delete_of_running", Value: refuseIt, Allowed: acceptOrRefuse, Description: "Whether a running task can be deleted."},
		{Name: "delete_of_unknown", Value: refuseIt, Allowed: acceptOrRefuse, Description: "Whether a batch deletion with an unknown task id is an error."},
		{Name: "result_shape", Value: "shared_link", Allowed: []string{"shared_link", "file_list"}, Description: "Whether results are shared as a folder or as signed file links."},
		{Name: "result_address_ranges", Value: refuseIt, Allowed: acceptOrRefuse, Description: "Whether the ip of a result may be a range a-b; ranges are documented, their notation is not."},
		{Name: "result_before_end", Value: refuseIt, Allowed: acceptOrRefuse, Description: "Whether a running task already has results."},
		{Name: "result_expires", Value: "30", Description: "The number that expires holds; its unit is not documented."},
		{Name: "unknown_firewall_detail", Value: "empty", Allowed: []string{"empty", refuseIt}, Description: "Whether the detail of an unknown firewall is an empty list or an error."},
	}
}
