package packetcapture

import (
	"context"
	"errors"
	"fmt"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

const (
	couldNotStart = "Could not start packet capture"
	couldNotStop  = "Could not stop packet capture"
)

// Create starts the capture. From the moment on that the service may have
// accepted it, the state holds its id.
func (r *captureResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan resourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	id, ok := plan.identify(&resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, plan.Timeouts.Create, defaultCreateTimeout, &resp.Diagnostics)
	defer cancel()
	client, ok := r.client(id, &resp.Diagnostics)
	if !ok {
		return
	}
	creation := plan.start(ctx, client, id, resp)
	if creation == nil {
		return
	}
	plan.finish(ctx, client, id, creation, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// start has the service accept the capture and saves state and identity. It
// returns nil if there is nothing to wait for.
func (m *resourceModel) start(ctx context.Context, client *networkwatcher.Client, id networkwatcher.PacketCaptureID, resp *resource.CreateResponse) *networkwatcher.Creation {
	body, diags := m.toAPI(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return nil
	}
	if err := client.CheckAbsent(ctx, id); err != nil {
		addCreateError(&resp.Diagnostics, "Could not check for an existing packet capture", id, err)
		return nil
	}
	m.ID = types.StringValue(id.String())
	m.noStatus()
	creation, err := client.Create(ctx, id, body)
	if err != nil {
		addCreateError(&resp.Diagnostics, couldNotStart, id, err)
		if uncertain := new(networkwatcher.UncertainError); !errors.As(err, &uncertain) {
			return nil
		}
		// It may exist. With its id in the state the next run finds out.
		m.StorageLocation.StoragePath = knownOrNull(m.StorageLocation.StoragePath)
		m.ProvisioningState = types.StringNull()
	} else {
		resp.Diagnostics.Append(m.fromAPI(ctx, creation.Accepted)...)
		warnOfAdoption(id, creation.Lost, &resp.Diagnostics)
	}
	// The service's answer is saved even if its context has ended by now.
	ctx = context.WithoutCancel(ctx)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identityOf(id))...)
	resp.Diagnostics.Append(tfkit.MarkStateApplied(ctx, resp.Private, m.DesiredState)...)
	return creation
}

// warnOfAdoption says how a capture was recognised whose create had no answer: what
// another run made in the same seconds is not told apart by anything.
func warnOfAdoption(id networkwatcher.PacketCaptureID, lost error, diags *diag.Diagnostics) {
	if lost == nil {
		return
	}
	said := azure.Describe(lost)
	said.Next = nil
	diags.AddWarning("Packet capture was found after a lost answer", tfkit.Explain(
		describe(id)+" was not there before, and now is as configured, so it is taken for the one whose create had no answer", said,
		"If another run made the same capture within the same seconds, both states have it: give one of them another name."))
}

func knownOrNull(value types.String) types.String {
	if value.IsUnknown() {
		return types.StringNull()
	}
	return value
}

// finish waits for what the plan asks for and leaves in m what the service
// said last.
func (m *resourceModel) finish(ctx context.Context, client *networkwatcher.Client, id networkwatcher.PacketCaptureID, creation *networkwatcher.Creation, diags *diag.Diagnostics) {
	capture, err := creation.Wait(ctx)
	if err != nil {
		survivor, status := m.survivor(ctx, creation, id, err, diags)
		switch {
		case survivor == nil && status == nil:
			m.explain(ctx, client, id, couldNotStart, err, diags)
			return
		case survivor == nil:
			m.explainBy(ctx, status, id, couldNotStart, err, diags)
			return
		}
		capture = survivor
	}
	diags.Append(m.fromAPI(ctx, capture)...)
	switch {
	case m.DesiredState.ValueString() == tfkit.StateStopped:
		m.stop(ctx, client, id, diags, tfkit.KeptAsTainted)
	case m.WaitForCompletion.ValueBool():
		status, err := client.WaitEnded(ctx, id, logProgress(id))
		if err != nil {
			m.explain(ctx, client, id, "Packet capture did not end in time", err, diags, tfkit.KeptAsTainted)
			return
		}
		diags.Append(m.setStatus(ctx, status)...)
		m.reportEnd(id, status, diags)
	default:
		m.askStatus(ctx, client, id, diags)
	}
}

// survivor returns the capture if it runs as it was asked for although the
// service reports its creation as failed, or no end of it, and says so in a
// warning: an error would have Terraform replace it, and so end it.
func (m *resourceModel) survivor(ctx context.Context, creation *networkwatcher.Creation, id networkwatcher.PacketCaptureID, failed error, diags *diag.Diagnostics) (*armnetwork.PacketCaptureResult, *armnetwork.PacketCaptureQueryStatusResult) {
	if errors.Is(failed, context.Canceled) || errors.Is(ctx.Err(), context.Canceled) {
		return nil, nil
	}
	summary, although := "Packet capture was reported as failed, and exists", "although the service reports that its creation failed"
	if interrupted := new(wait.Interrupted); errors.As(failed, &interrupted) || ctx.Err() != nil {
		summary, although = "Packet capture exists, and its creation did not end in time", "although the service does not report that its creation has ended"
	}
	ctx, cancel := tfkit.AfterInterruption(ctx)
	defer cancel()
	capture, status, ok := creation.Survived(ctx)
	if !ok {
		return nil, status
	}
	said := azure.Describe(failed)
	said.Next = nil
	diags.AddWarning(summary, tfkit.Explain(describe(id)+" exists as configured, "+although, said,
		fmt.Sprintf("The service says of the session: %s. The capture is kept.", describeStatus(status))))
	return capture, status
}

// askStatus takes over the status of a capture that was made. Not getting it
// is no failure of the create, and the next run asks again.
func (m *resourceModel) askStatus(ctx context.Context, client *networkwatcher.Client, id networkwatcher.PacketCaptureID, diags *diag.Diagnostics) {
	ctx, cancel := tfkit.AfterInterruption(ctx)
	defer cancel()
	status, err := client.Status(ctx, id)
	if err != nil {
		diags.AddWarning("Could not read the packet capture's status", tfkit.Explain(describe(id)+" was created, but its status is not known yet", azure.Describe(err)))
		return
	}
	diags.Append(m.setStatus(ctx, status)...)
	m.warnOfEnd(id, status, diags)
}

// stop ends the session and takes over its status. next is what to do if it
// cannot be ended.
func (m *resourceModel) stop(ctx context.Context, client *networkwatcher.Client, id networkwatcher.PacketCaptureID, diags *diag.Diagnostics, next ...string) bool {
	if err := client.Stop(ctx, id); err != nil {
		m.explain(ctx, client, id, couldNotStop, err, diags, next...)
		return false
	}
	status, err := client.WaitEnded(ctx, id, logProgress(id))
	if err != nil {
		m.explain(ctx, client, id, couldNotStop, err, diags, next...)
		return false
	}
	diags.Append(m.setStatus(ctx, status)...)
	return true
}

// refresh takes over the capture and, unless its session is known to have
// ended, the session's status.
func (m *captureModel) refresh(ctx context.Context, client *networkwatcher.Client, id networkwatcher.PacketCaptureID, diags *diag.Diagnostics) error {
	capture, err := client.Find(ctx, id)
	if err != nil {
		return err
	}
	diags.Append(m.fromAPI(ctx, capture)...)
	if m.sessionEnded() {
		return nil
	}
	ask := client.Status
	if m.Status.ValueString() == string(armnetwork.PcStatusRunning) {
		ask = client.StatusNow
	}
	status, err := ask(ctx, id)
	switch {
	case errors.Is(err, networkwatcher.ErrNotFound):
		return err
	case err != nil:
		return &statusError{err}
	case status != nil:
		diags.Append(m.setStatus(ctx, status)...)
		m.warnOfEnd(id, status, diags)
	}
	return nil
}

// statusError says that a capture was read, and its session's status was not.
type statusError struct{ cause error }

func (e *statusError) Error() string { return e.cause.Error() }
func (e *statusError) Unwrap() error { return e.cause }
