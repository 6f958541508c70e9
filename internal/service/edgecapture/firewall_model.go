package edgecapture

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/edgecapture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/sas"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// firewallArguments are what resource and action have in common.
type firewallArguments struct {
	FirewallID         types.String `tfsdk:"firewall_id"`
	FileName           types.String `tfsdk:"file_name"`
	MaxPackets         types.Int64  `tfsdk:"max_packets"`
	TimeLimitInSeconds types.Int64  `tfsdk:"time_limit_in_seconds"`
	Protocol           types.String `tfsdk:"protocol"`
	Flags              types.Set    `tfsdk:"flags"`
	Filters            types.List   `tfsdk:"filters"`
}

type firewallFilterModel struct {
	Sources          []string `tfsdk:"sources"`
	Destinations     []string `tfsdk:"destinations"`
	DestinationPorts []int64  `tfsdk:"destination_ports"`
}

type firewallModel struct {
	firewallArguments
	SASURLWO          types.String   `tfsdk:"sas_url_wo"`
	SASURLWOVersion   types.Int64    `tfsdk:"sas_url_wo_version"`
	WaitForCompletion types.Bool     `tfsdk:"wait_for_completion"`
	RecaptureTriggers types.Map      `tfsdk:"recapture_triggers"`
	ID                types.String   `tfsdk:"id"`
	Status            types.String   `tfsdk:"status"`
	Message           types.String   `tfsdk:"message"`
	StartedAt         types.String   `tfsdk:"started_at"`
	ContainerURL      types.String   `tfsdk:"container_url"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

// timeLimit is how long the capture takes at most.
func (a firewallArguments) timeLimit() time.Duration {
	return time.Duration(cmp.Or(a.TimeLimitInSeconds.ValueInt64(), defaultTimeLimitInSeconds)) * time.Second
}

// toAPI returns the firewall, and what is asked of it.
func (a firewallArguments) toAPI(ctx context.Context, into sas.Container, diags *diag.Diagnostics) (edgecapture.FirewallID, edgecapture.FirewallCapture, bool) {
	id, err := edgecapture.ParseFirewallID(a.FirewallID.ValueString())
	if err != nil {
		diags.AddError("Firewall ID is not valid", tfkit.Sentence(err))
	}
	capture := edgecapture.FirewallCapture{
		FileName: a.FileName.ValueString(), MaxPackets: cmp.Or(a.MaxPackets.ValueInt64(), defaultPackets), TimeInSeconds: int64(a.timeLimit() / time.Second),
		Protocol: cmp.Or(a.Protocol.ValueString(), "Any"), Container: into,
	}
	diags.Append(a.Flags.ElementsAs(ctx, &capture.Flags, false)...)
	var filters []firewallFilterModel
	diags.Append(a.Filters.ElementsAs(ctx, &filters, false)...)
	for _, filter := range filters {
		capture.Filters = append(capture.Filters, edgecapture.FirewallFilter(filter))
	}
	return id, capture, !diags.HasError()
}

func describeFirewall(id edgecapture.FirewallID, fileName string) string {
	return fmt.Sprintf("Packet capture %q of firewall %q (resource group %q, subscription %s)", fileName, id.Name, id.ResourceGroupName, id.SubscriptionID)
}

// set takes over what the service says of this capture.
func (m *firewallModel) set(said edgecapture.FirewallStatus) {
	m.Message = tfkit.TextOrNull(tfkit.Printable(said.Message))
	switch {
	case said.Failed():
		m.Status = types.StringValue(statusFailed)
	case said.Running():
		m.Status = types.StringValue(statusRunning)
	case said.Code == edgecapture.FirewallCompleted:
		m.Status = types.StringValue(statusCompleted)
	case said.Code == edgecapture.FirewallStopSucceeded:
		m.Status = types.StringValue(statusStopped)
	default:
		m.Status = types.StringValue(statusEnded)
	}
}

// mayRun reports whether the capture may run as far as the state knows.
func (m *firewallModel) mayRun() bool {
	return m.Status.ValueString() == statusRunning || m.Status.ValueString() == statusUnknown
}

// afterTheEnd is how long instances may take to upload their files.
const afterTheEnd = 10 * time.Minute

// over is when the capture has ended, whatever happened to it.
func (m *firewallModel) over() time.Time {
	return timeOf(m.StartedAt).Add(m.timeLimit() + afterTheEnd)
}
