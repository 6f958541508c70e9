package edgecapture

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

var (
	_ action.ActionWithConfigure      = (*vpnAction)(nil)
	_ action.ActionWithValidateConfig = (*vpnAction)(nil)
	_ action.ActionWithModifyPlan     = (*vpnAction)(nil)
)

type vpnAction struct{ tfkit.Action[clients] }

// NewVPNAction returns the action cloudtap_azure_vpn_packet_capture.
func NewVPNAction() action.Action {
	return &vpnAction{tfkit.Action[clients]{Type: VPNTypeName}}
}

type vpnActionModel struct {
	vpnArguments
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// Schema describes the action.
func (*vpnAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = vpnActionSchema(ctx)
}

// ValidateConfig checks what concerns several arguments.
func (*vpnAction) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	validateVPN(ctx, req.Config, &resp.Diagnostics)
}

// ModifyPlan checks the container of the environment.
func (a *vpnAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	takes := vpnArguments{DurationInSeconds: get[types.Int64](ctx, req.Config, "duration_in_seconds", &resp.Diagnostics)}.duration()
	checkEnvironment(a.Clients, takes, &resp.Diagnostics)
}

// Invoke starts a capture, waits and stops it. If it is cancelled, it stops it
// at once.
func (a *vpnAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config vpnActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	j, ok := config.job(ctx, &resp.Diagnostics)
	if !ok {
		return
	}
	client, ok := openClient(a.Clients, j.describe(), &resp.Diagnostics)
	if !ok {
		return
	}
	now := client.Now()
	into, ok := container(a.Clients, types.StringNull(), now, now.Add(j.duration), &resp.Diagnostics)
	if !ok {
		return
	}
	invoked := ctx
	ctx, cancel := tfkit.WithTimeout(ctx, config.Timeouts.Invoke, j.duration+stopTime, &resp.Diagnostics)
	defer cancel()
	tell := func(text string) { resp.SendProgress(action.InvokeProgressEvent{Message: tfkit.Printable(text)}) }
	state := vpnModel{}
	stopSent := false
	run := vpnRun{client: client, job: j, into: into, remember: func(key string, _ bool) { stopSent = stopSent || key == stopSentKey }, became: func(status string) {
		state.become(status, client.Now())
		tell(fmt.Sprintf("Packet capture on %s: %s.", j.target.Describe(), status))
	}}
	problem := run.run(ctx)
	if problem == nil {
		tell("Its file is in " + into.String() + ".")
		return
	}
	if state.mayRun() {
		problem.next = append(problem.next, "If it still runs: "+j.stopCommand()+".")
	}
	problem.add(j.describe(), &resp.Diagnostics)
	if state.mayRun() && ctx.Err() != nil {
		ctx, cancel := tfkit.AfterInterruption(invoked)
		defer cancel()
		run.prior = vpnPriorState{unsure: state.Status.ValueString() == statusUnknown, stopped: stopSent}
		if problem := run.stop(ctx); problem != nil {
			problem.next = append(problem.next, "If it still runs: "+j.stopCommand()+".")
			problem.add(j.describe(), &resp.Diagnostics)
		}
	}
}
