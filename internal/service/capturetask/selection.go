package capturetask

import (
	"cmp"
	"context"
	"regexp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// selectionModel selects tasks for the listing data source and for the list
// resource.
type selectionModel struct {
	scopeModel
	FWInstanceID types.String `tfsdk:"fw_instance_id"`
	Name         types.String `tfsdk:"name"`
	NameRegex    types.String `tfsdk:"name_regex"`
	Status       types.String `tfsdk:"status"`
}

// selectionAttributes describe selectionModel.
func selectionAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"fw_instance_id":        tfkit.RequiredText(firewallDescription, firewallIDValidator()),
		"region":                tfkit.OptionalText(regionDescription),
		"enterprise_project_id": tfkit.OptionalText(enterpriseProjectDescription),
		"name":                  tfkit.OptionalText("Only tasks of exactly this name, of which there may be several."),
		"name_regex":            tfkit.OptionalText("Only tasks whose name matches this [RE2](https://github.com/google/re2/wiki/Syntax) regular expression.", tfkit.Regex()),
		"status":                tfkit.OptionalText("Only tasks of this status, for example `running`.", statusValidator()),
	}
}

// find lists the tasks that match, newest first.
func (m selectionModel) find(ctx context.Context, client *cfw.Client, diags *diag.Diagnostics) []cfw.Task {
	pattern, err := regexp.Compile(m.NameRegex.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("name_regex"), "Regular expression is not valid", tfkit.Sentence(err))
		return nil
	}
	firewall := m.firewall(m.FWInstanceID.ValueString())
	listed, err := client.List(ctx, firewall)
	if err != nil {
		addFailure(diags, "Could not list capture tasks", "Firewall "+firewall.ID, err)
		return nil
	}
	found := slices.DeleteFunc(listed, func(task cfw.Task) bool {
		return !m.Name.IsNull() && task.Name != m.Name.ValueString() || !pattern.MatchString(task.Name) ||
			!m.Status.IsNull() && task.Status.String() != m.Status.ValueString()
	})
	// The service's dates sort like text. The ids make the order certain.
	slices.SortFunc(found, func(a, b cfw.Task) int {
		return cmp.Or(cmp.Compare(b.CreatedDate, a.CreatedDate), cmp.Compare(a.ID, b.ID))
	})
	return found
}
