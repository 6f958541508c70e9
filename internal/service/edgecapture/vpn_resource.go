package edgecapture

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/edgecapture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

var (
	_ resource.ResourceWithConfigure      = (*vpnResource)(nil)
	_ resource.ResourceWithValidateConfig = (*vpnResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*vpnResource)(nil)
)

type vpnResource struct{ tfkit.Resource[clients] }

// NewVPNResource returns the resource cloudtap_azure_vpn_packet_capture.
func NewVPNResource() resource.Resource {
	return &vpnResource{tfkit.Resource[clients]{Type: VPNTypeName}}
}

// Schema describes the resource.
func (*vpnResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = vpnSchema(ctx)
}

// validateVPN checks what concerns several arguments.
func validateVPN(ctx context.Context, config getter, diags *diag.Diagnostics) {
	target := get[types.String](ctx, config, "target_id", diags)
	on, err := edgecapture.ParseVPNTarget(target.ValueString())
	if err == nil && on.Kind != edgecapture.VPNConnection && !get[types.List](ctx, config, "link_connection_names", diags).IsNull() {
		diags.AddAttributeError(path.Root("link_connection_names"), "Links are those of Virtual WAN",
			"target_id is a "+on.Describe()+", and only connections of Virtual WAN gateways have site links. Remove link_connection_names, or set target_id to a connection's ID (vpnGateways/.../vpnConnections/...).")
	}
}

// ValidateConfig checks what concerns several arguments.
func (*vpnResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	validateVPN(ctx, req.Config, &resp.Diagnostics)
}

// Create starts the capture, waits, and stops it.
func (r *vpnResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan vpnModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	j, ok := plan.job(ctx, &resp.Diagnostics)
	if !ok {
		return
	}
	client, ok := openClient(r.Clients, j.describe(), &resp.Diagnostics)
	if !ok {
		return
	}
	now := client.Now()
	into, ok := container(r.Clients, get[types.String](ctx, req.Config, "sas_url_wo", &resp.Diagnostics), now, now.Add(j.duration), &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, plan.Timeouts.Create, j.duration+stopTime, &resp.Diagnostics)
	defer cancel()
	plan.ID, plan.StoppedAt, plan.ContainerURL = types.StringValue(uuid.NewString()), types.StringNull(), types.StringValue(into.String())
	problem := vpnRun{client: client, job: j, into: into, takeOver: plan.TakeOver.ValueBool(), remember: rememberIn(ctx, resp.Private, &resp.Diagnostics), became: func(status string) {
		plan.become(status, client.Now())
		// The service's answer is saved even if its context has ended by now.
		ctx := context.WithoutCancel(ctx)
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		resp.Diagnostics.Append(tfkit.MarkApplied(ctx, resp.Private)...)
	}}.run(ctx)
	switch {
	case problem == nil:
	case plan.mayRun():
		problem.next = append(problem.next, "The state has it as "+plan.Status.ValueString()+": the next apply stops it with sas_url_wo. It is not destroyed or replaced before.")
		if plan.Status.ValueString() == statusUnknown && problem.settled == nil {
			problem.next = append(problem.next, othersMayRun)
		}
		problem.warn(j.describe(), &resp.Diagnostics)
	case problem.settled != nil:
		problem.next = append(problem.next, "Correct what is wrong, and apply: the resource is in the state as tainted, and the next apply captures again.")
		problem.add(j.describe(), &resp.Diagnostics)
	default:
		problem.add(j.describe(), &resp.Diagnostics)
	}
}

// othersMayRun is what is not known after a start whose answer was lost.
const othersMayRun = "Azure does not say whose capture runs: if somebody else captured there already, this one was not started, and a stop ends theirs, into the container of sas_url_wo. " +
	"To leave theirs alone: remove sas_url_wo, set on_destroy = \"abandon\", which lets the resource be destroyed without a stop, apply, and destroy it."

func (m *vpnModel) become(status string, at time.Time) {
	m.Status = types.StringValue(status)
	switch {
	case status == statusCompleted:
		m.StoppedAt = timeText(at)
	case m.StartedAt.IsUnknown():
		m.StartedAt = timeText(at)
	}
}

// Read keeps the state: the service tells nothing of its captures.
func (r *vpnResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	noteRead(r.Clients, get[types.String](ctx, req.State, "target_id", &resp.Diagnostics).ValueString(), true)
}
