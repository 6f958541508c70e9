package edgecapture

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/edgecapture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

var (
	_ action.ActionWithConfigure      = (*firewallAction)(nil)
	_ action.ActionWithValidateConfig = (*firewallAction)(nil)
	_ action.ActionWithModifyPlan     = (*firewallAction)(nil)
)

type firewallAction struct{ tfkit.Action[clients] }

// NewFirewallAction returns the action cloudtap_azure_firewall_packet_capture.
func NewFirewallAction() action.Action {
	return &firewallAction{tfkit.Action[clients]{Type: FirewallTypeName}}
}

type firewallActionModel struct {
	firewallArguments
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// Schema describes the action.
func (*firewallAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = firewallActionSchema(ctx)
}

// ValidateConfig checks what concerns several arguments.
func (*firewallAction) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	validateFirewall(ctx, req.Config, &resp.Diagnostics)
}

// ModifyPlan checks the container of the environment.
func (a *firewallAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	checkEnvironment(a.Clients, firewallArguments{TimeLimitInSeconds: get[types.Int64](ctx, req.Config, "time_limit_in_seconds", &resp.Diagnostics)}.timeLimit(), &resp.Diagnostics)
}

// checkEnvironment refuses an action whose files could not be stored.
func checkEnvironment(of clients, takes time.Duration, diags *diag.Diagnostics) {
	if of == nil {
		return
	}
	if client, err := of.EdgeCapture(); err == nil {
		found, _ := container(of, types.StringNull(), client.Now(), client.Now().Add(takes), diags)
		warnOfAddresses(found, types.StringNull(), diags)
	}
}

// Invoke captures until the end. If it is cancelled, it stops the capture.
func (a *firewallAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config firewallActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	client, ok := openClient(a.Clients, "Firewall "+config.FirewallID.ValueString(), &resp.Diagnostics)
	if !ok {
		return
	}
	into, ok := container(a.Clients, types.StringNull(), client.Now(), client.Now().Add(config.timeLimit()), &resp.Diagnostics)
	if !ok {
		return
	}
	id, capture, ok := config.toAPI(ctx, into, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, config.Timeouts.Invoke, defaultFirewallCreateTimeout, &resp.Diagnostics)
	defer cancel()
	tell := func(text string) { resp.SendProgress(action.InvokeProgressEvent{Message: tfkit.Printable(text)}) }
	running := false
	end := firewallRun{
		client: client, id: id, capture: capture, wait: true,
		count: func(ctx context.Context, since time.Time) (int, bool) {
			return countFiles(ctx, a.Clients, into, capture.FileName, since)
		},
		accepted: func(_ time.Time, certain bool) {
			running = certain
			tell("Azure has accepted the packet capture " + capture.FileName + ".")
		},
		progress: func(_ context.Context, status edgecapture.FirewallStatus) {
			tell(capture.FileName + ": " + status.String())
		},
		kept: "It ends by itself; look into the container then.",
	}.run(ctx, &resp.Diagnostics)
	switch {
	case running && ctx.Err() != nil && (end.Code == "" || end.Running()):
		ctx, cancel := tfkit.AfterInterruption(ctx)
		defer cancel()
		if err := client.StopFirewall(ctx, id); err != nil {
			tfkit.AddError(&resp.Diagnostics, "Could not stop packet capture", describeFirewall(id, capture.FileName), azure.Describe(err), "It ends by itself, when its time limit or number of packets is reached.")
		}
	case !resp.Diagnostics.HasError():
		tell(capture.FileName + " has ended. Its files are in " + into.String() + ".")
	}
}
