package capturetask

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

func describe(id taskID) string {
	return fmt.Sprintf("Capture task %s of the firewall %s", id.task, id.firewall)
}

func describeNew(m resourceModel) string {
	return fmt.Sprintf("Capture task %q on the firewall %s", m.Name.ValueString(), m.FWInstanceID.ValueString())
}

// addError reports a failed call on a task.
func addError(diags *diag.Diagnostics, summary string, id taskID, err error, next ...string) {
	addFailure(diags, summary, describe(id), err, next...)
}

// addFailure reports a failed call; what names the object.
func addFailure(diags *diag.Diagnostics, summary, what string, err error, next ...string) {
	tfkit.AddError(diags, summary, what, huaweicloud.Describe(err), append(cfw.Remedies(err), next...)...)
}

const couldNotStart = "Could not start capture task"

// notBeforeDestroy is what to do about a replacement that Terraform creates
// first.
const notBeforeDestroy = "it holds the firewall's only slot until it is destroyed. Remove create_before_destroy from the resource's lifecycle block, " +
	"and from resources that depend on it, which pass it on to what they depend on."

// addCaptureError reports that a capture did not start.
func addCaptureError(diags *diag.Diagnostics, what string, err error) {
	held := new(cfw.SlotHeldError)
	switch {
	case addUnsupported(diags, err):
	case errors.As(err, &held):
		addFailure(diags, couldNotStart, what, err,
			"If this apply replaces that task: "+notBeforeDestroy,
			"If another resource or run has made it: wait until it ends, or stop it, and apply again; or allow more time with create in timeouts.",
			fmt.Sprintf("If it is left from an interrupted run: import it with terraform import cloudtap_%s.NAME '%s', where NAME is the resource's name in your configuration.",
				TypeName, taskID{firewall: held.FirewallID, task: held.Holder.ID}))
	case errors.Is(err, context.DeadlineExceeded):
		addFailure(diags, couldNotStart, what, err, "Nothing was created. The firewall runs one capture at a time: "+
			"allow more time with create in timeouts, or stop what runs. If this apply replaces what runs: "+notBeforeDestroy)
	case errors.Is(err, context.Canceled):
		addFailure(diags, couldNotStart, what, err, "Nothing was created: apply again.")
	default:
		addFailure(diags, couldNotStart, what, err)
	}
}

// addUnsupported reports a firewall that does not exist, or cannot do what is
// asked, and whether that is what err says.
func addUnsupported(diags *diag.Diagnostics, err error) bool {
	firewall := path.Root("fw_instance_id")
	unsupported, missing := new(cfw.UnsupportedError), new(cfw.FirewallNotFoundError)
	switch {
	case errors.As(err, &unsupported):
		diags.AddAttributeError(firewall, "Firewall does not support "+unsupported.Feature, tfkit.Sentence(err)+
			" The data source cloudtap_huaweicloud_firewall shows what a firewall supports.")
	case errors.As(err, &missing):
		detail := tfkit.Sentence(err)
		if missing.ID != "" && uuid.Validate(missing.ID) != nil {
			detail += " If that is the firewall's name: the data source cloudtap_huaweicloud_firewall finds the ID by it."
		}
		diags.AddAttributeError(firewall, "Firewall does not exist", detail)
	default:
		return false
	}
	return true
}

// openClient returns the client, or reports why there is none.
func openClient(clients clients, what string, diags *diag.Diagnostics) (*cfw.Client, bool) {
	if clients == nil {
		diags.AddError("Could not use Huawei Cloud", what+" cannot be reached: the provider is not configured.")
		return nil, false
	}
	client, err := clients.CFW()
	if err != nil {
		diags.AddError("Could not use Huawei Cloud", tfkit.Failure{What: what + " cannot be reached: " + err.Error()}.Detail())
	}
	return client, err == nil && !diags.HasError()
}

// logProgress writes to the log what is waited for.
func logProgress(firewallID, task string) cfw.ProgressFunc {
	return func(ctx context.Context, progress cfw.Progress) {
		tflog.Info(ctx, "waiting for "+progress.Waiting, map[string]any{
			"fw_instance_id": firewallID, "task": task, "state": progress.State,
		})
	}
}
