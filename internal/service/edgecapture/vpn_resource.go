package edgecapture

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/edgecapture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/sas"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

var (
	_ resource.ResourceWithConfigure      = (*vpnResource)(nil)
	_ resource.ResourceWithValidateConfig = (*vpnResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*vpnResource)(nil)
)

type vpnResource struct{ clients clients }

// NewVPNResource returns the resource cloudtap_azure_vpn_packet_capture.
func NewVPNResource() resource.Resource { return &vpnResource{} }

// Metadata names the type.
func (*vpnResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + VPNTypeName
}

// Schema describes the resource.
func (*vpnResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = vpnSchema(ctx)
}

// Configure takes the provider's clients.
func (r *vpnResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.clients, _ = tfkit.ProviderData[clients](req.ProviderData, &resp.Diagnostics)
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

// ValidateConfig checks the signature, and what concerns several arguments.
func (*vpnResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	validateVPN(ctx, req.Config, &resp.Diagnostics)
	checkSAS(get[types.String](ctx, req.Config, "sas_url_wo", &resp.Diagnostics), &resp.Diagnostics)
}

// ModifyPlan plans the stop of a capture that an earlier apply left running, and
// checks what create and stop would fail of.
func (r *vpnResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var state vpnModel
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if r.clients == nil || resp.Diagnostics.HasError() || !req.State.Raw.IsNull() && !state.mayRun() {
		return
	}
	if req.Plan.Raw.IsNull() {
		if r.clients.AzureCaptureSASURL() == "" && state.OnDestroy.ValueString() == onDestroyError {
			resp.Diagnostics.AddError(cannotDestroy, state.whyNotDestroyed(ctx))
		}
		return
	}
	until := seconds(get[types.Int64](ctx, req.Plan, "duration_in_seconds", &resp.Diagnostics))
	client, err := r.clients.EdgeCapture()
	if err != nil {
		return // What uses it reports the error.
	}
	now := client.Now()
	end := now.Add(until)
	if req.State.Raw.IsNull() {
		checkVPNTimeout(ctx, req.Plan, until, &resp.Diagnostics)
	} else {
		if changed := replaces(ctx, req, &resp.Diagnostics); changed != "" && r.clients.AzureCaptureSASURL() == "" && state.OnDestroy.ValueString() == onDestroyError {
			resp.Diagnostics.AddAttributeError(path.Root(changed), cannotDestroy,
				"The change replaces the capture. "+state.whyNotDestroyed(ctx)+"\n\nUndo the change and apply, which stops the capture; then change it again.")
			return
		}
		for _, name := range []string{"status", "stopped_at", "container_url"} {
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), types.StringUnknown())...)
		}
		if end = state.due(); end.Before(now) {
			end = now
		}
	}
	configured := get[types.String](ctx, req.Config, "sas_url_wo", &resp.Diagnostics)
	abandons := get[types.String](ctx, req.Plan, "on_destroy", &resp.Diagnostics).ValueString() == onDestroyAbandon
	if !configured.IsUnknown() && (req.State.Raw.IsNull() || !abandons) {
		container(r.clients, configured, now, end, &resp.Diagnostics)
	}
}

// checkVPNTimeout refuses a capture that the create timeout would interrupt.
func checkVPNTimeout(ctx context.Context, plan getter, takes time.Duration, diags *diag.Diagnostics) {
	allowed, problems := get[timeouts.Value](ctx, plan, "timeouts", diags).Create(ctx, takes+stopTime)
	if diags.Append(problems...); allowed <= takes {
		diags.AddAttributeError(createTimeout(), "Create timeout is shorter than the capture",
			fmt.Sprintf("timeouts.create is %s, and the capture takes %s, before it is stopped and its file is stored. Leave timeouts.create out (%s), allow more time, or lower duration_in_seconds.", allowed, takes, takes+stopTime))
	}
}

// replaces returns the first argument whose change replaces the capture.
func replaces(ctx context.Context, req resource.ModifyPlanRequest, diags *diag.Diagnostics) string {
	for _, name := range []string{"target_id", "link_connection_names", "filter", "duration_in_seconds", "recapture_triggers"} {
		from, to := get[attr.Value](ctx, req.State, name, diags), get[attr.Value](ctx, req.Plan, name, diags)
		if from == nil || to == nil || from.Equal(to) || name == "target_id" && strings.EqualFold(from.String(), to.String()) {
			continue
		}
		return name
	}
	return ""
}

const cannotDestroy = "Packet capture runs, and cannot be stopped"

func (m *vpnModel) whyNotDestroyed(ctx context.Context) string {
	var ignored diag.Diagnostics
	j, _ := m.job(ctx, &ignored)
	return tfkit.Failure{
		What: j.describe() + " still runs, as far as the state knows. Stopping it stores its file, which needs a SAS, and sas_url_wo is not there when a resource is destroyed.",
		Next: []string{
			"To stop it: run terraform apply first, which stops it with sas_url_wo. Or set the environment variable " + sasVariable + ", and destroy again.",
			"To forget it: set on_destroy = \"abandon\", apply, and destroy. It runs on until somebody stops it: " + j.stopCommand() + ".",
		},
	}.Detail()
}

// Create starts the capture, waits, and stops it.
func (r *vpnResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan vpnModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	j, ok := plan.job(ctx, &resp.Diagnostics)
	if !ok {
		return
	}
	client, ok := openClient(r.clients, j.describe(), &resp.Diagnostics)
	if !ok {
		return
	}
	now := client.Now()
	into, ok := container(r.clients, get[types.String](ctx, req.Config, "sas_url_wo", &resp.Diagnostics), now, now.Add(j.duration), &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, plan.Timeouts.Create, j.duration+stopTime, &resp.Diagnostics)
	defer cancel()
	plan.ID, plan.StoppedAt, plan.ContainerURL = types.StringValue(uuid.NewString()), types.StringNull(), types.StringValue(into.String())
	failure := vpnRun{client: client, job: j, into: into, takeOver: plan.TakeOver.ValueBool(), became: func(status string) {
		plan.become(status, client.Now())
		// The service's answer is saved even if its context has ended by now.
		ctx := context.WithoutCancel(ctx)
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		resp.Diagnostics.Append(tfkit.MarkApplied(ctx, resp.Private)...)
	}}.run(ctx)
	switch {
	case failure == nil:
	case plan.mayRun():
		failure.next = append(failure.next, "The state has it as "+plan.Status.ValueString()+": the next apply stops it with sas_url_wo. It is not destroyed or replaced before.")
		failure.warn(j.describe(), &resp.Diagnostics)
	default:
		failure.add(j.describe(), &resp.Diagnostics)
	}
}

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
func (*vpnResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update stops a capture that runs, when its time is over. Everything else is
// only noted.
func (r *vpnResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state vpnModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.Status, plan.StoppedAt, plan.ContainerURL = state.Status, state.StoppedAt, state.ContainerURL
	defer func() {
		ctx := context.WithoutCancel(ctx)
		resp.Diagnostics.Append(tfkit.MarkApplied(ctx, resp.Private)...)
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	}()
	if !state.mayRun() {
		return
	}
	j, ok := state.job(ctx, &resp.Diagnostics)
	if !ok {
		return
	}
	client, ok := openClient(r.clients, j.describe(), &resp.Diagnostics)
	if !ok {
		return
	}
	due := state.due()
	if now := client.Now(); due.Before(now) {
		due = now
	}
	var problems diag.Diagnostics
	into, ok := container(r.clients, get[types.String](ctx, req.Config, "sas_url_wo", &problems), client.Now(), due, &problems)
	if !ok && plan.OnDestroy.ValueString() == onDestroyAbandon {
		// Who abandons it may have no container, and can destroy it now.
		resp.Diagnostics.AddWarning("Packet capture was not stopped", j.describe()+" runs on, for want of a usable SAS. Destroying the resource forgets it.")
		return
	}
	if resp.Diagnostics.Append(problems...); !ok {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, plan.Timeouts.Update, j.duration+stopTime, &resp.Diagnostics)
	defer cancel()
	run := vpnRun{client: client, job: j, into: into, became: func(status string) {
		plan.become(status, client.Now())
		plan.ContainerURL = types.StringValue(into.String())
	}}
	failure := run.finish(ctx, due)
	failed := new(edgecapture.FailedError)
	switch {
	case failure == nil:
	case errors.As(failure.err, &failed) && plan.OnDestroy.ValueString() == onDestroyAbandon:
		plan.become(statusFailed, client.Now())
		failure.next = append(failure.next, "It was given up, as on_destroy = \"abandon\" says. To capture again, change recapture_triggers.")
		failure.warn(j.describe(), &resp.Diagnostics)
	default:
		failure.next = append(failure.next, "It is in the state as it was: apply again, with another sas_url_wo if that is at fault.", nothingRuns+" and apply, which gives it up.")
		failure.add(j.describe(), &resp.Diagnostics)
	}
}

// Delete stops a capture that runs with the environment's SAS, as the
// configuration's is not there.
func (r *vpnResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state vpnModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || !state.mayRun() {
		return
	}
	j, ok := state.job(ctx, &resp.Diagnostics)
	if !ok {
		return
	}
	client, ok := openClient(r.clients, j.describe(), &resp.Diagnostics)
	if !ok {
		return
	}
	if r.clients.AzureCaptureSASURL() == "" {
		if state.OnDestroy.ValueString() != onDestroyAbandon {
			resp.Diagnostics.AddError(cannotDestroy, state.whyNotDestroyed(ctx))
			return
		}
		resp.Diagnostics.AddWarning("Packet capture was abandoned", tfkit.Failure{
			What: j.describe() + " may run on, and Terraform has forgotten it (on_destroy = \"abandon\").",
			Next: []string{"Stop it when you have the URL of a container: " + j.stopCommand() + ". Until then no other capture can begin on it."},
		}.Detail())
		return
	}
	var into sas.Container
	if into, ok = container(r.clients, types.StringNull(), client.Now(), client.Now(), &resp.Diagnostics); !ok {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, state.Timeouts.Delete, defaultVPNDeleteTimeout, &resp.Diagnostics)
	defer cancel()
	failure := vpnRun{client: client, job: j, into: into, became: func(string) {}}.stop(ctx)
	failed := new(edgecapture.FailedError)
	switch {
	case failure == nil:
	case errors.As(failure.err, &failed) && state.OnDestroy.ValueString() == onDestroyAbandon:
		failure.warn(j.describe(), &resp.Diagnostics)
	default:
		failure.next = append(failure.next, "It is in the state as it was: destroy again.", nothingRuns+", apply, and destroy.")
		failure.add(j.describe(), &resp.Diagnostics)
	}
}

const nothingRuns = "The service says the same when nothing runs any more, for example because a stop was interrupted: look into the container. If the file is there, set on_destroy = \"abandon\""
