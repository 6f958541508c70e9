package capturetask

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// taskID addresses a task on its firewall.
type taskID struct{ firewall, task string }

// String returns what Terraform shows as id.
func (id taskID) String() string { return id.firewall + "/" + id.task }

// parseTaskID is the inverse of taskID.String.
func parseTaskID(text string) (taskID, error) {
	firewall, task, _ := strings.Cut(text, "/")
	for _, part := range []string{firewall, task} {
		if checkIDPart(part) != nil {
			return taskID{}, fmt.Errorf("%q is not the id of a capture task: expected fw_instance_id/task_id, "+
				"for example 546af3f8-88e9-47f2-a205-2346d7090925/39ba0ed5-a3f6-4b3a-8d5c-5a1d7e1f1234", text)
		}
	}
	return taskID{firewall: firewall, task: task}, nil
}

// checkIDPart refuses only what cannot be addressed: the form of the
// service's ids is not documented.
func checkIDPart(part string) error {
	if part == "" || strings.Contains(part, "/") || strings.ContainsFunc(part, unicode.IsSpace) {
		return fmt.Errorf("%q is no id: it must not be empty, or contain a slash or white space", part)
	}
	return nil
}

// parseID reads the id of a state.
func parseID(text string, diags *diag.Diagnostics) (taskID, bool) {
	id, err := parseTaskID(text)
	if err != nil {
		diags.AddAttributeError(path.Root("id"), "Capture task ID in the state is not valid", tfkit.Sentence(err))
	}
	return id, !diags.HasError()
}

type identityModel struct {
	FWInstanceID types.String `tfsdk:"fw_instance_id"`
	TaskID       types.String `tfsdk:"task_id"`
	Region       types.String `tfsdk:"region"`
}

func identityOf(id taskID, region types.String) identityModel {
	return identityModel{FWInstanceID: types.StringValue(id.firewall), TaskID: types.StringValue(id.task), Region: region}
}

// noteIdentity sets an identity that the CLI does not know yet. One that it
// knows stays, also if the region was given later: identities do not change.
func noteIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, id taskID, region types.String) diag.Diagnostics {
	if !identity.Raw.IsFullyNull() {
		return nil
	}
	return identity.Set(ctx, identityOf(id, region))
}

// IdentitySchema describes what addresses a task.
func (*taskResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"fw_instance_id": identityschema.StringAttribute{RequiredForImport: true, Description: "ID of the firewall."},
		"task_id":        identityschema.StringAttribute{RequiredForImport: true, Description: taskDescription},
		"region":         identityschema.StringAttribute{OptionalForImport: true, Description: "Region of the firewall. Default: the provider's."},
	}}
}

// ImportState takes fw_instance_id/task_id or an identity. Only what the
// service does not tell is set; Read takes over the rest.
func (r *taskResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	text := req.ID
	state := emptyResourceModel(ctx)
	if text == "" {
		var identity identityModel
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		text = taskID{firewall: identity.FWInstanceID.ValueString(), task: identity.TaskID.ValueString()}.String()
		state.Region = identity.Region
	}
	id, err := parseTaskID(text)
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("id"), "Could not import capture task", tfkit.Sentence(err))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	state.setID(id)
	state.scopeModel = state.defaultTo(r.Clients)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identityOf(id, state.Region))...)
}

func (m *taskModel) setID(id taskID) {
	m.ID, m.FWInstanceID, m.TaskID = types.StringValue(id.String()), types.StringValue(id.firewall), types.StringValue(id.task)
}
