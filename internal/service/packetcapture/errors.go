package packetcapture

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

func describe(id networkwatcher.PacketCaptureID) string {
	return fmt.Sprintf("Packet capture %q of network watcher %q (resource group %q, subscription %s)",
		id.Name, id.Watcher.Name, id.Watcher.ResourceGroupName, id.Watcher.SubscriptionID)
}

func describeStatus(status *armnetwork.PacketCaptureQueryStatusResult) string {
	text := string(valueOr(status.PacketCaptureStatus, armnetwork.PcStatusUnknown))
	if reason := value(status.StopReason); reason != "" {
		text += ", stop reason " + reason
	}
	if problems := networkwatcher.Errors(status); len(problems) > 0 {
		text += ", errors: " + strings.Join(problems, "; ")
	}
	return text
}

// applyAgain is what to do after an update that failed.
const applyAgain = "It is in the state as it was: apply again."

// addError reports a failed call on a capture.
func addError(diags *diag.Diagnostics, summary string, id networkwatcher.PacketCaptureID, err error, next ...string) {
	if len(next) == 0 && errors.Is(err, networkwatcher.ErrNotFound) {
		next = []string{"Check name and network watcher in the ID; the data source cloudtap_azure_packet_captures lists what there is."}
	}
	tfkit.AddError(diags, summary, describe(id), azure.Describe(err), next...)
}

// addCreateError reports that the name is taken, or that the create failed.
func addCreateError(diags *diag.Diagnostics, summary string, id networkwatcher.PacketCaptureID, err error) {
	exists := new(networkwatcher.ExistsError)
	if !errors.As(err, &exists) {
		addError(diags, summary, id, err, refusalRemedy(err)...)
		return
	}
	said := azure.Describe(errors.Unwrap(exists))
	why, next := whyExists(exists)
	diags.AddError("Packet capture already exists", tfkit.Failure{
		What: describe(exists.ID) + " exists already" + why + " The service cannot change a capture.",
		Code: said.Code, Message: said.Message, RequestID: said.RequestID, Next: next,
	}.Detail())
}

// quotaRefusal matches refusals because of the number of captures, for which no
// code is documented.
var quotaRefusal = regexp.MustCompile(`(?i)quota|limit ?(reached|exceeded)|(reached|exceed\w*) the (limit|maximum)`)

// refusalRemedy returns what to do about a refused create, where that is
// certain.
func refusalRemedy(err error) []string {
	said := azure.Describe(err)
	text := said.Code + " " + said.Message
	switch {
	case said.Status < 400 || said.Status >= 500:
		return nil
	case quotaRefusal.MatchString(text):
		return []string{"Too many captures run in this region and subscription: stop or delete others, or ask Azure support for a higher quota."}
	case said.Code == "InvalidResourceReference" && strings.Contains(strings.ToLower(text), "/storageaccounts/"):
		return []string{"storage_location.storage_account_id: this storage account does not exist, or is not in the region of target and network watcher."}
	case said.Code == "InvalidResourceReference" && strings.Contains(strings.ToLower(text), "/providers/microsoft.compute/"):
		return []string{"target_id: this virtual machine or scale set does not exist, or is not in the network watcher's region."}
	}
	return nil
}

// whyExists ends a sentence with where a capture of the needed name comes
// from, and returns the ways out.
func whyExists(exists *networkwatcher.ExistsError) (why string, next []string) {
	switch exists.Origin {
	case networkwatcher.OriginThisRun:
		return ": this run created it a moment ago, for another resource of the configuration that has the same name and network watcher.",
			[]string{"Give each of the resources a name of its own, then apply again."}
	case networkwatcher.OriginThisState:
		return ": it is in this state. A name is unique on its network watcher, so a capture cannot be created before the one that it replaces is destroyed.",
			[]string{"If this apply replaces the capture: " + notBeforeDestroy, sameNameTwice}
	default:
		// What the plan knew of the state is not known any more: Terraform
		// applies in another process, and deposes what it destroys later.
		return ". A name is unique on its network watcher.",
			[]string{
				"If this apply replaces the capture (+/- in the plan): " + notBeforeDestroy, sameNameTwice,
				fmt.Sprintf("If no state has it: import it with terraform import cloudtap_%s.NAME '%s', where NAME is the resource's name in your configuration, or delete it, or choose another name.", TypeName, exists.ID),
			}
	}
}

const (
	notBeforeDestroy = "remove create_before_destroy from its lifecycle block, and from resources that depend on it, which pass it on to what they depend on. " +
		"Or give the replacement another name, for example one that ends with a hash of what changes."
	sameNameTwice = "If another resource has the same name and network watcher, in this configuration or elsewhere: give each its own name."
)

// client returns the client, or reports why there is none.
func (r *captureResource) client(id networkwatcher.PacketCaptureID, diags *diag.Diagnostics) (*networkwatcher.Client, bool) {
	return openClient(r.Clients, describe(id), diags)
}

func openClient(clients clients, what string, diags *diag.Diagnostics) (*networkwatcher.Client, bool) {
	if clients == nil {
		diags.AddError("Could not use Azure", what+" cannot be reached: the provider is not configured.")
		return nil, false
	}
	client, err := clients.NetworkWatcher()
	if err != nil {
		diags.AddError("Could not use Azure", tfkit.Failure{What: what + " cannot be reached: " + strings.TrimSuffix(err.Error(), ".") + "."}.Detail())
	}
	return client, err == nil && !diags.HasError()
}

// logProgress writes a running session's status to the log.
func logProgress(id networkwatcher.PacketCaptureID) func(context.Context, *armnetwork.PacketCaptureQueryStatusResult) {
	return func(ctx context.Context, status *armnetwork.PacketCaptureQueryStatusResult) {
		tflog.Info(ctx, "waiting for packet capture to end", map[string]any{
			"packet_capture_id": id.String(), "status": describeStatus(status),
		})
	}
}
