package edgecapture

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/edgecapture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

var (
	_ resource.ResourceWithConfigure      = (*firewallResource)(nil)
	_ resource.ResourceWithValidateConfig = (*firewallResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*firewallResource)(nil)
)

type firewallResource struct{ tfkit.Resource[clients] }

// NewFirewallResource returns the resource cloudtap_azure_firewall_packet_capture.
func NewFirewallResource() resource.Resource {
	return &firewallResource{tfkit.Resource[clients]{Type: FirewallTypeName}}
}

// Schema describes the resource.
func (*firewallResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = firewallSchema(ctx)
}

// getter is a configuration, a plan or a state.
type getter interface {
	GetAttribute(ctx context.Context, path path.Path, target any) diag.Diagnostics
}

// get fetches an attribute; not the whole, whose lists may be unknown.
func get[T any](ctx context.Context, from getter, name string, diags *diag.Diagnostics) T {
	var value T
	diags.Append(from.GetAttribute(ctx, path.Root(name), &value)...)
	return value
}

// validateFirewall checks what concerns several arguments.
func validateFirewall(ctx context.Context, config getter, diags *diag.Diagnostics) {
	flags := get[types.Set](ctx, config, "flags", diags)
	if err := checkFlags(get[types.String](ctx, config, "protocol", diags).ValueString(), !flags.IsNull()); err != nil {
		diags.AddAttributeError(path.Root("flags"), "Flags need TCP", tfkit.Sentence(err))
	}
}

// ValidateConfig checks what concerns several arguments.
func (*firewallResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	validateFirewall(ctx, req.Config, &resp.Diagnostics)
}

// ModifyPlan checks what a create would fail of.
func (r *firewallResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	waits := ""
	if !req.State.Raw.IsNull() {
		waits = r.whyWait(ctx, req.State, &resp.Diagnostics)
		noteRead(r.Clients, firewallName(ctx, req.State), false)
	}
	why, replaces := passOn(ctx, req, resp, func() string { return waits })
	switch {
	case replaces:
		resp.Diagnostics.AddWarning(mayHaveToWait, why)
	case req.Plan.Raw.IsNull():
		if waits != "" {
			resp.Diagnostics.AddWarning(mayHaveToWait, waits)
		}
		return
	}
	if !req.State.Raw.IsNull() || r.Clients == nil {
		return
	}
	configured := get[types.String](ctx, req.Config, "sas_url_wo", &resp.Diagnostics)
	limit := get[types.Int64](ctx, req.Plan, "time_limit_in_seconds", &resp.Diagnostics)
	client, err := r.Clients.EdgeCapture()
	if configured.IsUnknown() || limit.IsUnknown() || err != nil {
		return // What uses the client reports the error.
	}
	now := client.Now()
	into := planContainer(r.Clients, configured, now, now.Add(seconds(limit)), client.IsRead(firewallName(ctx, req.Plan)), &resp.Diagnostics)
	warnOfOverwriting(client, into, get[types.String](ctx, req.Plan, "file_name", &resp.Diagnostics), &resp.Diagnostics)
	allowed, problems := get[timeouts.Value](ctx, req.Plan, "timeouts", &resp.Diagnostics).Create(ctx, defaultFirewallCreateTimeout)
	resp.Diagnostics.Append(problems...)
	if waits := get[types.Bool](ctx, req.Plan, "wait_for_completion", &resp.Diagnostics); waits.ValueBool() && allowed <= seconds(limit) {
		resp.Diagnostics.AddAttributeWarning(createTimeout(), "Create timeout is shorter than the capture",
			fmt.Sprintf("timeouts.create is %s, and the capture may take %s before its files are stored. If it does, the apply fails, and the next one replaces the capture. Allow more time, or lower time_limit_in_seconds.", allowed, seconds(limit)))
	}
}

// firewallName tells captures apart for noteRead.
func firewallName(ctx context.Context, of getter) string {
	var ignored diag.Diagnostics
	return get[types.String](ctx, of, "firewall_id", &ignored).ValueString() + "/" + get[types.String](ctx, of, "file_name", &ignored).ValueString()
}

// createTimeout is where the timeout of a create is given.
func createTimeout() path.Path { return path.Root("timeouts").AtName("create") }

// Create starts the capture, and waits for its end if it shall.
func (r *firewallResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan firewallModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	client, ok := openClient(r.Clients, "Firewall "+plan.FirewallID.ValueString(), &resp.Diagnostics)
	if !ok {
		return
	}
	now := client.Now()
	into, ok := container(r.Clients, get[types.String](ctx, req.Config, "sas_url_wo", &resp.Diagnostics), now, now.Add(plan.timeLimit()), &resp.Diagnostics)
	if !ok {
		return
	}
	client.Forget(filesIn(into, plan.FileName.ValueString()))
	id, capture, ok := plan.toAPI(ctx, into, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, plan.Timeouts.Create, defaultFirewallCreateTimeout, &resp.Diagnostics)
	defer cancel()
	plan.ID, plan.ContainerURL, plan.Message = types.StringValue(uuid.NewString()), types.StringValue(into.String()), types.StringNull()
	saved := false
	save := func() {
		// The service's answer is saved even if its context has ended by now.
		ctx := context.WithoutCancel(ctx)
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		resp.Diagnostics.Append(tfkit.MarkApplied(ctx, resp.Private)...)
		saved = true
	}
	end := firewallRun{
		client: client, id: id, capture: capture, wait: plan.WaitForCompletion.ValueBool(), progress: logFirewall(plan.ID.ValueString()), kept: tfkit.KeptAsTainted, unsure: waitsBeforeDestroy,
		count: func(ctx context.Context, since time.Time) (int, bool) {
			return countFiles(ctx, r.Clients, into, capture.FileName, since)
		},
		accepted: func(at time.Time, certain bool) {
			plan.StartedAt, plan.Status = timeText(at), types.StringValue(statusUnknown)
			if certain {
				plan.Status = types.StringValue(statusRunning)
			}
			save()
		},
	}.run(ctx, &resp.Diagnostics)
	if saved && end.Code != "" {
		plan.set(end)
		save()
	}
}

func logFirewall(id string) func(context.Context, edgecapture.FirewallStatus) {
	return func(ctx context.Context, status edgecapture.FirewallStatus) {
		tflog.Info(ctx, "waiting for packet capture to end", map[string]any{"id": id, "status": status.String()})
	}
}
