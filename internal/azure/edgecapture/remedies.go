package edgecapture

import (
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

// refusedError adds the remedies of captures to an error. Those of other
// requests speak of network watchers.
type refusedError struct{ error }

func (e *refusedError) Unwrap() error { return e.error }

func (e *refusedError) Describe() failure.Details {
	details := azure.Describe(e.error)
	if next := remedies(details.Code); next != nil {
		details.Next = next
	}
	return details
}

// codeBusy is Resource Manager's while a gateway or firewall is being changed.
//
// Source: https://learn.microsoft.com/azure/networking/troubleshoot-failed-state
const codeBusy = "AnotherOperationInProgress"

// notStored is what to look at when a file could not be stored.
func notStored() []string {
	return []string{
		"The container in the URL must exist: the service makes none.",
		"The signature must not have expired, and permit create or write. Make a new one, put it into sas_url_wo, and change sas_url_wo_version.",
		"The storage account's network rules must let the service in: allow trusted Azure services, or all networks for the time of the capture.",
	}
}

// remedies by the service's code.
//
// Sources: https://learn.microsoft.com/azure/vpn-gateway/packet-capture and
// https://learn.microsoft.com/azure/firewall/packet-capture
func remedies(code string) []string {
	switch code {
	case "AuthorizationFailed", "LinkedAuthorizationFailed":
		return []string{"Give the identity that runs this a role with the action that the message names; Network Contributor on the resource group of firewall or gateway is enough. New assignments take some minutes to act."}
	case codeBusy:
		return []string{"Firewall or gateway is being changed: apply again when that is over."}
	case "ResourceNotFound", "NotFound", "ResourceGroupNotFound":
		return []string{"Check name, resource group and subscription in the ID, and that the identity that runs this may see them."}
	case codeNoData:
		return append(notStored(), "The filter must be one that the service can read, which it tries only when it stores the file.")
	case string(FirewallStartFailedToUpload):
		return notStored()
	case string(FirewallFailed):
		return []string{"Look into the container: instances whose capture did not fail may have stored their files. Check that the firewall is not being updated, then apply again."}
	case string(FirewallNotImplemented):
		return []string{"Captures need a firewall with a management NIC: it is there on the Basic SKU and in virtual hubs, elsewhere it has to be enabled."}
	}
	if strings.HasSuffix(code, "NotSupported") {
		return []string{"VPN captures need a route-based gateway: policy-based ones and ExpressRoute gateways make none. Set target_id to another gateway or connection, " +
			"or capture at a virtual machine behind it (cloudtap_azure_packet_capture)."}
	}
	if strings.HasSuffix(code, "LimitReached") {
		return []string{"A gateway makes five captures at a time, its connections' among them: wait until one has been stopped, then apply again."}
	}
	if strings.HasPrefix(code, "AzureFirewallPacketCaptureStart") {
		return []string{"Check that the firewall has a management NIC and is not being updated, and the filters; then apply again."}
	}
	return nil
}
